"""A Pulumi program that knows nothing of stack files, with the parts of the SDK that are easy to get wrong."""

import pulumi
import pulumi_aws as aws
from pulumi import Alias, Output, ResourceOptions

config = pulumi.Config()
token = config.require_secret("token")
size = config.require_int("size")
east = aws.Provider("east", region="us-east-2", allowed_account_ids=["111122223333"])
west = aws.Provider("west", region="us-west-2")


def ebs_optimized(args: pulumi.ResourceTransformArgs) -> pulumi.ResourceTransformResult | None:
    if args.type_ != "aws:ec2/instance:Instance":
        return None
    return pulumi.ResourceTransformResult(props={**args.props, "ebsOptimized": True}, opts=args.opts)


def marked(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
    if args.type_ != "aws:ec2/instance:Instance":
        return None
    opts = ResourceOptions.merge(args.opts, ResourceOptions(ignore_changes=["ami"]))
    return pulumi.ResourceTransformationResult(props={**args.props, "monitoring": True}, opts=opts)


class Rack(pulumi.ComponentResource):
    def __init__(self, name: str, subnet: Output[str], image: Output[str], opts: ResourceOptions):
        super().__init__("example:index:Rack", name, {"subnet": subnet, "size": size, "token": token}, opts)
        below = ResourceOptions(parent=self)
        group = aws.ec2.PlacementGroup(f"{name}-group", strategy="cluster", opts=below)
        template = aws.ec2.LaunchTemplate(
            f"{name}-template",
            image_id=image,
            user_data=token.apply(lambda text: "token=" + text),
            opts=ResourceOptions(parent=self, custom_timeouts=pulumi.CustomTimeouts(create="5m", delete="1h")),
        )
        self.nodes = [
            aws.ec2.Instance(
                f"{name}-node-{i}",
                subnet_id=subnet,
                placement_group=group.id,
                launch_template={"id": template.id, "version": template.latest_version.apply(str)},
                tags={"Name": f"{name}-{i}", "group": group.arn, "token": token},
                opts=ResourceOptions(
                    parent=self,
                    depends_on=[template],
                    delete_before_replace=True,
                    aliases=[Alias(name=f"{name}-{i}"), Alias(name=f"loose-{i}", parent=pulumi.ROOT_STACK_RESOURCE)],
                ),
            )
            for i in range(size)
        ]
        self.register_outputs({"ips": [node.private_ip for node in self.nodes], "token": token})


pulumi.runtime.register_resource_transform(ebs_optimized)
network = aws.ec2.Vpc(
    "network",
    cidr_block="10.0.0.0/16",
    opts=ResourceOptions(provider=east, protect=True, aliases=[Alias(name="old-network")]),
)
subnet = aws.ec2.Subnet(
    "subnet",
    vpc_id=network.id,
    cidr_block="10.0.1.0/24",
    opts=ResourceOptions(provider=east, deleted_with=network, retain_on_delete=True),
)
image = aws.ssm.get_parameter_output(name="/image", opts=pulumi.InvokeOutputOptions(provider=east))
known = aws.ec2.Vpc.get("known", "vpc-0a1b2c3d4e5f60718", opts=ResourceOptions(provider=west))
rack = Rack(
    "rack",
    subnet.id,
    image.value,
    ResourceOptions(providers=[east], transformations=[marked], protect=True, depends_on=[network]),
)
script = aws.s3.BucketObjectv2(
    "script",
    bucket="scripts-111122223333",
    source=pulumi.StringAsset("#!/bin/sh\n"),
    tags={"network": known.cidr_block},
    opts=ResourceOptions(provider=west, replace_on_changes=["source"], additional_secret_outputs=["etag"]),
)
bundle = aws.s3.BucketObjectv2(
    "bundle",
    bucket="scripts-111122223333",
    source=pulumi.AssetArchive({"a.txt": pulumi.StringAsset("a"), "deep/b.txt": pulumi.StringAsset("b")}),
    opts=ResourceOptions(parent=script, version="7.51.0"),
)
other = pulumi.StackReference("organization/foreign/base")

pulumi.export("ips", [node.private_ip for node in rack.nodes])
pulumi.export("token", token)
pulumi.export("pair", Output.secret({"network": network.id}))
pulumi.export("vpc", other.get_output("vpc"))
pulumi.export("missing", other.get_output("missing"))
pulumi.export("text", Output.concat("network=", network.id))
pulumi.export("image", image.value)
pulumi.export("size", size)

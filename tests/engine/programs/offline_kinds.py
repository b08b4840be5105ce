"""A Pulumi program with every kind of registration that the offline engine has to understand."""

from pathlib import Path
from typing import Any

import pulumi
import pulumi_aws as aws
from pulumi import Alias, Output, ResourceOptions

secret = pulumi.Config().require_secret("token")


class Box(pulumi.ComponentResource):
    def __init__(self, name: str, props: dict[str, Any] | None = None, opts: ResourceOptions | None = None):
        super().__init__("example:index:Box", name, props or {}, opts)
        self.below = ResourceOptions(parent=self)


def tagged(word: str) -> Any:
    def transform(args: pulumi.ResourceTransformArgs) -> pulumi.ResourceTransformResult | None:
        if "Topic" not in args.type_:
            return None
        name = Output.concat(args.props.get("displayName") or "", word)
        return pulumi.ResourceTransformResult(props={**args.props, "displayName": name}, opts=args.opts)

    return transform


def protected(args: pulumi.ResourceTransformArgs) -> pulumi.ResourceTransformResult | None:
    """Adds options and an input that comes from another resource."""
    opts = ResourceOptions.merge(args.opts, ResourceOptions(protect=True, depends_on=[vpc], ignore_changes=["name"]))
    return pulumi.ResourceTransformResult(props={**args.props, "tags": {"vpc": vpc.id, "token": secret}}, opts=opts)


def monitored(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
    """The older kind, which the SDK runs itself."""
    if args.type_ != "aws:ec2/instance:Instance":
        return None
    return pulumi.ResourceTransformationResult(props={**args.props, "monitoring": True}, opts=args.opts)


def in_ohio(args: pulumi.InvokeTransformArgs) -> pulumi.InvokeTransformResult | None:
    return pulumi.InvokeTransformResult(args={**args.args, "region": "us-east-2"}, opts=args.opts)


pulumi.runtime.register_resource_transform(tagged("-stack"))
pulumi.runtime.register_invoke_transform(in_ohio)
east = aws.Provider("east", region="us-east-2")
west = aws.Provider("west", region="us-west-2", opts=ResourceOptions(version="7.50.0"))
vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16", opts=ResourceOptions(provider=east))

# options that children inherit, and those that they set themselves
guarded = Box(
    "guarded", opts=ResourceOptions(protect=True, retain_on_delete=True, deleted_with=vpc, providers={"aws": west})
)
inner = Box("inner", opts=guarded.below)
aws.sqs.Queue("inherits", opts=inner.below)
aws.sqs.Queue("refuses", opts=ResourceOptions(parent=inner, protect=False, retain_on_delete=False, provider=east))
parent_queue = aws.sqs.Queue("parent-queue", opts=ResourceOptions(provider=west))
aws.sqs.Queue("child-of-custom", opts=ResourceOptions(parent=parent_queue))

# transforms: its own, its parent's, the stack's
transformed = Box("transformed", opts=ResourceOptions(transforms=[tagged("-parent")]))
aws.sns.Topic("plain-topic", name="plain")
aws.sns.Topic("below-topic", display_name=vpc.id, opts=transformed.below)
aws.sns.Topic("own-topic", name="own", opts=ResourceOptions(parent=transformed, transforms=[tagged("-own"), protected]))
old_kind = Box("old-kind", opts=ResourceOptions(transformations=[monitored]))
aws.ec2.Instance("old-instance", ami="ami-0a1b2c3d4e5f60718", instance_type="t3.nano", opts=old_kind.below)

# aliases of all kinds
aws.sqs.Queue(
    "renamed",
    opts=ResourceOptions(
        parent=inner,
        aliases=[
            "urn:pulumi:dev::foreign::aws:sqs/queue:Queue::by-urn",
            Alias(name="by-name"),
            Alias(type_="aws:sqs/oldQueue:OldQueue"),
            Alias(project="other-project"),
            Alias(stack="other-stack"),
            Alias(parent=pulumi.ROOT_STACK_RESOURCE),
            Alias(parent=guarded),
            Alias(parent="urn:pulumi:dev::foreign::example:index:Box::gone", name="moved"),
        ],
    ),
)

# values of all kinds
bucket = aws.s3.Bucket("bucket", opts=ResourceOptions(additional_secret_outputs=["arn"], import_="bucket-in-use"))
for name, source in {
    "text": pulumi.StringAsset("hello"),
    "file": pulumi.FileAsset(str(Path(__file__).resolve())),
    "archive": pulumi.AssetArchive({"a.txt": pulumi.StringAsset("a"), "deep/b.txt": pulumi.StringAsset("b")}),
}.items():
    aws.s3.BucketObjectv2(name, bucket=bucket.id, source=source, opts=ResourceOptions(parent=bucket))
Box(
    "values",
    {
        "resource": vpc,
        "nested": {"list": [1, 2.5, True, None, "x", vpc.arn], "secret": secret, "pair": Output.all(vpc.id, secret)},
        "unknown_secret": Output.secret(vpc.id),
        "text": Output.concat("id=", vpc.id),
    },
)
instance = aws.ec2.Instance(
    "cards",
    ami="ami-0a1b2c3d4e5f60718",
    network_interfaces=[
        aws.ec2.InstanceNetworkInterfaceArgs(device_index=0, network_interface_id=bucket.id),
        {"device_index": 1, "network_interface_id": vpc.id},
        {"deviceIndex": 2, "networkInterfaceId": Output.concat(vpc.id, bucket.id)},
    ],
    tags={"plain_word": vpc.id, "Name": "x"},
    opts=ResourceOptions(custom_timeouts=pulumi.CustomTimeouts(create="5m"), replace_on_changes=["ami"]),
)

# what is only read, and what is only asked
known = aws.ec2.Vpc.get("known", "vpc-0a1b2c3d4e5f60718")
late = aws.ec2.Subnet.get("late", instance.subnet_id, opts=ResourceOptions(parent=inner))
other = pulumi.StackReference("organization/foreign/base")
recorded = aws.ssm.get_parameter_output(name="/image")
plain = aws.ssm.get_parameter(name="/image")
waiting = aws.ssm.get_parameter_output(name="/image", opts=pulumi.InvokeOutputOptions(depends_on=[vpc]))
hook = pulumi.ResourceHook("hook", lambda args: None)
aws.sqs.Queue("hooked", opts=ResourceOptions(hooks=pulumi.ResourceHookBinding(after_create=[hook])))

print("this line is the program's own")
pulumi.log.warn("careful", inner)
pulumi.export("recorded", recorded.value)
pulumi.export("plain", plain.value)
pulumi.export("waiting", waiting.value)
pulumi.export("other", other.get_output("vpc"))
pulumi.export("secret", secret)
pulumi.export("known", known.cidr_block)
pulumi.export("late", late.arn)

"""Everything that may change a resource on its way: transformations, transforms of three origins, of look-ups too."""

from __future__ import annotations

from typing import Any

import pulumi
import pulumi_aws as aws
from pulumi import Output, ResourceOptions

config = pulumi.Config()
token = config.require_secret("token")
east = aws.Provider("east", region="us-east-2")
west = aws.Provider("west", region="us-west-2")
key = aws.kms.Key("key", opts=ResourceOptions(provider=east))


class Box(pulumi.ComponentResource):
    def __init__(self, name: str, opts: ResourceOptions | None = None):
        super().__init__("example:index:Box", name, {"size": 1, "token": token}, opts)
        self.below = ResourceOptions(parent=self)


def tag_everything(args: pulumi.ResourceTransformArgs) -> pulumi.ResourceTransformResult | None:
    """The usual one: cost tags on all that can have them."""
    if not args.custom or not args.type_.startswith(("aws:sqs", "aws:s3", "aws:ec2")) or "Rule" in args.type_:
        return None
    tags = {**(args.props.get("tags") or {}), "stack": pulumi.get_stack(), "name": args.name}
    return pulumi.ResourceTransformResult(props={**args.props, "tags": tags}, opts=args.opts)


async def later(args: pulumi.ResourceTransformArgs) -> pulumi.ResourceTransformResult | None:
    if args.type_ != "aws:sqs/queue:Queue":
        return None
    return pulumi.ResourceTransformResult(
        props={**args.props, "kmsMasterKeyId": key.arn},
        opts=ResourceOptions.merge(args.opts, ResourceOptions(custom_timeouts=pulumi.CustomTimeouts(create="7m"))),
    )


def options_of_all_kinds(args: pulumi.ResourceTransformArgs) -> pulumi.ResourceTransformResult | None:
    opts = ResourceOptions.merge(
        args.opts,
        ResourceOptions(
            protect=True,
            retain_on_delete=True,
            delete_before_replace=True,
            ignore_changes=["policy"],
            replace_on_changes=["fifoQueue"],
            additional_secret_outputs=["url"],
            depends_on=[key],
            deleted_with=key,
            aliases=[pulumi.Alias(name=f"{args.name}-before")],
            version="7.50.0",
        ),
    )
    return pulumi.ResourceTransformResult(props=args.props, opts=opts)


def drop_and_hide(args: pulumi.ResourceTransformArgs) -> pulumi.ResourceTransformResult | None:
    """An input goes, one becomes secret, one becomes unknown, one becomes a list."""
    props = {k: v for k, v in args.props.items() if k != "delaySeconds"}
    props |= {"policy": Output.secret('{"Version": "2012-10-17"}'), "name": key.key_id, "namePrefix": token}
    return pulumi.ResourceTransformResult(props=props, opts=args.opts)


def elsewhere(args: pulumi.ResourceTransformArgs) -> pulumi.ResourceTransformResult | None:
    if not args.type_.startswith("aws:sns"):
        return None
    args.opts.provider = west
    return pulumi.ResourceTransformResult(props=args.props, opts=args.opts)


def old_style(word: str) -> Any:
    def transformation(args: pulumi.ResourceTransformationArgs) -> pulumi.ResourceTransformationResult | None:
        if "Queue" not in args.type_:
            return None
        tags = {**(args.props.get("tags") or {}), word: "here"}
        opts = ResourceOptions.merge(args.opts, ResourceOptions(ignore_changes=[f"tags.{word}"]))
        return pulumi.ResourceTransformationResult({**args.props, "tags": tags}, opts)

    return transformation


def look_there(args: pulumi.InvokeTransformArgs) -> pulumi.InvokeTransformResult | None:
    if args.token != "aws:ssm/getParameter:getParameter":
        return None
    return pulumi.InvokeTransformResult(args={**args.args, "name": "/image"}, opts=args.opts)


async def with_provider(args: pulumi.InvokeTransformArgs) -> pulumi.InvokeTransformResult | None:
    args.opts.provider = west
    return pulumi.InvokeTransformResult(args=args.args, opts=args.opts)


pulumi.runtime.register_stack_transformation(old_style("stackwide"))
pulumi.runtime.register_resource_transform(tag_everything)
pulumi.runtime.register_resource_transform(later)
pulumi.runtime.register_invoke_transform(look_there)
pulumi.runtime.register_invoke_transform(with_provider)

outer = Box("outer", ResourceOptions(providers=[east], transforms=[elsewhere], transformations=[old_style("outer")]))
inner = Box("inner", ResourceOptions(parent=outer, transforms=[drop_and_hide], protect=False))
bucket = aws.s3.Bucket("bucket", tags={"a": "b", "secret": token}, opts=ResourceOptions(provider=east))
plain = aws.sqs.Queue("plain", delay_seconds=5, opts=ResourceOptions(provider=east))
aws.sqs.Queue("below", delay_seconds=5, tags={"bucket": bucket.arn}, opts=inner.below)
aws.sqs.Queue(
    "own",
    delay_seconds=5,
    tags={"bucket": bucket.arn, "list": token},
    opts=ResourceOptions(
        parent=outer, transforms=[drop_and_hide, options_of_all_kinds], transformations=[old_style("own")]
    ),
)
aws.sns.Topic("topic", display_name=plain.arn, opts=inner.below)
aws.sns.Topic("topic-with-own", opts=ResourceOptions(parent=inner, provider=east, transforms=[options_of_all_kinds]))
group = aws.ec2.SecurityGroup(
    "group",
    ingress=[
        {"protocol": "tcp", "from_port": 22, "to_port": 22, "cidr_blocks": ["10.0.0.0/8"], "description": plain.arn},
        aws.ec2.SecurityGroupIngressArgs(protocol="tcp", from_port=1, to_port=2, security_groups=[bucket.id]),
    ],
    opts=outer.below,
)
third = aws.s3.BucketPolicy(
    "third",
    bucket=bucket.bucket,
    policy=Output.json_dumps({"Statement": [{"Resource": bucket.arn, "Principal": token}]}),
    opts=ResourceOptions(parent=bucket, transforms=[options_of_all_kinds]),
)
found = aws.ssm.get_parameter_output(name="/nowhere")
pulumi.export("found", found.value)
pulumi.export("queue", plain.arn)
pulumi.export("box", outer)

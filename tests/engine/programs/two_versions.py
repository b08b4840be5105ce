"""One program before and after a change, which `version` of the config decides: what can happen to a resource."""

from __future__ import annotations

import json

import pulumi
import pulumi_aws as aws
import pulumi_gcp as gcp
from pulumi import Alias, Output, ResourceOptions

config = pulumi.Config()
LATER = config.require("version") == "2"
token = config.require_secret("token")
VPC = "vpc-0f0e0d0c0b0a09080"


class Stage(pulumi.ComponentResource):
    """Names of children that begin with its own, and one that does not; a component in it."""

    def __init__(
        self,
        name: str,
        alien: str,
        token: str = "example:index:Stage",
        depth: int = 0,
        opts: ResourceOptions | None = None,
    ):
        super().__init__(token, name, {}, opts)
        below = ResourceOptions(parent=self)
        self.first = aws.cloudwatch.LogGroup(f"{name}-first", tags={"stage": "one"}, opts=below)
        self.alien = aws.cloudwatch.LogGroup(f"alien-{depth}-{alien}", opts=below)
        if depth:
            self.inner = Stage(f"{name}-inner", alien, token, depth - 1, below)
        self.register_outputs({})


def after(old: object, new: object) -> object:
    return new if LATER else old


# ---- names

plain = aws.cloudwatch.LogGroup(after("plain", "plain-b"), opts=ResourceOptions(aliases=[Alias(name="plain")]))
renamed_and_changed = aws.cloudwatch.LogGroup(
    after("changed", "changed-b"), retention_in_days=after(1, 3), opts=ResourceOptions(aliases=[Alias(name="changed")])
)
renamed_and_replaced = aws.cloudwatch.LogGroup(
    after("other", "other-b"),
    log_group_class=after("STANDARD", "INFREQUENT_ACCESS"),
    opts=ResourceOptions(aliases=[Alias(name="other")]),
)
forgotten = aws.cloudwatch.LogGroup(after("forgotten", "forgotten-b"))
stage = Stage(after("stage", "stage-b"), "of-stage", depth=1, opts=ResourceOptions(aliases=[Alias(name="stage")]))
typed = Stage(
    "typed",
    "of-typed",
    after("example:index:Before", "example:index:After"),
    opts=ResourceOptions(aliases=[Alias(type_="example:index:Before")]),
)
both = Stage(
    after("both", "both-b"),
    "of-both",
    after("example:older:Stage", "example:newer:Stage"),
    1,
    ResourceOptions(aliases=[Alias(name="both", type_="example:older:Stage")]),
)
lost = Stage(after("lost", "lost-b"), "of-lost", opts=ResourceOptions(aliases=[Alias(name="never")]))
moved_in = aws.cloudwatch.LogGroup(
    "moved-in",
    opts=ResourceOptions(parent=stage, aliases=[Alias(parent=pulumi.ROOT_STACK_RESOURCE)]) if LATER else None,
)
moved_out = aws.cloudwatch.LogGroup(
    "moved-out",
    opts=after(
        ResourceOptions(parent=typed),
        ResourceOptions(
            aliases=[
                f"urn:pulumi:{pulumi.get_stack()}::{pulumi.get_project()}::example:index:Before$aws:cloudwatch/logGroup:LogGroup::moved-out"
            ]
        ),
    ),
)
renamed_child = aws.cloudwatch.LogGroup(
    after("stage-child", "stage-b-kid"),
    opts=ResourceOptions(
        parent=stage, aliases=[Alias(name="stage-child"), Alias(name="stage-b-child")] if LATER else []
    ),
)
# its own earlier name is there, and so is that of its alias, which goes
kept_name = aws.cloudwatch.LogGroup("kept-name", opts=ResourceOptions(aliases=[Alias(name="also-there")]))
if not LATER:
    aws.cloudwatch.LogGroup("also-there")
retyped = after(aws.s3.BucketV2, aws.s3.Bucket)("retyped", tags={"a": "1"})
for name in after(["x", "y", "z"], ["z", "new", "x"]):
    aws.cloudwatch.LogGroup(f"loop-{name}")

# ---- inputs

aws.cloudwatch.LogGroup("same", tags={"a": "1"})
aws.cloudwatch.LogGroup("tagged", tags=after({"a": "1", "b": "1"}, {"a": "2", "c": "1"}))
aws.ec2.Vpc("untagged", cidr_block="10.1.0.0/16", tags=after({}, None))
aws.cloudwatch.LogGroup("number", retention_in_days=after(5, "5"))
aws.sqs.Queue("of-no-known-type", delay_seconds=after(1, 2))
network = aws.ec2.Vpc("network", cidr_block="10.0.0.0/16")
subnets = [aws.ec2.Subnet(f"subnet-{i}", vpc_id=network.id, cidr_block=f"10.0.{i}.0/24") for i in range(2)]
replaced = aws.ec2.Subnet("replaced", vpc_id=network.id, cidr_block=after("10.0.8.0/24", "10.0.9.0/24"))
groups = [aws.ec2.SecurityGroup(f"group-{i}", vpc_id=VPC) for i in range(3)]
ids = [group.id for group in groups]
aws.ec2.Instance(
    "order",
    ami="ami-0a1b2c3d4e5f60718",
    instance_type="t3.nano",
    subnet_id=subnets[0].id,
    vpc_security_group_ids=after([ids[0], ids[1], "sg-0a1b2c3d4e5f60718"], ["sg-0a1b2c3d4e5f60718", ids[1], ids[0]]),
)
aws.ec2.Instance(
    "elsewhere",
    ami="ami-0a1b2c3d4e5f60718",
    instance_type="t3.nano",
    subnet_id=after(subnets[0].id, subnets[1].id),
    vpc_security_group_ids=after(ids[:2], ids[1:]),
)
aws.ec2.Instance("in-replaced", ami="ami-0a1b2c3d4e5f60718", instance_type="t3.nano", subnet_id=replaced.id)
aws.ec2.Instance(
    "literal",
    ami="ami-0a1b2c3d4e5f60718",
    instance_type="t3.nano",
    subnet_id=after(subnets[0].id, "subnet-0a1b2c3d4e5f60718"),
)
aws.ec2.Instance(
    "output",
    ami="ami-0a1b2c3d4e5f60718",
    instance_type="t3.nano",
    subnet_id=after("subnet-0a1b2c3d4e5f60718", subnets[0].id),
)
template = aws.ec2.LaunchTemplate(
    "template", image_id="ami-0a1b2c3d4e5f60718", instance_type=after("t3.nano", "t3.micro")
)
aws.ec2.Instance("templated", launch_template={"id": template.id, "version": template.latest_version.apply(str)})
aws.ec2.Instance("default-template", launch_template={"id": template.id, "version": "$Default"})
aws.ec2.SecurityGroup(
    "rules",
    vpc_id=VPC,
    ingress=after(
        [
            {"protocol": "tcp", "from_port": p, "to_port": p, "cidr_blocks": ["10.0.0.0/8", "10.9.0.0/16"]}
            for p in (22, 443)
        ],
        [
            {"protocol": "tcp", "from_port": p, "to_port": p, "cidr_blocks": ["10.0.0.0/8", "10.9.0.0/16"]}
            for p in (443, 22)
        ],
    ),
)
objects = aws.s3.Bucket("objects", bucket=after("objects-one", "objects-two"))
aws.s3.BucketObject("beside", bucket=objects.bucket, key="a", content="b")
aws.s3.BucketPolicy("policy", bucket=objects.id, policy=objects.arn.apply(lambda arn: json.dumps({"Resource": [arn]})))
steady = aws.s3.Bucket("steady")
aws.s3.BucketPolicy(
    "inside",
    bucket=steady.id,
    policy=steady.arn.apply(lambda arn: json.dumps({"Resource": [arn], "Sid": after("a", "b")})),
)
aws.s3.BucketPolicy("untouched", bucket=steady.id, policy=steady.arn.apply(lambda arn: json.dumps({"Resource": [arn]})))
aws.s3.BucketPolicy(
    "wider",
    bucket=steady.id,
    policy=Output.json_dumps({"Resource": after([steady.arn], [steady.arn, retyped.arn]), "Sid": "a"}),
)
aws.s3.BucketObject("asset", bucket=steady.id, key="a", source=pulumi.StringAsset(after("one", "two")))
aws.s3.BucketObject("same-asset", bucket=steady.id, key="b", source=pulumi.StringAsset("one"))
aws.s3.Bucket("named-later", bucket=after(None, "named-later"))
aws.s3.Bucket("named-before", bucket=after("named-before", None))
aws.s3.Bucket("renamed", bucket=after("name-one", "name-two"))

# ---- secrets

aws.ssm.Parameter("secret", type="SecureString", value=token)
aws.ssm.Parameter("revealed", type="String", value=after(token, "plain"))
aws.ssm.Parameter("hidden", type="String", value=after("plain", token))
aws.ssm.Parameter("still-plain", type="String", value=after(pulumi.Output.secret("same"), "same"))
aws.cloudwatch.LogGroup("secret-tag", tags={"a": Output.secret("b"), "c": after("d", "e")})

# ---- options

aws.cloudwatch.LogGroup(
    "protected", opts=ResourceOptions(protect=after(False, True), retain_on_delete=after(False, True))
)
aws.cloudwatch.LogGroup(
    "waits",
    opts=ResourceOptions(
        depends_on=after([], [plain]), custom_timeouts=after(None, pulumi.CustomTimeouts(create="9m"))
    ),
)
aws.cloudwatch.LogGroup(
    "ignores",
    tags=after({"a": "1", "b": "1"}, {"a": "2", "b": "2"}),
    opts=ResourceOptions(ignore_changes=['tags["a"]']),
)
aws.ec2.Subnet(
    "ignores-all",
    vpc_id=VPC,
    cidr_block=after("10.0.8.0/24", "10.0.9.0/24"),
    opts=ResourceOptions(ignore_changes=["cidrBlock"]),
)
aws.cloudwatch.LogGroup("asked", tags={"a": after("1", "2")}, opts=ResourceOptions(replace_on_changes=["tags"]))
aws.cloudwatch.LogGroup("asked-all", retention_in_days=after(1, 3), opts=ResourceOptions(replace_on_changes=["*"]))
aws.cloudwatch.LogGroup("first-trigger", opts=ResourceOptions(replacement_trigger=after(None, "1")))
aws.cloudwatch.LogGroup("last-trigger", opts=ResourceOptions(replacement_trigger=after("1", None)))
trigger = aws.cloudwatch.LogGroup("trigger", opts=ResourceOptions(replacement_trigger=after("1", {"version": 2})))
aws.cloudwatch.LogGroup("same-trigger", opts=ResourceOptions(replacement_trigger={"version": 2, "of": steady.arn}))
aws.cloudwatch.LogGroup("with", opts=ResourceOptions(replace_with=[trigger]))
aws.cloudwatch.LogGroup(
    "first-goes",
    log_group_class=after("STANDARD", "INFREQUENT_ACCESS"),
    opts=ResourceOptions(delete_before_replace=True),
)

# ---- what is read, taken over, let go

aws.s3.Bucket("imported", bucket="in-use", opts=ResourceOptions(import_="in-use" if LATER else None)) if LATER else None
aws.s3.Bucket("taken", bucket="taken", opts=ResourceOptions(import_="taken"))
aws.s3.Bucket("taken-once", bucket="taken-once", opts=ResourceOptions(import_=after("taken-once", None)))
aws.s3.Bucket(
    "taken-later", bucket=after("made", "taken-later"), opts=ResourceOptions(import_=after(None, "taken-later"))
)
if LATER:
    aws.s3.Bucket.get("let-go", "let-go-1")
    aws.s3.Bucket("owned", bucket="owned")
else:
    aws.s3.Bucket("let-go", bucket="let-go-1")
    aws.s3.Bucket.get("owned", "owned")
    aws.s3.Bucket.get("read-no-more", "in-use")
aws.s3.Bucket.get("read", "in-use")
gone = None if LATER else aws.cloudwatch.LogGroup("gone")

# ---- providers

west = aws.Provider("west", region=after("us-west-1", "us-west-2"))
aws.cloudwatch.LogGroup("in-west", opts=ResourceOptions(provider=west))
own = aws.Provider("own", region="us-east-2")
aws.cloudwatch.LogGroup("provider-same-place", opts=after(None, ResourceOptions(provider=own)))
aws.cloudwatch.LogGroup("provider-elsewhere", opts=after(None, ResourceOptions(provider=west)))
named = aws.Provider(after("named", "named-b"), region="us-east-2", opts=ResourceOptions(aliases=[Alias(name="named")]))
aws.cloudwatch.LogGroup("named-provider", opts=ResourceOptions(provider=named))
aws.cloudwatch.LogGroup("region", region=after(None, "us-west-1"))
zones = gcp.Provider("zones", project="example-ml", region="us-east5", zone=after("us-east5-a", "us-east5-b"))
gcp.compute.Disk("disk", size=10, opts=ResourceOptions(provider=zones))
gcp.compute.Network("google", auto_create_subnetworks=False, opts=ResourceOptions(provider=zones))
gcp.storage.Bucket("google-bucket", location="US", labels={"a": after("1", "2")}, opts=ResourceOptions(provider=zones))
pulumi.export("trigger", trigger.urn)

"""Every option that the SDK has, on plain resources: what the engine must be told, and is told by both."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws
from pulumi import CustomTimeouts, Output, ResourceOptions

config = pulumi.Config()
token = config.require_secret("token")


class Stage(pulumi.ComponentResource):
    def __init__(self, name: str, opts: ResourceOptions | None = None):
        super().__init__("example:index:Stage", name, {}, opts)
        self.first = aws.sqs.Queue(f"{name}-first", opts=ResourceOptions(parent=self))
        self.second = aws.sqs.Queue(f"{name}-second", opts=ResourceOptions(parent=self, depends_on=[self.first]))
        self.register_outputs({})


def before(args: pulumi.ResourceHookArgs) -> None:
    pulumi.log.info(f"before {args.urn}")


async def after(args: pulumi.ResourceHookArgs) -> None:
    pulumi.log.info(f"after {args.urn}")


hook = pulumi.ResourceHook("before", before, opts=pulumi.ResourceHookOptions(on_dry_run=False))
late = pulumi.ResourceHook("after", after)
stage = Stage("stage")
second = Stage("second", ResourceOptions(depends_on=[stage]))
vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16", opts=ResourceOptions(depends_on=stage))
hooked = aws.sqs.Queue(
    "hooked",
    opts=ResourceOptions(
        depends_on=[second, vpc],
        hooks=pulumi.ResourceHookBinding(before_create=[hook], after_create=[late, after], before_delete=[hook]),
    ),
)
outputs_as_dependencies = aws.sqs.Queue(
    "waits", opts=ResourceOptions(depends_on=[Output.from_input(vpc), Output.from_input(hooked)])
)
list_as_dependency = aws.sqs.Queue("waits-for-list", opts=ResourceOptions(depends_on=Output.from_input([vpc, stage])))
for name, paths in {
    "all": ["*"],
    "members": ["tags.*", "tags[*]"],
    "nested": ["root_block_device.volume_size", "ebsBlockDevices[*].volumeSize", 'tags["a.b"]'],
    "index": ["ebs_block_devices[0]", "tagsAll"],
}.items():
    aws.ec2.Instance(
        f"ignores-{name}",
        ami="ami-0a1b2c3d4e5f60718",
        instance_type="t3.nano",
        root_block_device={"volume_size": 20},
        opts=ResourceOptions(ignore_changes=paths, replace_on_changes=paths, hide_diffs=paths),
    )
imported = aws.s3.Bucket("imported", bucket="in-use", opts=ResourceOptions(import_="in-use", protect=True))
twice = aws.iam.RolePolicy(
    "replaced-with",
    role="some-role",
    policy="{}",
    opts=ResourceOptions(
        replace_with=[vpc, hooked], replacement_trigger="4", deleted_with=vpc, delete_before_replace=False
    ),
)
triggered = aws.iam.RolePolicy(
    "triggered",
    role="some-role",
    policy="{}",
    opts=ResourceOptions(replacement_trigger={"version": 3, "of": ["a", vpc.id]}, delete_before_replace=True),
)
timed = aws.rds.Instance(
    "timed",
    instance_class="db.t3.micro",
    password=token,
    opts=ResourceOptions(
        custom_timeouts=CustomTimeouts(create="1h30m", update="90s", delete="2h"),
        additional_secret_outputs=["endpoint", "masterUserSecrets"],
        retain_on_delete=True,
        protect=False,
    ),
)
empty = aws.sqs.Queue(
    "empty-options", opts=ResourceOptions(aliases=[], ignore_changes=[], depends_on=[], transformations=[])
)
child = aws.sqs.Queue("below-retained", opts=ResourceOptions(parent=timed, deleted_with=stage))
pulumi.export("endpoint", timed.endpoint)
pulumi.export("urn", hooked.urn)
pulumi.export("imported", imported.id)
pulumi.export("imported_bucket", imported.bucket)

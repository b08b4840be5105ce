"""No provider named: default providers with config, of several versions, beside explicit ones."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws
import pulumi_gcp as gcp
from pulumi import ResourceOptions

config = pulumi.Config()
settings = config.require_object("settings")
aws_config = pulumi.Config("aws")

vpc = aws.ec2.Vpc("vpc", cidr_block=settings["cidr"], tags={"region": aws_config.require("region")})
for i, zone in enumerate(settings["zones"]):
    aws.ec2.Subnet(
        f"subnet-{zone}",
        vpc_id=vpc.id,
        cidr_block=f"10.0.{i}.0/24",
        availability_zone=zone,
        map_public_ip_on_launch=settings["public"],
        opts=ResourceOptions(parent=vpc),
    )
older = aws.sqs.Queue("older", opts=ResourceOptions(version="7.50.0"))
mirrored = aws.sqs.Queue(
    "mirrored", opts=ResourceOptions(version="7.51.1", plugin_download_url="https://plugins.example/a/b/")
)
unversioned = aws.sqs.Queue("from-mirror", opts=ResourceOptions(plugin_download_url="https://plugins.example/a"))
below = aws.sqs.Queue("below-older", opts=ResourceOptions(parent=older))
topic = gcp.pubsub.Topic("events", labels={"size": str(config.require_int("size"))})
account = gcp.serviceaccount.Account("runner", account_id="runner", opts=ResourceOptions(depends_on=[topic, vpc]))
explicit = aws.Provider(
    "explicit",
    region=aws_config.require("region"),
    access_key=config.require_secret("token"),
    assume_roles=[{"role_arn": "arn:aws:iam::111122223333:role/deployer", "duration": "1h"}],
    default_tags=aws.ProviderDefaultTagsArgs(tags={"owner": "platform", "vpc": vpc.id}),
    skip_region_validation=True,
    opts=ResourceOptions(version="7.50.0", protect=True, depends_on=[vpc]),
)
with_explicit = aws.sqs.Queue("with-explicit", opts=ResourceOptions(provider=explicit))
derived = aws.Provider("derived", region="us-west-2", opts=ResourceOptions(parent=with_explicit))
aws.sqs.Queue("with-derived", opts=ResourceOptions(provider=derived))
region = aws.get_region_output()
caller = aws.get_caller_identity_output(opts=pulumi.InvokeOutputOptions(provider=explicit))
parent_caller = aws.get_caller_identity_output(opts=pulumi.InvokeOutputOptions(parent=with_explicit))
pulumi.export("region", region.region)
pulumi.export("account", pulumi.Output.format("arn:aws:iam::{0}:root", caller.account_id))
pulumi.export("settings", settings)
pulumi.export("list", config.get_object("list"))
pulumi.export("missing", config.get("nothing"))
pulumi.export("ratio", config.require_float("ratio"))
pulumi.export("flag", config.require_bool("flag"))

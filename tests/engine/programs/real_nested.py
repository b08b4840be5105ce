"""Components inside components: providers in lists and mappings, what children inherit and refuse, earlier lives."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws
import pulumi_gcp as gcp
from pulumi import Alias, ResourceOptions

east = aws.Provider("east", region="us-east-2")
west = aws.Provider("west", region="us-west-2", default_tags={"tags": {"owner": "platform"}})
google = gcp.Provider("google", project="example-ml", region="us-east5")


class Box(pulumi.ComponentResource):
    def __init__(self, name: str, opts: ResourceOptions | None = None):
        super().__init__("example:index:Box", name, {}, opts)
        self.below = ResourceOptions(parent=self)


class Site(pulumi.ComponentResource):
    """A component of components, which hands its providers down without naming them."""

    def __init__(self, name: str, opts: ResourceOptions | None = None):
        super().__init__("example:sites:Site", name, {"name": name}, opts)
        self.cell = Box(f"{name}-cell", ResourceOptions(parent=self))
        self.deep = Box(f"{name}-deep", ResourceOptions(parent=self.cell, protect=False))
        self.queue = aws.sqs.Queue(f"{name}-jobs", opts=self.deep.below)
        self.bucket = gcp.storage.Bucket(f"{name}-store", location="US", opts=self.cell.below)
        self.register_outputs({"jobs": self.queue.url, "store": self.bucket.name})


guard = aws.kms.Key("guard", opts=ResourceOptions(provider=east, protect=True))
site = Site(
    "site",
    ResourceOptions(
        providers={"aws": west, "gcp": google},
        protect=True,
        retain_on_delete=True,
        deleted_with=guard,
        aliases=[
            Alias(name="plant"),
            Alias(type_="example:sites:Plant"),
            Alias(name="plant", type_="example:sites:Plant"),
            Alias(parent="urn:pulumi:dev::foreign::example:index:Box::gone"),
            Alias(name="plant", stack="old", project="older"),
            "urn:pulumi:dev::foreign::example:sites:Site::ancient",
        ],
    ),
)
mixed = Box("mixed", ResourceOptions(providers=[east, google]))
for kind, opts in {
    "plain": ResourceOptions(parent=mixed),
    "own": ResourceOptions(parent=mixed, provider=west),
    "free": ResourceOptions(parent=mixed, protect=False, retain_on_delete=False),
    "guarded": ResourceOptions(parent=mixed, protect=True, deleted_with=guard),
}.items():
    aws.sns.Topic(f"{kind}-topic", opts=opts)

# provider= on a component, and a provider that a mapping overrides
single = Box("single", ResourceOptions(provider=west))
aws.sns.Topic("single-topic", opts=single.below)
both = Box("both", ResourceOptions(provider=east, providers={"gcp": google}))
aws.sns.Topic("both-topic", opts=both.below)
gcp.pubsub.Topic("both-topic", opts=both.below)
inner = Box("both-inner", ResourceOptions(parent=both, providers={"aws": west}))
aws.sns.Topic("inner-topic", opts=inner.below)
gcp.pubsub.Topic("inner-topic", opts=inner.below)

# a resource as parent: its provider goes down to its own package only
vpc = aws.ec2.Vpc(
    "vpc", cidr_block="10.0.0.0/16", opts=ResourceOptions(provider=west, protect=True, retain_on_delete=True)
)
subnet = aws.ec2.Subnet("subnet", vpc_id=vpc.id, cidr_block="10.0.0.0/24", opts=ResourceOptions(parent=vpc))
gcp.pubsub.Topic("below-vpc", opts=ResourceOptions(parent=vpc, provider=google))
below = Box("below-vpc", ResourceOptions(parent=vpc))
aws.sns.Topic("below-box-topic", opts=below.below)
aws.ec2.SecurityGroup(
    "moved",
    vpc_id=vpc.id,
    opts=ResourceOptions(
        parent=inner,
        aliases=[
            Alias(parent=pulumi.ROOT_STACK_RESOURCE),
            Alias(parent=mixed),
            Alias(parent=site.cell, name="old-moved"),
            Alias(parent=mixed.urn),
            Alias(parent=None),
            Alias(type_="aws:ec2/oldGroup:OldGroup", parent=vpc),
            site.urn.apply(lambda urn: f"{urn}-group"),
            mixed.urn.apply(lambda urn: Alias(name="late", parent=urn)),
        ],
    ),
)

# merged options, as components write them
aws.sqs.Queue(
    "merged",
    opts=ResourceOptions.merge(
        ResourceOptions(parent=inner, ignore_changes=["tags"], aliases=[Alias(name="first")], depends_on=[vpc]),
        ResourceOptions(protect=True, ignore_changes=["name"], aliases=[Alias(name="second")], depends_on=[site]),
    ),
)
pulumi.export("jobs", site.queue.url)

"""Reviews made by hand: every kind of change, every harm, findings, tags, pictures, and names that mean no good."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from tests.report.findings import finding
from ultrastack.model.change import Change, Kind, PropertyChange, Risk
from ultrastack.model.comparison import Comparison, FindingsChange, TagsChange
from ultrastack.model.estate import StackPlan
from ultrastack.model.finding import Coverage, Finding, Judgement, identified
from ultrastack.model.graph import SECRET, UNKNOWN, Graph, Options, Resource, Value
from ultrastack.model.picture import Link, Mark, Node, NodeKind, Picture
from ultrastack.model.place import Place, Problem
from ultrastack.model.plan import Note, Plan
from ultrastack.model.requirement import Requirement
from ultrastack.model.review import Confinement, Review

Answer = Literal["yes", "no", "may"]

LUSTRE = "aws:fsx/lustreFileSystem:LustreFileSystem"
INSTANCE = "aws:ec2/instance:Instance"
TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
SLICE = "gcp:tpu/v2QueuedResource:V2QueuedResource"
ENDPOINT = "aws:sagemaker/endpoint:Endpoint"
BUCKET = "aws:s3/bucket:Bucket"
GROUP = "aws:ec2/placementGroup:PlacementGroup"
BASE = "main, 4 commits ago (1a2b3c4)"
NOT_CHECKED = ("cost", "what the cloud itself would refuse")
SANDBOX = Confinement(
    "bubblewrap",
    enforced=("no network", "reads the project and Python only", "writes to a folder of its own only", "60 s, 2 GiB"),
    not_enforced=("how much of the processor it takes",),
)

HOSTILE = (
    "x\"'><img src=http://evil.invalid/a.png onerror=alert(1)><script>alert(2)</script>&lt;b&gt; </script></style>"
    "<!-- --> ]]> @everyone [l](http://evil.invalid) `|` ::error::e %0A \x1b[31m\x00\r\n::warning::w "
    "\u202eesrever\u202c \u2066\u200f\u2028 {{x}} ${x} javascript:alert(3)"
)


def resource(
    type_: str, name: str, step: str = "", *, stack: str = "prod", parent: str = "", options: Options | None = None,
    **inputs: Value,
) -> Resource:  # fmt: skip
    urn = f"urn:pulumi:{stack}::example::{parent + '$' if parent else ''}{type_}::{name}"
    return Resource(urn, type_, name, "custom", inputs=inputs, options=options or Options(), step=step)


def change(
    kind: Kind, one: Resource, *properties: PropertyChange, risks: Sequence[Risk] = (), was: Resource | None = None,
    old_goes_first: bool = False,
) -> Change:  # fmt: skip
    """`was`: the resource by its earlier name."""
    old = None if kind in ("create", "import") else was or one
    return Change(kind, old, None if kind == "delete" else one, properties, old_goes_first, tuple(risks))


def changed(path: str, old: Value, new: Value, replaces: Answer = "no", because: str = "") -> PropertyChange:
    return PropertyChange(path, old, new, replaces, because)


def stack(
    name: str, changes: Sequence[Change], *, findings: FindingsChange | None = None, tags: Sequence[TagsChange] = (),
    drawn: bool = False, **plan: object,
) -> StackPlan:  # fmt: skip
    """Its graphs are what its changes tell."""
    old = tuple(one.old for one in changes if one.old is not None)
    new = tuple(one.new for one in changes if one.new is not None)
    compared = Comparison(
        Graph("example", name, resources=old), tuple(changes), findings or FindingsChange(), tuple(tags),
        picture(marked=True) if drawn else None,
    )  # fmt: skip
    given = {"base": BASE, "not_checked": NOT_CHECKED, "checked": ("rules",), **plan}
    given |= {"picture": picture(marked=False)} if drawn else {}
    return StackPlan(name, Plan(Graph("example", name, resources=new), comparison=compared, **given))  # type: ignore[arg-type]


# ---- what changes ---------------------------------------------------------------------------------------------------


def losing() -> tuple[Change, ...]:
    """Each harm, certain and not."""
    owner = changed('tags["owner"]', "platform", "research")
    data = resource(LUSTRE, "data-file-system", "data")
    scratch = resource(LUSTRE, "scratch-file-system", "scratch")
    template = resource(TEMPLATE, "training-template", "training")
    odd = resource("acme:queue/thing:Thing", "odd", "queue")
    return (
        change(
            "replace", data, changed("storageCapacity", 9600, 4800, "yes", "the new value is lower"), owner,
            risks=(
                Risk(
                    "data loss",
                    "storageCapacity replaces the file system, and what it holds goes with the old one",
                    ("leave storageCapacity as it is",
                     "make a second one in a step of its own, copy what the old one holds, and take it away later"),
                ),
                Risk("fleet drained", "4 machines of training mount it"),
            ),
        ),
        change(
            "may replace", scratch, changed("fileSystemTypeVersion", None, "2.15", "may", "only the cloud can tell"),
            risks=(Risk("data loss", "it may be replaced: what it holds would go", ("copy it",), certain=False),),
        ),
        *(
            change(
                "replace", resource(INSTANCE, f"training-node-{i}", "training", parent="ultrastack:aws:Cluster"),
                changed("capacityReservationSpecification.capacityReservationTarget.capacityReservationId",
                        f"cr-0a1b2c3d4e5f6071{i}", f"cr-0a1b2c3d4e5f6079{i}", "yes"),
                old_goes_first=True,
                risks=(Risk("capacity given back", "the capacity block ends with its machines",
                            ("keep the block until its end",)),),
            )
            for i in range(4)
        ),
        change(
            "update", template, changed("imageId", "ami-0123456789abcdef0", "ami-0fedcba9876543210"),
            changed("userData", "#cloud-config\n" * 40, "#cloud-config\n" * 41),
            risks=(Risk("fleet drained", "machines that start later have another image", (), certain=False),),
        ),
        change(
            "delete", resource(SLICE, "slice", "slice"), risks=(Risk("capacity given back", "the slice is deleted"),),
        ),
        change(
            "update", resource(ENDPOINT, "chat-endpoint", "chat"), changed("endpointConfigName", "chat-a", UNKNOWN),
            risks=(Risk("endpoint down", "no variant answers while the new one starts", ("deploy blue/green",)),),
        ),
        change(
            "may replace", odd, changed("color", "red", "blue", "may", "nothing is known of its type"),
            risks=(Risk("unknown", "nothing is known of acme:queue/thing:Thing", certain=False),),
        ),
    )  # fmt: skip


def harmless() -> tuple[Change, ...]:
    """Every kind of change that takes nothing away."""
    net, before = resource(GROUP, "fabric-group", "fabric"), resource(GROUP, "efa-group", "efa")
    settings = resource("aws:ssm/parameter:Parameter", "settings", "settings")
    return (
        change(
            "update", settings, changed("value", SECRET, SECRET), changed("description", "old words", None),
            changed("tier", None, "Advanced"), changed("allowedPattern", "[a-z]+", ""),
            changed("overwrite", False, True),
            changed("dependsOn", UNKNOWN, UNKNOWN, "no", "it comes from chat-b instead of chat-a"),
        ),
        change("move", net, was=before),
        change("import", resource(BUCKET, "logs", "logs", options=Options(import_id="acme-logs"))),
        *(change("create", resource(INSTANCE, f"training-node-{i}", "training")) for i in range(4, 8)),
        change("create", resource(BUCKET, "checkpoints-bucket", "checkpoints")),
        change("delete", resource("aws:cloudwatch/logGroup:LogGroup", "old-logs", "old")),
    )  # fmt: skip


# ---- what the rules say ---------------------------------------------------------------------------------------------


def findings_change() -> FindingsChange:
    reservation = resource(INSTANCE, "training-node-0", "training")
    on_nodes = {"step": "training", "type": INSTANCE, "place": Place("stacks/prod.yaml", 40, 7, 8)}
    new = (
        finding(
            "storage.capacity_is_sold", step="data", name="data-file-system", type=LUSTRE, path="storageCapacity",
            urn=f"urn:pulumi:prod::example::{LUSTRE}::data-file-system", place=Place("stacks/prod.yaml", 31, 7, 20),
        ),
        finding(
            "idle.has_a_schedule", level="advisory", message="nothing stops it at night", name="checkpoints-bucket",
            step="checkpoints", type=BUCKET, why="Idle accelerators are paid for.", fix="give it a schedule",
        ),
        *(
            finding("fabric.no_public_address", message=f"training-node-{i} has a public address", urn=reservation.urn,
                    name=f"training-node-{i}", title="no training machine has a public address", **on_nodes)
            for i in range(4, 8)
        ),
    )  # fmt: skip
    still = (finding("tags.owner_is_known", level="advisory", message="nobody is called platform", name="logs"),)
    gone = (finding("network.nat_in_each_zone", message="zone use2-az2 has none", step="net", name="net-nat"),)
    open_ = finding(
        "security.no_secret_in_user_data", message="a password stood in `userData`", name="training-template",
        needs="`userData` of training-template, known only after `up`",
    )  # fmt: skip
    return FindingsChange(_sorted(new), _sorted(still), _sorted(gone), _sorted((open_,)))


def _sorted(findings: Sequence[Finding]) -> tuple[Finding, ...]:
    return identified(findings)


def judgement(found: FindingsChange) -> Judgement:
    needs = {"`userData` of training-template, known only after `up`": 1}
    return Judgement(
        findings=(*found.new, *found.still),
        coverage=Coverage(rules=103, checks=612, passed=604, failed=7, undecided=1, needs=needs),
        profile="production",
        purpose="what people depend on",
        rules_from="main (1a2b3c4)",
    )


def tags() -> tuple[TagsChange, ...]:
    data, bucket = resource(LUSTRE, "data-file-system", "data"), resource(BUCKET, "checkpoints-bucket", "checkpoints")
    return (
        TagsChange(data, lost={"cost-center": "ml-research"}, changed={"owner": ("platform", "research")}),
        TagsChange(bucket, lost={"cost-center": "ml-research", "owner": "platform"}, untagged=True),
    )


def before_up() -> tuple[Requirement, ...]:
    return (
        Requirement(
            "quota", "Running On-Demand Trn instances", "us-east-2", "L-6B0D517C", 1536, "vCPUs",
            ("training", "workbench"), "", "aws service-quotas get-service-quota --quota-code L-6B0D517C",
        ),
        Requirement("quota", "TPUv5p cores", "us-east5-a", "", None, "chips", ("slice",)),
        Requirement("permission", "ec2: CreateTags RunInstances", amount=2, unit="actions", by=("training",)),
        Requirement("permission", "fsx: CreateFileSystem", amount=1, unit="actions", by=("data",)),
        Requirement("image", "ami-0fedcba9876543210", "us-east-2", by=("training",), command="aws ec2 describe-images"),
        Requirement("account", "tpu.googleapis.com is switched on", "acme-research", by=("slice",)),
    )  # fmt: skip


# ---- where it stands ------------------------------------------------------------------------------------------------


def node(key: str, kind: NodeKind, label: str, *children: Node, details: Sequence[str] = (), mark: Mark = "") -> Node:
    return Node(key, kind, label, tuple(details), mark=mark, children=children)


def picture(marked: bool) -> Picture:
    """Two clouds; of a change with its marks, else of all that would be there."""

    def mark(one: Mark) -> Mark:
        return one if marked else ""

    ultraserver = node(
        "cluster", "placement", "training", node(
            "domain", "domain", "NeuronLink domain 1", Node(
                "machines", "machines", "training-node", ("4 x trn2u.48xlarge", "64 Trainium2"), 4, mark("replaced"),
            ),
        ), details=("cluster placement group",),
    )  # fmt: skip
    zone = node(
        "zone", "zone", "use2-az3", node("fabric", "fabric", "fabric", ultraserver, details=("EFA",)),
        node("data", "storage", "data", details=("FSx for Lustre", "4.8 TiB"), mark=mark("replaced")),
        node("scratch", "storage", "scratch", details=("FSx for Lustre",), mark=mark("may be replaced")),
    )  # fmt: skip
    aws = node(
        "aws", "cloud", "AWS", node(
            "region", "region", "us-east-2", zone, node("chat", "endpoint", "chat", mark=mark("changed")),
            node("bucket", "storage", "checkpoints", details=("S3",), mark=mark("added")),
        ),
    )  # fmt: skip
    tpu = node("slice", "slice", "slice", details=("v5p-256", "torus 4x4x8"), mark=mark("gone"))
    google = node("gcp", "cloud", "Google Cloud", node("gregion", "region", "us-east5", tpu))
    links = (Link("machines", "data", "mounts /data"), Link("data", "bucket", "imports from"))
    return Picture((aws, google) if marked else (aws,), links, "34 rules, roles and log groups")


# ---- reviews --------------------------------------------------------------------------------------------------------


def prod() -> StackPlan:
    found = findings_change()
    return stack(
        "prod", losing() + harmless(), findings=found, tags=tags(), drawn=True, judgement=judgement(found),
        before_up=before_up(), description="What people depend on.",
        notes=(Note("fabric reads an output of the stack net", ("ultrastack plan net",)),),
    )  # fmt: skip


def small() -> Review:
    """One stack, with everything that a report may have to show of one."""
    notes = (Note("requirements.lock differs from the base's: its packages ran, ours did not", ("pip list",)),)
    return Review("example", BASE, (prod(),), "main (1a2b3c4)", notes, SANDBOX)


def several() -> Review:
    """Changed, unchanged, new, removed, refused, and one whose program failed."""
    trial = tuple(change("create", resource(BUCKET, f"data-{zone}", "data", stack="trial")) for zone in "abc")
    lost = Risk("data loss", "the bucket is deleted with what it holds", ("take it out of the state first",))
    old = (change("delete", resource(BUCKET, "archive", "archive", stack="old"), risks=(lost,)),)
    excerpt = "      capacity_gb: 4800"
    refused = Problem(
        Place("stacks/staging.yaml", 31, 7, 11, excerpt),
        "unknown argument 'capacity_gb' for aws.fsx_lustre",
        "use 'capacity_gib'",
    )
    still = finding("tags.owner_is_known", message="nobody is called platform", name="logs")
    quiet_findings = FindingsChange(still=_sorted((still,)))
    return Review(
        "example",
        BASE,
        (
            stack("dev", (), findings=quiet_findings, judgement=judgement(quiet_findings)),
            StackPlan("lab", failed="the program raised KeyError: 'zone' (components/acme/queue.py, line 12)"),
            stack("old", old, notes=(Note("stacks/old.yaml is not there any more"),)),
            prod(),
            StackPlan("staging", problems=(refused,)),
            stack("trial", trial, base="nothing, all new"),
        ),
        "main (1a2b3c4)",
        (Note("Pulumi.yaml differs from the base's"),),
        Confinement("limits only", ("60 s, 2 GiB",), ("the network", "files of this account")),
    )


def large(count: int = 5000) -> Review:
    """A fifth in rows of fifty alike ones, the rest each a row of its own, some with a risk."""
    kinds: tuple[Kind, ...] = ("create", "update", "replace", "delete", "may replace")
    made = []
    for at in range(count):
        if at % 5 == 0:
            one = resource(INSTANCE, f"fleet-{_letters(at // 250)}-node-{at}", f"fleet-{at // 250 % 40}")
            made.append(change("create", one))
            continue
        kind = kinds[at // 5 % len(kinds)]
        one = resource(BUCKET if at % 2 else LUSTRE, f"store-{_letters(at)}", f"step-{at % 60}")
        sure: Answer = "yes" if kind == "replace" else "may" if kind == "may replace" else "no"
        capacity = (changed("storageCapacity", at, at + 1200, sure),) if kind not in ("create", "delete") else ()
        risks = (Risk("data loss", f"{one.name} holds data", ("copy it",), kind == "replace"),) if at % 40 == 11 else ()
        made.append(change(kind, one, *capacity, risks=risks))
    return Review("example", BASE, (stack("prod", made),), "main (1a2b3c4)", (), SANDBOX)


def _letters(number: int) -> str:
    """Names that differ in more than digits."""
    return "".join(chr(ord("a") + number // 26**place % 26) for place in range(3))


def hostile() -> Review:
    """Everything that comes from a pull request says what HOSTILE says."""
    bad = HOSTILE
    one = resource(bad, bad, bad)
    risk = Risk("data loss", bad, (bad, bad))
    changes = (
        change(
            "replace", one, changed(bad, bad, bad, "yes", bad), changed("text", "<b>1</b>", "<b>2</b>"),
            risks=(risk,),
        ),
        change("move", resource(bad, bad + "2", bad), was=one),
        *(change("create", resource(BUCKET, f"{bad[:20]}{i}", bad)) for i in range(3)),
    )  # fmt: skip
    place = Place(f"stacks/{bad}.yaml", 3, 1, 2, bad)
    about = {
        "message": bad, "fix": bad, "why": bad, "title": bad, "name": bad, "type": bad, "step": bad, "needs": bad,
        "references": (bad, "javascript:alert(4)", "https://x.invalid/\"onmouseover=alert(5)"), "place": place,
        "notes": (bad,),
    }  # fmt: skip
    said = _sorted((finding("a.b", **about), finding("a.b", verdict="undecided", **about)))
    drawn = Picture(
        (node(bad, "cloud", bad, node("x", "machines", bad, details=(bad,), mark="added")),),
        (Link("x", bad, bad),),
        bad,
    )
    found = FindingsChange(said, said, said, said)
    compared = Comparison(
        Graph("example", bad), changes, found, (TagsChange(one, {bad: bad}, {bad: (bad, bad)}, True),), drawn
    )
    plan = Plan(
        Graph("example", bad), bad, bad, (bad,), (bad,), notes=(Note(bad, (bad,)),), comparison=compared,
        judgement=Judgement(said, Coverage(1, 1, 0, 1, 1, needs={bad: 1}), bad, bad, bad), picture=drawn,
        before_up=(Requirement("quota", bad, bad, bad, 1, bad, (bad,), bad, bad),),
    )  # fmt: skip
    stacks = (
        StackPlan(bad, plan), StackPlan(bad, problems=(Problem(place, bad, bad),)), StackPlan(bad, failed=bad),
    )  # fmt: skip
    return Review(bad, bad, stacks, bad, (Note(bad, (bad,)),), Confinement(bad, (bad,), (bad,)))


def quiet() -> Review:
    """Nothing changes; no program of somebody else was run, and nobody has looked at some things."""
    return Review("example", BASE, (stack("dev", (), judgement=judgement(FindingsChange())),))

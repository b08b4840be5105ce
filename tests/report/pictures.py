"""Pictures to be drawn: small, large, of two clouds, of a change with all marks, and with names that try to do harm."""

from __future__ import annotations

import itertools
from typing import get_args

from hypothesis import strategies as st

from ultrastack.model.picture import Link, Mark, Node, NodeKind, Picture

HOSTILE = [
    "</text></svg><script>window.harm=1</script>",
    '"]; click n1 "javascript:window.harm=1"',
    '%%{init: {"securityLevel": "loose"}}%%',
    "end",
    "`**bold** _it_ ~~gone~~`",
    "1. one",
    "- list # head",
    "<img src=x onerror=window.harm=1>",
    "&lt;b&gt; &amp; #quot; #35;",
    "$$\\frac{1}{2}$$ fa:fa-bomb",
    "a\nb\tc\x00d\x1b[31m\u202eevil\u2066\ufeff",
    "漢字かな交じり文の長い名前 Жёсткий عربي 😀",
    "http://example.com/x www.example.com @everyone",
    "W" * 300,
    "a-very-long-name-" * 12,
    "",
    " \u200b ",
    "classDef place fill:#f00; style n1 fill:#f00;",
    "]]> <!-- -- --> <![CDATA[ x ]]>",
    "n1 --> n2 | x { y } ( z ) [ w ] ; \\ ' \"",
]


def place(kind: NodeKind, label: str, *children: Node, key: str = "", mark: Mark = "", details: str = "") -> Node:
    return Node(key or f"{kind}/{label}", kind, label, tuple(details.split("; ") if details else ()), 1, mark, children)


def thing(kind: NodeKind, label: str, details: str = "", *, count: int = 1, mark: Mark = "", key: str = "") -> Node:
    return Node(key or f"{kind}/{label}", kind, label, tuple(details.split("; ") if details else ()), count, mark)


def aws(region: str, *children: Node, mark: Mark = "") -> Node:
    return place("cloud", "AWS", place("region", region, *children, key=f"aws/{region}", mark=mark))


def gcp(project: str, *children: Node) -> Node:
    return place("cloud", "Google Cloud", *children, key="gcp", details=f"project {project}")


ULTRASERVER = "UltraServer u-p2g5; 4 x trn2u.48xlarge; 64 Trainium2, one NeuronLink"


def small() -> Picture:
    """One Trn2 UltraServer with Lustre and a bucket."""
    training = thing("domain", "training", ULTRASERVER)
    lustre = thing("storage", "data", "FSx for Lustre PERSISTENT_2; 9,600 GiB, 1,000 MB/s per TiB")
    zone = place("zone", "use2-az3", place("network", "net", place("fabric", "fabric", training), lustre))
    bucket = thing("storage", "datasets", "S3 bucket; versioned")
    return Picture(
        (aws("us-east-2", zone, bucket),),
        (
            Link("domain/training", "storage/data", "mounts /fsx"),
            Link("storage/data", "storage/datasets", "imports and exports /datasets"),
        ),
        "34 rules, roles and log groups",
    )


def large(count: int = 200, together: bool = True) -> Picture:
    """200 UltraServers, as one thing that stands for all, or each by itself."""
    if together:
        some: tuple[Node, ...] = (thing("domain", "training", ULTRASERVER, count=count),)
    else:
        some = tuple(thing("domain", f"training-{i}", ULTRASERVER) for i in range(count))
    fabric = place("fabric", "fabric", *some)
    files = [thing("storage", f"scratch-{i}", "FSx for Lustre SCRATCH_2; 115,200 GiB") for i in range(3)]
    zone = place("zone", "use2-az3", place("network", "net", fabric, *files))
    nodes = (
        aws("us-east-2", zone, thing("storage", "checkpoints", "S3 bucket"), thing("machines", "login", "2 x m7i")),
    )
    links = [Link(one.key, to.key, "mounts /scratch") for one in some for to in files]
    links += [Link(one.key, "storage/checkpoints", "exports /ckpt") for one in files]
    return Picture(nodes, tuple(links), "1,204 rules, roles and log groups")


def clouds() -> Picture:
    """TPU slices of every dimension and SageMaker endpoints."""
    zone = place(
        "zone",
        "us-east5-b",
        thing("slice", "pretrain", "v5p-256; torus 4x4x8; 32 x 4 chips"),
        thing("slice", "eval", "v6e-64; torus 8x8; 16 x 4 chips", count=3),
        thing("slice", "probe", "v6e-8, 1 host"),
        place(
            "network",
            "tpu-net",
            thing("storage", "tpu-data", "Managed Lustre; 18,000 GiB"),
        ),
    )
    serving = place(
        "network",
        "net",
        thing("endpoint", "chat", "SageMaker endpoint; 2..8 x ml.trn1.32xlarge"),
        thing("endpoint", "embed", "SageMaker endpoint, serverless"),
        thing("machines", "gateway", "4 x m7i.4xlarge"),
    )
    return Picture(
        (
            aws("us-west-2", serving, thing("storage", "models", "S3 bucket")),
            gcp("example-ml", place("region", "us-east5", zone, thing("storage", "corpus", "GCS bucket"))),
        ),
        (
            Link("endpoint/chat", "storage/models", "model weights"),
            Link("endpoint/embed", "storage/models", "model weights"),
            Link("machines/gateway", "endpoint/chat", "requests"),
            Link("machines/gateway", "endpoint/embed", "requests"),
            Link("slice/pretrain", "storage/tpu-data", "mounts /data"),
            Link("slice/eval", "storage/corpus", "reads"),
            Link("storage/models", "storage/corpus", "copied nightly"),
        ),
    )


def change() -> Picture:
    """Every mark at things and at places."""
    marks = [mark for mark in get_args(Mark) if mark]
    kinds: list[NodeKind] = ["domain", "storage", "slice", "machines", "endpoint", "placement"]
    things = [thing(kind, f"is-{mark}", "4 x some fact", mark=mark) for kind, mark in zip(kinds, marks, strict=True)]
    places = [place("zone", f"zone-{mark}", thing("machines", f"in-{mark}"), mark=mark) for mark in marks]
    links = (Link(things[0].key, things[1].key, "mounts /new"), Link(things[3].key, places[0].key))
    return Picture((aws("us-east-2", *things, *places, mark="changed"),), links, "2 rules")


def hostile() -> Picture:
    kinds: list[NodeKind] = ["domain", "slice", "storage", "endpoint", "machines", "other", "placement"]
    things = [Node(f"key/{text}", kinds[i % 7], text, (text, text), 1 + i % 2) for i, text in enumerate(HOSTILE)]
    around = [Node(f"around/{text}", "zone", text, (text,), 1, "", (things[i],)) for i, text in enumerate(HOSTILE)]
    links = [Link(one.key, two.key, one.label) for one, two in zip(things, things[1:], strict=False)]
    return Picture((Node("cloud", "cloud", HOSTILE[0], (), 1, "", tuple(around)),), tuple(links), HOSTILE[0])


def flat(kind: NodeKind, count: int) -> Picture:
    return Picture(tuple(thing(kind, f"{kind}-{i}") for i in range(count)))


@st.composite
def drawable(draw: st.DrawFn) -> Picture:
    """Any tree of any things, with links between any of them."""
    kinds, marks = st.sampled_from(get_args(NodeKind)), st.sampled_from(get_args(Mark))
    facts = st.lists(st.sampled_from(["4 x trn2u.48xlarge", "torus 4x4x8", "S3 bucket", *HOSTILE]), max_size=4)
    keys = (f"k{number}" for number in itertools.count())

    def node(depth: int) -> Node:
        children = [node(depth - 1) for _ in range(draw(st.integers(0, 4)))] if depth else []
        label, count = draw(st.sampled_from(["net", *HOSTILE])), draw(st.sampled_from([1, 1, 2, 1_000]))
        return Node(next(keys), draw(kinds), label, tuple(draw(facts)), count, draw(marks), tuple(children))

    nodes = tuple(node(draw(st.integers(0, 4))) for _ in range(draw(st.integers(0, 3))))
    ends = st.sampled_from([one.key for top in nodes for one in top.walk()] or [""])
    links = st.builds(Link, ends, ends, st.sampled_from(["", "mounts /fsx", *HOSTILE]))
    return Picture(nodes, tuple(draw(st.lists(links, max_size=8))), draw(st.sampled_from(["", *HOSTILE])))


SAMPLES = {
    "small": small(),
    "large": large(),
    "many": large(together=False),
    "clouds": clouds(),
    "change": change(),
    "hostile": hostile(),
    "empty": Picture(),
}

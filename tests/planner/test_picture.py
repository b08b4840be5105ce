"""The picture of any program: everything is drawn or counted, in its place, and a change is marked where it is."""

from __future__ import annotations

import random
import re
import time
from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.engine import offline_project
from tests.planner.changed_stacks import planned
from tests.policies.cases import PROVIDERS, all_cases, graph_of
from tests.policies.stack_cases import project
from tests.policies.test_damage import _some_damage
from ultrastack.catalog import machine, ultraserver
from ultrastack.engine import capture
from ultrastack.language.stacks import examples, stacks
from ultrastack.model.change import Change
from ultrastack.model.graph import Graph
from ultrastack.model.picture import Node, Picture
from ultrastack.planner.diff import diff
from ultrastack.planner.many import plan_one
from ultrastack.planner.picture import change_picture, picture
from ultrastack.planner.picture_drawing import drawn, in_words, left
from ultrastack.planner.picture_parts import DETAIL_WIDTH, DETAILS_MAX, ZONE_UNKNOWN
from ultrastack.planner.state_graph import graph_of_state
from ultrastack.report.picture_text import lines

ROOT = Path(__file__).parents[2]
NAMES = (*stacks(ROOT), *examples(ROOT))
EXPORTS = sorted((ROOT / "tests" / "engine" / "exports").glob("*.json"))
FOREIGN = ("offline_kinds.py", "real_async.py", "real_google.py", "real_nested.py", "real_transforms.py")
US = "training-cr-0a1b2c3d4e5f60718"
BLOCK = """\
        - id: cr-0a1b2c3d4e5f60718
          starts_at: "2026-12-01T11:30:00Z"
          ends_at: "{{ ends_at }}"
          upfront_usd: 30500
"""
# What a picture is for: no resource of these types may be left out of it
ALWAYS_DRAWN = re.compile(
    r"aws:(ec2/(instance|fleet|vpc|subnet)|autoscaling/group|eks/nodeGroup|s3/bucket|fsx/\w+FileSystem"
    r"|sagemaker/endpoint|ebs/volume):|gcp:(compute/(instance|instanceGroupManager|network|subnetwork|disk)"
    r"|tpu/|container/(cluster|nodePool)|storage/bucket|(lustre|filestore|parallelstore)/instance):"
)

UNKNOWN = {"$unknown": True}

Program = Mapping[str, Mapping[str, Any]]


@cache
def shipped(name: str) -> Graph:
    made = plan_one(ROOT, name, ())
    assert made.plan is not None, (made.problems, made.failed)
    return made.plan.graph


def program(resources: Program) -> Graph:
    return graph_of(resources, PROVIDERS)


def of(made: Picture, label: str, kind: str = "") -> Node:
    found = [node for node in made.walk() if node.label == label and kind in ("", node.kind)]
    assert len(found) == 1, (label, [(node.kind, node.label) for node in made.walk()])
    return found[0]


def around(made: Picture, key: str) -> list[str]:
    """Labels of what a node stands in, the outermost first."""

    def path(nodes: tuple[Node, ...]) -> list[Node] | None:
        for node in nodes:
            if node.key == key:
                return [node]
            if (inner := path(node.children)) is not None:
                return [node, *inner]
        return None

    return [node.label for node in (path(made.nodes) or [])[:-1]]


def linked(made: Picture) -> set[tuple[str, str, str]]:
    labels = {node.key: node.label for node in made.walk()}
    return {(labels[one.source], labels[one.target], one.label) for one in made.links}


def sound(made: Picture) -> None:
    """What every picture promises to whoever draws it."""
    keys = [node.key for node in made.walk()]
    assert len(set(keys)) == len(keys)
    assert {end for one in made.links for end in (one.source, one.target)} <= set(keys)
    assert len(set(made.links)) == len(made.links)
    for node in made.walk():
        assert len(node.details) <= DETAILS_MAX and all(0 < len(one) <= DETAIL_WIDTH for one in node.details), node
        assert node.count >= 1 and len(node.label) <= DETAIL_WIDTH


def nothing_vanishes(graph: Graph) -> None:
    """Every resource of a cloud is in the picture, or counted in its words."""
    drawing = drawn(graph)
    out = left(drawing)
    counted = sum(int(number.replace(",", "")) for number in re.findall(r"(?:^|, | and )([\d,]+) ", in_words(out)))
    assert counted == len(out)
    urns = {one.urn for one in graph.resources if one.kind in ("custom", "read")}
    told = {urn for urn in (*drawing.at, *drawing.inside) if urn in urns}
    assert told | {one.urn for one in out} == urns and not told & {one.urn for one in out}
    assert [one.type for one in out if ALWAYS_DRAWN.match(one.type) and one.kind == "custom"] == []
    assert all(key in drawing.parts for keys in drawing.at.values() for key in keys)


# ---- every program --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", NAMES)
def test_a_stack_is_drawn_whole(name: str) -> None:
    sound(picture(shipped(name)))
    nothing_vanishes(shipped(name))


@pytest.mark.parametrize("file", EXPORTS, ids=lambda file: file.stem)
def test_a_state_is_drawn_whole(file: Path) -> None:
    graph = graph_of_state(file)
    sound(picture(graph))
    nothing_vanishes(graph)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize("name", FOREIGN)
def test_any_program_is_drawn_whole(name: str, tmp_path: Path) -> None:
    root = offline_project.folder(tmp_path, name)
    config = {"foreign:token": offline_project.TOKEN}
    graph = capture(root, "dev", config=config, secret_keys=[*config], fixtures=offline_project.FIXTURES)
    sound(picture(graph))
    nothing_vanishes(graph)
    assert offline_project.TOKEN not in "\n".join(lines(picture(graph), 100))


def test_cases_of_the_rules_are_drawn_whole_however_they_are_damaged() -> None:
    chance = random.Random(7)
    before: Graph | None = None
    for case in all_cases():
        if case.resources and chance.random() < 0.25:
            graph = graph_of(case.resources, case.providers)
            nothing_vanishes(graph)
            damaged = _some_damage(_some_damage(graph, chance), chance)
            sound(picture(damaged))
            for other in (damaged, before):
                if other is not None:
                    sound(change_picture(other, graph, diff(other, graph)))
            before = graph


@pytest.mark.parametrize("name", ["prod", "trn1-efa-fsx", "tpu-gke", "inf2-vllm-endpoint"])
def test_a_damaged_stack_is_drawn(name: str) -> None:
    chance = random.Random(name)
    for _ in range(20):
        damaged = _some_damage(shipped(name), chance)
        sound(picture(damaged))
        sound(change_picture(shipped(name), damaged, diff(shipped(name), damaged)))


def test_a_picture_does_not_depend_on_the_order_of_the_program() -> None:
    graph = shipped("prod")
    mixed = list(graph.resources)
    random.Random(3).shuffle(mixed)
    assert picture(replace(graph, resources=tuple(mixed))) == picture(graph)


# ---- where things stand ---------------------------------------------------------------------------------------------


def test_an_ultraserver_is_one_domain_on_its_block() -> None:
    made = picture(shipped("prod"))
    node, row = of(made, US), ultraserver("trn2")
    assert node.kind == "domain"
    assert node.details == (
        f"UltraServer trn2: {row.machines} x trn2u.48xlarge",
        f"{row.accelerators} Trainium2, {row.accelerator_memory_gib:,g} GiB",
        "one NeuronLink domain",
        "capacity block cr-0a1b2c3d4e5f60718",
    )
    assert around(made, node.key) == ["AWS", "us-east-2", "net", "use2-az3", "fabric"]
    (machines,) = node.children
    efa = machine("trn2u.48xlarge")
    assert machines.count == row.machines
    assert machines.details == ("trn2u.48xlarge", f"{efa.efa_interfaces} EFA interfaces, {efa.efa_gbps:,g} Gbit/s")
    assert "no placement group: the block places them" in of(made, "fabric").details


def test_a_pool_stands_in_its_placement_group_on_its_reservation() -> None:
    made = picture(shipped("prod"))
    pool = of(made, "pool")
    assert around(made, pool.key) == ["AWS", "us-east-2", "net", "use2-az1", "gpu-fabric", "p5en-reserved"]
    assert pool.details[0] == "4 x p5en.48xlarge" and pool.details[-1] == "reservation cr-0a1b2c3d4e5f6071a"


def test_links_lead_to_what_is_used() -> None:
    assert {
        (f"{US}-node-0 … 3", "data", "mount"),
        (f"{US}-node-0 … 3", "checkpoints", "read-write"),
        ("data", "datasets", "data repository /datasets"),
        ("models", "chat", "model data"),
        ("pool", "checkpoints", "checkpoints"),
        ("slice-slice-0", "slice-slice-1", "DCN"),
        ("notebook", "tpu-checkpoints", "read"),
    } <= linked(picture(shipped("prod")))
    assert ("chat", "chat", "requests") in linked(picture(shipped("vllm-inf2")))  # a load balancer and its machines


def test_a_slice_says_its_shape() -> None:
    made = picture(shipped("tpu-gke"))
    node = of(made, "train-slice-0")
    assert node.kind == "slice"
    assert node.details == (
        "TPU v5p, torus 4x4x8_untwisted", "128 chips, 12,160 GiB", "32 hosts ct5p-hightpu-4t", "spot",
    )  # fmt: skip
    assert around(made, node.key)[-2:] == ["us-east5-a", "train"]
    assert of(made, "tune").details[2] == "0 to 4 hosts ct6e-standard-4t"


def test_an_endpoint_says_what_its_variants_scale_to() -> None:
    assert of(picture(shipped("inf2-vllm-endpoint")), "AllTraffic").details[0] == "1 to 4 x ml.inf2.24xlarge"
    assert of(picture(shipped("scale-to-zero-endpoint")), "AllTraffic").details[0] == "0 to 2 x ml.g6e.12xlarge"
    assert of(picture(shipped("serverless-endpoint")), "AllTraffic").details[0] == "serverless, 50 requests at once"


def test_a_gb200_ultraserver_is_a_domain_of_its_group() -> None:
    node = of(picture(shipped("gb200-ultraserver")), "gb200", "domain")
    assert node.details[0] == "UltraServer p6e-gb200x72: 0 to 18 x p6e-gb200.36xlarge"
    assert "one NVLink domain" in node.details


def test_a_state_looks_like_the_stack_that_made_it() -> None:
    made = picture(graph_of_state(ROOT / "tests" / "engine" / "exports" / "training.json"))
    assert of(made, US).details == of(picture(shipped("prod")), US).details
    assert around(made, of(made, US).key) == ["AWS", "us-east-2", "net", "use2-az3", "fabric"]
    assert (f"{US}-node-0 … 3", "data", "mount") in linked(made)


VPC: Program = {"vpc": {"type": "aws:ec2/vpc:Vpc", "inputs": {"cidrBlock": "10.0.0.0/16"}}}


def subnet(zone: Any) -> dict[str, Any]:
    return {"type": "aws:ec2/subnet:Subnet", "inputs": {"vpcId": {"$ref": "vpc.id"}, "availabilityZoneId": zone}}


def test_what_is_unknown_is_said() -> None:
    inputs = {"subnetIds": {"$ref": "a.id"}, "storageCapacity": UNKNOWN, "deploymentType": {"$secret": True}}
    lustre = {"type": "aws:fsx/lustreFileSystem:LustreFileSystem", "inputs": inputs}
    made = picture(program({**VPC, "a": subnet(UNKNOWN), "fs": lustre}))
    assert around(made, of(made, "fs").key) == ["AWS", "us-east-2", "vpc", ZONE_UNKNOWN]
    assert of(made, "fs").details == ("FSx for Lustre SSD", "size unknown")


def test_machines_of_several_zones_stand_in_their_network() -> None:
    group = {"type": "aws:autoscaling/group:Group",
             "inputs": {"minSize": 1, "maxSize": 3, "vpcZoneIdentifiers": [{"$ref": "a.id"}, {"$ref": "b.id"}],
                        "launchTemplate": {"id": {"$ref": "lt.id"}}}}  # fmt: skip
    template = {"type": "aws:ec2/launchTemplate:LaunchTemplate", "inputs": {"instanceType": "c7i.large"}}
    made = picture(program({**VPC, "a": subnet("use2-az1"), "b": subnet("use2-az2"), "lt": template, "pool": group}))
    assert around(made, of(made, "pool").key)[-1] == "vpc"
    assert of(made, "pool").details == ("1 to 3 x c7i.large", "in use2-az1, use2-az2")


# ---- one and two hundred --------------------------------------------------------------------------------------------


def ultraservers(count: int) -> str:
    """Clusters of 25 at most, each UltraServer on its block."""
    text = (ROOT / "examples" / "trn2-ultraserver.yaml").read_text()
    assert BLOCK in text
    head, step, end = re.split(r"(?=  - name: training\n)|(?=^outputs:)", text, flags=re.M)
    made = []
    for first in range(0, count, 25):
        ids = [f"cr-{0x1A1B2C3D4E5F60000 + i:017x}" for i in range(first, min(first + 25, count))]
        named = step.replace("name: training", f"name: training-{first // 25}")
        named = named.replace("register: training", f"register: training_{first // 25}")
        made.append(named.replace(BLOCK, "".join(BLOCK.replace("cr-0a1b2c3d4e5f60718", one) for one in ids)))
    return head + "".join(made)


@cache
def many(count: int, folder: Path) -> Graph:
    made = plan_one(project(folder, {"case": ultraservers(count)}), "case", ())
    assert made.plan is not None, (made.problems, made.failed)
    return made.plan.graph


def test_one_and_two_hundred_ultraservers_can_be_read(tmp_path: Path) -> None:
    one, large = picture(many(1, tmp_path / "one")), picture(many(200, tmp_path / "many"))
    sound(large)
    nothing_vanishes(many(200, tmp_path / "many"))
    assert len(lines(one, 120)) <= 20 and len(lines(large, 120)) <= 60
    domains = [node for node in large.walk() if node.kind == "domain"]
    assert sum(node.count for node in domains) == 200 and all(node.children[0].count == 4 for node in domains)
    assert domains[0].label == "training-0-cr-*"
    assert domains[0].details[-1] == "capacity blocks cr-1a1b2c3d4e5f60000 … cr-1a1b2c3d4e5f60018"
    assert len([link for link in large.links if link.label == "mount"]) == 8


def fleet(count: int) -> dict[str, Any]:
    """UltraServers of a program that is not ours: no steps, no components, a name for each machine."""
    nodes = {
        f"us{i}-node{n}": {
            "type": "aws:ec2/instance:Instance",
            "inputs": {
                "instanceType": "trn2u.48xlarge",
                "subnetId": {"$ref": "a.id"},
                "instanceMarketOptions": {"marketType": "capacity-block"},
                "capacityReservationSpecification": {
                    "capacityReservationTarget": {"capacityReservationId": f"cr-{i:017x}"}
                },
            },
        }
        for i in range(count)
        for n in range(4)
    }
    return {**VPC, "a": subnet("use2-az3"), **nodes}


def test_a_foreign_fleet_is_one_node() -> None:
    made = picture(program(fleet(200)))
    (domain,) = [node for node in made.walk() if node.kind == "domain"]
    assert (domain.label, domain.count, domain.children[0].count) == ("us*", 200, 4)
    assert len(lines(made, 100)) < 15


def test_five_thousand_resources_take_no_time() -> None:
    graph = program(fleet(1250))
    started = time.process_time()
    change_picture(program(VPC), graph, diff(program(VPC), graph))
    assert len(graph.resources) > 5000 and time.process_time() - started < 10  # two seconds; 300 if it were quadratic


# ---- changes --------------------------------------------------------------------------------------------------------


def changed(before: Graph, after: Graph) -> Picture:
    made = change_picture(before, after, diff(before, after))
    sound(made)
    return made


def marks(made: Picture) -> dict[str, str]:
    return {node.label: node.mark for node in made.walk() if node.mark}


def test_nothing_changes() -> None:
    assert changed(shipped("prod"), shipped("prod")) == Picture()


def test_one_more_ultraserver_is_added_beside_the_others() -> None:
    made = changed(program(fleet(2)), program(fleet(3)))
    assert marks(made) == {"us2": "added", "us2-node0 … node3": "added"}
    assert of(made, "us2").details[-1] == f"capacity block cr-{2:017x}"


def test_a_pool_of_ours_says_beside_how_many_it_is(tmp_path: Path) -> None:
    made = changed(many(3, tmp_path / "a"), many(4, tmp_path / "b"))
    others = of(made, "training-0-cr-*", "domain")
    assert others.count == 3 and not others.mark
    assert [node.label for node in made.walk() if node.mark == "added" and node.kind == "domain"] == [
        "training-0-cr-1a1b2c3d4e5f60003"
    ]
    gone = changed(many(4, tmp_path / "b"), many(3, tmp_path / "a"))
    assert marks(gone)["training-0-cr-1a1b2c3d4e5f60003"] == "gone"


def test_a_group_that_goes_as_a_whole_is_one_node() -> None:
    made = changed(program(fleet(20)), program({**VPC, "a": subnet("use2-az3")}))
    assert [(node.label, node.count, node.mark) for node in made.walk() if node.kind == "domain"] == [
        ("us*", 20, "gone")
    ]


def test_a_replaced_file_system_says_what_it_was(tmp_path: Path) -> None:
    before = planned(tmp_path / "a", "trn2-ultraserver").graph
    other = "deployment_type: PERSISTENT_2\n      throughput_mbps_per_tib: 250"
    after = planned(tmp_path / "b", "trn2-ultraserver", ("trn2-ultraserver", "deployment_type: SCRATCH_2", other)).graph
    made = changed(before, after)
    assert marks(made)["data"] == "replaced"
    assert "was FSx for Lustre SCRATCH_2 SSD" in of(made, "data").details
    assert "launch template changed" in of(made, f"{US}-node-0 … 3").details  # it mounts the new one
    assert "net" in around(made, of(made, "data").key)


def test_what_has_another_name_is_one_node() -> None:
    bucket = {"type": "aws:s3/bucket:Bucket", "inputs": {"bucket": "example-data"}}
    before = program({"old": bucket})
    urn = next(one.urn for one in before.resources if one.name == "old")
    after = program({"new": {**bucket, "options": {"aliases": [urn]}}})
    changes = diff(before, after)
    assert [one.kind for one in changes] == ["move"]
    made = change_picture(before, after, changes)
    assert marks(made) == {"new": "moved"} and "was called old" in of(made, "new").details


def test_a_renamed_step_keeps_what_is_in_it_in_one_place(tmp_path: Path) -> None:
    before = planned(tmp_path / "a", "trn2-ultraserver").graph
    edit = ("trn2-ultraserver", "  - name: net\n", "  - name: netz\n    formerly: net\n")
    made = changed(before, planned(tmp_path / "b", "trn2-ultraserver", edit).graph)
    assert len([node for node in made.walk() if node.kind == "network"]) == 1
    assert not {"added", "gone"} & set(marks(made).values())


def test_a_renamed_cluster_stays_one_node(tmp_path: Path) -> None:
    after = ultraservers(25).replace("  - name: training-0\n", "  - name: trainer\n    formerly: training-0\n")
    renamed = plan_one(project(tmp_path / "b", {"case": after}), "case", ()).plan
    assert renamed is not None
    made = changed(many(25, tmp_path / "a"), renamed.graph)
    assert [(node.label, node.count) for node in made.walk() if node.kind == "domain"] == [("trainer-cr-*", 25)]
    assert not {"added", "gone"} & set(marks(made).values())


def test_a_renamed_multislice_stays_one_node(tmp_path: Path) -> None:
    edit = ("v6e-multislice", "  - name: pretrain\n", "  - name: again\n    formerly: pretrain\n")
    before = planned(tmp_path / "a", "v6e-multislice").graph
    made = changed(before, planned(tmp_path / "b", "v6e-multislice", edit).graph)
    assert [node.label for node in made.walk() if node.kind == "fabric"] == ["again"]
    assert not {"added", "gone"} & set(marks(made).values())


@pytest.mark.parametrize(
    ("what", "type", "inputs", "said"),
    [
        (
            "a setting",
            "aws:s3/bucketVersioning:BucketVersioning",
            {"bucket": {"$ref": "data.id"}},
            "bucket versioning added",
        ),
        ("a policy", "aws:s3/bucketPolicy:BucketPolicy", {"bucket": {"$ref": "data.id"}}, "bucket policy added"),
    ],
)
def test_what_is_not_drawn_is_told_where_it_belongs(what: str, type: str, inputs: Any, said: str) -> None:
    bucket = {"data": {"type": "aws:s3/bucket:Bucket", "inputs": {}}, "far": {"type": "aws:s3/bucket:Bucket"}}
    made = changed(program(bucket), program({**bucket, "more": {"type": type, "inputs": inputs}}))
    assert marks(made) == {"data": "changed"} and said in of(made, "data").details


def test_a_rule_of_the_fabric_is_told_at_the_fabric() -> None:
    graph = shipped("trn2-ultraserver")
    rule = next(one for one in graph.resources if one.name == "fabric-self-in")
    made = change_picture(graph, graph, [Change("update", rule, rule)])
    assert marks(made) == {"fabric": "changed"}
    assert "security group ingress rule changed" in of(made, "fabric").details


def test_what_belongs_to_nothing_that_is_drawn_is_counted() -> None:
    topic = {"topic": {"type": "aws:sns/topic:Topic", "inputs": {}}}
    made = changed(program({}), program(topic))
    assert made == Picture(left_out="1 topic")


def test_a_variant_that_comes_is_added_to_its_endpoint() -> None:
    def served(*names: str) -> Graph:
        variants = [{"variantName": one, "instanceType": "ml.g6.xlarge", "initialInstanceCount": 1} for one in names]
        config = {"type": "aws:sagemaker/endpointConfiguration:EndpointConfiguration",
                  "inputs": {"productionVariants": variants}}  # fmt: skip
        endpoint = {
            "type": "aws:sagemaker/endpoint:Endpoint",
            "inputs": {"endpointConfigName": {"$ref": "config.name"}},
        }
        return program({"config": config, "chat": endpoint})

    made = changed(served("a"), served("a", "b"))
    assert marks(made)["b"] == "added" and marks(made)["chat"] == "changed"
    assert marks(changed(served("a", "b"), served("a")))["b"] == "gone"


def test_only_what_is_needed_is_around_a_change() -> None:
    made = changed(shipped("dev"), shipped("prod"))
    marked = [node for node in made.walk() if node.mark]
    assert marked
    ends = {end for link in made.links for end in (link.source, link.target)}

    def needed(node: Node) -> bool:
        return (
            bool(node.mark) or node.key in ends or any(map(needed, node.children)) or node.kind in ("domain", "slice")
        )

    assert [node.label for node in made.walk() if not needed(node)] == []


def walk_marks(made: Picture) -> Iterator[str]:
    return (node.mark for node in made.walk())


def test_a_whole_stack_that_comes_or_goes() -> None:
    nothing = Graph("ultrastack", "prod")
    whole = shipped("prod")
    for before, after, mark in ((nothing, whole, "added"), (whole, nothing, "gone")):
        made = changed(before, after)
        assert {*walk_marks(made)} == {"", mark}
        assert {node.label for node in made.walk()} >= {node.label for node in picture(whole).walk() if node.count == 1}

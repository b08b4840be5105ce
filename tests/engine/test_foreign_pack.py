"""Somebody else's packs (packs/) run offline as they are, and say what they say on the real engine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from tests.policies.cases import PROVIDERS, Case, graph_of
from ultrastack.engine.foreign_pack import findings_of
from ultrastack.model.finding import Finding
from ultrastack.model.place import Refused

from .policy_routes import Batch, Route

PACKS = Path(__file__).parent / "packs"
BUCKET = "aws:s3/bucket:Bucket"
RESOURCES: dict[str, dict[str, Any]] = {
    "open": {"type": BUCKET, "inputs": {"bucket": "open-data", "tags": {"team": "data"}}},
    "ml": {"type": BUCKET, "inputs": {"bucket": {"$unknown": True}, "tags": {"team": "ml", "owner": "b"}}},
    "block": {
        "type": "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock",
        "inputs": {"bucket": {"$ref": "ml.id"}},
    },
}
GRAPH = graph_of(RESOURCES, PROVIDERS)
TAG = "can't be known during preview"


def said(findings: tuple[Finding, ...]) -> list[tuple[str, str, str, str, str]]:
    return [(f.rule, f.verdict, f.level, f.name, f.message) for f in findings]


def test_resource_policies_with_config_remediation_and_unknown_values() -> None:
    assert said(findings_of(PACKS / "resources", GRAPH)) == [
        ("theirs.owned", "fail", "advisory", "open", "`pulumi up` with this pack changes `tags`"),
        ("theirs.tagged", "fail", "mandatory", "block", "block has no tag owner"),
        ("theirs.tagged", "fail", "mandatory", "block", "block has no tag team"),
        ("theirs.named", "fail", "mandatory", "open", "open-data is no name of ours"),
        ("theirs.named", "undecided", "mandatory", "ml", f"cannot decide: string value at .bucket {TAG}"),
    ]


def test_a_config_sets_levels_and_properties(tmp_path: Path) -> None:
    config = tmp_path / "config.json"
    config.write_text(json.dumps({"all": "advisory", "tagged": {"required": ["team"]}, "named": "disabled"}))
    assert said(findings_of(PACKS / "resources", GRAPH, config=config)) == [
        ("theirs.tagged", "fail", "advisory", "block", "block has no tag team")
    ]


def test_stack_policies_see_dependencies_and_outputs_that_only_the_cloud_knows() -> None:
    unknown = f"cannot decide: string value at .arn {TAG}"
    assert said(findings_of(PACKS / "stacks", GRAPH)) == [
        ("stacks.few", "fail", "advisory", "", "3 things of S3, more than 1"),
        ("stacks.closed", "fail", "mandatory", "open", "nothing closes open, below cases-case"),
        ("stacks.of-our-account", "undecided", "mandatory", "", unknown),
    ]


def test_what_raises_hangs_or_ends_hides_nothing_else() -> None:
    found = findings_of(PACKS / "broken", GRAPH, silence=2)
    assert said(found) == [
        ("broken.raises", "broken", "mandatory", "open", "the policy itself failed: KeyError: 'no such input'"),
        ("broken.raises", "broken", "mandatory", "ml", "the policy itself failed: KeyError: 'no such input'"),
        ("broken.hangs", "broken", "mandatory", "", "it did not answer within 2 seconds"),
        ("broken.ends", "broken", "mandatory", "", "its process ended: exit code 7"),
        ("broken.right", "fail", "advisory", "open", "open is seen; a credential is False"),
        ("broken.right", "fail", "advisory", "ml", "ml is seen; a credential is False"),
    ]
    assert str(found[0].place) == f"{PACKS / 'broken' / '__main__.py'}:11:1"
    assert found[0].fix == "mend the policy"


@pytest.mark.parametrize(
    ("text", "what", "line"),
    [
        ("import nothing_of_the_kind\n", "ModuleNotFoundError: No module named 'nothing_of_the_kind'", 1),
        ("\nif True\n", "SyntaxError: expected ':'", 2),
        ("x = 1\n", "RuntimeError: its program ends without a PolicyPack(...)", 0),
    ],
)
def test_a_pack_that_cannot_be_used_says_where(tmp_path: Path, text: str, what: str, line: int) -> None:
    (tmp_path / "PulumiPolicy.yaml").write_text("runtime: {name: python}\n")
    (tmp_path / "__main__.py").write_text(text)
    (one,) = findings_of(tmp_path, GRAPH)
    assert (one.rule, one.verdict, one.message) == (tmp_path.name, "broken", f"the policy itself failed: {what}")
    assert one.place is not None and (one.place.file, one.place.line) == (str(tmp_path / "__main__.py"), line)


def test_a_required_config_that_nobody_gave_is_said(tmp_path: Path) -> None:
    (tmp_path / "PulumiPolicy.yaml").write_text("runtime: python\n")
    text = (PACKS / "stacks" / "__main__.py").read_text().replace('initial_config={"few": {"most": 1}},', "")
    (tmp_path / "__main__.py").write_text(text)
    one = findings_of(tmp_path, GRAPH)[0]
    assert said((one,))[0][1:] == (
        "broken", "mandatory", "", "the policy itself failed: its config lacks most: --policy-pack-config FILE"
    )  # fmt: skip


@pytest.mark.parametrize(
    ("manifest", "what"),
    [
        (None, "cannot be read: no such file or directory"),
        ("runtime: nodejs\n", "a pack for the runtime 'nodejs' cannot be run here"),
        ("runtime: {name: python, options: {virtualenv: venv}}\n", "the virtualenv 'venv' is not there"),
        ("{", "this is not YAML"),
    ],
)
def test_a_folder_that_holds_no_python_pack_is_refused(tmp_path: Path, manifest: str | None, what: str) -> None:
    if manifest is not None:
        (tmp_path / "PulumiPolicy.yaml").write_text(manifest)
        (tmp_path / "__main__.py").write_text("")
    with pytest.raises(Refused) as refused:
        findings_of(tmp_path, GRAPH)
    (problem,) = refused.value.problems
    assert (problem.what, problem.place.file) == (what, str(tmp_path / "PulumiPolicy.yaml")) and problem.fix


@pytest.mark.engine
@pytest.mark.parametrize("pack", ["resources", "stacks"])
def test_the_real_engine_says_the_same(pack: str, pulumi_cli: Path, tmp_path: Path) -> None:
    config = tmp_path / "config.json"  # the stand-in has no outputs in a preview: reading one is a KeyError there
    config.write_text(json.dumps({"of-our-account": "disabled"} if pack == "stacks" else {}))
    batch = Batch([Case("", "", "", RESOURCES, providers=PROVIDERS)], alone=True)
    project = Route(pulumi_cli, tmp_path, {})._project(batch)
    project.extra_env |= {"PULUMI_DEBUG_COMMANDS": "true", "ULTRASTACK_REHEARSAL_PLAIN": "1"}
    project.init("case")
    log = project.home / "events"
    words = ("--policy-pack", str(PACKS / pack), "--policy-pack-config", str(config), "--event-log", str(log))
    run = project.run("preview", "--stack", "case", *words, ok=False)
    events = [one["policyEvent"] for line in log.read_text().splitlines() if "policyEvent" in (one := json.loads(line))]
    real = sorted(
        (one["policyName"], one["resourceUrn"].split("::")[3].replace("foreign-case", ""), _words(one))
        for one in events
    )
    offline = findings_of(PACKS / pack, GRAPH, config=config)
    ours = sorted(
        (
            f.rule.partition(".")[2],
            f.name,
            f.message.replace("cases-case", "foreign-case"),
        )
        for f in offline
        if "changes `tags`" not in f.message  # a remediation is an event of its own
    )
    assert [(p, n, m.replace("cannot decide: ", "")) for p, n, m in ours] == real, run.text


def _words(event: dict[str, Any]) -> str:
    """Without the policy's description, which stands before, and the engine's words about what is unknown."""
    text = str(event["message"]).strip()
    return text.partition("\n")[2] or text.partition("during preview: ")[2]

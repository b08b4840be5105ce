"""Which rules judge a project: the toolkit's, its own, or those of a git revision."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.policies.made import world
from tests.policies.stack_cases import project
from ultrastack.model.place import Refused
from ultrastack.planner import rules as module
from ultrastack.planner.check import check
from ultrastack.planner.rules import TOOLKIT, RuleSet, load_rules, rules_of_revision
from ultrastack.policies.finder import find_rules

RULE = '''"""Buckets are wrong."""

from {package}rule import Rule, fail

RULE = Rule("no buckets", "mandatory", "Why.", "take it away", ("docs",))


@RULE.resource("aws:s3/bucket:Bucket")
def check(bucket):
    yield fail(bucket, "{says}")
'''


def rule(says: str = "a bucket", package: str = "ultrastack.policies.") -> str:
    return RULE.format(says=says, package=package)


def git(root: Path, *words: str) -> None:
    who = ["-c", "user.name=me", "-c", "user.email=me@example.com", "-c", "commit.gpgsign=false"]
    subprocess.run(["git", "-C", str(root), *who, *words], check=True, capture_output=True)


def write(root: Path, **files: str) -> Path:
    """Names with `__` for `/`, all below policies/."""
    for name, text in files.items():
        file = root / "policies" / (name.replace("__", "/") + (".yaml" if "__" not in name else ".py"))
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text)
    return root


def repository(root: Path, **files: str) -> Path:
    write(project(root, {"dev": "aws: {region: us-east-2, account_id: '111122223333'}\nsteps: []\n"}), **files)
    git(root, "init", "-q", "-b", "main")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "first")
    return root


def own(rules: RuleSet) -> list[str]:
    return sorted({one.id for one in rules.rules} - {one.id for one in find_rules()})


def differences(rules: RuleSet) -> list[tuple[str, str]]:
    return [(one.what, one.how) for one in rules.differences]


def test_without_its_own_a_project_has_the_toolkits(tmp_path: Path) -> None:
    rules = load_rules(tmp_path)
    assert rules.rules == find_rules() and list(rules.profiles) == ["development", "staging", "production"]
    assert rules.acceptances == () and rules.revision == ""


@pytest.mark.parametrize("package", ["ultrastack.policies.", ".."])
def test_a_project_adds_rules_levels_and_acceptances(tmp_path: Path, package: str) -> None:
    write(
        tmp_path,
        mine__no_buckets=rule(package=package),
        levels="profiles: {production: {rules: {mine.no_buckets: advisory}}, strict: {extends: production}}\n",
        accepted="- {rule: mine.no_buckets, urn: '*::a', reason: r, owner: o, until: 2027-01-31}\n",
    )
    rules = load_rules(tmp_path)
    assert own(rules) == ["mine.no_buckets"] and rules.profiles["strict"].extends == "production"
    assert rules.profiles["production"].purpose and len(rules.acceptances) == 1
    assert str(rules.acceptances[0].place) == "policies/accepted.yaml:1:10"


def test_two_projects_do_not_see_each_others_rules(tmp_path: Path) -> None:
    one, two = write(tmp_path / "one", mine__a=rule("one")), write(tmp_path / "two", mine__a=rule("two"))
    first, second = ({r.id: r for r in load_rules(root).rules}["mine.a"] for root in (one, two))
    assert first is not second


def test_no_rule_of_the_toolkit_is_replaced(tmp_path: Path) -> None:
    taken = find_rules()[0].id
    topic, _, name = taken.partition(".")
    with pytest.raises(Refused) as e:
        load_rules(write(tmp_path, **{f"{topic}__{name}": rule()}))
    assert str(e.value).startswith(f"policies/{topic}/{name}.py  the rule {taken} is one of the toolkit's\n   fix: ")


def test_a_rule_that_cannot_be_used_is_refused_with_its_line(tmp_path: Path) -> None:
    with pytest.raises(Refused) as e:
        load_rules(write(tmp_path, mine__bad="import nothing_of_the_kind\n"))
    assert str(e.value) == (
        "policies/mine/bad.py  the rule cannot be used: "
        "ModuleNotFoundError: No module named 'nothing_of_the_kind' (line 1)\n   fix: mend policies/mine/bad.py"
    )


def test_a_level_for_a_rule_that_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="policies/levels.yaml:1:30  there is no rule 'mine.a'"):
        load_rules(write(tmp_path, levels="profiles: {staging: {rules: {mine.a: off}}}\n"))


def test_rules_and_topics_can_be_asked_alone(tmp_path: Path) -> None:
    rules = load_rules(tmp_path)
    assert {one.id for one in rules.only(["storage.lustre_one_subnet"]).selected} == {"storage.lustre_one_subnet"}
    assert {one.id.partition(".")[0] for one in rules.only(["storage", "stack"]).selected} == {"storage", "stack"}
    assert rules.only([]).selected == rules.rules
    with pytest.raises(Refused, match="--rule storage.lustre_one_subnt  there is no rule or topic") as e:
        rules.only(["storage.lustre_one_subnt"])
    assert "use 'storage.lustre_one_subnet'" in str(e.value)


def test_rules_of_a_revision_are_those_that_it_has(tmp_path: Path) -> None:
    root = repository(tmp_path, mine__no_buckets=rule("old"), levels="profiles: {strict: {extends: production}}\n")
    write(root, mine__no_buckets=rule("new"), mine__another=rule(), levels="profiles: {loose: {}}\n")
    (root / "policies" / "README.md").write_text("pages decide nothing\n")
    (root / "catalog.local").mkdir()
    (root / "catalog.local" / "images.csv").write_text("name,source\n")
    rules = rules_of_revision(root, "main")
    assert own(rules) == ["mine.no_buckets"] and "strict" in rules.profiles and "loose" not in rules.profiles
    assert differences(rules) == [
        ("catalog.local/images.csv", "is new"),
        ("policies/levels.yaml", "was changed"),
        ("policies/mine/another.py", "is new"),
        ("policies/mine/no_buckets.py", "was changed"),
    ]
    assert rules.revision == "main" and rules.root == root
    assert own(load_rules(root)) == ["mine.another", "mine.no_buckets"]


def test_what_was_taken_away_is_a_difference_too(tmp_path: Path) -> None:
    root = repository(tmp_path, mine__no_buckets=rule())
    (root / "policies" / "mine" / "no_buckets.py").unlink()
    rules = rules_of_revision(root, "HEAD")
    assert own(rules) == ["mine.no_buckets"] and differences(rules) == [("policies/mine/no_buckets.py", "is gone")]


def test_a_revision_without_rules_of_its_own(tmp_path: Path) -> None:
    rules = rules_of_revision(repository(tmp_path), "main")
    assert own(rules) == [] and rules.differences == ()


@pytest.mark.parametrize("revision", ["nothing", "", "--help", "main:policies", "a b"])
def test_a_revision_that_is_not_there_is_refused(tmp_path: Path, revision: str) -> None:
    with pytest.raises(Refused, match="there is no such revision here\n   fix: git fetch, or name"):
        rules_of_revision(repository(tmp_path), revision)


def test_outside_of_a_repository_it_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(Refused, match="is not in a git repository\n   fix: leave out --rules-from"):
        rules_of_revision(tmp_path, "main")


def test_without_git_it_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(Refused, match="git is not installed\n   fix: install git"):
        rules_of_revision(tmp_path, "main")


def test_a_mistake_of_the_revision_names_it(tmp_path: Path) -> None:
    root = repository(tmp_path, levels="profiles: {staging: {rules: {mine.a: off}}}\n")
    with pytest.raises(Refused, match="main:policies/levels.yaml:1:30  there is no rule 'mine.a'"):
        rules_of_revision(root, "main")


def test_a_project_in_a_folder_of_its_repository(tmp_path: Path) -> None:
    inner = project(tmp_path / "infra", {})
    write(inner, mine__no_buckets=rule())
    git(tmp_path, "init", "-q", "-b", "main")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "first")
    (inner / "policies" / "mine" / "no_buckets.py").unlink()
    assert own(rules_of_revision(inner, "main")) == ["mine.no_buckets"]


def toolkit(root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository that holds the toolkit itself, as this one does."""
    shutil.copytree(TOOLKIT, project(root, {}) / "policies", ignore=shutil.ignore_patterns("__pycache__"))
    monkeypatch.setattr(module, "TOOLKIT", root / "policies")
    git(root, "init", "-q", "-b", "main")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "first")
    return root


def test_where_the_toolkit_lies_its_own_rules_come_from_the_revision(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    root = toolkit(tmp_path, monkeypatch)
    (root / "policies" / "storage" / "lustre_one_subnet.py").write_text("changed\n")
    (root / "policies" / "rule.py").write_text("changed\n")
    rules = rules_of_revision(root, "main")
    assert [one.id for one in rules.rules] == [one.id for one in find_rules()]
    assert not {id(one) for one in rules.rules} & {id(one) for one in find_rules()}
    assert {type(one) for one in rules.rules} == {type(one) for one in find_rules()}  # they stand on today's core
    assert [what for what, _ in differences(rules)] == ["policies/rule.py", "policies/storage/lustre_one_subnet.py"]
    made = world({"a": {"forceDestroy": True}})
    judgement = check(made, rules)
    assert judgement.coverage.broken == 0 and "stack.data_is_protected" in {one.rule for one in judgement.findings}


def test_a_revision_of_before_the_levels_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    root = toolkit(tmp_path, monkeypatch)
    git(root, "rm", "-q", "policies/levels.yaml")
    git(root, "commit", "-qm", "without")
    with pytest.raises(Refused, match="the revision has no policies/levels.yaml to judge by\n   fix: name a later one"):
        rules_of_revision(root, "main")


@pytest.mark.parametrize("text", ["{}", "[]", "profiles:", "x"])
def test_levels_without_profiles_are_refused(tmp_path: Path, text: str) -> None:
    with pytest.raises(Refused, match="policies/levels.yaml:1:1  a file of levels is a mapping of profiles"):
        load_rules(write(tmp_path, levels=text))


def test_levels_that_cannot_be_read_are_not_passed_over(tmp_path: Path) -> None:
    (tmp_path / "policies").mkdir()
    (tmp_path / "policies/levels.yaml").symlink_to(tmp_path / "nothing")
    with pytest.raises(Refused, match="policies/levels.yaml  cannot be read: no such file or directory"):
        load_rules(tmp_path)


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("raise SystemExit(0)\n", "SystemExit: 0 (line 1)"),
        (rule().replace('"mandatory"', '"loud"'), "its level is 'loud', and must be off, advisory or mandatory"),
        (rule().replace('"Why."', "None"), "`why` of its RULE is no text"),
    ],
)
def test_a_rule_cannot_end_the_check_nor_say_nonsense(tmp_path: Path, text: str, why: str) -> None:
    with pytest.raises(Refused) as e:
        load_rules(write(tmp_path, mine__bad=text))
    assert e.value.problems[0].what == f"the rule cannot be used: {why}"


def test_a_link_out_of_the_project_is_refused(tmp_path: Path) -> None:
    root = repository(tmp_path, mine__a=rule())
    (root / "policies/far.yaml").symlink_to("/etc/hosts")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "second")
    with pytest.raises(Refused) as e:
        rules_of_revision(root, "HEAD")
    what = "policies/far.yaml of the revision is a link that leads out of the project"
    assert str(e.value) == f"--rules-from HEAD  {what}\n   fix: write the file itself there"


def test_a_link_among_the_judges_is_a_difference_and_not_followed(tmp_path: Path) -> None:
    root = repository(tmp_path / "it", cost__dear=rule())
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret.py").write_text("x = 1")
    (root / "policies" / "endless.yaml").symlink_to("/dev/zero")
    shutil.rmtree(root / "catalog.local", ignore_errors=True)
    (root / "catalog.local").symlink_to(outside)
    found = differences(rules_of_revision(root, "main"))
    assert found == [("catalog.local", "is new"), ("policies/endless.yaml", "is new")]

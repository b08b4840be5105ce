"""ultrastack new: what is asked, what is written, and that nothing is left behind by what is refused."""

from __future__ import annotations

import errno
import io
import json
import os
import re
import shutil
import sys
from importlib.metadata import distribution, version
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from ultrastack.cli import first_up
from ultrastack.language.beginning.start import start
from ultrastack.language.stacks import examples

from .conftest import Command

ROOT = Path(__file__).parents[2]
USAGE = "Usage: ultrastack new [OPTIONS] STACK\nTry 'ultrastack new --help' for help.\n\nError: "
ANSWERS = {
    ("aws", "region"): ("--aws-region", "us-east-2"),
    ("aws", "account_id"): ("--aws-account", "222233334444"),
    ("gcp", "project"): ("--gcp-project", "my-ml"),
    ("gcp", "region"): ("--gcp-region", "us-west4"),
    ("gcp", "zone"): ("--gcp-zone", "us-west4-a"),
}
TPU_VM = ("--gcp-project", "my-ml", "--gcp-region", "us-west4", "--gcp-zone", "us-west4-a")


@pytest.fixture
def shipped(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The shipped stacks and examples, in a folder of their own."""
    for name in ("Pulumi.yaml", "__main__.py"):
        shutil.copy(ROOT / name, tmp_path)
    for name in ("stacks", "examples"):
        shutil.copytree(ROOT / name, tmp_path / name)
    for config in (tmp_path / "stacks").glob("Pulumi.*"):
        config.unlink()
    (tmp_path / ".venv").mkdir()
    monkeypatch.chdir(tmp_path)
    monkeypatch.setattr(first_up.shutil, "which", lambda name: f"/bin/{name}")
    return tmp_path


class Terminal(io.StringIO):
    """Someone who types."""

    def isatty(self) -> bool:
        return True


def types(monkeypatch: pytest.MonkeyPatch, *answers: str) -> None:
    monkeypatch.setattr(sys, "stdin", Terminal("".join(f"{answer}\n" for answer in answers)))


def files(root: Path) -> set[str]:
    return {path.name for path in (root / "stacks").iterdir()}


@pytest.mark.parametrize("name", examples(ROOT))
def test_every_example_is_a_start(run: Command, shipped: Path, name: str) -> None:
    targets = start(ROOT, name).targets
    words = [w for (cloud, key), pair in ANSWERS.items() if key in targets.get(cloud, {}) for w in pair]
    done = run("new", "night", "--from", name, *words, "--tag", "team=speech")
    assert (done.code, done.err) == (0, "")
    first, summary, *_ = done.out.splitlines()
    assert first == f"wrote stacks/night.yaml, from examples/{name}.yaml"
    assert re.fullmatch(r"night: \d+ resources? in \d+ steps? would be created.* \(base: nothing, all new\)", summary)
    text = (shipped / "stacks" / "night.yaml").read_text()
    assert "tags: {team: speech}\n" in text
    assert all(value in text for value in words[1::2])


@pytest.mark.parametrize("name", ["common", "cluster", "dev", "staging", "prod"])
def test_every_stack_can_be_extended(run: Command, shipped: Path, name: str) -> None:
    done = run("new", "night", "--from", name)
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith(f"wrote stacks/night.yaml, extending stacks/{name}.yaml\nnight: ")
    assert f"\nextends: {name}.yaml\n" in (shipped / "stacks" / "night.yaml").read_text()


def test_the_way_to_the_first_up_can_be_copied(run: Command, shipped: Path) -> None:
    place = ("--state", "s3://my-state?region=us-east-2", "--secrets", "awskms://alias/pulumi?region=us-east-2")
    done = run("new", "night", "--from", "tpu-vm", *TPU_VM, *place)
    assert (done.code, done.err) == (0, "")
    assert done.out == (
        "wrote stacks/night.yaml, from examples/tpu-vm.yaml\n"
        "night: 4 resources in 1 step would be created (base: nothing, all new)\n"
        "\n"
        "these stand for something of yours; edit what is not yet right:\n"
        "  stacks/night.yaml:12:16  projects/my-ml/global/networks/research\n"
        "  stacks/night.yaml:13:19  projects/my-ml/regions/us-west4/subnetworks/tpu\n"
        "  stacks/night.yaml:16:20  projects/my-ml/zones/us-west4-a/disks/datasets\n"
        "\n"
        "next, in this order:\n"
        "\n"
        "# where the state is kept\n"
        "pulumi login 's3://my-state?region=us-east-2'\n"
        "# its config is stacks/Pulumi.night.yaml, to be committed: secrets in it are encrypted\n"
        "pulumi stack init night --secrets-provider='awskms://alias/pulumi?region=us-east-2'\n"
        "# once more, with what you have edited\n"
        "ultrastack plan night\n"
        "# the first that needs credentials; it changes nothing\n"
        "pulumi preview --stack night\n"
        "# or, without its questions: pulumi up --stack night\n"
        "ultrastack up night\n"
    )


def test_what_the_catalogue_does_not_know_there_is_noted(run: Command, shipped: Path) -> None:
    aws = ("--aws-region", "us-west-2", "--aws-account", "222233334444")
    out = run("new", "night", "--from", "trn2-ultraserver", *aws).out
    assert (
        "\nthe catalogue does not know them there; it may be behind:\n"
        "  a Trn2 UltraServer (trn2u.48xlarge): not known to be offered in us-west-2; known: us-east-2\n"
        "\nthese stand for something of yours; edit what is not yet right:\n"
        "  stacks/night.yaml:9:9  use2-az3\n"
        "  stacks/night.yaml:40:15  cr-0a1b2c3d4e5f60718\n"
    ) in out


def test_config_and_secrets_that_the_file_asks_for_are_set_before_the_first_up(run: Command, shipped: Path) -> None:
    base = (
        'abstract: true\naws: {region: us-east-2, account_id: "222233334444"}\n'
        "vars: {team: \"{{ config('team') }}\", token: \"{{ secret('token') }}\"}\n"
        "steps:\n  - {name: data, aws.storage_bucket: {}}\n"
    )
    (shipped / "stacks" / "base.yaml").write_text(base)
    done = run("new", "night", "--from", "base")
    assert (done.code, done.err) == (0, "")
    assert done.out.splitlines()[1] == (
        "night: not planned yet, since it asks for 'team' of its config, which is set below"
    )
    assert (
        "# stacks/base.yaml:3:14\n"
        "pulumi config set --stack night team VALUE\n"
        "# asks for the value; stacks/base.yaml:3:45\n"
        "pulumi config set --stack night --secret token\n"
        "# once more"
    ) in done.out


def test_a_project_without_a_venv_and_a_schema_hears_of_both(
    run: Command, shipped: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (shipped / ".venv").rmdir()
    (shipped / "stacks" / "stack.schema.json").unlink()
    monkeypatch.setattr(first_up.shutil, "which", lambda name: None)
    came = json.loads(distribution("ultrastack").read_text("direct_url.json") or "{}")
    origin = came.get("url", f"ultrastack=={version('ultrastack')}")
    out = run("new", "night", "--from", "dev", "--state", "pulumi-cloud").out
    assert [line for line in out.splitlines()[-14:] if not line.startswith("#")] == [
        f"python3 -m venv .venv && .venv/bin/pip install {origin}",
        ".venv/bin/ultrastack schema --output stacks/stack.schema.json",
        "pulumi login",
        "pulumi stack init night",
        ".venv/bin/ultrastack plan night",
        "pulumi preview --stack night",
        ".venv/bin/ultrastack up night",
    ]


@pytest.mark.parametrize(
    ("came", "wanted"),
    [
        (None, "ultrastack==1.2"),
        ('{"url": "file:///our/clone", "dir_info": {"editable": true}}', "file:///our/clone"),
        (
            '{"url": "https://git.example/u", "vcs_info": {"vcs": "git", "commit_id": "abc"}}',
            "git+https://git.example/u@abc",
        ),
    ],
)
def test_the_packages_come_from_where_these_came_from_and_from_no_strangers_index(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, came: str | None, wanted: str
) -> None:
    here = SimpleNamespace(version="1.2", read_text=lambda name: came)
    monkeypatch.setattr(first_up, "distribution", lambda name: here)
    monkeypatch.chdir(tmp_path)
    (tmp_path / "Pulumi.yaml").write_text("name: x\nruntime: python\n")
    first, *_ = first_up.commands(tmp_path, "night", None, None, [])
    assert first[0] == f"python3 -m venv .venv && .venv/bin/pip install {wanted}"


def test_a_clone_of_the_toolkit_sets_itself_up(shipped: Path) -> None:
    (shipped / ".venv").rmdir()
    for name in ("Makefile", "requirements.lock"):
        shutil.copy(ROOT / name, shipped)
    first, *_ = first_up.commands(shipped, "night", None, None, [])
    assert first[0] == "make plan STACK=night"


def test_someone_in_another_folder_is_led_to_the_project(run: Command, shipped: Path) -> None:
    os.chdir(shipped / "examples")
    first, *_ = run("new", "night", "--from", "dev").out.partition("next, in this order:\n\n")[2].split("\n# ")
    assert first == f"# the project\ncd {shipped}"


def test_the_config_is_named_where_this_project_keeps_it(tmp_path: Path) -> None:
    (tmp_path / "Pulumi.yaml").write_text("name: x\nruntime: python\n")
    whys = [why for line, why in first_up.commands(tmp_path, "night", None, None, []) if "stack init" in line]
    assert whys == ["its config is Pulumi.night.yaml, to be committed: secrets in it are encrypted"]


def test_capacity_of_the_stack_that_is_extended_is_to_be_looked_at(run: Command, shipped: Path) -> None:
    prod = shipped / "stacks" / "prod.yaml"
    prod.write_text(prod.read_text().replace("cr-0a1b2c3d4e5f60718", "cr-99998888777766665"))
    out = run("new", "night", "--from", "prod").out
    assert re.search(r"\n  stacks/prod\.yaml:12:12  cr-99998888777766665\n", out)


def test_someone_at_a_terminal_is_asked(run: Command, shipped: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    typed = ["tpu-wm", "tpu-vm", "my-ml", "us-west4-a", "us-west4", "us-east5-b", "", "team=speech x", "team=speech"]
    types(monkeypatch, *typed, "s3://", "s3://my-state", "")
    done = run("new", "night")
    assert done.code == 0
    assert re.findall(r"Error: .*", done.err) == [
        "Error: there is no example and no stack 'tpu-wm' to begin with; use 'tpu-vm'; there are: "
        + ", ".join(["empty", "cluster", "common", "dev", "prod", "staging", *examples(ROOT)]),
        "Error: 'us-west4-a' is a zone; its region is 'us-west4'",
        "Error: `gcp` has the zone us-east5-b, which is not in the region us-west4; use a zone of it",
        "Error: 'x' is no tag; write KEY=VALUE, as cost-center=ml-research",
        "Error: 's3://' names none",
    ]
    for question in (
        "Begin with [empty]: ",
        "Google Cloud project: ",
        "Google Cloud region [us-west4]: ",
        "Google Cloud zone [us-west4-a]: ",
        "Cost tags, as key=value key=value [cost-center=ml-research owner=platform service=notebooks]: ",
        "State in (s3://BUCKET?region=REGION, gs://BUCKET, file://~, pulumi-cloud) [pulumi-cloud]: ",
    ):
        assert question in done.err
    text = (shipped / "stacks" / "night.yaml").read_text()
    assert "gcp: {project: my-ml, region: us-west4, zone: us-west4-a}\ntags: {team: speech}\n" in text
    assert "pulumi login s3://my-state\n" in done.out
    assert (
        "read -rs PULUMI_CONFIG_PASSPHRASE; export PULUMI_CONFIG_PASSPHRASE\n"
        "# its config is stacks/Pulumi.night.yaml, to be committed: secrets in it are encrypted\n"
        "pulumi stack init night --secrets-provider=passphrase\n"
    ) in done.out


def test_an_empty_stack_asks_for_the_clouds(run: Command, shipped: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    types(monkeypatch, "", "y", "us-east-2", "222233334444", "n", "", "", "")
    done = run("new", "night")
    assert done.code == 0
    assert done.out.splitlines()[:2] == [
        "wrote stacks/night.yaml",
        "night: 0 resources would be created (base: nothing, all new)",
    ]
    assert (
        'aws: {region: us-east-2, account_id: "222233334444"}\n\nsteps: []\n'
        in (shipped / "stacks" / "night.yaml").read_text()
    )


def test_a_dry_run_prints_the_file_and_writes_nothing(run: Command, shipped: Path) -> None:
    before = files(shipped)
    done = run("new", "night", "--from", "tpu-vm", *TPU_VM, "--description", "At night", "--dry-run")
    assert (done.code, done.err) == (0, "")
    assert done.out.startswith("# yaml-language-server: $schema=stack.schema.json\n# One TPU VM")
    assert '\ndescription: "At night"\n' in done.out
    assert files(shipped) == before


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["night"], "nobody can be asked here, so say it with --from"),
        (
            ["night", "--from", "budgets", "--gcp-project", "my-ml"],
            "nobody can be asked here, so say it with --aws-region, --aws-account, --gcp-region",
        ),
        (
            ["night", "--from", "empty"],
            "nobody can be asked here, so say it with --aws-region and --aws-account, or --gcp-project and "
            "--gcp-region",
        ),
        (
            ["dev", "--from", "tpu-vm"],
            "stacks/dev.yaml is there already and stays as it is; take another name, or look at it with "
            "`ultrastack plan dev`",
        ),
        (["a/b"], "'a/b' is no name of a stack: Pulumi takes letters, digits and - _ ."),
        (["night", "--from", "tpu-vm", "--aws-region", "us-east-2"], "--aws-region: tpu-vm makes nothing there"),
        (["night", "--from", "budgets", "--gcp-zone", "us-east5-b"], "--gcp-zone: budgets names none"),
        (
            ["night", "--from", "lustre", "--aws-account", "12"],
            "--aws-account: '12' cannot be: The only account that may be touched: 12 digits in quotes, as "
            '"111122223333".',
        ),
        (
            ["night", "--from", "dev", "--tag", "x"],
            "--tag: 'x' is no tag; write KEY=VALUE, as cost-center=ml-research",
        ),
        (
            ["night", "--from", "dev", "--tag", "a={{ x }}"],
            "--tag: 'a={{ x }}' is no tag; write KEY=VALUE, as cost-center=ml-research",
        ),
        (["night", "--from", "dev", "--description", " "], "--description: a sentence has words"),
        (["night", "--from", "dev", "--description", "a\nb"], "--description: 'a\\nb' is no sentence on one line"),
        (
            ["night", "--from", "dev", "--state", "ftp://x"],
            "--state: 'ftp://x' is no place for the state: pulumi-cloud, or a URL with s3://, gs://, azblob://, "
            "file://, postgres://, https://",
        ),
        (
            ["night", "--from", "dev", "--secrets", "kms"],
            "--secrets: 'kms' is no secrets provider: default, passphrase, or a URL with awskms://, gcpkms://, "
            "azurekeyvault://, hashivault://",
        ),
        (
            ["night", "--from", "dev", "--secrets", "gcpkms://key"],
            "--secrets: a key of Cloud KMS is gcpkms://projects/PROJECT/locations/LOCATION/keyRings/RING/cryptoKeys/KEY",
        ),
    ],
)
def test_what_cannot_be_is_refused_and_leaves_nothing(run: Command, shipped: Path, words: list[str], said: str) -> None:
    before = files(shipped)
    done = run("new", *words)
    assert (done.code, done.out, done.err) == (2, "", USAGE + said + "\n")
    assert files(shipped) == before


def test_a_file_that_cannot_be_planned_is_taken_away_again(run: Command, shipped: Path) -> None:
    before = files(shipped)
    aws = ("--aws-region", "us-east-2", "--aws-account", "222233334444")
    done = run("new", "night", "--from", "storage-bucket", *aws, "--tag", "aws:team=speech")
    assert (done.code, done.out) == (2, "")
    assert done.err == (
        "stacks/night.yaml:6:20  the tag 'aws:team': keys that start with 'aws:' are reserved by AWS\n"
        '    6 | tags: {"aws:team": speech}\n'
        "      |                    ^^^^^^\n"
        "   fix: use another key\n"
        "\n1 problem; nothing was done\n"
    )
    assert files(shipped) == before


def test_a_refused_first_stack_leaves_no_folder(run: Command, shipped: Path) -> None:
    shutil.rmtree(shipped / "stacks")
    aws = ("--aws-region", "us-east-2", "--aws-account", "222233334444")
    done = run("new", "night", "--from", "storage-bucket", *aws, "--tag", "aws:team=speech")
    assert done.code == 2
    assert not (shipped / "stacks").exists()


@pytest.mark.parametrize("at", ["question", "plan"])
def test_ctrl_c_leaves_nothing(run: Command, shipped: Path, monkeypatch: pytest.MonkeyPatch, at: str) -> None:
    def interrupt(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    before = files(shipped)
    if at == "plan":
        monkeypatch.setattr("ultrastack.planner.plan.plan", interrupt)
        done = run("new", "night", "--from", "dev")
    else:
        types(monkeypatch, "tpu-vm", "my-ml")
        monkeypatch.setattr("click.termui.visible_prompt_func", interrupt)
        done = run("new", "night")
    assert done.code == 130
    assert files(shipped) == before


def test_a_file_that_comes_meanwhile_is_not_written_over(
    run: Command, shipped: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = shipped / "stacks" / "night.yaml"

    def meanwhile(*_: object) -> str:
        file.write_text("mine\n")
        return "ours\n"

    monkeypatch.setattr("ultrastack.language.beginning.text.text_of", meanwhile)
    done = run("new", "night", "--from", "dev")
    assert (done.code, done.err) == (
        2,
        USAGE + "cannot write stacks/night.yaml: it is there already and stays as it is\n",
    )
    assert file.read_text() == "mine\n"


def test_a_full_disk_leaves_nothing(run: Command, shipped: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Full(io.StringIO):
        def flush(self) -> None:
            raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    before = files(shipped)
    opened = Path.open

    def full(path: Path, mode: str = "r", **more: Any) -> Any:
        if mode != "x":
            return opened(path, mode, **more)
        opened(path, mode, **more).close()
        return Full()

    monkeypatch.setattr(Path, "open", full)
    done = run("new", "night", "--from", "dev")
    assert (done.code, done.err) == (2, USAGE + "cannot write stacks/night.yaml: No space left on device\n")
    assert files(shipped) == before


def test_a_folder_that_takes_no_file(run: Command, shipped: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    shutil.rmtree(shipped / "stacks")
    (shipped / "stacks").write_text("")
    done = run("new", "night", "--from", "tpu-vm", *TPU_VM)
    assert (done.code, done.err) == (2, USAGE + "cannot write stacks/night.yaml: File exists\n")

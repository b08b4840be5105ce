"""What a stack file asks for: merging, precedence, loops, registers, includes, tags, targets and options."""

from __future__ import annotations

from pathlib import Path

import pytest

from ultrastack.language.reading import Reading
from ultrastack.language.stacks import stacks
from ultrastack.model.later import Later
from ultrastack.model.place import Refused

from .projects import AWS, read_files, read_text

NET = "aws.net: {cidr: 10.0.0.0/16, zones: [a]}"


def names(reading: Reading) -> list[str]:
    return [s.name for s in reading.built]


def values(reading: Reading, step: str) -> dict[str, object]:
    return dict(next(s for s in reading.built if s.name == step).values)


def test_reading_gives_plain_data_without_any_output(tmp_path: Path) -> None:
    reading = read_text(
        tmp_path,
        f"""
steps:
  - {{name: net, {NET}, register: net}}
  - name: p
    aws.pool: {{machine: g6.xlarge, subnet_ids: "{{{{ net.subnet_ids }}}}", boot_script: "x {{{{ net.vpc_id }}}}"}}
""",
    )
    given = values(reading, "p")
    assert isinstance(given["subnet_ids"], Later) and given["subnet_ids"].kind == "list"
    assert isinstance(given["boot_script"], Later) and given["boot_script"].text == "x {{ net.vpc_id }}"
    assert reading.stack == "dev" and reading.file == "stacks/dev.yaml"


def test_variables_are_set_from_low_to_high(tmp_path: Path) -> None:
    files = {
        "stacks/low.yaml": "vars: {a: low, b: low, c: low, d: low, e: low, f: low, g: low}\nsteps: []\n",
        "stacks/west.yaml": """
steps:
  - name: "p-{{ d }}"
    vars: {d: step, e: step, f: step, g: step}
    loop: [item]
    as: e
    aws.pool:
      machine: g6.xlarge
      subnet_ids: [s]
      settings: {a: "{{ a }}", b: "{{ b }}", c: "{{ c }}", d: "{{ d }}", e: "{{ e }}", f: "{{ f }}", g: "{{ g }}"}
""".replace("p-{{ d }}", "p-{{ e }}"),
        "stacks/dev.yaml": AWS
        + """
extends: low.yaml
vars: {b: file, c: file, d: file, e: file, f: file, g: file}
steps:
  - {name: w, include: west.yaml, vars: {c: include, d: include, e: include, f: include, g: include}}
""",
    }
    reading = read_files(
        tmp_path, files, config={"ultrastack:vars": '{"f": "config", "g": "config"}'}, overrides=["g=set"]
    )
    wanted = {"a": "low", "b": "file", "c": "include", "d": "step", "e": "item", "f": "config", "g": "set"}
    assert values(reading, "w-p-item")["settings"] == wanted


def test_an_environment_is_a_small_difference(tmp_path: Path) -> None:
    low = f"steps:\n  - {{name: net, {NET}}}\n  - {{name: gone, {NET}}}\n"
    own = (
        AWS
        + "extends: low.yaml\nsteps:\n  - {name: net, aws.net: {zones: [b]}}\n  - {name: gone, remove: true}\n"
        + f"  - {{name: new, {NET}}}\n"
    )
    reading = read_files(tmp_path, {"stacks/low.yaml": low, "stacks/dev.yaml": own})
    assert names(reading) == ["net", "new"]
    assert values(reading, "net")["zones"] == ["b"]
    assert values(reading, "net")["cidr"] == "10.0.0.0/16"


def test_of_two_extended_files_the_later_one_wins(tmp_path: Path) -> None:
    files = {
        "stacks/a.yaml": "vars: {x: [a1], y: [a2]}\nsteps: []\n",
        "stacks/b.yaml": "vars: {x: [b1]}\nsteps: []\n",
        "stacks/dev.yaml": AWS
        + 'extends: [a.yaml, b.yaml]\nsteps:\n  - {name: net, aws.net: {cidr: 10.0.0.0/16, zones: "{{ x }}"}}\n',
    }
    assert values(read_files(tmp_path, files), "net")["zones"] == ["b1"]


def test_an_abstract_file_can_be_extended(tmp_path: Path) -> None:
    files = {
        "stacks/low.yaml": f"abstract: true\nsteps: [{{name: net, {NET}}}]\n",
        "stacks/dev.yaml": AWS + "extends: low.yaml\n",
    }
    assert names(read_files(tmp_path, files)) == ["net"]


@pytest.mark.parametrize(
    "condition, made",
    [
        ("true", True),
        ("false", False),
        ("stack == 'dev'", True),
        ("\"{{ stack == 'dev' }}\"", True),
        ("[stack == 'dev', false]", False),
        ("[true, \"stack in ['dev']\"]", True),
        ("gone is defined", False),
    ],
)
def test_when(condition: str, made: bool, tmp_path: Path) -> None:
    reading = read_text(tmp_path, f"steps:\n  - name: net\n    when: {condition}\n    {NET}\n")
    assert names(reading) == (["net"] if made else [])


def test_a_step_that_is_left_out_says_why(tmp_path: Path) -> None:
    text = f"steps:\n  - name: net\n    when:\n      - stack == 'dev'\n      - stack == 'prod'\n    {NET}\n"
    reading = read_text(tmp_path, text)
    assert [(s.name, s.word, s.left_out) for s in reading.steps] == [
        ("net", "aws.net", "`when` is false at stacks/dev.yaml:6:9")
    ]


def test_a_looped_step_registers_a_list_in_order(tmp_path: Path) -> None:
    reading = read_text(
        tmp_path,
        f"""
steps:
  - {{name: "n-{{{{ item }}}}", loop: [b, a, c], when: item != 'a', {NET}, register: nets}}
outputs:
  ids: "{{{{ nets | map(attribute='vpc_id') }}}}"
  last: "{{{{ nets[1].vpc_id }}}}"
""",
    )
    assert names(reading) == ["n-b", "n-c"]
    assert [later.text for later in reading.outputs["ids"]] == ["nets.vpc_id", "nets.vpc_id"]


def test_a_loop_over_a_mapping_registers_by_key(tmp_path: Path) -> None:
    reading = read_text(
        tmp_path,
        """
vars: {nets: {east: 10.1.0.0/16, west: 10.2.0.0/16}}
steps:
  - {name: "{{ item.key }}", loop: "{{ nets }}", aws.net: {cidr: "{{ item.value }}", zones: [a]}, register: made}
outputs: {west: "{{ made.west.vpc_id }}"}
""",
    )
    assert [(s.name, s.values["cidr"]) for s in reading.built] == [("east", "10.1.0.0/16"), ("west", "10.2.0.0/16")]


def test_a_name_by_index_only_is_a_notice(tmp_path: Path) -> None:
    reading = read_text(tmp_path, f'steps:\n  - {{name: "n-{{{{ index }}}}", loop: [a, b], {NET}}}\n')
    assert names(reading) == ["n-0", "n-1"]
    assert [n.what for n in reading.notices] == [
        "the name of a looped step contains only the `index`; a new order of the items would replace everything"
    ]


def test_one_of_two_steps_may_be_made_under_the_same_register(tmp_path: Path) -> None:
    steps = f"""
steps:
  - {{name: own, {NET}, register: net, when: CONDITION}}
  - {{name: other, {NET}, register: net, when: not (CONDITION)}}
outputs: {{vpc: "{{{{ net.vpc_id }}}}"}}
"""
    for condition, made in (("true", "own"), ("false", "other")):
        reading = read_text(tmp_path, steps.replace("CONDITION", condition))
        assert names(reading) == [made]
        assert isinstance(reading.outputs["vpc"], Later)


def test_an_include_prefixes_inherits_and_shares_its_outputs_only(tmp_path: Path) -> None:
    files = {
        "stacks/parts/west.yaml": """
steps:
  - {name: net, aws.net: {cidr: "{{ cidr }}", zones: "{{ zones }}"}, register: net, tags: {part: net}}
  - {name: deep, include: deep.yaml, vars: {vpc: "{{ net.vpc_id }}"}}
outputs: {vpc: "{{ net.vpc_id }}"}
""",
        "stacks/parts/deep.yaml": """
steps:
  - {name: p, aws.pool: {machine: g6.xlarge, subnet_ids: [s], boot_script: "{{ vpc }}"}}
""",
        "stacks/dev.yaml": AWS
        + """
providers: {west: {cloud: aws, region: us-west-2}}
vars: {zones: [z]}
steps:
  - {name: w, include: parts/west.yaml, vars: {cidr: 10.9.0.0/16}, provider: west, tags: {area: west}, register: west}
  - {name: last, aws.net: {cidr: 10.0.0.0/16, zones: [a]}, options: {depends_on: w}}
outputs: {vpc: "{{ west.vpc }}"}
""",
    }
    reading = read_files(tmp_path, files)
    assert names(reading) == ["w-net", "w-deep-p", "last"]
    assert [s.provider for s in reading.built] == ["west", "west", "aws"]
    assert reading.built[0].tags["area"] == "west" and reading.built[0].tags["part"] == "net"
    assert reading.built[2].depends_on == ("w-net", "w-deep-p")
    assert reading.outputs["vpc"].text == "net.vpc_id"


def test_depends_on_a_looped_step_means_all_its_items_or_one(tmp_path: Path) -> None:
    text = (
        f'steps:\n  - {{name: "n-{{{{ item }}}}", loop: [a, b], {NET}}}\n'
        f'  - {{name: all, {NET}, options: {{depends_on: ["n-{{{{ item }}}}"]}}}}\n'
        f'  - {{name: whole, {NET}, options: {{depends_on: "n-{{{{ item }}}}"}}}}\n'
        f"  - {{name: one, {NET}, options: {{depends_on: n-b}}}}\n"
    )
    waits = {step.name: step.depends_on for step in read_text(tmp_path, text).built}
    assert waits["all"] == waits["whole"] == ("n-a", "n-b")
    assert waits["one"] == ("n-b",)


def test_a_looped_step_depends_on_the_round_of_its_own_item(tmp_path: Path) -> None:
    text = (
        f'steps:\n  - {{name: "n-{{{{ item }}}}", loop: [a, b], {NET}}}\n'
        f'  - {{name: "m-{{{{ item }}}}", loop: [a, b], {NET}, options: {{depends_on: "n-{{{{ item }}}}"}}}}\n'
        f'  - {{name: "o-{{{{ z }}}}", as: z, loop: [a], {NET}, options: {{depends_on: "n-{{{{ item }}}}"}}}}\n'
    )
    waits = {step.name: step.depends_on for step in read_text(tmp_path, text).built}
    assert waits["m-a"] == ("n-a",)
    assert waits["m-b"] == ("n-b",)
    assert waits["o-a"] == ("n-a", "n-b")


def test_depends_on_a_step_that_is_left_out_means_nothing(tmp_path: Path) -> None:
    text = f"steps:\n  - {{name: a, when: false, {NET}}}\n  - {{name: b, {NET}, options: {{depends_on: a}}}}\n"
    assert read_text(tmp_path, text).built[0].depends_on == ()


def test_tags_of_stack_step_and_the_automatic_ones(tmp_path: Path) -> None:
    step = f"{{name: net, {NET}, tags: {{service: null, workload: train}}}}"
    text = f"tags: {{owner: platform, service: llm}}\nsteps: [{step}]\n"
    assert read_text(tmp_path, text).built[0].tags == {
        "owner": "platform",
        "workload": "train",
        "environment": "dev",
        "stack": "ultrastack-dev",
        "managed-by": "ultrastack",
        "component": "aws-net",
    }


def test_tags_become_labels_on_google_cloud(tmp_path: Path) -> None:
    head = "gcp: {project: example-ml, region: us-east5}\ntags: {CostCenter: R&D/ML}\n"
    text = head + "steps:\n  - {name: b, gcp.bucket: {location: US}}\n"
    tags = read_files(tmp_path, {"stacks/dev.yaml": text}).built[0].tags
    assert tags["costcenter"] == "r-d-ml"
    assert tags["component"] == "gcp-bucket"


def test_a_further_target_is_in_the_same_account_unless_it_names_one(tmp_path: Path) -> None:
    reading = read_files(
        tmp_path,
        {
            "stacks/dev.yaml": """
aws: {region: us-east-2, account_id: "111122223333", role_arn: "arn:aws:iam::111122223333:role/deploy"}
providers:
  west: {cloud: aws, region: us-west-2}
  other: {cloud: aws, region: us-west-2, account_id: "444455556666"}
steps: []
"""
        },
    )
    roles = {name: target.settings.model_dump()["role_arn"] for name, target in reading.providers.items()}
    assert roles["west"] == "arn:aws:iam::111122223333:role/deploy"
    assert roles["other"] is None


def test_formerly_in_an_include_takes_its_prefix(tmp_path: Path) -> None:
    files = {
        "stacks/west.yaml": f"steps: [{{name: net, formerly: [old, older], {NET}}}]\n",
        "stacks/dev.yaml": AWS + "steps: [{name: w, include: west.yaml}]\n",
    }
    assert read_files(tmp_path, files).built[0].formerly == ("w-old", "w-older")


def test_forms_that_have_no_effect_yet_are_kept(tmp_path: Path) -> None:
    accept = "[{rule: r, reason: why, owner: me, until: 2027-01-31}]"
    text = f"""
budget: {{monthly_usd: 250000}}
policy: {{profile: production}}
accept: {accept}
steps:
  - {{name: net, {NET}, accept: {accept}, schedule: {{hours_per_week: 50}}}}
"""
    reading = read_text(tmp_path, text)
    assert reading.budget is not None and reading.budget.monthly_usd == 250000
    assert reading.policy is not None and reading.policy.profile == "production"
    assert reading.accept[0].rule == reading.built[0].accept[0].rule == "r"
    assert reading.built[0].schedule is not None and reading.built[0].schedule.hours_per_week == 50


def test_all_problems_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    files = {
        "stacks/west.yaml": "steps: [{name: net, aws.net: {cidr: ten, zones: [a]}}]\n",
        "stacks/dev.yaml": AWS
        + "tags: 5\nsteps:\n  - {name: w, include: west.yaml}\n  - {name: X, aws.nett: {}}\noutputs: {a: '{{ b }}'}\n",
    }
    with pytest.raises(Refused) as refused:
        read_files(tmp_path, files)
    assert [str(p.place) for p in refused.value.problems] == [
        "stacks/dev.yaml:2:7",
        "stacks/dev.yaml:5:15",
        "stacks/dev.yaml:6:15",
        "stacks/west.yaml:1:37",
    ]


def test_config_is_asked_by_its_own_key_or_in_full(tmp_path: Path) -> None:
    text = (
        "steps:\n  - {name: net, aws.net: {cidr: \"{{ config('cidr') }}\", zones: [\"{{ config('team:zone') }}\"]}}\n"
    )
    reading = read_text(tmp_path, text, config={"ultrastack:cidr": "10.7.0.0/16", "team:zone": "z"})
    assert values(reading, "net")["cidr"] == "10.7.0.0/16" and values(reading, "net")["zones"] == ["z"]
    with pytest.raises(Refused, match="'cidr' is a secret of the config"):
        read_text(tmp_path, text, config={"ultrastack:cidr": "x", "team:zone": "z"}, secret_keys=["ultrastack:cidr"])


def test_an_included_file_may_say_that_it_is_no_stack(tmp_path: Path) -> None:
    files = {
        "stacks/part.yaml": f"abstract: true\nsteps:\n  - {{name: net, {NET}}}\n",
        "stacks/dev.yaml": AWS + "steps: [{name: west, include: part.yaml}]\n",
    }
    assert [step.name for step in read_files(tmp_path, files).built] == ["west-net"]
    assert stacks(tmp_path) == ["dev"]

"""What a failing program is told: where, what, and what to do; never a traceback, never another step's name."""

from __future__ import annotations

from pathlib import Path

import pytest

from ultrastack.engine import ProgramFailed, capture
from ultrastack.model.place import Place, Problem, Refused

from .offline_project import folder

HEAD = "import pulumi\nimport pulumi_aws as aws\nfrom pulumi import ResourceOptions\n"
STEPS = """\
import pulumi, pulumi_aws as aws
from ultrastack.model.place import Place
from ultrastack.model.step import Step, announce

class Box(pulumi.ComponentResource):
    def __init__(self, name, child):
        announce(Step(name, "test.box", Place("stacks/dev.yaml", {"one": 3, "two": 7}[name], 5)))
        super().__init__("example:index:Box", name)
        aws.sqs.Queue(child, opts=pulumi.ResourceOptions(parent=self))
"""


def told(tmp_path: Path, program: str, config: dict[str, str] | None = None) -> str:
    with pytest.raises(ProgramFailed) as e:
        capture(folder(tmp_path, program), "dev", config=config)
    assert str(e.value) == str(e.value.problem)
    return str(e.value)


def test_two_resources_of_one_name_are_named_with_both_places(tmp_path: Path) -> None:
    assert told(tmp_path, HEAD + 'aws.sqs.Queue("a")\naws.sqs.Queue("a")\n') == (
        "__main__.py:5:1  two resources of type aws:sqs/queue:Queue are named 'a'; the first is at __main__.py:4:1\n"
        '    5 | aws.sqs.Queue("a")\n'
        "      | ^^^^^^^^^^^^^^^^^^\n"
        "   fix: give one of them another name"
    )


def test_of_two_steps_that_make_the_same_the_second_is_told_and_the_first_is_named(tmp_path: Path) -> None:
    """A URN has the types of the ancestors and not their names, so that this happens to careless components."""
    assert told(tmp_path, STEPS + 'Box("one", "same")\nBox("two", "same")\n') == (
        "stacks/dev.yaml:7:5  step 'two': two resources of type aws:sqs/queue:Queue are named 'same'; "
        "the first is in step 'one' (stacks/dev.yaml:3:5) (__main__.py:9)\n"
        "   fix: give one of them another name"
    )


def test_a_missing_argument_has_the_line_that_lacks_it(tmp_path: Path) -> None:
    assert told(tmp_path, HEAD + 'aws.ec2.Subnet("a")\n') == (
        "__main__.py:4:1  TypeError: Missing required property 'vpc_id'\n"
        '    4 | aws.ec2.Subnet("a")\n'
        "      | ^^^^^^^^^^^^^^^^^^^"
    )


def test_an_error_while_a_step_is_built_names_the_step_and_the_line_of_its_code(tmp_path: Path) -> None:
    assert told(tmp_path, STEPS + 'Box("one", "a")\nBox("two", [].pop())\nBox("two", {}["x"])\n') == (
        "stacks/dev.yaml:3:5  step 'one': IndexError: pop from empty list (__main__.py:11)"
    )


def test_an_error_after_all_steps_names_its_line_and_not_the_last_step(tmp_path: Path) -> None:
    program = (
        STEPS + 'Box("one", "a")\nq = aws.sqs.Queue("q", name="q")\npulumi.export("x", q.name.apply(lambda n: n.no))\n'
    )
    assert told(tmp_path, program) == (
        "__main__.py:12:43  AttributeError: 'str' object has no attribute 'no'\n"
        '   12 | pulumi.export("x", q.name.apply(lambda n: n.no))\n'
        "      |                                           ^^^^"
    )


def test_a_run_error_is_shown_as_it_is(tmp_path: Path) -> None:
    assert told(tmp_path, HEAD + 'raise pulumi.RunError("the region is not allowed")\n').splitlines()[0] == (
        "__main__.py:4:1  the region is not allowed"
    )


def test_missing_config_is_told_in_pulumis_words_without_control_characters(tmp_path: Path) -> None:
    assert told(tmp_path, HEAD + 'pulumi.Config().require("size")\n').splitlines()[:2] == [
        "__main__.py:4:1  Missing required configuration variable 'foreign:size'",
        "  please set a value using the command `pulumi config set foreign:size <value>`",
    ]


def test_text_made_of_an_output_is_refused_with_the_way_to_do_it(tmp_path: Path) -> None:
    program = HEAD + 'v = aws.ec2.Vpc("v", cidr_block="10.0.0.0/16")\naws.sqs.Queue("q", name=f"q-{v.id}")\n'
    assert told(tmp_path, program) == (
        "__main__.py:5:25  a text is made of an Output, whose value is not known yet\n"
        '    5 | aws.sqs.Queue("q", name=f"q-{v.id}")\n'
        "      |                         ^^^^^^^^^^^\n"
        "   fix: use Output.concat(...) or Output.format(...)"
    )


@pytest.mark.parametrize(
    ("code", "words"),
    [
        ("raise SystemExit(3)", "the program called exit(3)"),
        ("raise SystemExit(0)", "the program called exit() before its end"),
        ('pulumi.log.error("no such zone"); raise SystemExit(1)', "no such zone"),
        ("x = = 2", "SyntaxError: invalid syntax"),
        ("import nothing_like_this", "ModuleNotFoundError: No module named 'nothing_like_this'"),
    ],
)
def test_a_program_that_ends_early_says_why_and_where(tmp_path: Path, code: str, words: str) -> None:
    place, _, what = told(tmp_path, f"{HEAD}{code}\n").splitlines()[0].partition("  ")
    assert (place.rpartition(":")[0], what) == ("__main__.py:4", words)


def test_a_plain_look_up_without_an_answer_is_blamed_by_name(tmp_path: Path) -> None:
    program = HEAD + 'aws.get_region_output()\naws.ec2.get_ami(owners=["self"])\n'
    assert told(tmp_path, program) == (
        "__main__.py:5:1  the program asked the cloud for aws:ec2/getAmi:getAmi, and no answer is recorded\n"
        '    5 | aws.ec2.get_ami(owners=["self"])\n'
        "      | ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^\n"
        "   fix: use get_ami_output(...), whose answer may be unknown, or record an answer for aws:ec2/getAmi:getAmi"
    )


def test_a_look_up_is_not_blamed_for_an_error_elsewhere(tmp_path: Path) -> None:
    program = HEAD + "try:\n    aws.ec2.get_ami()\nexcept Exception:\n    pass\nNone.upper()\n"
    assert told(tmp_path, program).splitlines()[0] == (
        "__main__.py:8:1  AttributeError: 'NoneType' object has no attribute 'upper'"
    )


def test_a_failing_transform_is_told_with_its_own_line(tmp_path: Path) -> None:
    program = "def t(args):\n    return args.no\naws.sqs.Queue('q', opts=ResourceOptions(transforms=[t]))\n"
    assert told(tmp_path, HEAD + program) == (
        "__main__.py:5:5  a transform of 'q' (aws:sqs/queue:Queue) failed: "
        "'ResourceTransformArgs' object has no attribute 'no'\n"
        "    5 |     return args.no\n"
        "      |     ^^^^^^^^^^^^^^"
    )


def test_a_failing_transform_of_invokes_is_told_with_its_own_line(tmp_path: Path) -> None:
    program = "def t(args):\n    return args.no\npulumi.runtime.register_invoke_transform(t)\naws.get_region_output()\n"
    assert told(tmp_path, HEAD + program).splitlines()[0] == (
        "__main__.py:5:5  a transform of the invoke aws:index/getRegion:getRegion failed: "
        "'InvokeTransformArgs' object has no attribute 'no'"
    )


def test_a_forbidden_default_provider_is_refused(tmp_path: Path) -> None:
    config = {"pulumi:disable-default-providers": '["gcp", "aws"]'}
    assert told(tmp_path, HEAD + 'aws.sqs.Queue("q")\n', config) == (
        "__main__.py:4:1  pulumi:disable-default-providers forbids the default provider of aws, "
        "which aws:sqs/queue:Queue would use\n"
        '    4 | aws.sqs.Queue("q")\n'
        "      | ^^^^^^^^^^^^^^^^^^\n"
        "   fix: name a provider of your own: ResourceOptions(provider=...)"
    )


def test_a_method_of_another_package_is_refused(tmp_path: Path) -> None:
    program = (
        'c = pulumi.ComponentResource("x:y:Z", "z", {}, None, remote=True)\npulumi.runtime.call("x:y:Z/m", {}, c)\n'
    )
    assert told(tmp_path, HEAD + program) == (
        "__main__.py  the method x:y:Z/m belongs to another package, which is not run offline\n"
        "   fix: ask `pulumi preview`, which runs it"
    )


def test_an_error_of_an_async_program_has_its_line(tmp_path: Path) -> None:
    program = "async def main():\n    raise KeyError('zone')\npulumi.run(main)\n"
    assert told(tmp_path, HEAD + program).splitlines()[0] == "__main__.py:5:5  KeyError: 'zone'"


def test_the_cause_is_kept_for_whoever_asks_for_a_traceback(tmp_path: Path) -> None:
    with pytest.raises(ProgramFailed) as e:
        capture(folder(tmp_path, HEAD + "{}['x']\n"), "dev")
    assert isinstance(e.value.__cause__, KeyError)


def test_refusals_pass_through_with_all_their_problems(tmp_path: Path) -> None:
    program = (
        "from ultrastack.model.place import Place, Problem, Refused\n"
        "raise Refused(Problem(Place('stacks/dev.yaml', 2, 1), 'b'), Problem(Place('stacks/dev.yaml', 1, 1), 'a'))\n"
    )
    with pytest.raises(Refused) as e:
        capture(folder(tmp_path, program), "dev")
    assert str(e.value) == "stacks/dev.yaml:1:1  a\nstacks/dev.yaml:2:1  b"


def test_an_error_that_brings_its_own_problem_passes_through(tmp_path: Path) -> None:
    program = (
        "from ultrastack.model.place import Place, Problem\n"
        "class Told(Exception):\n    problem = Problem(Place('stacks/dev.yaml', 2, 1), 'the words')\n"
        "raise Told('x')\n"
    )
    with pytest.raises(Exception, match="^x$") as e:
        capture(folder(tmp_path, program), "dev")
    assert getattr(e.value, "problem", None) == Problem(Place("stacks/dev.yaml", 2, 1), "the words")


def test_a_look_up_is_blamed_also_behind_the_languages_own_error(tmp_path: Path) -> None:
    program = STEPS + (
        "from ultrastack.model.place import Problem\n"
        "class Told(Exception):\n    problem = Problem(Place('stacks/dev.yaml', 3, 5), 'the words')\n"
        "announce(Step('one', 'test.box', Place('stacks/dev.yaml', 3, 5)))\n"
        "try:\n    aws.ec2.get_ami()\nexcept Exception as e:\n    raise Told from e\n"
    )
    assert told(tmp_path, program) == (
        "stacks/dev.yaml:3:5  step 'one': the program asked the cloud for aws:ec2/getAmi:getAmi, "
        "and no answer is recorded\n"
        "   fix: use get_ami_output(...), whose answer may be unknown, or record an answer for aws:ec2/getAmi:getAmi"
    )


def test_after_a_failure_the_next_run_is_clean(tmp_path: Path) -> None:
    told(tmp_path / "bad", HEAD + "{}['x']\n")
    graph = capture(folder(tmp_path / "good", HEAD + 'aws.sqs.Queue("q")\n'), "dev")
    assert [r.name for r in graph.resources] == ["foreign-dev", graph.resources[1].name, "q"]

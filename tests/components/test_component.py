"""What every component keeps to, also those that are not written yet."""

from __future__ import annotations

import asyncio
import importlib
import re
import types
import typing
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Union

import pulumi
import pydantic
import pytest

from components.component import Args, Component, Input, Strict, _AcceptsOutput
from ultrastack.engine import capture
from ultrastack.model.later import Later
from ultrastack.model.place import Refused

ROOM = Path(__file__).parents[2] / "components"
WORDS = sorted(f"{file.parent.name}.{file.stem}" for file in ROOM.glob("*/*.py") if not file.stem.startswith("_"))


def component(word: str) -> type[Component]:
    """The class that the word of a stack file stands for: the same stem, in capitals."""
    module = importlib.import_module(f"components.{word}")
    made: type[Component] = getattr(module, "".join(part.capitalize() for part in word.partition(".")[2].split("_")))
    return made


def models(found: type[pydantic.BaseModel]) -> Iterator[type[pydantic.BaseModel]]:
    """The model and every model inside its fields."""
    yield found
    for hint in typing.get_type_hints(found, include_extras=True).values():
        for inner in inside(hint):
            yield from models(inner)


def inside(hint: Any) -> Iterator[type[pydantic.BaseModel]]:
    if isinstance(hint, type) and issubclass(hint, pydantic.BaseModel):
        yield hint
    for inner in typing.get_args(hint):
        yield from inside(inner)


def with_one(hint: Any, thing: object) -> Iterator[object]:
    """Values of this type with the thing in one of the places where an Output may stand."""
    arguments = typing.get_args(hint)
    match typing.get_origin(hint):
        case origin if origin is Annotated and any(isinstance(mark, _AcceptsOutput) for mark in arguments[1:]):
            yield thing
        case origin if origin is Annotated:
            yield from with_one(arguments[0], thing)
        case origin if origin in (Union, types.UnionType):
            for one in arguments:
                yield from with_one(one, thing)
        case origin if origin is list:
            for value in with_one(arguments[0], thing):
                yield [value]
        case origin if origin is dict:
            for value in with_one(arguments[1], thing):
                yield {"one": value}


INPUTS = sorted(
    {
        (word, f"{model.__name__}.{name}", str(hint)): (word, model, name, hint)
        for word in WORDS
        for model in models(component(word).Args)
        for name, hint in typing.get_type_hints(model, include_extras=True).items()
        if not name.startswith("__") and next(with_one(hint, None), with_one) is not with_one
    }.values(),
    key=lambda found: (found[0], found[1].__name__, found[2]),
)


def unknown() -> pulumi.Output[Any]:
    known: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
    known.set_result(False)
    value: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
    value.set_result(None)
    return pulumi.Output(set(), value, known)


def test_there_are_components_and_inputs_to_test() -> None:
    assert {"aws.network", "aws.existing_network", "aws.efa_placement_group", "aws.storage_bucket"} <= set(WORDS)
    assert len(INPUTS) > 20


@pytest.mark.parametrize(("word", "model", "name", "hint"), INPUTS, ids=lambda one: getattr(one, "__name__", None))
def test_an_output_and_a_later_may_stand_in_every_input(
    word: str, model: type[pydantic.BaseModel], name: str, hint: Any
) -> None:
    async def check() -> None:
        field: pydantic.TypeAdapter[Any] = pydantic.TypeAdapter(hint, config=pydantic.ConfigDict(strict=True))
        for value in [*with_one(hint, unknown()), *with_one(hint, Later("net.id", lambda built: built))]:
            field.validate_python(value)

    asyncio.run(check())


@pytest.mark.parametrize("word", WORDS)
def test_every_argument_has_one_sentence(word: str) -> None:
    said = {
        f"{model.__name__}.{name}": field.description or ""
        for model in models(component(word).Args)
        for name, field in model.model_fields.items()
    }
    assert {name: text for name, text in said.items() if not re.fullmatch(r"[A-Z].*[^.]\.", text)} == {}


@pytest.mark.parametrize("word", WORDS)
def test_every_output_and_role_has_one_sentence(word: str) -> None:
    said = {name: output.description for name, output in component(word).declared_outputs().items()}
    said |= component(word).roles
    assert {name: text for name, text in said.items() if not re.fullmatch(r"[A-Z].*[^.]\.", text)} == {}


@pytest.mark.parametrize("word", WORDS)
def test_one_stem_everywhere(word: str) -> None:
    made = component(word)
    cloud, _, _ = word.partition(".")
    assert (made.token, made.cloud) == (f"ultrastack:{cloud}:{made.__name__}", cloud)
    assert made.Args.__name__ == f"{made.__name__}Args"
    assert issubclass(made.Args, Args)


@pytest.mark.parametrize("word", WORDS)
def test_arguments_are_strict_all_the_way_down(word: str) -> None:
    strict = {key: Strict.model_config[key] for key in ("extra", "strict", "frozen", "hide_input_in_errors")}  # type: ignore[literal-required]
    for model in models(component(word).Args):
        assert {key: model.model_config.get(key) for key in strict} == strict, model.__name__


@pytest.mark.parametrize("word", WORDS)
def test_arguments_have_a_json_schema(word: str) -> None:
    assert component(word).Args.model_json_schema()["type"] == "object"


class Limited(Args):
    size: Input[Annotated[int, pydantic.Field(ge=8)]] = pydantic.Field(description="Size.")
    names: list[Input[str]] = pydantic.Field(default=[], description="Names.")


def test_a_limit_holds_for_a_plain_value() -> None:
    with pytest.raises(pydantic.ValidationError, match="greater than or equal to 8"):
        Limited(size=7)


def test_a_limit_holds_for_an_output_once_it_is_known_and_its_value_is_not_shown() -> None:
    async def check() -> None:
        args = Limited.model_validate(
            {"size": pulumi.Output.from_input(7)}, context={"place_of": lambda _: "stacks/dev.yaml:9:14"}
        )
        await args.size.future()

    with pytest.raises(pulumi.RunError) as caught:
        asyncio.run(check())
    assert str(caught.value) == "stacks/dev.yaml:9:14: input should be greater than or equal to 8"


def test_a_list_is_refused_where_one_value_is_needed() -> None:
    with pytest.raises(pydantic.ValidationError, match="a list where one value is needed"):
        Limited.model_validate({"size": Later("net.private_subnet_ids", lambda built: built, "list")})


class Sometimes(Component):
    token, cloud, Args, roles = "ultrastack:aws:Sometimes", "aws", Limited, {"part-*": "A part."}
    there: Annotated[pulumi.Output[str], "There."]
    perhaps: Annotated[pulumi.Output[str] | None, "Perhaps there."]
    several: Annotated[list[pulumi.Output[str]], "Several."]
    by_zone: Annotated[dict[str, pulumi.Output[str]], "By zone."]


def test_the_kinds_of_outputs_are_declared_also_of_those_that_may_be_absent() -> None:
    kinds = {name: output.kind for name, output in Sometimes.declared_outputs().items()}
    assert kinds == {"there": "value", "perhaps": "value", "several": "list", "by_zone": "mapping"}


@pytest.mark.parametrize(
    ("word", "most", "role", "limit"),
    [
        ("aws.network", 42, "flow-log-role", 64),
        ("aws.storage_bucket", 48, "bucket", 63),
        ("aws.trn2_ultraserver_cluster", 51, "role", 64),
        ("aws.efa_placement_group", 231, "placement-group", 255),
        ("aws.fsx_lustre", 232, "security-group", 255),
    ],
)
def test_a_name_that_would_be_too_long_in_the_cloud_is_refused(word: str, most: int, role: str, limit: int) -> None:
    made = component(word)
    assert made.too_long("x" * most, {}) == ""
    assert made.too_long("x" * (most + 1), {}) == (
        f"is too long for its {role}, whose name in the cloud has at most {limit} characters; "
        f"fix: use at most {most} characters"
    )
    assert made.too_long("x" * (most + 1), {"physical_name": "given"}) == ""


def test_nothing_of_a_component_with_such_a_name_is_registered() -> None:
    with pytest.raises(pulumi.RunError) as caught:
        component("aws.storage_bucket")("x" * 49, component("aws.storage_bucket").Args())
    assert str(caught.value) == (
        f"the name '{'x' * 49}' is too long for its bucket, whose name in the cloud has at most 63 characters; "
        "fix: use at most 48 characters"
    )


def test_arguments_that_are_no_arguments_are_refused_with_words() -> None:
    made = component("aws.storage_bucket")
    with pytest.raises(TypeError) as caught:
        made("data", {"versioning": True})
    assert str(caught.value) == (
        "StorageBucket takes StorageBucketArgs(...), not dict; fix: StorageBucketArgs(**arguments)"
    )


def test_in_a_stack_file_such_a_name_is_refused_at_its_place(tmp_path: Path) -> None:
    (tmp_path / "stacks").mkdir()
    (tmp_path / "Pulumi.yaml").write_text("name: tests\nruntime: python\n")
    (tmp_path / "__main__.py").write_text(
        "from pathlib import Path\n\nfrom ultrastack.language.program import run\n\nrun(Path(__file__).parent)\n"
    )
    (tmp_path / "stacks" / "dev.yaml").write_text(
        'aws: {region: us-east-2, account_id: "111122223333"}\n'
        f"steps:\n  - name: {'x' * 49}\n    aws.storage_bucket: {{}}\n"
    )
    with pytest.raises(Refused) as caught:
        capture(tmp_path, "dev")
    (problem,) = caught.value.problems
    assert (str(problem.place), problem.what, problem.fix) == (
        "stacks/dev.yaml:3:11",
        f"the name '{'x' * 49}' is too long for its bucket, whose name in the cloud has at most 63 characters",
        "use at most 48 characters",
    )

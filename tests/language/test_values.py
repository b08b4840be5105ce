"""What only the cloud knows passes through expressions as Outputs: lifted where possible, computed where not."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from typing import Any

import pulumi
import pytest

from ultrastack.language.expressions import Language
from ultrastack.language.functions import make_secret, make_stack_output
from ultrastack.language.scope import Scope
from ultrastack.language.source import parse
from ultrastack.language.values import Register, bind, holds_later, known, settle, to_text
from ultrastack.model.later import Later
from ultrastack.model.place import Place, Refused
from ultrastack.model.step import LISTENER


def unknown(secret: bool = False) -> pulumi.Output[Any]:
    async def give(value: Any) -> Any:
        return value

    return pulumi.Output(set(), give(pulumi.output.UNKNOWN), give(False), give(secret))


class Network:
    """Stands for a component that was built."""

    def __init__(self) -> None:
        self.vpc_id = pulumi.Output.from_input("vpc-1")
        self.ids = [pulumi.Output.from_input("a"), unknown()]
        self.facts = pulumi.Output.from_input({"zones": [1, unknown()], "items": 2})
        self.token = pulumi.Output.secret("hunter2")


def output(name: str, kind: Any = None) -> Later:
    return Later(f"net.{name}", lambda built: getattr(built["net"], name), kind, declared=True)


def scope() -> Scope:
    outputs = {"vpc_id": output("vpc_id", "value"), "ids": output("ids", "list")}
    outputs |= {"facts": output("facts", "mapping"), "token": output("token", "value")}
    functions: dict[str, Callable[..., Any]] = {"secret": make_secret(), "stack_output": make_stack_output()}
    return Scope(Language(functions), parse("n: 2", "f").value, {}, {}, {"net": Register("net", outputs)})


def built(text: str) -> tuple[Any, bool, bool]:
    """(value, is it known, is it secret) once the text is bound to Outputs."""
    quoted = text.replace("'", "''")
    value = scope().evaluate(parse(f"x: '{quoted}'", "stacks/dev.yaml").value["x"])

    async def resolve() -> tuple[Any, bool, bool]:
        whole = pulumi.Output.from_input(bind(value, {"net": Network()}))
        result = await whole.future(with_unknowns=True)
        return result, await whole.is_known(), await whole.is_secret()

    result, is_known, is_secret = asyncio.run(resolve())
    return (result if is_known else None), is_known, is_secret


@pytest.mark.parametrize(
    ("text", "result"),
    [
        ("{{ net.vpc_id }}", ("vpc-1", True, False)),
        ("{{ net.vpc_id[0:3] }}", ("vpc", True, False)),
        ("{{ net.ids[0] }}", ("a", True, False)),  # known, though its neighbour is not
        ("{{ net.ids | first }}", ("a", True, False)),
        ("{{ net.ids[0:1] }}", (["a"], True, False)),
        ("{{ net.ids[1] }}", (None, False, False)),
        ("{{ net.ids | length }}", (None, False, False)),
        ("{{ net.facts.zones[0] }}", (1, True, False)),
        ("{{ net.facts.items }}", (2, True, False)),  # a key, not a method
        ("{{ net.facts.zones[0] + n }}", (3, True, False)),
        ("{{ net.facts.zones[n - 1] }}", (None, False, False)),
        ("{{ net.facts.zones[9] | default('x') }}", ("x", True, False)),
        ("{{ net.facts.zones[9] is defined }}", (False, True, False)),
        ("{{ net.vpc_id | default('x') }}", ("vpc-1", True, False)),
        ("{{ net.vpc_id | upper if net.vpc_id == 'vpc-1' else 'x' }}", ("VPC-1", True, False)),
        ("{{ [net.vpc_id, n] }}", (["vpc-1", 2], True, False)),
        ("{{ {'id': net.vpc_id} }}", ({"id": "vpc-1"}, True, False)),
        ("{{ [net] | map(attribute='vpc_id') | join(',') }}", ("vpc-1", True, False)),
        ("id {{ net.vpc_id }}, {{ n }} and {{ true }}", ("id vpc-1, 2 and true", True, False)),
        ("id {{ net.ids[1] }}", (None, False, False)),
        ("{{ net.token }}", ("hunter2", True, True)),
        ("{{ net.token ~ 'x' }}", ("hunter2x", True, True)),
        ("{{ net.vpc_id ~ net.token }}", ("vpc-1hunter2", True, True)),
        ("x {{ net.token }}", ("x hunter2", True, True)),
    ],
)
def test_an_output_passes_through(text: str, result: tuple[Any, bool, bool]) -> None:
    assert built(text) == result


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("{{ net.ids[7] }}", "`net.ids[7]`: the cloud's answer has no element 7"),
        ("{{ net.facts.zone }}", "`net.facts.zone`: the cloud's answer has no 'zone'"),
        (
            "{{ net.token | int }}",
            "stacks/dev.yaml:1:5  `net.token | int` cannot be computed from what the cloud answered: "
            "a text is no whole number\n    1 | x: '{{ net.token | int }}'\n      |     ^^^^^^^^^^^^^^^^^^^^^",
        ),
        (
            "{{ {'a': 1}[net.token] }}",
            "stacks/dev.yaml:1:5  `{'a': 1}[net.token]` cannot be computed from what the cloud answered: "
            "there is no such part in this mapping\n"
            "    1 | x: '{{ {''a'': 1}[net.token] }}'\n      |     ^^^^^^^^^^^^^^^^^^^^^^^^^",
        ),
    ],
)
def test_a_late_complaint_keeps_its_place_and_shows_no_value(text: str, says: str) -> None:
    with pytest.raises(pulumi.RunError) as error:
        built(text)
    assert str(error.value) == says


def test_an_error_of_any_other_kind_is_named_by_its_class_alone() -> None:
    def compute(values: dict[str, Any]) -> Any:
        raise ValueError("hunter2")

    async def resolve() -> Any:
        make = known(Place("f.yaml", 1, 1), "x", {"a": output("token")}, compute)
        return await make({"net": Network()}).future()

    with pytest.raises(pulumi.RunError) as error:
        asyncio.run(resolve())
    assert str(error.value) == "f.yaml:1:1  `x` cannot be computed from what the cloud answered: ValueError"


def test_reading_asks_no_output_anything() -> None:
    def opened(built: Any) -> Any:
        raise AssertionError("opened while the file was read")

    registers = {"net": Register("net", {"id": Later("net.id", opened, None, True)})}
    s = Scope(Language(), {}, {}, {}, registers)
    for source in (
        "net.id",
        "net.id.a[0]",
        "net.id ~ 'x'",
        "[net.id] | length",
        "net.id if net.id else 1",
        "not net.id",
    ):
        s.calculate(source, Place("f.yaml", 1, 1))


def test_who_binds_hears_of_each_output() -> None:
    heard = []

    async def listen() -> None:
        value = {"a": [output("vpc_id")], "b": output("ids")}
        bind(value, {"net": Network()}, lambda made, later: heard.append((isinstance(made, pulumi.Output), later.text)))

    asyncio.run(listen())
    assert heard == [(True, "net.vpc_id"), (True, "net.ids"), (True, "net.ids")]


def open_token() -> Any:
    async def opening() -> tuple[bool, bool]:
        made = bind(scope().calculate("secret('token')", Place("f.yaml", 1, 1)), {})
        return await made.is_known(), await made.is_secret()

    return asyncio.run(opening())


def test_a_secret_that_is_not_set_is_a_placeholder_offline_and_an_error_on_the_real_engine() -> None:
    mark = LISTENER.set(lambda step: None)
    try:
        assert open_token() == (False, True)
    finally:
        LISTENER.reset(mark)
    with pytest.raises(pulumi.RunError) as error:
        open_token()
    assert str(error.value) == "secret 'token' is not set: pulumi config set --secret token"


def test_a_secret_that_is_set_is_known_and_secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(pulumi.Config, "get_secret", lambda self, key: pulumi.Output.secret(f"value of {key}"))
    assert open_token() == (True, True)


def test_another_stack_is_referred_to_once(monkeypatch: pytest.MonkeyPatch) -> None:
    made = []

    class Reference:
        def __init__(self, name: str) -> None:
            made.append(name)

        def get_output(self, key: str) -> pulumi.Output[Any]:
            return pulumi.Output.from_input({"vpc": "vpc-9"}.get(key))

    monkeypatch.setattr(pulumi, "StackReference", Reference)

    async def resolve() -> Any:
        things: dict[str, Any] = {}
        for source in ("stack_output('acme/base/prod', 'vpc')", "stack_output('acme/base/prod', 'vpc') ~ '-x'"):
            value = bind(scope().calculate(source, Place("f.yaml", 1, 1)), things)
            yield await value.future()
        missing = bind(scope().calculate("stack_output('acme/base/prod', 'nothing')", Place("f.yaml", 1, 1)), things)
        with pytest.raises(pulumi.RunError) as error:
            await missing.future()
        yield str(error.value)

    async def collect() -> list[Any]:
        return [one async for one in resolve()]

    assert asyncio.run(collect()) == [
        "vpc-9",
        "vpc-9-x",
        "stack 'acme/base/prod' has no output 'nothing': pulumi stack output --stack acme/base/prod",
    ]
    assert made == ["acme/base/prod"]


def test_only_plain_data_leaves_an_expression() -> None:
    assert settle({"a": (1, [None, True, "x", 1.5])}) == {"a": [1, [None, True, "x", 1.5]]}
    assert holds_later({"a": [output("ids")]})
    assert not holds_later({"a": [1]})
    with pytest.raises(Exception, match="the result is no value of the language"):
        settle(object())


def test_a_number_or_a_boolean_in_a_text_is_written_as_in_yaml() -> None:
    assert [to_text(v) for v in ("x", 1, 1.5, True, False)] == ["x", "1", "1.5", "true", "false"]


def test_an_output_that_decides_is_refused() -> None:
    with pytest.raises(Refused):
        scope().plain(parse("x: ['{{ net.vpc_id }}']", "f").value["x"], "`loop`")

"""What is a component? Its arguments, its children and its outputs, the same way in every file of this room."""

from __future__ import annotations

import fnmatch
import inspect
import typing
from collections.abc import Mapping
from typing import TYPE_CHECKING, Annotated, Any, ClassVar, Literal, NamedTuple, TypeVar

import pulumi
import pydantic
from pydantic import Field
from pydantic_core import PydanticCustomError, core_schema

from ultrastack.model.later import Kind, Later
from ultrastack.model.schedule import Schedule
from ultrastack.model.step import LISTENER

T = TypeVar("T")


class _AcceptsOutput:
    """Lets an Output (or a Later, while a stack file is read) stand where a plain value would.

    The limits of T hold for outputs too: they are checked as soon as the value is known, so never in a preview of a
    first `up`, always in the `up` itself. A validation context {"place_of": fn(output) -> str} puts a place before the
    complaint; the value itself is never shown, it may be a secret.
    """

    def __get_pydantic_core_schema__(
        self, source: Any, handler: pydantic.GetCoreSchemaHandler
    ) -> core_schema.CoreSchema:
        plain = handler(source)  # not generate_schema(T): that would drop Field(ge=...)
        wanted = _kind(source)
        limited = plain != {"type": "str"} and plain["type"] != "any"

        def check(value: Any, inner: Any, info: core_schema.ValidationInfo) -> Any:
            if isinstance(value, Later):
                if value.kind is not None and wanted is not None and value.kind != wanted:
                    raise PydanticCustomError("wiring", _WIRING[value.kind, wanted])
                return value
            if isinstance(value, pulumi.Output):
                return value.apply(recheck(value, inner, info)) if limited else value
            return inner(value)

        def recheck(output: pulumi.Output[Any], inner: Any, info: core_schema.ValidationInfo) -> Any:
            place = (info.context or {}).get("place_of", lambda _: "")(output)

            def at_last(value: Any) -> Any:
                try:
                    return inner(_whole(value))
                except pydantic.ValidationError as e:
                    said = [one["msg"].removeprefix("Value error, ") for one in e.errors(include_input=False)]
                    why = "; ".join(text.partition("; fix: ")[0] for text in said)  # a fix may repeat the value
                    refused = pulumi.RunError(f"{place or info.field_name}: {why[0].lower()}{why[1:]}")
                    if LISTENER.get() is not None:
                        return _unless_secret(output, value, refused)
                    raise refused from None

            return at_last

        def write(value: Any, inner: Any) -> Any:
            return value if isinstance(value, pulumi.Output) else inner(value)

        out = core_schema.wrap_serializer_function_ser_schema(write, schema=plain)
        return core_schema.with_info_wrap_validator_function(check, plain, serialization=out)


def _whole(value: Any) -> Any:
    """The engine knows no whole numbers: another stack's 8 arrives as 8.0."""
    if isinstance(value, Mapping):
        return {k: _whole(v) for k, v in value.items()}
    if isinstance(value, list):
        return [_whole(v) for v in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value


async def _unless_secret(output: pulumi.Output[Any], value: Any, refused: Exception) -> Any:
    """Offline a secret is a placeholder, which need not keep the limits that its value keeps."""
    if await output.is_secret():
        return value
    raise refused


_WIRING: dict[tuple[Kind, Kind], Any] = {
    ("list", "value"): "a list where one value is needed",
    ("list", "mapping"): "a list where a mapping is needed",
    ("value", "list"): "one value where a list is needed",
    ("value", "mapping"): "one value where a mapping is needed",
    ("mapping", "value"): "a mapping where one value is needed",
    ("mapping", "list"): "a mapping where a list is needed",
}


def _kind(source: Any) -> Kind | None:
    while typing.get_origin(source) is Annotated:
        source = typing.get_args(source)[0]
    origin = typing.get_origin(source) or source
    if origin is list:
        return "list"
    if origin is dict or isinstance(origin, type) and issubclass(origin, pydantic.BaseModel):
        return "mapping"
    return "value" if origin in (str, int, float, bool, Literal) else None


# For the type checker T | Output[T]; at run time T with a door. A limit goes inside: Input[Annotated[int, Field(ge=8)]]
if TYPE_CHECKING:
    from pulumi import Input as Input
else:
    Input = Annotated[T, _AcceptsOutput()]


class Strict(pydantic.BaseModel):
    """Arguments inside arguments: no unknown names, no conversions ("no" is not False, "8" is not 8)."""

    model_config = pydantic.ConfigDict(extra="forbid", strict=True, frozen=True, hide_input_in_errors=True)


class Args(Strict):
    """The arguments that every component has."""

    tags: dict[str, str] = Field(default={}, description="Cost tags, put on every billed child.")

    def given(self) -> dict[str, Any]:
        """What was set, as the component's own inputs in the graph: None is not set."""
        return {k: _plain(v) for k in type(self).model_fields if (v := getattr(self, k)) is not None}


class ScheduledArgs(Args):
    """Those of components that can be stopped, or scaled to zero, at fixed times: they make scheduled actions of it."""

    schedule: Schedule | None = Field(default=None, description="When it runs; the step's `schedule`.")


def _plain(value: Any) -> Any:
    """Models to mappings, Outputs as they are."""
    if isinstance(value, pydantic.BaseModel):
        return {k: _plain(v) for k in type(value).model_fields if (v := getattr(value, k)) is not None}
    if isinstance(value, Mapping):
        return {k: _plain(v) for k, v in value.items()}
    return [_plain(v) for v in value] if isinstance(value, (list, tuple)) else value


AUTONAME = len("-1234567")  # what Pulumi puts after a child's name to make its name in the cloud


class OutputSpec(NamedTuple):
    """One declared output of a component."""

    description: str
    kind: Kind | None


class Component(pulumi.ComponentResource):
    """Base of all components: constructible as `FsxLustre(name, FsxLustreArgs(...), opts)`.

    A subclass sets the four class variables, annotates each output as
    `vpc_id: Annotated[pulumi.Output[str], "One sentence."]`, and ends its __init__ with `self.finish()`.
    """

    token: ClassVar[str]  # ultrastack:aws:FsxLustre
    cloud: ClassVar[Literal["aws", "gcp"]]
    Args: ClassVar[type[Args]]
    roles: ClassVar[
        Mapping[str, str]
    ]  # role of a child (or a pattern, private-*) -> what it is; a child is <name>-<role>
    longest: ClassVar[Mapping[str, int]] = {}  # role of a child -> most characters of its name in the cloud

    def __init__(self, name: str, args: Any, opts: pulumi.ResourceOptions | None = None):
        if not isinstance(args, self.Args):
            words = f"{type(self).__name__} takes {self.Args.__name__}(...), not {type(args).__name__}"
            raise TypeError(f"{words}; fix: {self.Args.__name__}(**arguments)")
        given = args.given()
        if why := self.too_long(name, given):
            raise pulumi.RunError(f"the name '{name}' {why}")
        super().__init__(self.token, name, given, opts)
        self.name = name
        self.cost_tags: Mapping[str, str] = args.tags

    @classmethod
    def too_long(cls, name: str, given: Mapping[str, Any]) -> str:
        """What is wrong with the name of a component whose arguments (as `given()`) are right, and its fix; "" if
        nothing is. Pulumi does not shorten the names that it makes up; the cloud refuses them only while an `up` runs.
        """
        if given.get("physical_name") is not None:
            return ""
        room = {role: most - AUTONAME - len(f"-{role}") for role, most in cls.longest.items()}
        role = min(room, key=lambda one: room[one], default="")
        if not role or len(name) <= room[role]:
            return ""
        made = f"is too long for its {role}, whose name in the cloud has at most {cls.longest[role]} characters"
        return f"{made}; fix: use at most {room[role]} characters"

    def child(self, role: str) -> str:
        """The Pulumi name of a child; its role must be declared, since options.children speaks of roles."""
        if not any(fnmatch.fnmatchcase(role, pattern) for pattern in self.roles):
            raise AssertionError(f"{type(self).__name__} declares no child role '{role}'")
        return f"{self.name}-{role}"

    def named_tags(self, role: str) -> dict[str, str]:
        """The cost tags of a child and its name, which the consoles of AWS show from the tag Name."""
        return {"Name": self.child(role), **self.cost_tags}

    def below(self, **options: Any) -> pulumi.ResourceOptions:
        """Resource options of a child."""
        return pulumi.ResourceOptions(parent=self, **options)

    def finish(self) -> None:
        """Register the declared outputs but the absent ones; the last line of every component."""
        made = {name: getattr(self, name) for name in self.declared_outputs()}
        self.register_outputs({name: value for name, value in made.items() if value is not None})

    @classmethod
    def declared_outputs(cls) -> dict[str, OutputSpec]:
        """Name -> description and kind, in the order of the class."""
        found = {}
        for made in cls.__mro__[: cls.__mro__.index(Component)][::-1]:
            for name, hint in inspect.get_annotations(made, eval_str=True).items():
                origin: Any = typing.get_origin(hint)  # Any: mypy knows typing's own origins only
                if origin is Annotated:
                    inner, description = typing.get_args(hint)[:2]
                    found[name] = OutputSpec(description, _output_kind(inner))
        return found


def _output_kind(hint: Any) -> Kind | None:
    """`Output[str] | None` is an output that may be absent: then it is None, which as an argument means not given."""
    if type(None) in typing.get_args(hint):
        hint = next(one for one in typing.get_args(hint) if one is not type(None))
    origin: Any = typing.get_origin(hint)  # Any: mypy knows typing's own origins only
    return _kind(typing.get_args(hint)[0] if origin is pulumi.Output else hint)

"""What do AWS's own models say about the inputs of a Pulumi type? botocore first, CloudFormation where it is silent.

constraint_of("aws:sagemaker/endpointConfiguration:EndpointConfiguration", ("productionVariants", "instanceType"))
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import replace
from functools import cache

from . import Constraint
from .aws_routes import Route, routes
from .aws_translate import place
from .sdk import inputs_of


def __getattr__(name: str) -> tuple[str, ...]:
    if name == "TOKENS":  # read only when asked for
        return tokens()
    raise AttributeError(name)


@cache
def tokens() -> tuple[str, ...]:
    """All Pulumi types that are mapped to at least one model."""
    return tuple(
        token for token, one in sorted(routes().items()) if one.requests[0].target or one.cloudformation.target
    )


def properties(token: str) -> Iterator[tuple[str, ...]]:
    """Every input path of a type that at least one model knows, blocks and their members alike."""
    yield from (path for path in inputs_of(token) if constraint_of(token, path) is not None)


def constraint_of(token: str, path: tuple[str, ...]) -> Constraint | None:
    """What the first model says that limits the value, else what the first says at all; None: no model knows it."""
    found = constraints_of(token, path)
    return next((one for one in found if one.enum or one.bound or one.pattern), found[0] if found else None)


def constraints_of(token: str, path: tuple[str, ...]) -> tuple[Constraint, ...]:
    """What each model says: the request, then CloudFormation's schema."""
    one = routes().get(token)
    if one is None:
        return ()
    asked = [route for route in one.requests if _carries(route, path)]
    found = [_limits(route, path) for route in (*asked, one.cloudformation) if route.target]
    return tuple(constraint for constraint in found if constraint is not None)


def _carries(route: Route, path: tuple[str, ...]) -> bool:
    return path[0] in route.only if route.only else path[0] not in route.elsewhere


def _limits(route: Route, path: tuple[str, ...]) -> Constraint | None:
    found = place(route, path)
    if found is None:
        return None
    shape, around, name = found
    rule = route.names.get(".".join(path))
    said = replace(shape.limits, required=name in around.required)
    if rule is not None and rule.form in ("pairs", "tag-specifications"):
        return replace(said, type="mapping")
    if rule is not None and rule.form in ("policy", "json"):
        return replace(said, type="text")
    if rule is not None and rule.form:  # the model limits what the provider makes of it, not what is written here
        return Constraint(type="any", required=said.required, source=said.source)
    if rule is not None and rule.values and all(isinstance(word, bool) for word in rule.values):
        return Constraint(type="boolean", required=said.required, source=said.source)
    if rule is not None and rule.values:  # the provider has words of its own
        return replace(said, enum=_own_words(rule.values, said.enum))
    return said


def _own_words(values: Mapping[object, object], enum: tuple[str, ...]) -> tuple[str, ...]:
    own = {str(there): str(here) for here, there in values.items()}
    return tuple(own.get(word, word) for word in enum)

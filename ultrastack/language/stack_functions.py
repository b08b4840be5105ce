"""How does an expression ask the config, the secrets and the outputs of other stacks?"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, MutableMapping
from typing import Any

from ..model.later import Later
from ..model.step import LISTENER
from .limits import Complaint
from .pure import needs
from .values import Absent, Built


def make_config(values: Mapping[str, Any], secret_keys: Collection[str]) -> Callable[[Any], Any]:
    """config('key'): Pulumi's config of this stack, keys without the project's name."""

    def config(key: Any) -> Any:
        name = needs(key, "config", str, words="a key", fix="write it in quotes")
        if name in secret_keys:  # Pulumi's own Config.get() would hand it out as plain text
            raise Complaint(f"'{name}' is a secret of the config", f"use secret('{name}')")
        if name not in values:
            return Absent(f"the config has no '{name}'", f"pulumi config set {name} VALUE")
        return values[name]

    return config


def make_secret() -> Callable[[Any], Later]:
    """secret('key'): opened only while the stack is built."""

    def secret(key: Any) -> Later:
        name = needs(key, "secret", str, words="a key", fix="write it in quotes")
        return Later(f"secret('{name}')", lambda built: open_secret(name), "value")

    return secret


def open_secret(key: str) -> Any:
    import pulumi

    if (found := pulumi.Config().get_secret(key)) is not None:
        return found
    if LISTENER.get() is None:  # the real engine: nobody of ours listens
        raise pulumi.RunError(f"secret '{key}' is not set: pulumi config set --secret {key}")

    async def give(value: Any) -> Any:
        return value

    # a fork sees no secrets: unknown, and secret all the same
    return pulumi.Output(set(), give(pulumi.output.UNKNOWN), give(False), give(True))


def make_stack_output() -> Callable[[Any, Any], Later]:
    """stack_output('org/project/stack', 'key'): an export of another stack."""

    def stack_output(stack: Any, key: Any) -> Later:
        name = needs(stack, "stack_output", str, words="a stack's name", fix="write it in quotes")
        output = needs(key, "stack_output", str, words="an output's name", fix="write it in quotes")
        if name.count("/") != 2 or not all(name.split("/")):
            raise Complaint("{} is no full name of a stack", "write it as 'organization/project/stack'", name)
        return Later(f"stack_output('{name}', '{output}')", lambda built: read_stack_output(built, name, output))

    return stack_output


def read_stack_output(built: Built, stack: str, key: str) -> Any:
    """One StackReference per stack that is asked; it is kept with what is built, so it lives as long as the run."""
    import pulumi

    kept = f"stack_output:{stack}"  # no step is named so: step names are kebab-case
    reference = built.get(kept)
    if reference is None:
        reference = pulumi.StackReference(stack)
        if isinstance(built, MutableMapping):
            built[kept] = reference

    def there(value: Any) -> Any:
        if value is None:
            raise pulumi.RunError(f"stack '{stack}' has no output '{key}': pulumi stack output --stack {stack}")
        return whole(value)

    return reference.get_output(key).apply(there)


def whole(value: Any) -> Any:
    """The engine knows no whole numbers: an output 8 arrives as 8.0, and would be written so in a text."""
    if isinstance(value, dict):
        return {k: whole(v) for k, v in value.items()}
    if isinstance(value, list):
        return [whole(v) for v in value]
    return int(value) if isinstance(value, float) and value.is_integer() else value

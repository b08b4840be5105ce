"""THE PROGRAM of many rule cases at once: cases.json beside it holds their resources, each name with its case's prefix.

What is here is what the case says: inputs as on the wire, `$ref` as an Output of another resource, `$unknown` as an
Output that nobody knows, `$secret` as a secret one.
"""

from __future__ import annotations

import asyncio
import gc
import json
from pathlib import Path
from typing import Any

import pulumi

DATA = json.loads((Path(__file__).parent / "cases.json").read_text())
MADE: dict[str, Any] = {}
PROVIDERS: dict[str, Any] = {}


def value(given: Any) -> Any:
    match given:
        case {"$ref": str(named), **rest} if not rest:
            return unknown(MADE[named.partition(".")[0]])
        case {"$unknown": True}:
            return unknown()
        case {"$secret": secret}:
            return pulumi.Output.secret(value(secret))
        case dict():
            return {key: value(one) for key, one in given.items()}
        case list():
            return [value(one) for one in given]
        case _:
            return given


def unknown(*sources: Any) -> Any:
    """An output that its sources have, and only the cloud knows: an input that an output repeats would be known."""

    def known(what: Any) -> Any:
        future = asyncio.get_event_loop().create_future()
        future.set_result(what)
        return future

    return pulumi.Output(set(sources), known(None), known(False), known(False))


class Component(pulumi.ComponentResource):
    def __init__(self, token: str, name: str, inputs: dict[str, Any], outputs: Any, opts: pulumi.ResourceOptions):
        super().__init__(token, name, inputs, opts)
        self.register_outputs(outputs)


def make(name: str, one: dict[str, Any]) -> Any:
    options: dict[str, Any] = {k: v for k, v in one["options"].items() if k != "import_id"}
    if "custom_timeouts" in options:
        options["custom_timeouts"] = pulumi.CustomTimeouts(**options["custom_timeouts"])
    if one["parent"]:
        options["parent"] = MADE[one["parent"]]
    inputs = {key: value(given) for key, given in one["inputs"].items()}
    if one["kind"] == "component":
        return Component(one["type"], name, inputs, value(one["outputs"]), pulumi.ResourceOptions(**options))
    if one["provider"]:
        options["provider"] = provider(*one["provider"])
    if one["kind"] == "read":
        options["id"] = one["id"] or name
    return pulumi.CustomResource(one["type"], name, inputs, pulumi.ResourceOptions(**options))


def provider(cloud: str, inputs: dict[str, Any]) -> Any:
    """One process each, so one for all cases that have the same settings."""
    key = cloud + json.dumps(inputs, sort_keys=True)
    if key not in PROVIDERS:
        PROVIDERS[key] = pulumi.ProviderResource(cloud, f"{cloud}-{len(PROVIDERS)}", value(inputs))
    return PROVIDERS[key]


async def program() -> None:
    for name, one in DATA.items():
        MADE[name] = make(name, one)
    await asyncio.sleep(0)  # as ultrastack/language/program.py: waiting for all at once is quadratic
    await asyncio.sleep(0)


gc.collect()
gc.freeze()
gc.set_threshold(200_000, 50, 100)
pulumi.run(program)

"""Which URN does the engine give a resource, its earlier lives and its default provider?"""

from __future__ import annotations

import re

from pulumi.runtime.proto import alias_pb2

ROOT = "pulumi:pulumi:Stack"


def make_urn(stack: str, project: str, parent: str, type_: str, name: str) -> str:
    """A child carries the types of its ancestors, but not the stack's."""
    above = parent.split("::", 3)[2] if parent else ""
    chain = "" if above in ("", ROOT) else f"{above}$"
    return f"urn:pulumi:{stack}::{project}::{chain}{type_}::{name}"


def provider_urn(reference: str) -> str:
    """A reference is the provider's URN, `::` and its id."""
    return reference.rpartition("::")[0]


def default_provider_name(version: str, url: str) -> str:
    """default_7_51_1; the download address follows with its slashes, its other signs become `_`."""
    release, _, build = version.partition("+")
    core, _, pre = release.partition("-")
    name = "_".join(["default", *filter(None, (core, pre, build))]).replace(".", "_")
    parts = [re.sub(r"[^A-Za-z0-9_.-]", "_", part) for part in url.split("/") if part]
    return f"{name}_{'/'.join(parts)}" if parts else name


def alias_urn(alias: alias_pb2.Alias, stack: str, project: str, parent: str, type_: str, name: str) -> str:
    """As collapseAliasToUrn of engine v3.259; what the alias leaves open is as it is now."""
    if alias.WhichOneof("alias") == "urn":
        return str(alias.urn)
    spec = alias.spec
    above = "" if spec.noParent else spec.parentUrn or parent
    return make_urn(spec.stack or stack, spec.project or project, above, spec.type or type_, spec.name or name)

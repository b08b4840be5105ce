"""Which provider manages a resource for which the program names none? As default_providers.go of engine v3.259."""

from __future__ import annotations

import json
import threading
from collections.abc import Callable, Container, Mapping
from typing import Any

from google.protobuf import struct_pb2
from pulumi.runtime.proto import resource_pb2

from ..model.graph import SECRET, Resource, Value
from .urns import default_provider_name, make_urn
from .wire import UNKNOWN_TEXT

PREFIX = "pulumi:providers:"


class Denied(Exception):
    """`pulumi:disable-default-providers` names this package."""


class Providers:
    """The packages a program registered and the default providers its resources needed."""

    def __init__(
        self,
        stack: str,
        project: str,
        config: Mapping[str, str],
        secret_keys: Container[str],
        add: Callable[[Resource], None],
    ):
        self._stack, self._project, self._add = stack, project, add
        self._config, self._secret_keys = config, secret_keys
        self._packages: dict[str, Any] = {}
        self._made: set[str] = set()
        self._lock = threading.Lock()

    def register_package(self, request: Any) -> Any:
        of = [request.name, request.version, request.download_url]
        for kind in ("parameterization", "extension"):
            if request.HasField(kind):
                of += [kind, getattr(request, kind).name, getattr(request, kind).version]
        reference = "@".join(of)
        self._packages[reference] = request
        return resource_pb2.RegisterPackageResponse(ref=reference)

    def default(self, package_reference: str, package: str, version: str, url: str) -> str:
        """The reference of the default provider; it becomes a resource of the graph when it is first needed."""
        if (registered := self._packages.get(package_reference)) is not None:
            package, version, url = registered.name, registered.version, registered.download_url
            if registered.HasField("parameterization"):
                package, version = registered.parameterization.name, registered.parameterization.version
        elif version:
            url = url.removesuffix("/")
        type_, name = f"{PREFIX}{package}", default_provider_name(version, url)
        urn = make_urn(self._stack, self._project, "", type_, name)
        with self._lock:
            if urn not in self._made:
                if self._is_denied(package):
                    raise Denied(package)
                self._made.add(urn)
                self._add(Resource(urn, type_, name, "provider", inputs=self._inputs(package, version)))
        return f"{urn}::{UNKNOWN_TEXT}"

    def complete(self, request: Any, options: Any, props: struct_pb2.Struct) -> struct_pb2.Struct:
        """An explicit provider's inputs with its version, as the engine adds it."""
        version = options.version
        if (registered := self._packages.get(request.packageRef)) is not None:
            of = registered.parameterization if registered.HasField("parameterization") else registered
            version = of.version or version
        if not version:
            return props
        made = struct_pb2.Struct()
        made.CopyFrom(props)
        made.fields["version"].string_value = version
        return made

    def _inputs(self, package: str, version: str) -> dict[str, Value]:
        """The config of its package, and its version; the engine's own `__internal` is left out."""
        found: dict[str, Value] = {}
        for key, given in sorted(self._config.items()):
            namespace, _, name = key.partition(":")
            if package == "pulumi-python":  # dynamic providers get all of it, under the full names
                namespace, name = package, key
            if namespace == package:
                found[name] = SECRET if key in self._secret_keys else given
        return found | ({"version": version} if version else {})

    def _is_denied(self, package: str) -> bool:
        text = self._config.get("pulumi:disable-default-providers", "")
        try:
            names = json.loads(text) if text else []
        except ValueError:
            return False
        return package != "pulumi" and isinstance(names, list) and any(str(n).strip() in ("*", package) for n in names)

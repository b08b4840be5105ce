"""What does the engine make of one registration: what is inherited, what do transforms change, what depends on what?

The order of engine v3.259, source_eval.go RegisterResource: inherit from the parent, find the provider, run the
transforms, settle the dependencies.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from google.protobuf import struct_pb2
from pulumi.runtime.proto import alias_pb2, resource_pb2

from ..model.graph import Options
from .urns import alias_urn, provider_urn
from .wire import as_outputs, settled, value

CallBack = Callable[[Any, Any], bytes]  # the callback's address and the request for it -> the answer


@dataclass(slots=True)
class Heard:
    """What a resource leaves to those below it."""

    parent: str
    protect: bool | None
    retain: bool | None
    deleted_with: str
    provider: str  # reference of a custom resource's provider
    providers: dict[str, str]  # package -> reference, of components only
    transforms: list[Any]


@dataclass(slots=True)
class Goal:
    """What the program asks for, after inheritance and transforms."""

    props: struct_pb2.Struct
    options: Any  # TransformResourceOptions
    dependencies: tuple[str, ...]
    property_dependencies: dict[str, tuple[str, ...]] = field(default_factory=dict)


def goal(request: Any, parent: Heard | None, chain: Sequence[Any], call_back: CallBack) -> Goal:
    """`chain` holds the resource's own transforms, then its ancestors', then the stack's."""
    options = _inherit(request, parent)
    known = {key: set(one.urns) for key, one in request.propertyDependencies.items()}
    if not known and not request.remote:  # an SDK that does not tell them apart
        known = {key: set(request.dependencies) for key in request.object.fields}
    if not chain and not request.remote:
        _inherit_providers(request, options, parent)
        return Goal(request.object, options, _sorted(request.dependencies), _kept(known))
    # What came from where is told to a resource's own transforms only, and only they can change what depends on what.
    own = len(request.transforms) > 0
    props = as_outputs(request.object, {key: sorted(urns) for key, urns in known.items()} if own else {})
    for callback in chain:
        asked = resource_pb2.TransformRequest(
            type=request.type,
            name=request.name,
            custom=request.custom,
            parent=request.parent,
            properties=props,
            options=options,
        )
        answer = resource_pb2.TransformResponse.FromString(call_back(callback, asked))
        props = answer.properties if answer.HasField("properties") else props
        options = answer.options if answer.HasField("options") else options
    _inherit_providers(request, options, parent)
    props, found = settled(props)
    if own:
        return Goal(props, options, _sorted(set(options.depends_on).union(*found.values())), _kept(found))
    both = {key: known.get(key, set()) | found.get(key, set()) for key in {*known, *found}}
    return Goal(props, options, _sorted(request.dependencies), _kept(both))


def leaves(request: Any, options: Any, provider: str) -> Heard:
    return Heard(
        parent=request.parent,
        protect=options.protect if options.HasField("protect") else None,
        retain=options.retain_on_delete if options.HasField("retain_on_delete") else None,
        deleted_with=options.deleted_with,
        provider=provider if request.custom else "",
        providers={} if request.custom else dict(options.providers),
        transforms=list(request.transforms),
    )


def written(request: Any, options: Any, stack: str, project: str) -> Options:
    """The options as a graph keeps them."""
    timeouts = options.custom_timeouts
    aliases = (alias_urn(one, stack, project, request.parent, request.type, request.name) for one in options.aliases)
    return Options(
        protect=options.protect,
        retain_on_delete=options.retain_on_delete,
        delete_before_replace=options.delete_before_replace if options.HasField("delete_before_replace") else None,
        deleted_with=options.deleted_with,
        import_id=getattr(options, "import"),
        aliases=tuple(dict.fromkeys(aliases)),
        ignore_changes=tuple(options.ignore_changes),
        replace_on_changes=tuple(options.replace_on_changes),
        additional_secret_outputs=tuple(options.additional_secret_outputs),
        custom_timeouts={k: w for k in ("create", "update", "delete", "read") if (w := getattr(timeouts, k))},
        version=options.version,
        plugin_download_url=options.plugin_download_url,
        hide_diffs=tuple(options.hide_diff),
        replace_with=tuple(options.replace_with),
        replacement_trigger=(value(options.replacement_trigger) if options.HasField("replacement_trigger") else None),
    )


def _inherit(r: Any, parent: Heard | None) -> Any:
    """inheritFromParent and resolveProvider: what the program asked for and what its parent hands down."""
    options = resource_pb2.TransformResourceOptions(
        depends_on=r.dependencies,
        ignore_changes=r.ignoreChanges,
        replace_on_changes=r.replaceOnChanges,
        version=r.version,
        aliases=[*(alias_pb2.Alias(urn=one) for one in r.aliasURNs), *r.aliases],
        provider=r.provider,
        providers=r.providers,
        plugin_download_url=r.pluginDownloadURL,
        deleted_with=r.deletedWith or (parent.deleted_with if parent else ""),
        additional_secret_outputs=r.additionalSecretOutputs,
        hide_diff=r.hideDiffs,
        replace_with=r.replace_with,
        plugin_checksums=r.pluginChecksums,
        **{"import": r.importId},
    )
    for theirs, ours in (("customTimeouts", "custom_timeouts"), ("hooks", "hooks")):
        if r.HasField(theirs):
            getattr(options, ours).CopyFrom(getattr(r, theirs))
    if r.HasField("replacement_trigger"):
        options.replacement_trigger.CopyFrom(r.replacement_trigger)
    if r.deleteBeforeReplaceDefined or r.deleteBeforeReplace:
        options.delete_before_replace = r.deleteBeforeReplace
    protect = r.protect if r.HasField("protect") else parent.protect if parent else None
    retain = r.retainOnDelete if r.HasField("retainOnDelete") else parent.retain if parent else None
    if protect is not None:
        options.protect = protect
    if retain is not None:
        options.retain_on_delete = retain
    package, is_local_component = r.type.partition(":")[0], not (r.custom or r.remote)
    if parent and not options.provider and parent.provider:
        of = provider_urn(parent.provider).split("::")[2].rpartition(":")[2]
        options.provider = parent.provider if of == package or is_local_component else ""
    if not options.provider and not is_local_component:
        options.provider = r.providers.get(package, "") or (parent.providers.get(package, "") if parent else "")
    return options


def _inherit_providers(request: Any, options: Any, parent: Heard | None) -> None:
    """A component has its parent's providers for the packages it names none for."""
    if parent and not request.custom:
        for package, reference in parent.providers.items():
            if package not in options.providers:
                options.providers[package] = reference


def _kept(found: dict[str, set[str]]) -> dict[str, tuple[str, ...]]:
    return {key: tuple(sorted(urns)) for key, urns in sorted(found.items()) if urns}


def _sorted(urns: Any) -> tuple[str, ...]:
    return tuple(sorted(set(urns)))

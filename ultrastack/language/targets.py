"""`aws`, `gcp`, `providers` and `provider`: in which account, project and region is a step made?

Never a silent default: no region, account, project or zone comes from the environment or from Pulumi's config.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Literal

from pydantic import Field, field_validator, model_validator

from ..model.place import Place
from .forms import Form, asked, checked
from .keywords import TOP
from .limits import shown
from .name import KEBAB
from .problems import Problems, key_place
from .scope import Scope
from .source import Node
from .values import nearest

CLOUDS = ("aws", "gcp")
ROLE = r"^arn:aws[a-z-]*:iam::[0-9]{12}:role/.+$"
ACCOUNT = r"^[0-9]{12}$"
GCP_ZONE = re.compile(r"(([a-z]-)?[a-z]+-[a-z]+\d+)-([a-z]|ai\d+[a-z])")


class AwsTarget(Form):
    """An AWS account and region, and how to get in."""

    region: str = Field(
        pattern=r"^[a-z]{2}(-[a-z]+)+-\d+$", description="Region of everything made here, as us-east-2."
    )
    account_id: str = Field(
        pattern=ACCOUNT, description='The only account that may be touched: 12 digits in quotes, as "111122223333".'
    )
    role_arn: str | None = Field(
        default=None, pattern=ROLE, description="Role to assume, as arn:aws:iam::111122223333:role/deploy."
    )
    external_id: str | None = Field(default=None, description="External id that the role's trust policy asks for.")
    profile: str | None = Field(default=None, description="Profile of ~/.aws/config to start from.")

    @model_validator(mode="after")
    def _one_account(self) -> AwsTarget:
        if self.role_arn is not None and f":{self.account_id}:" not in self.role_arn:
            raise ValueError(
                f"has a 'role_arn' in another account than 'account_id' {self.account_id}; fix: make them one"
            )
        if self.external_id is not None and self.role_arn is None:
            raise ValueError("has an 'external_id' but no 'role_arn' to assume; fix: add role_arn")
        return self


class GcpTarget(Form):
    """A Google Cloud project, region and zone, and how to get in."""

    project: str = Field(
        pattern=r"^[a-z][a-z0-9.:-]*[a-z0-9]$", description="Id of the project of everything made here, as example-ml."
    )
    # u-germany-northeast1 is a region of a partner's, us-central1-ai1a a zone of its own kind
    region: str = Field(pattern=r"^([a-z]-)?[a-z]+-[a-z]+\d+$", description="Region, as us-east5.")
    zone: str | None = Field(
        default=None, pattern=r"^([a-z]-)?[a-z]+-[a-z]+\d+-([a-z]|ai\d+[a-z])$", description="Zone, as us-east5-b."
    )
    impersonate_service_account: str | None = Field(
        default=None, pattern=r"^[^@\s]+@[^@\s]+$", description="Service account to act as, by its e-mail address."
    )

    @field_validator("region", mode="before")
    @classmethod
    def _no_zone(cls, given: Any) -> Any:
        if isinstance(given, str) and (zone := GCP_ZONE.fullmatch(given)):
            raise ValueError(f"must be a region, and is a zone; fix: write region: {zone[1]}, zone: {given}")
        return given

    @model_validator(mode="after")
    def _one_region(self) -> GcpTarget:
        if self.zone is not None and not self.zone.startswith(self.region + "-"):
            raise ValueError(
                f"has the zone {self.zone}, which is not in the region {self.region}; fix: use a zone of it"
            )
        return self


class _NamedAws(AwsTarget):
    cloud: Literal["aws"]


class _NamedGcp(GcpTarget):
    cloud: Literal["gcp"]


FORMS: Mapping[str, Any] = {"aws": AwsTarget, "gcp": GcpTarget}
NAMED: Mapping[str, Any] = {"aws": _NamedAws, "gcp": _NamedGcp}
# a further target is in the same account, entered the same way, unless it names an account of its own
INHERITED = {
    "aws": ("account_id", ("account_id", "role_arn", "external_id", "profile")),
    "gcp": ("project", ("project", "impersonate_service_account")),
}


@dataclass(frozen=True)
class Target:
    """One explicit provider, if a step uses it."""

    name: str
    cloud: str
    settings: AwsTarget | GcpTarget
    place: Place


def read_targets(
    parts: Mapping[str, Node], keys: Mapping[str, Place], scope: Scope, config: Mapping[str, str], problems: Problems
) -> tuple[dict[str, Target], frozenset[str]]:
    """The targets by name, and the names of those that were refused."""
    found: dict[str, Target] = {}
    refused: set[str] = set()
    written: dict[str, dict[str, Any]] = {}
    for cloud in CLOUDS:
        if (node := parts.get(cloud)) is None:
            continue
        settings = asked(TOP[cloud], node, FORMS[cloud], scope, problems)
        if settings is None:
            refused.add(cloud)
            continue
        written[cloud] = settings.model_dump(exclude_none=True)
        found[cloud] = Target(cloud, cloud, settings, keys[cloud])
        _check_config(found[cloud], node, config, problems)
    providers = parts.get("providers")
    for name, node in (providers.value if providers is not None else {}).items():
        assert providers is not None
        target = _named(name, node, providers.keys[name], scope, written, refused, problems)
        if target is None:
            refused.add(name)
        else:
            found[name] = target
    return found, frozenset(refused)


def _named(
    name: str,
    node: Node,
    place: Place,
    scope: Scope,
    written: Mapping[str, Mapping[str, Any]],
    refused: set[str],
    problems: Problems,
) -> Target | None:
    what = f"'providers.{name}'"
    if name in CLOUDS:
        problems.note(
            key_place(place, name), f"{what} is the name of the main target", f"write it at the top: {name}: {{...}}"
        )
        return None
    if not KEBAB.fullmatch(name):
        problems.note(key_place(place, name), f"{what} must be a name in kebab-case", "as west or us-west-2")
        return None
    value = problems.attempt(lambda: scope.plain(node, "`providers`"))
    if value is None and node.kind != "plain":
        return None
    if not isinstance(value, dict):
        problems.note(node.place, f"{what} must be a mapping", f"{name}: {{cloud: aws, region: us-west-2}}")
        return None
    cloud = value.get("cloud")
    if cloud not in CLOUDS:
        at = node.child("cloud")
        said = f"'cloud' of {what} is {shown(cloud)}, but must be aws or gcp" if at else f"{what} needs a 'cloud'"
        problems.note(at.place if at else key_place(place, name), said, "cloud: aws, or cloud: gcp")
        return None
    decisive, inherited = INHERITED[cloud]
    if decisive not in value:
        if cloud in refused:
            return None  # what it would inherit was refused already
        value = {**{k: v for k, v in written.get(cloud, {}).items() if k in inherited}, **value}
    settings = checked(f"providers.{name}", node, value, NAMED[cloud], scope, problems)
    return None if settings is None else Target(name, cloud, settings, place)


def _check_config(target: Target, node: Node, config: Mapping[str, str], problems: Problems) -> None:
    """Pulumi's own config must not say something else: it would look valid, and change nothing."""
    for key in ("region",) if target.cloud == "aws" else ("project", "region", "zone"):
        said, ours = config.get(f"{target.cloud}:{key}"), getattr(target.settings, key)
        if said is not None and said != ours:
            at = node.child(key)
            what = f"Pulumi's config has {target.cloud}:{key} '{said}', but the stack file {_says(ours)}"
            fix = f"the stack file decides: pulumi config rm {target.cloud}:{key}"
            problems.note(at.place if at is not None else node.place, what, fix)


def _says(ours: str | None) -> str:
    return f"says '{ours}'" if ours else "names none"


def chosen(
    wanted: str,
    cloud: str,
    word: str,
    place: Place,
    targets: Mapping[str, Target],
    refused: frozenset[str],
    problems: Problems,
) -> str:
    """The target of a step: the one it names, or its cloud's own."""
    name = wanted or cloud
    if name in refused:
        return name
    if name not in targets:
        if wanted:
            problems.note(
                place, f"no provider '{wanted}' in this stack", nearest(wanted, targets) or "add it under `providers`"
            )
        else:
            add = TOP[cloud].example
            problems.note(place, f"{word} needs `{cloud}:` in the stack file, to know where it is made", f"add {add}")
    elif targets[name].cloud != cloud:
        mine = [n for n, t in targets.items() if t.cloud == cloud]
        what = f"{word} is made on {cloud}, but the provider '{name}' is on {targets[name].cloud}"
        problems.note(place, what, nearest(name, mine) or f"add {TOP[cloud].example}")
    return name

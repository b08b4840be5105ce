"""What must exist before `up`, and cannot be seen without asking the cloud? Quotas, permissions, images, switches."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from typing import ParamSpec, TypeVar

from ultrastack.catalog import (
    UnknownRow,
    aws_quotas_for,
    deploying_actions,
    machine,
    machines,
    tpu_quotas,
    tpu_slice_of,
)
from ultrastack.model.requirement import Requirement
from ultrastack.policies.launches import Launch, launches
from ultrastack.policies.said import Undecided
from ultrastack.policies.world import Block, Subject, World

P = ParamSpec("P")
T = TypeVar("T")

LUSTRE = "aws:fsx/lustreFileSystem:LustreFileSystem"
ENDPOINT_CONFIGURATION = "aws:sagemaker/endpointConfiguration:EndpointConfiguration"
MODEL = "aws:sagemaker/model:Model"
TEMPLATE = "aws:ec2/launchTemplate:LaunchTemplate"
INSTANCE = "aws:ec2/instance:Instance"
FROM_SSM = "resolve:ssm:"
# Google's services by the SDK's module: their API has to be enabled in the project.
APIS = {
    "tpu": "tpu.googleapis.com",
    "compute": "compute.googleapis.com",
    "container": "container.googleapis.com",
    "storage": "storage.googleapis.com",
    "billing": "billingbudgets.googleapis.com",
    "serviceaccount": "iam.googleapis.com",
    "projects": "cloudresourcemanager.googleapis.com",
    "monitoring": "monitoring.googleapis.com",
    "logging": "logging.googleapis.com",
}


def before_up(world: World) -> tuple[Requirement, ...]:
    """In the order quotas, permissions, images, accounts; the same thing needed by several is one."""
    found: dict[tuple[str, ...], Requirement] = {}
    for make in (_machines, _lustre, _endpoints, _tpus, _permissions, _images, _accounts):
        for one in make(world):
            key = (one.kind, one.what, one.target, one.code)
            found[key] = _together(found[key], one) if key in found else one
    return tuple(found.values())


def _together(one: Requirement, other: Requirement) -> Requirement:
    amount = None if one.amount is None or other.amount is None else one.amount + other.amount
    return replace(one, amount=amount, by=tuple(dict.fromkeys((*one.by, *other.by))), note=one.note or other.note)


def _known(read: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | None:
    """None where nobody can tell."""
    try:
        return read(*args, **kwargs)
    except Undecided:
        return None


# ---- quotas ----------------------------------------------------------------------------------------------------------


def _machines(world: World) -> Iterator[Requirement]:
    for launch in launches(world):
        market, names = _known(launch.market), _known(launch.instance_types)
        for name in names or ():
            if name in machines() and market is not None and not (market == "on-demand" and _reserved(launch)):
                yield from _of_machine(launch, name, market, mixed=len(names or ()) > 1)


def _reserved(launch: Launch) -> bool:
    """What runs in a reservation that is there already counts against its owner's quota when that is made."""
    return bool(_known(launch.reservations))


def _of_machine(launch: Launch, name: str, market: str, mixed: bool) -> Iterator[Requirement]:
    count, row = _known(launch.most), machine(name)
    for quota in aws_quotas_for(name, market):
        each = row.vcpus if quota.unit == "vcpus" else 1 if quota.unit == "machines" else None
        amount = None if count is None or each is None or mixed else count * each
        region = _region(launch.subject)
        yield Requirement(
            kind="quota",
            what=quota.name,
            target=region,
            code=quota.code,
            amount=amount,
            unit={"vcpus": "vCPUs"}.get(quota.unit or "", quota.unit or ""),
            by=(_whose(launch.subject),),
            note="of several types, nobody knows which are taken" if mixed else quota.note,
            command=_ask(quota.service, quota.code, region),
        )


def _lustre(world: World) -> Iterator[Requirement]:
    for system in world.of_type(LUSTRE):
        deployment = _known(system.text, "deploymentType", "SCRATCH_1")
        size = _known(system.number, "storageCapacity")
        for quota in aws_quotas_for(deployment or "", "lustre"):
            amount = {"gib": size, "count": 1}.get(quota.unit or "")
            if amount is not None and "backups" not in quota.name and "per file system" not in quota.name:
                region = _region(system)
                unit = {"gib": "GiB", "count": "file systems"}[quota.unit or ""]
                yield Requirement(
                    "quota", quota.name, region, quota.code, amount, unit, (_whose(system),), quota.note,
                    _ask(quota.service, quota.code, region),
                )  # fmt: skip


def _endpoints(world: World) -> Iterator[Requirement]:
    for config in world.of_type(ENDPOINT_CONFIGURATION):
        for variant in _known(config.blocks, "productionVariants") or ():
            type_ = _known(variant.text, "instanceType")
            if not type_:
                continue
            count = _known(variant.number, "initialInstanceCount", 1)
            region = _region(config)
            rows = aws_quotas_for(type_, "endpoint")
            for quota in rows:
                yield Requirement(
                    "quota", quota.name, region, quota.code, count, "machines", (_whose(config),), quota.note,
                    _ask(quota.service, quota.code, region),
                )  # fmt: skip
            if not rows:
                yield Requirement(
                    "quota", f"{type_} for endpoint usage", region, "", count, "machines", (_whose(config),),
                    "its code is not in the catalogue; often 0 by default",
                    f"aws service-quotas list-service-quotas --service-code sagemaker{_in(region)} "
                    f"--query \"Quotas[?QuotaName=='{type_} for endpoint usage']\"",
                )  # fmt: skip


def _tpus(world: World) -> Iterator[Requirement]:
    for token, pool in (
        ("gcp:tpu/v2Vm:V2Vm", "tpu-api"),
        ("gcp:tpu/v2QueuedResource:V2QueuedResource", "tpu-api"),
    ):
        for subject in world.of_type(token):
            yield from _tpu(subject, subject, pool)


def _tpu(subject: Subject, block: Block, pool: str) -> Iterator[Requirement]:
    type_ = _known(block.text, "acceleratorType")
    if not type_:
        return
    try:
        shape = tpu_slice_of(type_)
    except UnknownRow:
        return
    spot = _known(block.flag, "schedulingConfig.spot") or _known(block.flag, "schedulingConfig.preemptible")
    for quota in tpu_quotas(shape.generation, pool):
        name = quota.spot_quota if spot else quota.quota
        if name:
            chips = shape.chips if quota.unit == "chips" else None
            yield Requirement(
                "quota", name, _known(subject.target, "zone") or "", "", chips, quota.unit,
                (_whose(subject),), quota.note,
            )  # fmt: skip


def _ask(service: str, code: str, region: str) -> str:
    return f"aws service-quotas get-service-quota --service-code {service} --quota-code {code}{_in(region)}"


def _in(region: str) -> str:
    return f" --region {region}" if region else ""


# ---- permissions -----------------------------------------------------------------------------------------------------


def _permissions(world: World) -> Iterator[Requirement]:
    """By service: the actions that make what is made here; one row for the types that nobody lists."""
    by_service: dict[str, dict[str, list[str]]] = {}
    unlisted: dict[str, list[str]] = {}
    for subject in world.subjects:
        if subject.resource.kind != "custom" or not subject.type.startswith("aws:"):
            continue
        row = deploying_actions(subject.type)
        if row is None:
            unlisted.setdefault(subject.type, []).append(subject.name)
        for action in row.create if row else ():
            by_service.setdefault(action.partition(":")[0], {}).setdefault(action, []).append(subject.name)
    for service, actions in sorted(by_service.items()):
        yield Requirement(
            "permission", f"{service}: " + " ".join(sorted(action.partition(":")[2] for action in actions)),
            amount=len(actions), unit="actions", by=tuple(sorted({n for names in actions.values() for n in names})),
        )  # fmt: skip
    if unlisted:
        yield Requirement(
            "permission", "not known for " + " ".join(sorted(unlisted)),
            by=tuple(n for names in unlisted.values() for n in names), note="no model lists what makes them",
        )  # fmt: skip


# ---- images ----------------------------------------------------------------------------------------------------------


def _images(world: World) -> Iterator[Requirement]:
    for subject in world.of_type(INSTANCE, TEMPLATE):
        name = "ami" if subject.type == INSTANCE and subject.has("ami") else "imageId"
        given = _known(subject.text, name)
        if not given:
            continue
        region = _region(subject)
        if given.startswith(FROM_SSM):
            parameter = given.removeprefix(FROM_SSM)
            command = f"aws ssm get-parameter --name {parameter}{_in(region)}"
            yield Requirement("image", parameter, region, by=(_whose(subject),), command=command)
        else:
            command = f"aws ec2 describe-images --image-ids {given}{_in(region)}"
            yield Requirement("image", given, region, by=(_whose(subject),), command=command)
    for model in world.of_type(MODEL):
        for name in ("primaryContainer", "containers"):
            for block in _known(model.blocks, name) or ():
                if image := _known(block.text, "image"):
                    yield Requirement("image", image, _region(model), by=(_whose(model),))


# ---- accounts --------------------------------------------------------------------------------------------------------


def _accounts(world: World) -> Iterator[Requirement]:
    blocks: dict[tuple[str, str], list[str]] = {}
    for launch in launches(world):
        for meant in _known(launch.reservations) or ():
            id_ = getattr(meant, "id", "")  # of one that this program does not make
            if isinstance(id_, str) and id_:
                blocks.setdefault((id_, _region(launch.subject)), []).append(_whose(launch.subject))
    for (id_, region), by in sorted(blocks.items()):
        command = f"aws ec2 describe-capacity-reservations --capacity-reservation-ids {id_}{_in(region)}"
        yield Requirement(
            "account", f"{id_} is active in the account, or shared with it", region, by=tuple(dict.fromkeys(by)),
            command=command if id_.startswith("cr-") else "",
        )  # fmt: skip
    yield from _apis(world)


def _apis(world: World) -> Iterator[Requirement]:
    """Google's services, project by project."""
    by_project: dict[str, dict[str, list[str]]] = {}
    for subject in world.subjects:
        module = subject.type.partition(":")[2].partition("/")[0]
        if subject.resource.kind == "custom" and subject.type.startswith("gcp:") and module in APIS:
            project = _known(subject.target, "project") or ""
            by_project.setdefault(project, {}).setdefault(APIS[module], []).append(_whose(subject))
    for project, apis in sorted(by_project.items()):
        command = "gcloud services list --enabled" + (f" --project {project}" if project else "")
        by = tuple(dict.fromkeys(name for names in apis.values() for name in names))
        yield Requirement("account", f"APIs are enabled: {', '.join(sorted(apis))}", project, by=by, command=command)


def _region(subject: Subject) -> str:
    return _known(subject.target, "region") or ""


def _whose(subject: Subject) -> str:
    """The step, where a stack file made it."""
    return str(subject.resource.step or subject.name)

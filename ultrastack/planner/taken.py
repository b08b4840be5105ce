"""What goes with a resource that is deleted or replaced? Asked of the rules that judge changes."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from ultrastack.catalog import ResourceType, resource_type, resource_types
from ultrastack.model.change import Change, Harm
from ultrastack.policies.change import capacity_is_not_given_back, data_is_not_lost, endpoint_is_not_replaced
from ultrastack.policies.change._going import gone
from ultrastack.policies.checking import Outcome, asked
from ultrastack.policies.launches import LAUNCHING, launches_of
from ultrastack.policies.rule import NotApplicable, Rule, Undecided
from ultrastack.policies.world import Subject, SubjectChange

ANYTHING = data_is_not_lost.ANYTHING
INFERENCE_COMPONENT = "AWS::SageMaker::InferenceComponent"  # no type of its own in pulumi-aws
LINK = "aws:fsx/dataRepositoryAssociation:DataRepositoryAssociation"
BALANCER = "aws:lb/loadBalancer:LoadBalancer"
TARGETS = "aws:lb/targetGroup:TargetGroup"
MACHINES = (
    *LAUNCHING,
    *capacity_is_not_given_back.GROUPS,
    "gcp:compute/instance:Instance",
    "gcp:container/nodePool:NodePool",
)
SPOT = ("schedulingConfig.spot", "schedulingConfig.preemptible", "nodeConfig.spot", "nodeConfig.preemptible")
STAYS = ("skipDestroy",)  # with these the resource itself is left in the account
KEPT_BY: Mapping[str, str] = {  # the inputs of data_is_not_lost.KEEPERS
    "finalSnapshot": "what it holds stays only as a snapshot",
    "createSnapshotBeforeDestroy": "what it holds stays only as a snapshot",
    "forceDelete": "the cloud refuses that while something is in it",
    "forceDestroy": "the cloud refuses that while something is in it",
    "deletionProtection": "the cloud refuses that while its deletion protection is on",
    "deletionProtectionEnabled": "the cloud refuses that while its deletion protection is on",
}
BACKED_UP = "what it holds stays only as a final backup"


@dataclass(frozen=True)
class Found:
    """A harm before it is put into a sentence: what happens is said, this is what comes of it."""

    harm: Harm
    lost: str
    certain: bool = True
    happens: str = ""  # in place of "is deleted"
    paths: tuple[str, ...] = ()  # of an update: the inputs to leave as they are


def taken(about: SubjectChange, row: ResourceType | None) -> Iterator[Found]:
    if not about.change.goes or _stays(about):
        return
    kind = _control_type(about)
    if kind == INFERENCE_COMPONENT:
        yield Found("endpoint down", "whoever asks for this model gets no answer")
    elif row is None or row.name == ANYTHING or row.holds is None:
        what = kind or about.subject.type
        yield Found("unknown", f"nothing is known of what {what} holds")
    else:
        yield from _data(about, row)
        yield from _capacity(about, row)
        yield from _endpoint(about, row)


def would_be_missed(about: SubjectChange) -> bool | None:
    """Whether it holds what may not be had again: the rule is asked as if all of it went. None: it does not."""
    if about.old is None:
        return None
    whole = SubjectChange(Change("delete", about.old.resource, None), about.old, None)
    said = asked(capacity_is_not_given_back.RULE, about.old, whole)
    return {"fail": True, "undecided": False}.get(said.verdict)


def is_about(rule: Rule, about: SubjectChange) -> bool:
    """A rule that is asked of other types may say anything."""
    return rule.check is not None and about.subject.type in rule.check.types


def row_of(about: SubjectChange) -> ResourceType | None:
    """Of a resource of Cloud Control the type that it stands for."""
    kind = _control_type(about)
    known = next((row for row in resource_types().values() if row.cloudformation == kind), None) if kind else None
    return known or resource_type(about.subject.type)


def _stays(about: SubjectChange) -> bool:
    """Whether its options leave it in the account."""
    try:
        return gone(about) is None
    except NotApplicable:
        return True
    except Undecided:  # whether Google's `deletionPolicy` keeps it
        return False


def _data(about: SubjectChange, row: ResourceType) -> Iterator[Found]:
    old = about.old
    if old is None or row.name in data_is_not_lost.IN_THE_PROGRAM:
        return
    if row.name == LINK and old.raw("deleteDataInFilesystem") is True:
        yield Found("data loss", "what it has brought into the file system is deleted there")
    if row.holds != "data":
        return
    said = asked(data_is_not_lost.RULE, about.subject, about)
    if said.verdict == "pass":
        yield from _copy(row)
    elif link := _exports(old):
        yield Found("data loss", f"what {link} has not written to its bucket by then is lost", certain=False)
    else:
        note = f" ({row.holds_note})" if row.holds_note else ""
        verb = "is lost" if about.change.kind == "delete" else "is not copied"
        yield Found("data loss", f"what it holds {verb}{note}", certain=_sure(said, about))


def _copy(row: ResourceType) -> Iterator[Found]:
    if row.name == data_is_not_lost.LUSTRE:
        yield Found("data loss", BACKED_UP, certain=False)
    keeper = data_is_not_lost.KEEPERS.get(row.name)
    if keeper is not None and keeper.name not in STAYS:
        yield Found("data loss", KEPT_BY[keeper.name], certain=False)


def _exports(old: Subject) -> str:
    """The link, or the file system itself, that writes back what is stored in it; "" for none."""
    if old.type != data_is_not_lost.LUSTRE:
        return ""
    if old.has("exportPath"):
        return str(old.name)
    links = old.world.pointing_at(old, LINK, "fileSystemId").sure
    name: str = next((one.name for one in links if one.has("s3.autoExportPolicy")), "")
    return name


def _capacity(about: SubjectChange, row: ResourceType) -> Iterator[Found]:
    old = about.old
    if old is None or row.holds != "capacity" or row.name in capacity_is_not_given_back.ELSEWHERE:
        return
    said = asked(capacity_is_not_given_back.RULE, about.subject, about)
    if _fails(said):
        if row.name == capacity_is_not_given_back.BLOCK:
            yield Found("capacity given back", "the block runs on to its end, and a second one is bought")
            return
        yield Found("capacity given back", _given_back(about, row, said), certain=_sure(said, about))
    elif _control_type(about):
        yield Found("capacity given back", f"what it holds goes back to the cloud ({row.holds_note})")
    elif said.verdict == "broken":
        yield Found("unknown", f"what it holds could not be judged: {said.why}", certain=False)
    elif row.name in MACHINES:
        yield Found("fleet drained", f"its machines end ({row.holds_note})")


def _endpoint(about: SubjectChange, row: ResourceType) -> Iterator[Found]:
    if row.name == TARGETS and about.change.kind != "delete":
        yield Found("endpoint down", "none of its machines answers in the new one at first", certain=False)
    rule = endpoint_is_not_replaced.RULE
    if row.name == BALANCER or (is_about(rule, about) and _fails(asked(rule, about.subject, about))):
        if about.change.kind == "delete":
            lost = "its callers get no answer any more"
        elif about.change.old_goes_first:
            lost = "the old one goes first, and its callers get no answer until the new one is in service"
        else:
            lost = "the old one goes as soon as the new one is there, and callers under its name get no answer"
        yield Found("endpoint down", lost)


def _control_type(about: SubjectChange) -> str:
    """AWS::SageMaker::InferenceComponent; "" for what is no resource of Cloud Control."""
    given = about.subject.raw("typeName") if about.subject.type == ANYTHING else ""
    return given if isinstance(given, str) else ""


def _fails(said: Outcome) -> bool:
    """Or may."""
    return bool(said.verdict in ("fail", "undecided"))


def _sure(said: Outcome, about: SubjectChange) -> bool:
    """A replacement that only may come is undecided too, and told by the kind of the change."""
    return bool(said.verdict == "fail" or about.change.kind == "may replace")


def _given_back(about: SubjectChange, row: ResourceType, said: Outcome) -> str:
    if said.verdict == "undecided" and about.change.kind != "may replace":
        return f"whether scarce capacity goes back with it cannot be told without {said.said[0].needs}"
    machines = _machines(about) or "its capacity"
    verb = "go" if machines.startswith("up to") else "goes"
    lost = f"{machines} {verb} back to {_reservation(about) or 'the cloud'}"
    if about.change.kind != "delete":
        first = about.change.old_goes_first
        lost += " before the new one asks for it" if first else ", and the new one asks for as much beside it"
    lost += f" ({row.holds_note})" if row.holds_note else ""
    return lost + (", and spot may have none again" if _is_spot(about) else "")


def _is_spot(about: SubjectChange) -> bool:
    if about.old is None:
        return False
    try:
        if about.old.type in LAUNCHING:
            return any(one.market() == "spot" for one in launches_of(about.old))
        if about.old.type in capacity_is_not_given_back.GROUPS:
            templates = capacity_is_not_given_back.TEMPLATES
            made = [about.old.world.made(one, "instanceTemplate", *templates) for one in about.old.blocks("versions")]
            return any(one is not None and one.text("scheduling.provisioningModel") == "SPOT" for one in made)
        return any(about.old.flag(path) for path in SPOT)
    except Undecided:
        return False


def _machines(about: SubjectChange) -> str:
    """4 x p5en.48xlarge; "" where nobody says it."""
    launches = launches_of(about.old) if about.old is not None and about.old.type in LAUNCHING else ()
    try:
        kinds = list(dict.fromkeys(kind for one in launches for kind in one.instance_types()))
        most = max((one.most() for one in launches), default=0)
    except Undecided:
        return ""
    return (f"up to {most} x " if most != 1 else "its ") + " or ".join(kinds) if kinds else ""


def _reservation(about: SubjectChange) -> str:
    """Its machines are given back to a reservation that goes on, where they were started into one."""
    launches = launches_of(about.old) if about.old is not None and about.old.type in LAUNCHING else ()
    try:
        found = launches[0].reservation() if launches else None
    except Undecided:
        return ""
    return found.name if isinstance(found, Subject) else found.id if found is not None else ""

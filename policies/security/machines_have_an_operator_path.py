"""Somebody can get onto the machines: by Session Manager, or with a key."""

from __future__ import annotations

from collections.abc import Iterator

from ..launches import FLEET, GROUP, INSTANCE, SPOT_FLEET, SPOT_INSTANCE, Launch, launches_of
from ..rule import Rule, Said, Undecided, each, fail
from ..world import Block, Outside, Subject, World
from ._roles import PROFILE, ROLE, grants

MANAGED = ("AmazonSSMManagedInstanceCore", "AmazonSSMManagedEC2InstanceDefaultPolicy", "AmazonEC2RoleforSSM")
CHANNEL = "ssmmessages:CreateControlChannel"
DOOR = "aws:ec2transitgateway/instanceConnectEndpoint:InstanceConnectEndpoint"
SETTING = "aws:ssm/serviceSetting:ServiceSetting"

RULE = Rule(
    title="machines have a path for operators",
    level="advisory",
    why="When a node hangs in the middle of a run nobody can look at it, and it can only be thrown away.",
    fix="attach arn:aws:iam::aws:policy/AmazonSSMManagedInstanceCore to the machines' role, or name a key",
    references=("https://docs.aws.amazon.com/systems-manager/latest/userguide/setup-instance-permissions.html",),
)


@RULE.graph(INSTANCE, SPOT_INSTANCE, GROUP, FLEET, SPOT_FLEET)
def check(subject: Subject) -> Iterator[Said]:
    if subject.world.once(_everywhere):
        return
    for launch in launches_of(subject):
        yield from each(_of_launch, launch)


def _of_launch(launch: Launch) -> Iterator[Said]:
    if launch.holder("keyName") is not None:
        return
    holder = launch.holder("iamInstanceProfile")
    if holder is None:
        yield fail(launch.subject, f"machines of {launch.subject.name} have neither a role nor a key")
        return
    role = _role(holder)
    if not grants(role).allow(CHANNEL, *MANAGED):
        words = f"machines of {launch.subject.name} have no key, and {role.name} does not let Session Manager in"
        yield fail(holder, words, at="iamInstanceProfile")


def _role(holder: Block) -> Subject:
    """The role of an instance profile; launch templates name it within a block. Raises Undecided."""
    world = holder.subject.world
    block = isinstance(holder.raw("iamInstanceProfile"), dict)
    names = ("iamInstanceProfile.arn", "iamInstanceProfile.name") if block else ("iamInstanceProfile",)
    for name in names:
        profile = world.meant(holder, name, PROFILE)
        if isinstance(profile, Outside):
            raise Undecided(f"the role of profile {profile.id}, which is not in this program", holder, name)
        if profile is not None:
            role = world.made(profile, "role", ROLE)
            if role is not None:
                return role
    raise Undecided("the machines' role", holder, "iamInstanceProfile")


def _everywhere(world: World) -> bool:
    """Whether the program opens another door to all machines: an endpoint, or the account's setting."""
    settings = (str(one.raw("settingId")) for one in world.of_type(SETTING))
    return any(True for _ in world.of_type(DOOR)) or any("default-ec2-instance-management-role" in s for s in settings)

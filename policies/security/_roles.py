"""What may a role do, and who may take it?"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field

from ..documents import Statement, covers, statements
from ..rule import Undecided
from ..world import Block, Outside, Subject, Unsure

ROLE = "aws:iam/role:Role"
POLICY = "aws:iam/policy:Policy"
ROLE_POLICY = "aws:iam/rolePolicy:RolePolicy"
ATTACHMENT = "aws:iam/rolePolicyAttachment:RolePolicyAttachment"
SHARED_ATTACHMENT = "aws:iam/policyAttachment:PolicyAttachment"
PROFILE = "aws:iam/instanceProfile:InstanceProfile"
DOCUMENTS = (POLICY, ROLE_POLICY, "aws:iam/groupPolicy:GroupPolicy", "aws:iam/userPolicy:UserPolicy", ROLE)


def documents(subject: Subject) -> Iterator[Block]:
    """Who holds the documents, under `policy`, that a resource grants with. Raises Undecided."""
    if subject.type == ROLE:
        yield from subject.blocks("inlinePolicies")
    else:
        yield subject


@dataclass
class Grants:
    """What is known of a role's policies; `unknown` is what else would have to be known."""

    managed: list[str] = field(default_factory=list)  # names of AWS's own policies
    statements: list[Statement] = field(default_factory=list)
    unknown: list[Undecided] = field(default_factory=list)

    def allow(self, action: str, *managed: str) -> bool:
        """Whether an action is allowed on something, or one of these policies is there. Raises Undecided."""
        if any(name in self.managed for name in managed):
            return True
        unknown = list(self.unknown)
        for statement in self.statements:
            try:
                if statement.allows and statement.speaks_of(action):
                    return True
            except Undecided as e:
                unknown.append(e)
        if unknown:
            raise unknown[0]
        return False


def grants(role: Subject) -> Grants:
    """By whichever way a policy comes to a role."""
    found = Grants()
    for holder, name in _sources(role, found):
        try:
            _add(found, holder, name)
        except Undecided as e:
            found.unknown.append(e)
    return found


def _sources(role: Subject, found: Grants) -> Iterator[tuple[Subject, str]]:
    yield role, "managedPolicyArns"
    yield role, "inlinePolicies"
    ways = (
        (ROLE_POLICY, "role", "policy"),
        (ATTACHMENT, "role", "policyArn"),
        (SHARED_ATTACHMENT, "roles", "policyArn"),
    )
    for type, by, name in ways:
        pointing = role.world.pointing_at(role, type, by)
        yield from ((one, name) for one in pointing.sure)
        found.unknown += [Undecided(f"the role that {one.name} is for", one, by) for one in pointing.unsure]


def _add(found: Grants, holder: Subject, name: str) -> None:
    if name == "policy":
        found.statements += statements(holder, name)
        return
    if name == "inlinePolicies":
        for block in holder.blocks(name):
            found.statements += statements(block, "policy")
        return
    for one in holder.world.all_meant(holder, name, POLICY):
        if isinstance(one, Subject):
            found.statements += statements(one, "policy")
        elif isinstance(one, Outside) and is_of_aws(one):
            found.managed.append(one.id.rpartition("/")[2])
        else:
            needs = one.needs if isinstance(one, Unsure) else f"policy {one.id}, which is not in this program"
            found.unknown.append(Undecided(needs, holder, name))


def is_of_aws(policy: Outside) -> bool:
    return covers("arn:aws*:iam::aws:policy/*", policy.id)


def services(role: Subject) -> list[str]:
    """The services that may take it: ec2.amazonaws.com. Raises Undecided."""
    return [
        service
        for one in statements(role, "assumeRolePolicy")
        if one.allows
        for service in one.principals.get("Service", [])
    ]

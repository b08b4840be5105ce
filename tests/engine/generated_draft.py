"""What generated stack files share: a draft to add steps to, the world around them, keywords that any step can have."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from hypothesis import strategies as st

CONFIG = {"days": "21", "ultrastack:vars": '{"retention": 5}'}
SECRETS = {"key": "arn:aws:kms:us-east-2:111122223333:key/hunter2", "reader": "arn:aws:iam::111122223333:role/hunter2"}
OTHER_STACK = "organization/ultrastack/base"
OTHER_OUTPUTS = {
    "vpc": "vpc-0f0e0d0c0b0a09080",
    "writer": "arn:aws:iam::111122223333:role/writer",
    "image": "ami-0a1b2c3d4e5f60719",
}
EXISTING_SUBNET = "subnet-0a1b2c3d4e5f60718"
EXISTING_VPC = "vpc-0a1b2c3d4e5f60718"
ANSWERS = {
    "aws:ec2/getSubnet:getSubnet": [
        {
            "args": {"id": EXISTING_SUBNET},
            "result": {"id": EXISTING_SUBNET, "vpcId": EXISTING_VPC, "availabilityZoneId": "use2-az3"},
        }
    ]
}


@dataclass
class Draft:
    """A stack file while it is made up."""

    top: dict[str, Any]
    steps: list[dict[str, Any]] = field(default_factory=list)
    outputs: dict[str, Any] = field(default_factory=dict)
    files: dict[str, dict[str, Any]] = field(default_factory=dict)  # further files

    def step(self, name: str, component: str, arguments: dict[str, Any], **keys: Any) -> dict[str, Any]:
        made = {"name": name, component: arguments, **{k: v for k, v in keys.items() if v is not None}}
        self.steps.append(made)
        return made


def keywords(draw: st.DrawFn, roles: list[str], earlier: str) -> dict[str, Any]:
    """Step keywords that any step can have."""
    keys: dict[str, Any] = {}
    if draw(st.integers(0, 2)) == 0:
        keys["tags"] = draw(st.sampled_from([{"workload": "pretraining"}, {"owner": None}, {"a.b": "c"}]))
    if draw(st.integers(0, 2)) == 0:
        keys["formerly"] = [earlier]
    if draw(st.integers(0, 2)) == 0:
        keys["options"] = draw(_options(roles))
    return keys


@st.composite
def _options(draw: st.DrawFn, roles: list[str]) -> dict[str, Any]:
    options: dict[str, Any] = draw(
        st.fixed_dictionaries({}, optional={"protect": st.booleans(), "retain_on_delete": st.booleans()})
    )
    child = st.fixed_dictionaries(
        {},
        optional={
            "ignore_changes": st.sampled_from([["tags"], ["tags.owner", "region"]]),
            "replace_on_changes": st.just(["tags"]),
            "delete_before_replace": st.booleans(),
            "custom_timeouts": st.just({"create": "1h30m", "delete": "10m"}),
            "protect": st.booleans(),
            "retain_on_delete": st.booleans(),
        },
    )
    if draw(st.booleans()):
        options["children"] = {draw(st.sampled_from(roles)): draw(child)}
    return options

"""Does this change replace the resource? Only where it depends on more than the property's name.

Conditions as in the provider's plan functions (hashicorp/terraform-provider-aws v6.58.0). A property that the data
file lists under `depends` and that has no condition here replaces: a rehearsal may warn too often, never too seldom.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

Inputs = Mapping[str, Any]
Condition = Callable[[Any, Any, Inputs, Inputs], bool]  # old value, new value, old inputs, new inputs

SOURCES = ("cidrIpv4", "cidrIpv6", "prefixListId", "referencedSecurityGroupId")


def _falls(old: Any, new: Any, *_: Inputs) -> bool:
    return not (isinstance(old, (int, float)) and isinstance(new, (int, float)) and new >= old)


def _other_kind_of_source(_old: Any, _new: Any, before: Inputs, after: Inputs) -> bool:
    return {k for k in SOURCES if k in before} != {k for k in SOURCES if k in after}


def _replaces_on_user_data(_old: Any, _new: Any, _before: Inputs, after: Inputs) -> bool:
    return after.get("userDataReplaceOnChange") is True


def _appears_or_goes(old: Any, new: Any, *_: Inputs) -> bool:
    return old is None or new is None


CONDITIONS: Mapping[tuple[str, str], Condition] = {
    ("aws:ec2/vpc:Vpc", "cidrBlock"): lambda o, n, b, a: "ipv4NetmaskLength" not in a,
    ("aws:ec2/vpc:Vpc", "instanceTenancy"): lambda o, n, b, a: (o, n) != ("dedicated", "default"),
    ("aws:ec2/subnet:Subnet", "ipv6CidrBlock"): lambda o, n, b, a: b.get("assignIpv6AddressOnCreation") is True,
    ("aws:ec2/vpcEndpoint:VpcEndpoint", "privateDnsEnabled"): lambda o, n, b, a: (
        a.get("vpcEndpointType") != "Interface"
    ),
    ("aws:ec2/instance:Instance", "enablePrimaryIpv6"): lambda o, n, b, a: o is True and n is not True,
    ("aws:ec2/instance:Instance", "ipv6Addresses"): lambda o, n, b, a: (
        b.get("ipv6AddressCount") == a.get("ipv6AddressCount")
    ),
    ("aws:ec2/instance:Instance", "privateDnsNameOptions"): _appears_or_goes,
    ("aws:ec2/instance:Instance", "userData"): _replaces_on_user_data,
    ("aws:ec2/instance:Instance", "userDataBase64"): _replaces_on_user_data,
    ("aws:fsx/lustreFileSystem:LustreFileSystem", "storageCapacity"): lambda o, n, b, a: (
        _falls(o, n) or a.get("deploymentType") == "SCRATCH_1"
    ),
    ("aws:fsx/lustreFileSystem:LustreFileSystem", "metadataConfiguration.iops"): _falls,
    ("aws:fsx/lustreFileSystem:LustreFileSystem", "metadataConfiguration"): lambda o, n, b, a: False,  # its iops say it
    **{
        (f"aws:vpc/securityGroup{way}Rule:SecurityGroup{way}Rule", source): _other_kind_of_source
        for way in ("Ingress", "Egress")
        for source in SOURCES
    },
}


def replaces(token: str, name: str, old: Any, new: Any, before: Inputs, after: Inputs) -> bool:
    condition = CONDITIONS.get((token, name))
    return condition is None or condition(old, new, before, after)

"""Is this text a policy document that IAM would take? Its structure, and each action against AWS's list of actions."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from fnmatch import fnmatchcase
from functools import cache
from typing import Any

import regex
from cfnlint.data import AdditionalSpecs
from cfnlint.helpers import load_resource

from tools.models.aws_translate import UNKNOWN

TOP = {"Version", "Id", "Statement"}
STATEMENT = set("Sid Effect Principal NotPrincipal Action NotAction Resource NotResource Condition".split())
PRINCIPALS = {"AWS", "Service", "Federated", "CanonicalUser"}
# https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html
OPERATOR = regex.compile(
    "(ForAllValues:|ForAnyValue:)?"
    "(String(Not)?(Equals|Like)(IgnoreCase)?|Numeric(Not)?Equals|Numeric(Less|Greater)Than(Equals)?|Date(Not)?Equals"
    "|Date(Less|Greater)Than(Equals)?|Bool|BinaryEquals|(Not)?IpAddress|Arn(Not)?(Equals|Like))(IfExists)?|Null"
)
ARN = regex.compile(r"arn:(aws|aws-cn|aws-us-gov|\*):[a-z0-9*-]+:[a-z0-9*-]*:(\d{12}|aws|\*|[0-9*]*):.+|\*")


@cache
def actions() -> Mapping[str, frozenset[str]]:
    """Prefix -> actions in lower case, as cfn-lint ships them from AWS's service authorization reference."""
    found = load_resource(AdditionalSpecs, "Policies.json")
    return {service: frozenset(said.get("Actions", {})) for service, said in found.items()}


def wrong_in_policy(document: Any) -> Iterator[str]:
    """`document` is JSON text or what it means."""
    if document is UNKNOWN:
        return
    try:
        read = json.loads(document) if isinstance(document, str) else document
    except ValueError:
        yield "this is not JSON"
        return
    if not isinstance(read, Mapping):
        yield "a policy is a mapping"
        return
    yield from (f"there is no {key!r} in a policy" for key in sorted(set(read) - TOP))
    if read.get("Version") not in ("2012-10-17", "2008-10-17"):
        yield f"the version is {read.get('Version')!r}, not 2012-10-17"
    statements = _listed(read.get("Statement", []))
    if not statements:
        yield "it has no statement"
    sids = [str(one["Sid"]) for one in statements if isinstance(one, Mapping) and "Sid" in one]
    yield from (f"two statements have the Sid {sid}" for sid in sorted({s for s in sids if sids.count(s) > 1}))
    for i, one in enumerate(statements):
        yield from (f"statement {i}: {what}" for what in _wrong_in_statement(one))


def _wrong_in_statement(one: Any) -> Iterator[str]:
    if not isinstance(one, Mapping):
        yield "a statement is a mapping"
        return
    yield from (f"there is no {key!r} in a statement" for key in sorted(set(one) - STATEMENT))
    if one.get("Effect") not in ("Allow", "Deny"):
        yield f"the effect is {one.get('Effect')!r}, not Allow or Deny"
    if "Sid" in one and not regex.fullmatch("[A-Za-z0-9]*", str(one["Sid"])):
        yield f"the Sid {one['Sid']!r} has other characters than letters and digits"
    for pair in (("Action", "NotAction"), ("Resource", "NotResource"), ("Principal", "NotPrincipal")):
        if set(pair) <= set(one):
            yield f"{pair[0]} and {pair[1]} together"
    if not {"Action", "NotAction"} & set(one):
        yield "it has no Action"
    if not {"Resource", "NotResource", "Principal", "NotPrincipal"} & set(one):
        yield "it has neither Resource nor Principal"
    for action in _listed(one.get("Action", one.get("NotAction", []))):
        yield from _wrong_in_action(action)
    for resource in _listed(one.get("Resource", one.get("NotResource", []))):
        if not isinstance(resource, str) or not ARN.fullmatch(resource):
            yield f"{resource!r} is no ARN"
    yield from _wrong_in_principal(one.get("Principal", one.get("NotPrincipal", "*")))
    yield from _wrong_in_condition(one.get("Condition", {}))


def _wrong_in_action(action: Any) -> Iterator[str]:
    if action == "*":
        return
    service, colon, name = str(action).partition(":")
    if not colon:
        yield f"{action!r} is no service:Action"
    elif service.lower() not in actions():
        yield f"there is no service {service!r} ({action})"
    elif not any(fnmatchcase(known, name.lower()) for known in actions()[service.lower()]):
        yield f"the service {service} has no action {name}"


def _wrong_in_principal(principal: Any) -> Iterator[str]:
    if principal == "*":
        return
    if not isinstance(principal, Mapping):
        yield f"{principal!r} is no principal"
        return
    yield from (f"there are no principals of the kind {key!r}" for key in sorted(set(principal) - PRINCIPALS))
    for service in _listed(principal.get("Service", [])):
        if not regex.fullmatch(r"[a-z0-9-]+(\.[a-z0-9-]+)*\.amazonaws\.com(\.cn)?", str(service)):
            yield f"{service!r} is no service's name"
    for who in _listed(principal.get("AWS", [])):
        if who != "*" and not regex.fullmatch(r"\d{12}|arn:aws[a-z-]*:(iam|sts)::\d{12}:.+", str(who)):
            yield f"{who!r} is no account and no ARN of IAM"


def _wrong_in_condition(condition: Any) -> Iterator[str]:
    if not isinstance(condition, Mapping):
        yield "a condition is a mapping"
        return
    for operator, asked in condition.items():
        if not OPERATOR.fullmatch(operator):
            yield f"there is no condition operator {operator!r}"
        elif not isinstance(asked, Mapping):
            yield f"{operator} needs a mapping"
        else:
            yield from (
                f"{key!r} is no condition key" for key in asked if not regex.fullmatch(r"[\w-]+:[\w/:.${}-]+", key)
            )


def _listed(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]

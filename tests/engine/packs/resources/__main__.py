"""Somebody else's pack: resource policies with config, a remediation, one that is not applicable, values unknown."""

from helpers import is_bucket
from pulumi_policy import (
    EnforcementLevel,
    PolicyConfigSchema,
    PolicyPack,
    ReportViolation,
    ResourceValidationArgs,
    ResourceValidationPolicy,
)


def tagged(args: ResourceValidationArgs, report: ReportViolation) -> None:
    if not args.resource_type.startswith("aws:"):
        args.not_applicable("not of AWS")
    for tag in args.get_config()["required"]:
        if tag not in (args.props.get("tags") or {}):
            report(f"{args.name} has no tag {tag}")


def named(args: ResourceValidationArgs, report: ReportViolation) -> None:
    if is_bucket(args) and not args.props["bucket"].startswith("ml-"):
        report(f"{args.props['bucket']} is no name of ours")


async def in_our_region(args: ResourceValidationArgs, report: ReportViolation) -> None:
    if args.provider and args.provider.props.get("region") != "us-east-2":
        report(f"{args.name} is in {args.provider.props.get('region')}")


def owned(args: ResourceValidationArgs) -> dict | None:  # type: ignore[type-arg]
    if is_bucket(args) and "owner" not in (args.props.get("tags") or {}):
        return {**args.props, "tags": {**(args.props.get("tags") or {}), "owner": "platform"}}
    return None


PolicyPack(
    "theirs",
    [
        ResourceValidationPolicy(
            "tagged",
            "Everything has tags.",
            tagged,
            EnforcementLevel.MANDATORY,
            config_schema=PolicyConfigSchema(
                {"required": {"type": "array", "items": {"type": "string"}, "default": ["owner", "team"]}}
            ),
        ),
        ResourceValidationPolicy("named", "Buckets have a name of ours.", named, EnforcementLevel.MANDATORY),
        ResourceValidationPolicy("in-our-region", "We are in Ohio.", in_our_region),
        ResourceValidationPolicy(
            "owned",
            "Buckets get an owner.",
            remediate=owned,
            enforcement_level=EnforcementLevel.REMEDIATE,
        ),
    ],
)
raise AssertionError("PolicyPack returned")

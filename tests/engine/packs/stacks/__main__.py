"""Somebody else's pack: stack policies that count, follow dependencies and read outputs; a print; a required config."""

from pulumi_policy import (
    EnforcementLevel,
    PolicyConfigSchema,
    PolicyPack,
    ReportViolation,
    StackValidationArgs,
    StackValidationPolicy,
)


def few(args: StackValidationArgs, report: ReportViolation) -> None:
    print("a policy may print")
    most = args.get_config()["most"]
    found = [r for r in args.resources if r.resource_type.startswith("aws:s3/")]
    if len(found) > most:
        report(f"{len(found)} things of S3, more than {most:g}")


def closed(args: StackValidationArgs, report: ReportViolation) -> None:
    blocked = {
        bucket.urn
        for r in args.resources
        if r.resource_type == "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock"
        for bucket in r.property_dependencies.get("bucket", [])
    }
    for r in args.resources:
        if r.resource_type == "aws:s3/bucket:Bucket" and r.urn not in blocked:
            report(f"nothing closes {r.name}, below {r.parent.name if r.parent else 'nobody'}", r.urn)


def of_our_account(args: StackValidationArgs, report: ReportViolation) -> None:
    for r in args.resources:
        if r.resource_type == "aws:s3/bucket:Bucket" and "111122223333" not in r.props["arn"]:
            report("of another account", r.urn)


PolicyPack(
    "stacks",
    [
        StackValidationPolicy(
            "few",
            "Not too many.",
            few,
            config_schema=PolicyConfigSchema({"most": {"type": "number"}}, required=["most"]),
        ),
        StackValidationPolicy("closed", "Buckets are closed.", closed, EnforcementLevel.MANDATORY),
        StackValidationPolicy("of-our-account", "Ours alone.", of_our_account, EnforcementLevel.MANDATORY),
        StackValidationPolicy("nothing", "Says nothing.", lambda args, report: None),
    ],
    initial_config={"few": {"most": 1}},
)

"""Somebody else's pack, with mistakes: one policy raises, one never ends, one ends the process, one is right."""

import os
import time

from pulumi_policy import PolicyPack, ReportViolation, ResourceValidationArgs, ResourceValidationPolicy


def raises(args: ResourceValidationArgs, report: ReportViolation) -> None:
    if args.resource_type.startswith("aws:s3/bucket:"):
        report(args.props["no such input"])


def hangs(args: ResourceValidationArgs, report: ReportViolation) -> None:
    if args.resource_type.startswith("aws:s3/bucket:"):
        time.sleep(3600)


def ends(args: ResourceValidationArgs, report: ReportViolation) -> None:
    if args.resource_type.startswith("aws:s3/bucket:"):
        os._exit(7)


def right(args: ResourceValidationArgs, report: ReportViolation) -> None:
    if args.resource_type.startswith("aws:s3/bucket:"):
        report(f"{args.name} is seen; a credential is {'AWS_SECRET_ACCESS_KEY' in os.environ}")


PolicyPack(
    "broken",
    [
        ResourceValidationPolicy(check.__name__, f"It {check.__name__}.", check)
        for check in (raises, hangs, ends, right)
    ],
)

"""What happens to a resource, in one clause: data is replaced because storageType changes from SSD to HDD."""

from __future__ import annotations

import re
from collections.abc import Sequence

from ultrastack.model.change import Change, PropertyChange
from ultrastack.model.graph import Secret, Unknown, Value

LONGEST = 60  # characters of a value that is shown
NAMED = 3  # inputs that are named
TRIGGER = "options.replacementTrigger"
_CAPITALS = ("ec2", "s3", "ebs", "efs", "eks", "ecr", "kms", "iam", "sns", "sqs", "ssm", "rds", "tpu", "vm", "vpc")
SPELT = {  # as their clouds write them
    **{word: word.upper() for word in _CAPITALS},
    "artifactregistry": "Artifact Registry",
    "autoscaling": "Auto Scaling",
    "cloudwatch": "CloudWatch",
    "compute": "Compute Engine",
    "container": "GKE",
    "dynamodb": "DynamoDB",
    "fsx": "FSx",
    "lb": "",
    "lustre": "Lustre",
    "sagemaker": "SageMaker",
    "storage": "Cloud Storage",
    "v2": "",
    "vertex": "Vertex AI",
}


def thing(change: Change) -> str:
    """FSx Lustre file system data-file-system"""
    resource = change.resource
    named = resource.inputs.get("typeName")  # of Cloud Control, whose own type says nothing
    kind = named if resource.type.startswith("aws:cloudcontrol/") and isinstance(named, str) else ""
    return f"{kind or kind_of(resource.type)} {resource.name}"


def kind_of(token: str) -> str:
    """aws:fsx/lustreFileSystem:LustreFileSystem -> FSx Lustre file system"""
    _, _, rest = token.partition(":")
    module, _, name = rest.rpartition(":")
    words = [module.partition("/")[0], *re.sub(r"(?<=[a-z0-9])(?=[A-Z])", " ", name).lower().split()]
    return " ".join(one for word in words if word != "index" and (one := SPELT.get(word, word)))


def goes(change: Change) -> str:
    """is replaced because storageType changes from SSD to HDD"""
    if change.kind == "delete":
        return "is deleted"
    verb = "is replaced" if change.kind == "replace" else "may be replaced"
    said = because(reasons(change))
    return f"{verb} because {said}" if said else verb


def reasons(change: Change) -> tuple[PropertyChange, ...]:
    """What replaces it surely, else perhaps; where only its options ask for that, also what it follows."""
    found = tuple(one for one in change.replacing if one.replaces == "yes") or change.replacing
    found = tuple(inner for one in found for inner in (triggers(one) or (one,)))
    if all(one.path.startswith("options.") and not one.path.startswith(f"{TRIGGER}.") for one in found):
        found += tuple(one for one in change.properties if follows(one))
    return found


def triggers(one: PropertyChange) -> tuple[PropertyChange, ...]:
    """What is different in a replacement trigger that says what it is made of."""
    if one.path != TRIGGER or not isinstance(one.old, dict) or not isinstance(one.new, dict):
        return ()
    pairs = {key: (one.old.get(key), one.new.get(key)) for key in sorted({*one.old, *one.new})}
    return tuple(
        PropertyChange(f"{TRIGGER}.{key}", was, now, one.replaces, one.because)
        for key, (was, now) in pairs.items()
        if was != now
    )


def follows(one: PropertyChange) -> bool:
    """Its value is another resource's, which is another one or replaced."""
    return isinstance(one.old, Unknown) and isinstance(one.new, Unknown)


def because(properties: Sequence[PropertyChange]) -> str:
    """storageType changes from SSD to HDD, subnetIds changes (net is replaced)"""
    said = [changes(one) for one in properties[:NAMED]]
    more = len(properties) - len(said)
    return ", ".join(said) + (f" and {more} more inputs change" if more > 1 else " and one more" if more else "")


def changes(one: PropertyChange) -> str:
    path = one.path.removeprefix(f"{TRIGGER}.").removeprefix("options.")
    if one.path == "id":  # what is only read from now on
        return one.because
    if one.path == TRIGGER:
        return f"{one.because} for it (replacementTrigger)"
    old, new = _word(one.old), _word(one.new)
    if follows(one):
        return f"{path} may be another" + (f" ({one.because})" if one.because else "")
    if one.new is None and one.old is None:
        return one.because or f"{path} asks for it"
    if old and new:
        return f"{path} changes from {old} to {new}"
    return f"{path} changes"


def _word(value: Value) -> str:
    """ "" for what is secret, long or nested, or no line of text."""
    if value is None:
        return "nothing"
    if isinstance(value, Unknown):
        return "a value that only the cloud knows"
    if isinstance(value, Secret) or not isinstance(value, (str, bool, int, float)):
        return ""
    text = str(value).lower() if isinstance(value, bool) else str(value) or "an empty text"
    return text if len(text) <= LONGEST and text.isprintable() else ""

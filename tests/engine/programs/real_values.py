"""Values of every kind, as inputs and as exports: secrets inside, unknowns inside, files, whole resources."""

from __future__ import annotations

import json
from pathlib import Path

import pulumi
import pulumi_aws as aws
from pulumi import Output, ResourceOptions

config = pulumi.Config()
token = config.require_secret("token")
login = config.require_secret_object("login")
number = config.require_secret_int("pin")
here = Path(__file__).resolve()
bucket = aws.s3.Bucket("bucket", tags={"token": token, "": "empty key", "a.b/c": "é \u2603"})
role = aws.iam.Role(
    "role",
    assume_role_policy=json.dumps({"Version": "2012-10-17", "Statement": []}),
    inline_policies=[
        {"name": "one", "policy": Output.json_dumps({"Resource": [bucket.arn, Output.concat(bucket.arn, "/*")]})},
        aws.iam.RoleInlinePolicyArgs(name="two", policy=Output.json_dumps({"token": token, "arn": bucket.arn})),
        {"name": "three", "policy": Output.json_dumps({"known": [1, 2.5, None, True, "x"]})},
    ],
    max_session_duration=3600,
    managed_policy_arns=[],
    tags={},
)


class Bag(pulumi.ComponentResource):
    def __init__(self, name: str, props: dict[str, object], opts: ResourceOptions | None = None):
        super().__init__("example:index:Bag", name, props, opts)
        self.register_outputs(props)


bag = Bag(
    "bag",
    {
        "whole": bucket,
        "component": Bag("small", {"empty": {}, "none": None, "nothing": []}),
        "both": Output.all(bucket.id, token),
        "named": Output.all(id=bucket.id, token=token, plain="x"),
        "known": Output.all("a", 1, True),
        "format": Output.format("{0}/{name}", bucket.id, name="x"),
        "secret_format": Output.format("{0}/{name}", "a", name=token),
        "json": Output.json_loads(Output.from_input('{"a": [1, {"b": null}]}')),
        "secret_list": Output.secret([1, {"a": bucket.id}]),
        "secret_known": Output.secret({"a": [1, 2]}),
        "deep_secret": {"list": [{"token": token}, {"id": bucket.id}]},
        "typed_login": login,
        "typed_pin": number.apply(str),
        "typed_user": login.apply(lambda one: one["user"]),
        "float": 2.0,
        "big": 9007199254740991,
        "small": 1e-7,
        "negative": -0.0,
        "bytes_like": "0x00",
        "unicode": "日本語\n\ttab",
        "lifted": bucket.versioning["enabled"],
        "lifted_list": role.inline_policies[0].name,
        "text": pulumi.StringAsset("hello"),
        "file": pulumi.FileAsset(str(here)),
        "relative": pulumi.FileAsset("__main__.py"),
        "resource_output": Output.from_input({"bucket": bucket, "deep": [bucket]}),
        "from_list": Output.from_input([bucket.id, "x", token]),
        "nested_output": Output.from_input({"a": Output.from_input({"b": bucket.arn})}),
        "flag_of_unknown": bucket.id.apply(lambda one: one == "x"),
        "secret_unknown": Output.secret(bucket.id),
        "tuple": ("a", 1),
    },
)
archive = aws.lambda_.Function(
    "function",
    role=role.arn,
    runtime="python3.12",
    handler="main.handler",
    code=pulumi.AssetArchive(
        {
            "main.py": pulumi.StringAsset("def handler(event, context): return 1\n"),
            "self.py": pulumi.FileAsset(str(here)),
            "inner": pulumi.AssetArchive({"a.txt": pulumi.StringAsset("a")}),
        }
    ),
    environment={"variables": {"TOKEN": token, "BUCKET": bucket.id, "MODE": "fast"}},
)
script = aws.s3.BucketObjectv2("script", bucket=bucket, source=pulumi.FileAsset("__main__.py"), metadata={"p": token})
policy = aws.iam.get_policy_document_output(
    statements=[
        {"actions": ["s3:GetObject"], "resources": [bucket.arn], "principals": [{"type": "*", "identifiers": ["*"]}]}
    ]
)
aws.s3.BucketPolicy("policy", bucket=bucket.id, policy=policy.json)

pulumi.export("bucket", bucket)
pulumi.export("bag", {"component": bag, "token": token, "list": [bucket.arn, {"typed_deep": login}]})
pulumi.export("all", Output.all(bucket.id, role.arn))
pulumi.export("none", None)
pulumi.export("empty", {})
pulumi.export("list", [])
pulumi.export("typed_pin", number)
pulumi.export("known", Output.all(1, 2).apply(lambda both: sum(both)))
pulumi.export("policy", policy.json)
pulumi.export("camel_and_snake", {"snake_case": 1, "camelCase": {"inner_key": [True, False]}})
pulumi.export("float", 1.5)
pulumi.export("whole_float", 3.0)
pulumi.export("code", archive.arn)

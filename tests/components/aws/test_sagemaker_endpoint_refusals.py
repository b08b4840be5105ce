"""What SageMaker never takes is refused at the door, with the combination that it would take."""

from __future__ import annotations

from typing import Any

import pytest

from components.aws.sagemaker_endpoint import SagemakerEndpoint, SagemakerEndpointArgs
from tests.components.arguments import complaints
from tests.components.test_component import component
from ultrastack.model.later import Later

MODEL = {"image": "hf-vllm-neuronx", "data": "s3://weights/chat/"}
ARCHIVE = {"image": "djl-lmi-gpu", "data": "s3://weights/chat.tar.gz"}
INF2 = {"instance_type": "ml.inf2.24xlarge"}
ONE: dict[str, Any] = {"model": MODEL, "variants": [INF2]}
LESS: dict[str, Any] = {
    "model": ARCHIVE,
    "variants": [{"serverless": {"memory_mb": 4096, "max_concurrency": 20, "provisioned_concurrency": 2}}],
}
QUEUE: dict[str, Any] = {**ONE, "async_inference": {"output_uri": "s3://answers/"}}
PART = {"memory_mib": 4096}
PARTS: dict[str, Any] = {**ONE, "inference_components": {"chat": PART}}
TWO = {"blue": MODEL, "green": MODEL}
SECRET = "arn:aws:secretsmanager:us-east-2:111122223333:secret:hf-AbCdEf"
FUNCTION = "arn:aws:lambda:us-east-2:111122223333:function:credentials"
FIX_SECRET = "fix: write secrets: {NAME: arn:aws:secretsmanager:...}, or copy the weights to S3, which needs none"


def variant(**more: Any) -> dict[str, Any]:
    return {**ONE, "variants": [{**INF2, **more}]}


def environment(name: str, value: Any) -> dict[str, Any]:
    return {**ONE, "model": {**MODEL, "environment": {name: value}}}


def steps(*given: dict[str, Any], **more: Any) -> dict[str, Any]:
    policy = {"metric": {"name": "GPUUtilization"}, "threshold": 60, "steps": list(given), **more}
    return variant(max=4, scaling={"steps": {"busy": policy}})


def at_steps(words: str) -> str:
    return f"variants.0.scaling.steps.busy: {words}"


REFUSED: dict[str, tuple[dict[str, Any], str]] = {
    # ---- models
    "no model": (
        {"variants": [INF2]},
        "model: needs either model or models; fix: add model: {image: ..., data: s3://...}, and only that",
    ),
    "both": (
        {**ONE, "models": TWO},
        "model: needs either model or models; fix: add model: {image: ..., data: s3://...}, and only that",
    ),
    "which of two": (
        {"models": TWO, "variants": [INF2]},
        "variants: must say which model it means; fix: add model: blue",
    ),
    "none of two": (
        {"models": TWO, "variants": [{**INF2, "model": "red"}]},
        "variants: means the model red, which is not there; fix: use blue or green",
    ),
    "a family with a typing mistake": (
        {**ONE, "model": {"image": "hf-vllm-neuron"}},
        "model.image: cannot be found in the catalogue; fix: use 'hf-vllm-neuronx'",
    ),
    "a family of which only the beginning is known": (
        {**ONE, "model": {"image": "hf-vllm-gpu"}},
        "model.image: is known in part only (huggingface-vllm:0.29.0-transformers5.15.0...); fix: write its whole URI",
    ),
    "a family that SageMaker cannot pull": (
        {**ONE, "model": {"image": "neuron-vllm-0.16.0"}},
        "model.image: lies in a public gallery, and SageMaker pulls from private repositories; fix: copy "
        "neuron/pytorch-inference-vllm-neuronx:0.16.0-neuronx-py312-sdk2.31.1-ubuntu24.04 to one of yours, and write "
        "its URI",
    ),
    "a public image": (
        {**ONE, "model": {"image": "public.ecr.aws/neuron/pytorch-inference-vllm-neuronx:0.16.0"}},
        "model.image: lies in a public gallery, and SageMaker pulls from private repositories; "
        "fix: copy it to one of yours",
    ),
    "an image from elsewhere": (
        {**ONE, "model": {"image": "registry.example.com/mine:1"}},
        "model.image: lies in no ECR repository; fix: copy it to one, or add registry: vpc",
    ),
    "an image from elsewhere without a network": (
        {**ONE, "model": {"image": "registry.example.com/mine:1", "registry": "vpc"}},
        "model: needs vpc, since an image lies in a registry of a network; "
        "fix: add vpc: {subnet_ids: [...], security_group_ids: [...]}",
    ),
    "a family from elsewhere": (
        {**ONE, "model": {"image": "djl-lmi-gpu", "registry": "vpc"}},
        "model.registry: is for images outside of ECR; fix: remove it",
    ),
    "credentials for ECR": (
        {**ONE, "model": {"image": "djl-lmi-gpu", "registry_credentials_arn": FUNCTION}},
        "model.registry_credentials_arn: is for a registry outside of ECR; fix: remove it",
    ),
    "weights from elsewhere": (
        {**ONE, "model": {**MODEL, "data": "https://example.com/weights"}},
        "model.data: must be a place in S3; fix: write it like s3://bucket/prefix/",
    ),
    "an archive of another kind": (
        {**ONE, "model": {**MODEL, "data": "s3://weights/model.tar"}},
        "model.data: is an archive that SageMaker does not open; fix: pack it as model.tar.gz, or upload its files",
    ),
    "an archive that is a prefix": (
        {**ONE, "model": {**MODEL, "archive": True}},
        "model.archive: cannot be a prefix that ends in /; fix: write data: s3://bucket/model.tar.gz",
    ),
    "an archive without data": (
        {**ONE, "model": {"image": "djl-lmi-gpu", "archive": True}},
        "model.archive: cannot go without data; fix: add data: s3://bucket/model.tar.gz",
    ),
    "a licence for an archive": (
        {**ONE, "model": {**ARCHIVE, "accept_eula": True}},
        "model.accept_eula: is for weights as they are, not for an archive; fix: remove it",
    ),
    # ---- secrets
    "the name of a token": (
        environment("HF_TOKEN", "x"),
        "model.environment.HF_TOKEN: is the name of a credential, and everybody who may describe the model sees it; "
        + FIX_SECRET.replace("NAME", "HF_TOKEN"),
    ),
    "the name of a key": (
        environment("OPENAI_API_KEY", Later("vars.key", lambda built: None, "value")),
        "model.environment: has OPENAI_API_KEY, which is the name of a credential, and everybody who may describe the "
        "model sees it; " + FIX_SECRET.replace("NAME", "OPENAI_API_KEY"),
    ),
    "a token": (
        environment("WHATEVER", "hf_" + "a" * 34),
        "model.environment.WHATEVER: holds what looks like a credential, and everybody who may describe the model "
        "sees it; " + FIX_SECRET.replace("NAME", "WHATEVER"),
    ),
    "a token in the middle": (
        environment("ARGUMENTS", "--token=hf_" + "a" * 34 + " --fast"),
        "model.environment.ARGUMENTS: holds what looks like a credential, and everybody who may describe the model "
        "sees it; " + FIX_SECRET.replace("NAME", "ARGUMENTS"),
    ),
    "a secret of the stack": (
        environment("WHATEVER", Later("secret('token')", lambda built: None, "value")),
        "model.environment: has WHATEVER, which is a secret, and everybody who may describe the model sees it; "
        + FIX_SECRET.replace("NAME", "WHATEVER"),
    ),
    "more variables than SageMaker takes": (
        {
            **ONE,
            "model": {**MODEL, "environment": {f"A{n}": "b" for n in range(100)}, "secrets": {"HF_TOKEN": SECRET}},
        },
        "model.secrets: makes more than 100 variables; fix: remove some",
    ),
    "longer variables than SageMaker takes": (
        {**ONE, "model": {**MODEL, "environment": {f"A{n}": "b" * 1000 for n in range(40)}}},
        "model.environment: has more than 32768 bytes; fix: put settings into a file beside the weights",
    ),
    "a secret that is none": (
        {**ONE, "model": {**MODEL, "secrets": {"HF_TOKEN": "hf-token"}}},
        "model.secrets.HF_TOKEN: must be the ARN of a secret of Secrets Manager; "
        "fix: write it like arn:aws:secretsmanager:us-east-2:111122223333:secret:hf-token-AbCdEf",
    ),
    "a variable twice": (
        {
            **ONE,
            "model": {**MODEL, "secrets": {"HF_TOKEN": SECRET}, "environment": {"HF_TOKEN_SECRET_ARN": SECRET}},
        },
        "model.environment: has HF_TOKEN_SECRET_ARN, which secrets makes; fix: remove it",
    ),
    "secrets without a network": (
        {**ONE, "model": {**MODEL, "secrets": {"HF_TOKEN": SECRET}}, "network_isolation": True},
        "network_isolation: cuts the container off from Secrets Manager; fix: remove it, or secrets",
    ),
    # ---- variants
    "no machines": ({**ONE, "variants": [{}]}, "variants.0.instance_type: Field required"),
    "a type of EC2": (
        variant(instance_type="inf2.24xlarge"),
        "variants.0.instance_type: must be a type of SageMaker; fix: write it like ml.inf2.24xlarge",
    ),
    "machines and serverless": (
        variant(serverless={"memory_mb": 1024, "max_concurrency": 5}),
        "variants.0.instance_type: is for machines, and serverless has none; fix: remove it, or serverless",
    ),
    "memory that is not sold": (
        {**LESS, "variants": [{"serverless": {"memory_mb": 2000, "max_concurrency": 5}}]},
        "variants.0.serverless.memory_mb: Input should be 1024, 2048, 3072, 4096, 5120 or 6144",
    ),
    "more kept warm than allowed": (
        {**LESS, "variants": [{"serverless": {"memory_mb": 1024, "max_concurrency": 5, "provisioned_concurrency": 6}}]},
        "variants.0.serverless.provisioned_concurrency: is more than max_concurrency; fix: write at most 5",
    ),
    "nothing warm to scale": (
        {**LESS, "variants": [{"serverless": {"memory_mb": 1024, "max_concurrency": 5}, "max": 3}]},
        "variants.0.max: scales provisioned concurrency, and there is none; fix: add provisioned_concurrency: 1",
    ),
    "limits in the wrong order": (variant(min=5, max=4), "variants.0.min: is more than max; fix: write at most 4"),
    "a beginning outside of the limits": (
        variant(min=2, max=4, count=5),
        "variants.0.count: lies outside of min and max; fix: write 2 to 4, or remove it",
    ),
    "scaling without an end": (
        variant(scaling={"invocations": 100}),
        "variants.0.scaling: does nothing without max; fix: add max: 4",
    ),
    "zero machines": (
        variant(min=0, max=4),
        "variants: cannot go to zero machines by itself; fix: write min: 1, or add inference_components, or "
        "async_inference, which queues requests meanwhile",
    ),
    "nobody gets anything": (
        variant(weight=0.0),
        "variants: have weight 0, all of them, and get no requests; fix: write weight: 1",
    ),
    "one name for two": (
        {**ONE, "variants": [INF2, INF2]},
        "variants: has AllTraffic twice; fix: give each variant a name of its own",
    ),
    "names of which one is the other's policy": (
        {**ONE, "variants": [{**INF2, "name": "a"}, {**INF2, "name": "a-step-b"}]},
        "variants: has a and a-step-b, which are too alike to be told apart; fix: rename one",
    ),
    "a name with an underscore": (
        variant(name="all_traffic"),
        "variants.0.name: a variant's name has up to 63 letters, digits and inner hyphens; "
        "fix: write it like AllTraffic",
    ),
    "a time-out that is too long": (
        variant(startup_timeout_seconds=7200),
        "variants.0.startup_timeout_seconds: Input should be less than or equal to 3600",
    ),
    "a block of EC2": (
        variant(reservation_arn="cr-0a1b2c3d4e5f60718"),
        "variants.0.reservation_arn: must be the ARN of a training plan or reservation of SageMaker; "
        "fix: write it like arn:aws:sagemaker:us-east-2:111122223333:training-plan/plan",
    ),
    "a key without dumps": (
        variant(core_dump_kms_key_arn="arn:aws:kms:us-east-2:111122223333:key/1"),
        "variants.0.core_dump_kms_key_arn: has no dumps to encrypt; fix: add core_dump_uri: s3://...",
    ),
    # ---- shadow
    "a shadow of two": (
        {**ONE, "variants": [{**INF2, "name": "a"}, {**INF2, "name": "b"}], "shadow": INF2},
        "shadow: needs an endpoint with one variant; fix: remove the other variants, or shadow",
    ),
    "a shadow with the name of the variant": (
        {**ONE, "shadow": {**INF2, "name": "AllTraffic"}},
        "shadow: has the name of a variant; fix: write name: AllTraffic-shadow",
    ),
    "a shadow of nothing": (
        {"model": MODEL, "variants": [], "shadow": INF2},
        "variants: List should have at least 1 item after validation, not 0",
    ),
    "a shadow of components": (
        {**PARTS, "shadow": INF2},
        "shadow: cannot go with inference_components; fix: name the model in a variant, or remove shadow",
    ),
    # ---- inference components
    "components with a queue": (
        {**PARTS, "async_inference": {"output_uri": "s3://answers/"}},
        "inference_components: cannot be asked asynchronously; "
        "fix: remove async_inference, or write variants without them",
    ),
    "a variant that scales itself": (
        {**PARTS, "variants": [{**INF2, "max": 4, "scaling": {"invocations": 10}}]},
        "variants: says scaling, and holds inference components, which say it themselves; fix: move it there",
    ),
    "a variant with a model": (
        {**PARTS, "variants": [{**INF2, "model": "main"}]},
        "variants: says model, and holds inference components, which say it themselves; fix: move it there",
    ),
    "components without machines": (
        {**LESS, "inference_components": {"chat": PART}},
        "variants: is serverless, and holds no inference components; fix: write instance_type",
    ),
    "a component on no variant": (
        {**PARTS, "inference_components": {"chat": {**PART, "variant": "gpu"}}},
        "inference_components: has chat on the variant gpu, which is not there; fix: use AllTraffic",
    ),
    "a component on one of two": (
        {**PARTS, "variants": [{**INF2, "name": "a"}, {**INF2, "name": "b"}]},
        "inference_components: must say on which variant chat lies; fix: add variant: a",
    ),
    "less memory than it needs": (
        {**PARTS, "inference_components": {"chat": {**PART, "max_memory_mib": 2048}}},
        "inference_components.chat.max_memory_mib: is less than memory_mib; fix: write at least 4096",
    ),
    "a name that is too long with the endpoint's": (
        {**PARTS, "physical_name": "x" * 60},
        f"inference_components: would be called {'x' * 60}-chat, which has more than 63 characters; "
        "fix: shorten physical_name",
    ),
    "copies outside of the limits": (
        {**PARTS, "inference_components": {"chat": {**PART, "copies": 5, "max": 4}}},
        "inference_components.chat.copies: lies outside of min and max; fix: write 1 to 4, or remove it",
    ),
    # ---- serverless
    "serverless with a queue": (
        {**LESS, "async_inference": {"output_uri": "s3://answers/"}},
        "async_inference: cannot go with serverless; fix: remove it, or write instance_type instead of serverless",
    ),
    "serverless in a network": (
        {**LESS, "vpc": {"subnet_ids": ["subnet-1"], "security_group_ids": ["sg-1"]}},
        "vpc: cannot go with serverless; fix: remove it, or write instance_type instead of serverless",
    ),
    "serverless without a network": (
        {**LESS, "network_isolation": True},
        "network_isolation: cannot go with serverless; fix: remove it, or write instance_type instead of serverless",
    ),
    "serverless that is captured": (
        {**LESS, "data_capture": {"uri": "s3://captured/", "percent": 5}},
        "data_capture: cannot go with serverless; fix: remove it, or write instance_type instead of serverless",
    ),
    "serverless with files as they are": (
        {**LESS, "model": MODEL},
        "model: has files as they are, and serverless takes one archive; fix: write data: s3://bucket/model.tar.gz",
    ),
    "serverless with weights that are only known later": (
        {**LESS, "model": {**MODEL, "data": Later("files.uri", lambda built: None, "value")}},
        "model: has files as they are, and serverless takes one archive; fix: add archive: true",
    ),
    "serverless at zero": (
        {**LESS, "variants": [{**LESS["variants"][0], "min": 0, "max": 5}]},
        "variants: cannot provision 0; fix: write min: 1, or remove provisioned_concurrency",
    ),
    "two serverless variants": (
        {**LESS, "variants": [{**LESS["variants"][0], "name": "a"}, {**LESS["variants"][0], "name": "b"}]},
        "variants: are several, and a serverless endpoint has one; fix: make an endpoint for each",
    ),
    # ---- scaling
    "a queue that is none": (
        variant(max=4, scaling={"backlog": 3}),
        "variants: cannot scale by backlog, which a real-time endpoint does not tell; "
        "fix: use concurrent_requests or invocations or metric",
    ),
    "invocations of a queue": (
        {**QUEUE, "variants": [{**INF2, "max": 4, "scaling": {"invocations": 30}}]},
        "variants: cannot scale by invocations, which an async endpoint does not tell; fix: use backlog or metric",
    ),
    "invocations of serverless": (
        {**LESS, "variants": [{**LESS["variants"][0], "max": 4, "scaling": {"invocations": 30}}]},
        "variants: cannot scale by invocations, which a serverless endpoint does not tell; "
        "fix: use utilization or metric",
    ),
    "utilisation of more than all": (
        {**LESS, "variants": [{**LESS["variants"][0], "max": 4, "scaling": {"utilization": 70}}]},
        "variants.0.scaling.utilization: Input should be less than or equal to 1",
    ),
    "steps that overlap": (
        steps({"above": 0, "below": 20, "change": 1}, {"above": 10, "change": 2}),
        at_steps("has steps that overlap; fix: let each begin where the one before ends"),
    ),
    "steps with a gap": (
        steps({"above": 0, "below": 10, "change": 1}, {"above": 20, "change": 2}),
        at_steps("has steps that leave a gap; fix: let each begin where the one before ends"),
    ),
    "steps that end": (
        steps({"above": 0, "below": 10, "change": 1}),
        at_steps("has no step above 10; fix: leave out the highest `below`"),
    ),
    "steps that begin below": (
        steps({"above": -10, "change": -1}, comparison="<"),
        at_steps("has no step below -10; fix: leave out the lowest `above`"),
    ),
    "a step of nothing": (
        steps({"above": 10, "below": 10, "change": 1}),
        "variants.0.scaling.steps.busy.steps.0: ends where it begins, or before; fix: exchange above and below",
    ),
    # ---- async, capture
    "a topic that is none": (
        {**QUEUE, "async_inference": {"output_uri": "s3://answers/", "topics_with_answer": ["success"]}},
        "async_inference.topics_with_answer: has success, which has no topic; fix: add success_topic_arn",
    ),
    "a topic by its name": (
        {**QUEUE, "async_inference": {"output_uri": "s3://answers/", "error_topic_arn": "oncall"}},
        "async_inference.error_topic_arn: must be the ARN of a topic; "
        "fix: write it like arn:aws:sns:us-east-2:111122223333:answers",
    ),
    "more than all requests": (
        {**ONE, "data_capture": {"uri": "s3://captured/", "percent": 101}},
        "data_capture.percent: Input should be less than or equal to 100",
    ),
    # ---- deployment
    "a canary of more than half": (
        {**ONE, "deployment": {"strategy": "canary", "step_percent": 60}},
        "deployment.step_percent: must be 1 to 50 for canary; fix: write 50",
    ),
    "a canary of more than half the machines": (
        {**variant(count=4), "deployment": {"strategy": "canary", "step_instances": 3}},
        "deployment: moves 3 of 4 machines at a time, and at most half of them may move; fix: write step_instances: 2",
    ),
    "a canary of the only machine": (
        {**ONE, "deployment": {"strategy": "canary", "step_instances": 1}},
        "deployment: moves 1 of 1 machines at a time, and at most half of them may move; fix: write count: 2",
    ),
    "steps that are too small": (
        {**ONE, "deployment": {"strategy": "linear", "step_percent": 5}},
        "deployment.step_percent: must be 10 to 50 for linear; fix: write 50",
    ),
    "a canary without a size": (
        {**ONE, "deployment": {"strategy": "canary"}},
        "deployment.strategy: canary needs either step_percent or step_instances; "
        "fix: add step_percent: 10, and only that",
    ),
    "all at once in steps": (
        {**ONE, "deployment": {"strategy": "all-at-once", "step_percent": 10}},
        "deployment.step_percent: cannot go with all-at-once, which has one step; fix: write strategy: canary",
    ),
    "rolling with an old fleet": (
        {**ONE, "deployment": {"strategy": "rolling", "step_percent": 10, "termination_wait_seconds": 60}},
        "deployment.termination_wait_seconds: cannot go with rolling, which leaves no old fleet; "
        "fix: remove it, or write strategy: canary",
    ),
    "a canary that goes back in batches": (
        {**ONE, "deployment": {"strategy": "canary", "step_percent": 10, "rollback_step_percent": 50}},
        "deployment.rollback_step_percent: cannot go with canary, which goes back at once; "
        "fix: remove it, or write strategy: rolling",
    ),
    "no time but for waiting": (
        {**ONE, "deployment": {"strategy": "all-at-once", "wait_seconds": 900, "timeout_seconds": 900}},
        "deployment.timeout_seconds: is used up by waiting alone; fix: write more than 900",
    ),
    "rolling for two variants": (
        {
            **ONE,
            "variants": [{**INF2, "name": "a"}, {**INF2, "name": "b"}],
            "deployment": {"strategy": "rolling", "step_percent": 10},
        },
        "deployment: cannot be rolling for several variants; fix: write strategy: canary, step_percent: 10",
    ),
    "rolling for serverless": (
        {**LESS, "deployment": {"strategy": "rolling", "step_percent": 10}},
        "deployment: cannot be rolling for serverless; fix: write strategy: all-at-once",
    ),
    "a canary for components": (
        {**PARTS, "deployment": {"strategy": "canary", "step_percent": 10}},
        "deployment: cannot be canary for inference_components; fix: write strategy: rolling, step_percent: 50",
    ),
    "slowness without a number": (
        {**ONE, "deployment": {"strategy": "all-at-once", "rollback_on": ["latency"]}},
        "deployment: is undone by latency, and nothing says how slow is too slow; "
        "fix: add alarms: {latency: {milliseconds: 2000}}",
    ),
    "too many alarms": (
        {**ONE, "deployment": {"strategy": "all-at-once", "rollback_alarm_names": [f"a{n}" for n in range(10)]}},
        "deployment: is undone by 11 alarms, and SageMaker takes 10; fix: shorten rollback_on",
    ),
    "alarms that never go off": (
        {**ONE, "alarms": {"topic_arns": ["arn:aws:sns:us-east-2:111122223333:oncall"]}},
        "alarms: says of no alarm when it goes off; fix: add errors: {count: 5}, or remove alarms",
    ),
    # ---- role, name, schedule
    "a role without a name": (
        {**ONE, "execution_role_arn": "arn:aws:iam::111122223333:role/chat"},
        "execution_role_arn: needs physical_name beside it; fix: add physical_name: example-chat",
    ),
    "policies for a role of somebody else": (
        {
            **ONE,
            "execution_role_arn": "arn:aws:iam::111122223333:role/chat",
            "physical_name": "chat",
            "policy_arns": {"more": "arn:aws:iam::111122223333:policy/more"},
        },
        "policy_arns: is for the role that is made here; fix: give it to the role, or remove execution_role_arn",
    ),
    "a name with an end": (
        {**ONE, "physical_name": "chat-"},
        "physical_name: an endpoint's name has up to 63 letters, digits and inner hyphens; "
        "fix: write it like example-chat",
    ),
    "no time to run": (
        {**ONE, "schedule": {"start": "0 8 * * *", "stop": "0 8 * * *", "time_zone": "UTC"}},
        "schedule: 'start' and 'stop' come at the same time; fix: choose another stop",
    ),
    "an unknown word": (
        {**ONE, "endpoint_config_name": "chat"},
        "endpoint_config_name: Extra inputs are not permitted",
    ),
}


@pytest.mark.parametrize("case", REFUSED)
def test_what_is_impossible_is_refused_at_the_door(case: str) -> None:
    given, said = REFUSED[case]
    assert complaints(SagemakerEndpointArgs, given) == [said]


@pytest.mark.parametrize(
    "given",
    [
        ONE,
        QUEUE,
        PARTS,
        LESS,
        environment("EOS_TOKEN", "</s>"),
        environment("MAX_NEW_TOKENS", "256"),
        environment("TOKENIZER", "mistral"),
        environment("HF_TOKEN_SECRET_ARN", SECRET),
        environment("API_KEY", SECRET),
        {**QUEUE, "variants": [{**INF2, "min": 0, "max": 4}]},
        {**PARTS, "variants": [{**INF2, "min": 0, "max": 4}]},
        {**LESS, "deployment": {"strategy": "all-at-once"}},
        {**variant(count=2), "deployment": {"strategy": "canary", "step_instances": 1}},
        variant(inference_ami="al2023-ami-sagemaker-inference-gpu-9-9"),  # a newer one than the catalogue knows
        variant(instance_type="ml.trn9.48xlarge"),
        steps({"change": 1}),
        steps({"above": -10, "below": 0, "change": -1}, {"below": -10, "change": -2}, comparison="<"),
    ],
    ids=str,
)
def test_what_is_possible_is_taken(given: dict[str, Any]) -> None:
    assert complaints(SagemakerEndpointArgs, given) == []


def test_values_that_are_only_known_later_are_not_asked_for() -> None:
    later: Any = Later("net.id", lambda built: None, "value")
    several: Any = Later("net.ids", lambda built: None, "list")
    machines = dict.fromkeys(
        "instance_type weight startup_timeout_seconds download_timeout_seconds volume_gib inference_ami "
        "reservation_arn core_dump_uri core_dump_kms_key_arn".split(),
        later,
    )
    given = {
        "models": {
            "a": {"image": later, "data": later, "environment": {"X": later}, "secrets": {"HF_TOKEN": later}},
            "b": {"image": later, "data": later, "archive": True, "additional_data": {"draft": later}},
        },
        "variants": [{**machines, "model": "a", "max": 4, "scaling": {"invocations": later}}],
        "shadow": {**machines, "model": "b"},
        "async_inference": {"output_uri": later, "failure_uri": later, "input_uris": [later], "kms_key_arn": later},
        "data_capture": {"uri": later, "percent": later, "kms_key_arn": later},
        "vpc": {"subnet_ids": several, "security_group_ids": [later]},
        "alarms": {"latency": {"milliseconds": later}, "topic_arns": [later]},
        "physical_name": later,
        "execution_role_arn": later,
        "invoker_roles": {"web": later},
    }
    # said once more, so that the test above cannot pass because everything is later
    assert complaints(SagemakerEndpointArgs, given) == [
        "variants: cannot scale by invocations, which an async endpoint does not tell; fix: use backlog or metric"
    ]


def test_names_that_would_be_too_long_in_the_cloud() -> None:
    made = component("aws.sagemaker_endpoint")
    assert made is SagemakerEndpoint
    assert made.too_long("x" * 44, {}) == ""
    assert made.too_long("x" * 45, {}) == (
        "is too long for its model main, whose name in the cloud has at most 63 characters; "
        "fix: use at most 44 characters, or a shorter name for it"
    )
    assert made.too_long("x" * 47, {}) == (
        "is too long for its endpoint, whose name in the cloud has at most 63 characters; "
        "fix: use at most 46 characters"
    )
    parts: dict[str, Any] = {"inference_components": {"a-long-name-for-it": {}}}
    assert made.too_long("x" * 28, parts) == ""
    assert made.too_long("x" * 29, parts) == (
        "is too long for its inference component a-long-name-for-it, whose name in the cloud has at most 63 "
        "characters; fix: use at most 28 characters, or a shorter name for it"
    )

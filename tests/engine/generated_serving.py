"""Steps of AWS for generated stack files that run models: groups of machines, endpoints, and a budget for them."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from .generated_draft import Draft, keywords

_MACHINES: list[dict[str, Any]] = [
    {"instance_type": "p5en.48xlarge", "min": 1, "max": 4},
    {"instance_type": "trn1.32xlarge", "max": 2, "desired": 1, "efa": True},
    {
        "instance_type": "g6e.12xlarge",
        "further_instance_types": ["g6e.24xlarge", "g5.12xlarge"],
        "min": 1,
        "max": 8,
        "purchase": "spot",
        "spot": {"on_demand_base": 1, "max_price_usd": 6.5, "interruptions": {"log": True}},
    },
    {
        "instance_type": "trn2.48xlarge",
        "min": 1,
        "max": 2,
        "purchase": "reservation",
        "reservation": {"ids": ["cr-0a1b2c3d4e5f60718"]},
    },
    {
        "instance_type": "p5.48xlarge",
        "max": 2,
        "purchase": "capacity-block",
        "capacity_block": {
            "id": "cr-0a1b2c3d4e5f60718",
            "starts_at": "2026-12-01T11:30:00Z",
            "ends_at": "2026-12-08T11:30:00Z",
        },
    },
]
_SCHEDULE = {"start": "0 8 * * 1-5", "stop": "0 19 * * 1-5", "time_zone": "Europe/Berlin", "hours_per_week": 55}
_of_clusters = st.fixed_dictionaries(
    {},
    optional={
        "root_volume": st.just({"size_gib": 500}),
        "bootstrap": st.just("echo {{ net.vpc_id }} {{ stack }}"),
        "key_name": st.just("{{ config('days') }}"),
        "kms_key_arns": st.just(["{{ secret('key') }}"]),
        "metadata_hop_limit": st.just(1),
        "update_nodes": st.booleans(),
        "session_manager": st.booleans(),
        "group_metrics": st.booleans(),
        "log_retention_days": st.just("{{ retention }}"),
        "suspended_processes": st.just(["AZRebalance"]),
        "max_lifetime_days": st.just(30),
        "scale_in_protection": st.booleans(),
    },
)


def cluster(draw: st.DrawFn, draft: Draft, existing: bool) -> None:
    """Machines in an auto scaling group: each way to buy them, stopped at night, behind a load balancer."""
    arguments = dict(draw(st.sampled_from(_MACHINES))) | {
        "subnet_ids": ["{{ net.private_subnet_ids[0] }}"],
        "security_group_ids": ["sg-0a1b2c3d4e5f60718"],
    }
    named = [step["name"] for step in draft.steps]
    if "data" in named:
        arguments["mounts"] = [{"file_system": "{{ data.mount }}", "path": "/fsx"}]
    if "checkpoints" in named:
        arguments["checkpoints"] = "{{ checkpoints.uri }}/run"
    keys = keywords(draw, ["template", "group", "log-group"], "machines")
    if "purchase" not in arguments and draw(st.booleans()):
        keys["schedule"] = _SCHEDULE
    arguments |= draw(_of_clusters)
    draft.step("cluster", "aws.accelerator_cluster", arguments, register="cluster", **keys)
    draft.outputs |= {"group": "{{ cluster.group_name }}", "accelerators": "{{ cluster.accelerators }}"}
    if draw(st.booleans()):
        balancer: dict[str, Any] = {"port": 8000, "vpc_id": "{{ net.vpc_id }}"}
        balancer["clients"] = {"inside": {"cidr": "{{ net.cidr }}"}}
        if draw(st.booleans()):
            balancer |= {"type": "network", "protocol": "TCP"}
        else:
            balancer |= {"health_check": {"path": "/health", "codes": "200-299"}, "requests_per_minute_each": 60}
            balancer["subnet_ids"] = ["subnet-0a1b2c3d4e5f60711", "subnet-0a1b2c3d4e5f60712"]
        serving = {
            "instance_type": draw(st.sampled_from(["inf2.24xlarge", "g6.12xlarge"])),
            "min": 1,
            "max": 3,
            "subnet_ids": ["{{ net.private_subnet_ids[0] }}"],
            "security_group_ids": ["sg-0a1b2c3d4e5f60718"],
            "load_balancer": balancer,
        }
        draft.step("serving", "aws.accelerator_cluster", serving, register="serving")
        draft.outputs["url"] = "{{ serving.url }}"


_IMAGE = "111122223333.dkr.ecr.us-east-2.amazonaws.com/chat:7"
_VARIANTS: list[dict[str, Any]] = [
    {"instance_type": "ml.inf2.24xlarge", "min": 1, "max": 3, "scaling": {"concurrent_requests": 4}},
    {"instance_type": "ml.g6.2xlarge", "count": 2, "startup_timeout_seconds": 900, "volume_gib": 100},
    {"instance_type": "ml.g6e.12xlarge", "count": 1, "routing": "LEAST_OUTSTANDING_REQUESTS"},
    {"serverless": {"memory_mb": 4096, "max_concurrency": 20}},
]


def endpoint(draw: st.DrawFn, draft: Draft, existing: bool) -> None:
    """An endpoint: machines or serverless, shadows, deployments with alarms, answers by S3."""
    named = [step["name"] for step in draft.steps]
    weights = "{{ checkpoints.uri }}/chat/" if "checkpoints" in named else "s3://weights-{{ net.vpc_id }}/chat/"
    variant = draw(st.sampled_from(_VARIANTS))
    model: dict[str, Any] = {"image": _IMAGE, "data": weights, "environment": {"STAGE": "{{ stack }}"}}
    arguments: dict[str, Any] = {"model": model, "variants": [variant]}
    if "serverless" in variant:
        model["data"] = "s3://weights/chat.tar.gz"
    else:
        if draw(st.booleans()):
            arguments["deployment"] = draw(
                st.sampled_from(
                    [
                        {"strategy": "canary", "step_percent": 20, "rollback_on": ["errors"]},
                        {"strategy": "linear", "step_percent": 25, "wait_seconds": 600},
                        {"strategy": "rolling", "step_percent": 50},
                    ]
                )
            )
        if draw(st.booleans()):
            arguments["data_capture"] = {"uri": "s3://captures/{{ stack }}/", "percent": 5}
        if draw(st.booleans()):
            groups = ["sg-0a1b2c3d4e5f60718"]
            arguments["vpc"] = {"subnet_ids": "{{ net.private_subnet_ids }}", "security_group_ids": groups}
        if draw(st.booleans()):
            model["secrets"] = {"TOKEN": "arn:aws:secretsmanager:us-east-2:111122223333:secret:token-AbCdEf"}
    if draw(st.booleans()):
        arguments["alarms"] = {"errors": {"count": 3}, "latency": {"milliseconds": 900}}
    if draw(st.booleans()):
        arguments["invoker_roles"] = {"web": "example-web"}
    keys = keywords(draw, ["config", "endpoint", "log-group"], "bot")
    if "scaling" in variant and draw(st.booleans()):
        keys["schedule"] = _SCHEDULE
    draft.step("chat", "aws.sagemaker_endpoint", arguments, register="chat", **keys)
    draft.outputs |= {"invoke": "{{ chat.invoke_url }}", "alarms": "{{ chat.alarm_names }}"}


def budget(draw: st.DrawFn, draft: Draft, existing: bool) -> None:
    arguments: dict[str, Any] = {"amount": "{{ retention * 1000 }}", "emails": ["ml-costs@example.com"]}
    if draw(st.booleans()):
        arguments["filter_tags"] = {"service": ["llm"]}
    if draw(st.booleans()):
        arguments["thresholds"] = [{"percent": 90}, {"amount": 500, "basis": "forecasted"}]
    if draw(st.booleans()):
        arguments["anomaly"] = {"tag": {"service": ["llm"]}, "impact_usd": 100}
    draft.step("budget", "aws.budget", arguments, register="budget", **keywords(draw, ["budget"], "limit"))
    draft.outputs["budget"] = "{{ budget.arn }}"


PARTS = [cluster, endpoint, budget]

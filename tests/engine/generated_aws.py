"""Steps of AWS for generated stack files: each adds to a draft whose first step is `net`."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from .generated_draft import EXISTING_SUBNET, EXISTING_VPC, OTHER_STACK, Draft, keywords


def network(draw: st.DrawFn, draft: Draft) -> bool:
    """The step `net`, made or existing."""
    if draw(st.integers(0, 3)) == 0:
        subnet = {"id": EXISTING_SUBNET, "availability_zone_id": "use2-az3", "cidr": "10.20.0.0/20", "route": "nat"}
        known = {"vpc_id": EXISTING_VPC, "cidr": "10.20.0.0/16", "subnets": [subnet]}
        draft.step("net", "aws.existing_network", known, register="net")
        return True
    zones = draw(st.sampled_from([["use2-az3"], ["use2-az3", "use2-az1"]]))
    arguments: dict[str, Any] = {"cidr": "10.20.0.0/16", "availability_zone_ids": zones}
    if draw(st.booleans()):
        arguments["nat"] = draw(st.sampled_from(["none", "single", "per-zone"]))
    if draw(st.booleans()):
        arguments["interface_endpoints"] = ["ssm"]
    if draw(st.booleans()):
        arguments["flow_logs"] = {"enabled": False}
    if draw(st.booleans()):
        arguments["s3_endpoint"] = False
    draft.step("net", "aws.network", arguments, register="net", **keywords(draw, ["vpc"], "old-net"))
    return False


_rule = {
    "prefix": "a/",
    "expire_after_days": 400,
    "transitions": [{"after_days": 30, "storage_class": "STANDARD_IA"}, {"after_days": 90, "storage_class": "GLACIER"}],
}
_of_buckets = st.fixed_dictionaries(
    {},
    optional={
        "versioning": st.just(True),
        "noncurrent_versions": st.integers(1, 100),
        "abort_uploads_after_days": st.just("{{ retention }}"),
        "lifecycle": st.sampled_from([{"old": _rule}, {"old": _rule, "large": {"larger_than_bytes": 1, **_rule}}]),
        "force_destroy": st.booleans(),
        "writer_arns": st.just(["{{ secret('reader') }}", "arn:aws:iam::111122223333:role/{{ net.vpc_id | lower }}"]),
    },
)


def buckets(draw: st.DrawFn, draft: Draft, existing: bool) -> None:
    """A loop over a list or a mapping, perhaps with `when`, `as` and another provider."""
    as_mapping, renamed = draw(st.booleans()), draw(st.booleans())
    word = "one" if renamed else "item"
    value = f"{word}.value" if as_mapping else word
    keys: dict[str, Any] = {
        "loop": {"raw": 7, "clean": 30} if as_mapping else [7, 30],
        "register": "buckets",
        **({"as": "one"} if renamed else {}),
        **keywords(draw, ["bucket", "lifecycle"], f"old-{{{{ {value} }}}}"),
    }
    if draw(st.booleans()):
        keys["when"] = draw(st.sampled_from([f"{value} > 10", [f"{value} > 10", "stack == 'generated'"]]))
    if draw(st.booleans()):
        keys["provider"] = draw(st.sampled_from(["west", "role", "aws"]))
    arguments: dict[str, Any] = {"noncurrent_days": f"{{{{ {value} }}}}", **draw(_of_buckets)}
    if draw(st.booleans()):
        arguments["kms_key_arn"] = "{{ secret('key') }}"
    draft.step(f"bucket-{{{{ {value} }}}}", "aws.storage_bucket", arguments, **keys)
    last = "buckets['clean']" if as_mapping else "buckets[-1]"
    draft.outputs |= {
        "clean": f"{{{{ {last}.uri }}}}",
        "both": f"{{{{ {last}.arn }}}} and {{{{ {last}.domain_name | upper }}}} of {{{{ net.vpc_id }}}}",
        "whole": f"{{{{ {{'uri': {last}.uri, 'list': [{last}.arn, net.vpc_id]}} | to_json }}}}",
    }


def checkpoints(draw: st.DrawFn, draft: Draft, existing: bool) -> None:
    """Secrets, another stack's output, config, computed texts."""
    readers = draw(
        st.lists(
            st.sampled_from(
                [
                    "{{ secret('reader') }}",
                    f"{{{{ stack_output('{OTHER_STACK}', 'writer') }}}}",
                    "arn:aws:iam::111122223333:role/{{ net.vpc_id }}",
                    "arn:aws:iam::111122223333:role/plain",
                ]
            ),
            unique=True,
        )
    )
    arguments: dict[str, Any] = {"reader_arns": readers} if readers else {}
    if draw(st.booleans()):
        arguments["noncurrent_days"] = "{{ config('days') | int }}"
    if draw(st.booleans()):
        arguments["physical_name"] = "checkpoints-{{ stack }}-111122223333"
    keys = keywords(draw, ["bucket", "policy"], "ckpt")
    if draw(st.booleans()):
        keys.setdefault("options", {})["depends_on"] = ["net"]
    draft.step("checkpoints", "aws.storage_bucket", arguments, register="checkpoints", **keys)
    draft.outputs |= {"uri": "{{ checkpoints.uri }}", "text": "{{ checkpoints.arn }} in {{ net.vpc_id | upper }}"}
    if draw(st.booleans()):
        draft.outputs["hidden"] = {"key": "{{ secret('key') }}", "joined": "{{ secret('key') }}-{{ net.vpc_id }}"}


def fabric(draw: st.DrawFn, draft: Draft, existing: bool) -> None:
    vpc = draw(st.sampled_from(["{{ net.vpc_id }}", f"{{{{ stack_output('{OTHER_STACK}', 'vpc') }}}}"]))
    arguments: dict[str, Any] = {"vpc_id": vpc, "placement_group": draw(st.booleans())}
    arguments["egress"] = draw(st.sampled_from(["none", "https", "all"]))
    if arguments["egress"] == "https":
        arguments["https_to"] = {"inside": {"cidr": "{{ net.cidr }}"}, "s3": {"prefix_list_id": "pl-0a1b2c3d"}}
    if draw(st.booleans()):
        arguments["peers"] = {
            "other": {"security_group_id": "sg-0a1b2c3d4e5f60719", "both_groups": draw(st.booleans())}
        }
    if draw(st.booleans()):
        arguments["access"] = {"ssh": {"cidr": "{{ cidr_subnet('10.20.0.0/16', 8, index_of) }}", "port": 22}}
        arguments["access"]["nfs"] = {"security_group_id": "sg-0a1b2c3d4e5f60719", "port": 2049, "protocol": "udp"}
    if draw(st.booleans()):
        arguments["physical_name"] = "fabric-{{ stack }}"
    draft.step(
        "fabric",
        "aws.efa_placement_group",
        arguments,
        register="fabric",
        vars={"index_of": 3},
        **keywords(draw, ["security-group"], "efa"),
    )
    draft.outputs["group"] = "{{ fabric.security_group_id }}"


_of_persistent = st.fixed_dictionaries(
    {},
    optional={
        "compression": st.just("LZ4"),
        "metadata": st.sampled_from([{"mode": "AUTOMATIC"}, {"mode": "USER_PROVISIONED", "iops": 1500}]),
        "root_squash": st.just({"uid_gid": "1000:1000", "exempt_nids": ["10.20.0.5@tcp"]}),
        "weekly_maintenance_start": st.just("1:05:00"),
        "backups": st.just({"retention_days": "{{ retention }}", "daily_start": "03:00", "copy_tags": True}),
        "final_backup": st.booleans(),
        "kms_key_id": st.just("{{ secret('key') }}"),
        "logs": st.just({"level": "WARN_ERROR", "retention_days": "{{ retention }}"}),
    },
)


def data(draw: st.DrawFn, draft: Draft, existing: bool) -> None:
    """A file system; without vpc_id the component looks the subnet up."""
    arguments: dict[str, Any] = {
        "subnet_id": "{{ net.private_subnet_ids[0] }}",
        "storage_capacity_gib": "{{ 1200 * size }}",
        "deployment_type": draw(st.sampled_from(["SCRATCH_2", "PERSISTENT_2"])),
    }
    if arguments["deployment_type"] == "PERSISTENT_2":
        arguments["throughput_mbps_per_tib"] = 125
        arguments |= draw(_of_persistent)
        if "backups" not in arguments:  # it cannot have both
            uri = "s3://data-{{ net.vpc_id }}/x"
            link = {"path": "/a", "uri": uri, "import_events": ["NEW"], "chunk_size_mib": 1024}
            arguments["data_repository_associations"] = [link]
    if draw(st.booleans()):
        arguments["vpc_id"] = "{{ net.vpc_id }}"
    if any(step["name"] == "fabric" for step in draft.steps):
        arguments["client_security_group_ids"] = ["{{ fabric.security_group_id }}"]
    keys = keywords(draw, ["file-system", "security-group"], "scratch")
    draft.step("data", "aws.fsx_lustre", arguments, register="data", vars={"size": draw(st.integers(1, 3))}, **keys)
    draft.outputs |= {"mount": "{{ data.mount_command }}", "speed": "{{ data.throughput_mb_per_s }}"}


_of_training = st.fixed_dictionaries(
    {},
    optional={
        "root_volume": st.just({"size_gib": 1000, "iops": 4000, "throughput_mbps": 250}),
        "bootstrap": st.sampled_from(["echo $RANK", "echo {{ net.vpc_id }} {{ stack }}"]),
        "kms_key_arns": st.just(["{{ secret('key') }}"]),
        "policy_arns": st.just({"more": "arn:aws:iam::aws:policy/ReadOnlyAccess"}),
        "session_manager": st.booleans(),
        "metadata_hop_limit": st.just(1),
        "detailed_monitoring": st.booleans(),
        "log_retention_days": st.just("{{ retention }}"),
        "logical_neuron_cores": st.sampled_from([1, 2]),
        "image": st.sampled_from(["ami-0a1b2c3d4e5f60718", f"{{{{ stack_output('{OTHER_STACK}', 'image') }}}}"]),
        "update_nodes": st.booleans(),
    },
)


def training(draw: st.DrawFn, draft: Draft, existing: bool) -> None:
    block = {"id": "cr-0a1b2c3d4e5f60718", "starts_at": "2026-12-01T11:30:00Z", "ends_at": "2026-12-02T11:30:00Z"}
    other = block | {"id": "cr-0a1b2c3d4e5f60719", "name": "other", "launch": False}
    blocks = [block | {"launch": draw(st.booleans())}, *([other] if draw(st.booleans()) else [])]
    draft.top["vars"] = draft.top["vars"] | {"blocks": blocks}
    named = [step["name"] for step in draft.steps]
    groups = "{{ fabric.security_group_id }}" if "fabric" in named else "sg-0a1b2c3d4e5f60718"
    arguments: dict[str, Any] = {
        "subnet_id": "{{ net.private_subnet_ids[0] }}",
        "security_group_ids": [groups],
        "ultraservers": "{{ blocks }}",
    }
    if "data" in named:
        arguments["mounts"] = [{"file_system": "{{ data.mount }}", "path": "/fsx"}]
    if "checkpoints" in named:
        arguments["data_buckets"] = [{"arn": "{{ checkpoints.arn }}", "access": "read-write"}]
    arguments |= draw(_of_training)
    keys = keywords(draw, ["template", "*-node-*", "log-group"], "trainers")
    draft.step("training", "aws.trn2_ultraserver_cluster", arguments, register="training", **keys)
    draft.outputs |= {"chips": "{{ training.chips }}", "ranks": "{{ training.rank_table }}"}
    draft.outputs["commands"] = "{{ training.ssm_commands | join(';') }}"


PARTS = [fabric, data, checkpoints, buckets, training]

"""Steps of Google Cloud for generated stack files: a network, slices in it, buckets, budgets."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from .generated_draft import Draft, keywords

TARGET = {"project": "example-ml", "region": "us-east5", "zone": "us-east5-b"}
EXISTING = "projects/example-ml/regions/us-east5/subnetworks/tpu"


def network(draw: st.DrawFn, draft: Draft) -> None:
    """The step `vpc`, made or existing."""
    if draw(st.integers(0, 3)) == 0:
        known = {"id": EXISTING, "cidr": "10.60.0.0/20", "private_google_access": True, "nat": True}
        arguments = {"network_id": "projects/example-ml/global/networks/research", "subnetworks": {"tpu": known}}
        draft.step("vpc", "gcp.existing_network", arguments, register="vpc")
        return
    subnetworks: dict[str, Any] = {"us-east5": {"cidr": "10.60.0.0/20"}}
    if draw(st.booleans()):
        subnetworks["pods"] = {
            "cidr": "10.61.0.0/20",
            "region": "us-central1",
            "secondary_ranges": {"pods": "10.62.0.0/16"},
        }
    arguments = {"subnetworks": subnetworks}
    if draw(st.booleans()):
        arguments["nat"] = "none"
    elif draw(st.booleans()):
        arguments["nat_addresses"] = 1
    if draw(st.booleans()):
        arguments["peer_cidrs"] = ["192.168.0.0/16"]
    if draw(st.booleans()):
        arguments["iap_ssh"] = False
    if draw(st.booleans()):
        arguments["private_services"] = {}
    draft.step("vpc", "gcp.network", arguments, register="vpc", **keywords(draw, ["network"], "old-vpc"))


_SLICES: list[dict[str, Any]] = [
    {"generation": "v6e", "topology": "2x4", "purchase": "spot"},
    {"generation": "v6e", "topology": "4x4", "slices": 2},
    {"generation": "v6e", "topology": "4x8", "purchase": "spot", "incarnation": 2},
    {"accelerator_type": "v5litepod-4", "zone": "us-west4-a"},
    {"generation": "v5p", "topology": "2x2x2", "zone": "us-east5-a"},
    {"generation": "v6e", "topology": "4x4", "purchase": "flex-start", "max_run_duration": "12h"},
    {
        "generation": "v6e",
        "topology": "4x4",
        "purchase": "reservation",
        "reservation": {"name": "december"},
    },
]
_of_slices = st.fixed_dictionaries(
    {},
    optional={
        "startup_script": st.just("echo {{ vpc.network_name }} {{ stack }}"),
        "network_tags": st.just(["tpu-worker"]),
        "external_ips": st.booleans(),
        "labels": st.just({"team": "a"}),
        "project_roles": st.just({"images": "roles/artifactregistry.reader"}),
        "secure_boot": st.booleans(),
    },
)


def slices(draw: st.DrawFn, draft: Draft) -> None:
    arguments = dict(draw(st.sampled_from(_SLICES))) | draw(_of_slices)
    if "zone" not in arguments:
        arguments["subnetwork"] = "{{ vpc.subnetwork_ids[0] }}"
    if any(step["name"] == "shards" for step in draft.steps):
        arguments["data_buckets"] = {"shards": {"bucket": "{{ shards.bucket_name }}", "access": "read-write"}}
    keys = keywords(draw, ["slice-*"], "chips")
    draft.step("slice", "gcp.tpu_slice", arguments, register="slice", **keys)
    draft.outputs |= {"why": "{{ slice.reason }}", "workers": "{{ slice.worker_hosts }}"}
    if draw(st.booleans()):
        pool = {"generation": "v6e", "topology": "4x4", "gke": {"cluster": "training", "location": "us-east5"}}
        draft.step("pool", "gcp.tpu_slice", pool, register="pool", when="retention > 3")


_of_shards = st.fixed_dictionaries(
    {},
    optional={
        "location": st.sampled_from(["us-east5", "US", "NAM4"]),
        "storage_class": st.just("NEARLINE"),
        "hierarchical_namespace": st.booleans(),
        "soft_delete_days": st.just("{{ retention + 10 }}"),
        "retention_days": st.integers(1, 30),
        "force_destroy": st.booleans(),
        "lifecycle": st.just({"old": {"prefix": "a/", "expire_after_days": 400}}),
        "readers": st.just({"team": "group:{{ stack }}@example.com"}),
        "writers": st.just({"job": "serviceAccount:{{ secret('key') | length }}@example-ml.iam.gserviceaccount.com"}),
    },
)


def shards(draw: st.DrawFn, draft: Draft) -> None:
    arguments = dict(draw(_of_shards))
    keys = keywords(draw, ["bucket"], "parts")
    draft.step("shards", "gcp.storage_bucket", arguments, register="shards", **keys)
    draft.outputs["shards"] = "{{ shards.uri }} of {{ vpc.network_name | upper }}"


def budget(draw: st.DrawFn, draft: Draft) -> None:
    arguments: dict[str, Any] = {"billing_account": "012345-6789AB-CDEF01", "amount": "{{ retention * 100 }}"}
    if draw(st.booleans()):
        arguments["emails"] = ["ml-costs@example.com", "cto@example.com"]
    if draw(st.booleans()):
        arguments["thresholds"] = [{"percent": 90}, {"percent": 100, "basis": "forecasted"}]
    if draw(st.booleans()):
        arguments["filter_labels"] = {"service": "llm"}
    draft.step("cap", "gcp.budget", arguments, register="cap", **keywords(draw, ["budget"], "old-cap"))
    draft.outputs["cap"] = "{{ cap.budget_name }}"


PARTS = [shards, slices, budget]

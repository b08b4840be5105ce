"""Google alone: default and explicit providers, regions and zones, nested blocks, labels, secrets, look-ups."""

from __future__ import annotations

import pulumi
import pulumi_gcp as gcp
from pulumi import Output, ResourceOptions

config = pulumi.Config()
token = config.require_secret("token")
base = pulumi.StackReference("organization/foreign/base")

network = gcp.compute.Network("research", auto_create_subnetworks=False, mtu=8896)
elsewhere = gcp.Provider(
    "elsewhere",
    project="example-other",
    region="us-central1",
    zone="us-central1-b",
    default_labels={"owner": "platform"},
    opts=ResourceOptions(protect=True),
)
subnetworks = {
    region: gcp.compute.Subnetwork(
        f"subnetwork-{region}",
        network=network.id,
        region=region,
        ip_cidr_range=f"10.{i}.0.0/20",
        private_ip_google_access=True,
        secondary_ip_ranges=[
            gcp.compute.SubnetworkSecondaryIpRangeArgs(range_name="pods", ip_cidr_range=f"10.{100 + i}.0.0/16"),
            {"range_name": "services", "ip_cidr_range": f"10.{200 + i}.0.0/20"},
        ],
        log_config={"aggregation_interval": "INTERVAL_5_SEC", "flow_sampling": 0.5},
    )
    for i, region in enumerate(("us-east5", "us-central1"))
}
gcp.compute.Firewall(
    "internal",
    network=network.name,
    source_ranges=[one.ip_cidr_range for one in subnetworks.values()],
    allows=[{"protocol": "tcp", "ports": ["22", "8470-8479"]}, gcp.compute.FirewallAllowArgs(protocol="icmp")],
)
account = gcp.serviceaccount.Account("workers", account_id="workers")
gcp.projects.IAMMember("logs", project="example-ml", role="roles/logging.logWriter", member=account.member)
bucket = gcp.storage.Bucket(
    "shards",
    location="us-east5",
    labels={"service": "llm", "token": token.apply(lambda text: text[:3])},
    lifecycle_rules=[
        {"action": {"type": "Delete"}, "condition": {"age": 30, "with_state": "ARCHIVED"}},
    ],
    uniform_bucket_level_access=True,
    opts=ResourceOptions(ignore_changes=["labels.token"], provider=elsewhere),
)
template = gcp.compute.InstanceTemplate(
    "worker",
    machine_type="ct6e-standard-4t",
    disks=[{"boot": True, "source_image": "projects/debian-cloud/global/images/family/debian-12", "disk_size_gb": 100}],
    network_interfaces=[{"subnetwork": subnetworks["us-east5"].id, "access_configs": [{}]}],
    metadata={"startup-script": Output.concat("echo ", bucket.url, " ", base.require_output("vpc"))},
    service_account={"email": account.email, "scopes": ["cloud-platform"]},
    labels={"service": "llm"},
    opts=ResourceOptions(delete_before_replace=True),
)
group = gcp.compute.InstanceGroupManager(
    "slice",
    base_instance_name="slice",
    zone="us-east5-b",
    target_size=4,
    versions=[{"instance_template": template.self_link_unique}],
    opts=ResourceOptions(aliases=[pulumi.Alias(name="old-slice")]),
)
vm = gcp.tpu.V2Vm(
    "notebook",
    zone="us-east5-b",
    runtime_version="v2-alpha-tpuv6e",
    accelerator_type="v6e-8",
    network_config={"network": network.id, "enable_external_ips": False},
    service_account={"email": account.email},
    labels={"service": "notebooks"},
    opts=ResourceOptions(custom_timeouts=pulumi.CustomTimeouts(create="2h")),
)
pool = gcp.container.NodePool(
    "pool",
    cluster="training",
    location="us-east5",
    node_count=4,
    node_config={"machine_type": "ct6e-standard-4t", "spot": True, "labels": {"pool": "tpu"}, "preemptible": None},
    placement_policy={"type": "COMPACT", "tpu_topology": "4x4"},
)
gcp.billing.Budget(
    "budget",
    billing_account="012345-6789AB-CDEF01",
    amount={"specified_amount": {"currency_code": "USD", "units": "1000"}},
    threshold_rules=[{"threshold_percent": 0.5}, {"threshold_percent": 1.0, "spend_basis": "FORECASTED_SPEND"}],
)
existing = gcp.compute.Network.get("existing", "projects/example-ml/global/networks/existing")
image = gcp.compute.get_image_output(family="debian-12", project="debian-cloud")
gcp.compute.Disk("data", zone="us-east5-b", size=100, image=image.self_link)

pulumi.export("endpoint", vm.network_endpoints[0].ip_address)
pulumi.export("template", template.self_link)
pulumi.export("bucket", bucket.url)
pulumi.export("secret", token)
pulumi.export("existing", existing.self_link)
pulumi.export("pool", pool.instance_group_urls)

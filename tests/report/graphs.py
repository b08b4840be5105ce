"""Graphs made by hand, so that a report can be judged without a program: a small stack and one with 60 resources."""

from __future__ import annotations

from typing import Any

from ultrastack.model.graph import SECRET, UNKNOWN, Graph, Message, Options, Resource
from ultrastack.model.place import Place
from ultrastack.model.step import Step

STACK = "urn:pulumi:dev::example::pulumi:pulumi:Stack::example-dev"
TAGS = {"cost-center": "ml-research", "environment": "dev", "owner": "platform"}


def urn(type: str, name: str, parent: str = "") -> str:
    return f"urn:pulumi:dev::example::{parent + '$' if parent else ''}{type}::{name}"


class Maker:
    """Registers resources the way an engine would hear them."""

    def __init__(self) -> None:
        self.resources = [Resource(STACK, "pulumi:pulumi:Stack", "example-dev", "stack")]
        self.steps: list[Step] = []
        self.provider = self.add("pulumi:providers:aws", "aws", "provider", inputs={"region": "us-east-2"}).urn

    def add(self, type: str, name: str, kind: Any, **given: Any) -> Resource:
        parent = given.pop("parent", STACK)
        above = "" if parent == STACK else parent.split("::")[2]
        made = Resource(urn(type, name, above), type, name, kind, parent=parent, **given)
        self.resources.append(made)
        return made

    def step(self, name: str, component: str, token: str, line: int, tags: dict[str, str] | None = None) -> Resource:
        self.steps.append(Step(name, component, Place("stacks/common.yaml", line, 5, len(component))))
        inputs = {"tags": TAGS | {"component": component.replace(".", "-").replace("_", "-")} | (tags or {})}
        return self.add(token, name, "component", step=name, inputs=inputs)

    def child(
        self, of: Resource, role: str, type: str, needs: dict[str, Resource] | None = None, **given: Any
    ) -> Resource:
        """`needs`: path of an input that is unknown -> the resource it comes from."""
        needs = needs or {}
        inputs = {"tags": TAGS} | given.pop("inputs", {})
        inputs |= {path: UNKNOWN for path in needs if "[" not in path and "." not in path}
        references = {path: (r.urn,) for path, r in needs.items()}
        return self.add(
            type, f"{of.name}-{role}", "custom", parent=of.urn, step=of.step, provider=self.provider + "::x",
            inputs=inputs, references=references, **given,
        )  # fmt: skip

    def graph(self, **given: Any) -> Graph:
        return Graph("example", "dev", resources=tuple(self.resources), steps=tuple(self.steps), **given)


def network(make: Maker, zones: tuple[str, ...]) -> tuple[Resource, list[Resource]]:
    net = make.step("net", "aws.network", "ultrastack:aws:Network", 22)
    vpc = make.child(net, "vpc", "aws:ec2/vpc:Vpc", inputs={"cidrBlock": "10.20.0.0/16", "enableDnsHostnames": True})
    make.child(net, "internet-gateway", "aws:ec2/internetGateway:InternetGateway", {"vpcId": vpc})
    subnets = []
    for i, zone in enumerate(zones):
        cidr = {"cidrBlock": f"10.20.{64 * i}.0/18", "availabilityZoneId": zone}
        subnets.append(make.child(net, f"private-{zone}", "aws:ec2/subnet:Subnet", {"vpcId": vpc}, inputs=cidr))
    for zone, subnet in zip(zones, subnets, strict=True):
        table = make.child(net, f"private-table-{zone}", "aws:ec2/routeTable:RouteTable", {"vpcId": vpc})
        needs = {"routeTableId": table, "subnetId": subnet}
        make.child(net, f"private-use-{zone}", "aws:ec2/routeTableAssociation:RouteTableAssociation", needs)
    return vpc, subnets


def fabric(make: Maker, vpc: Resource) -> Resource:
    fabric = make.step("fabric", "aws.efa_placement_group", "ultrastack:aws:EfaPlacementGroup", 31)
    described = {"description": "EFA among the nodes of fabric"}
    group = make.child(fabric, "group", "aws:ec2/securityGroup:SecurityGroup", {"vpcId": vpc}, inputs=described)
    both = {"securityGroupId": group, "referencedSecurityGroupId": group}
    protocol = {"ipProtocol": "-1"}
    make.child(fabric, "in", "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", both, inputs=protocol)
    make.child(fabric, "out", "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule", both, inputs=protocol)
    return group


def storage(make: Maker, subnet: Resource, ports: tuple[str, ...]) -> Resource:
    data = make.step("data", "aws.fsx_lustre", "ultrastack:aws:FsxLustre", 48, {"workload": "pretraining"})
    group = make.child(data, "group", "aws:ec2/securityGroup:SecurityGroup", inputs={"vpcId": "vpc-0a1b2c3d"})
    for port in ports:
        make.child(
            data, f"in-{port}", "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule", {"securityGroupId": group},
            inputs={"fromPort": float(port), "toPort": float(port), "ipProtocol": "tcp"},
        )  # fmt: skip
    needs = {"subnetIds": subnet, "securityGroupIds[0]": group}
    return make.child(
        data, "file-system", "aws:fsx/lustreFileSystem:LustreFileSystem", needs, options=Options(protect=True),
        inputs={"storageCapacity": 9600.0, "deploymentType": "PERSISTENT_2", "perUnitStorageThroughput": 500.0,
                "securityGroupIds": [UNKNOWN], "weeklyMaintenanceStartTime": "7:02:00", "copyTagsToBackups": True,
                "finalBackupTags": {"name": "data"}, "skipFinalBackup": False, "rootSquash": SECRET},
    )  # fmt: skip


def nodes(make: Maker, group: Resource, subnet: Resource, ultraservers: int) -> None:
    training = make.step("training", "aws.trn2_ultraserver_cluster", "ultrastack:aws:Trn2UltraserverCluster", 58)
    made = {"inputs": {"policy": '{"Version": "2012-10-17", "Statement": [' + '"x", ' * 40 + "]}"}}
    role = make.child(training, "role", "aws:iam/role:Role", **made)
    template = make.child(
        training, "template", "aws:ec2/launchTemplate:LaunchTemplate", {"iamInstanceProfile.name": role},
        inputs={"imageId": "ami-0123456789abcdef0", "instanceType": "trn2u.48xlarge", "userData": "#cloud-config\n",
                "iamInstanceProfile": {"name": UNKNOWN}, "metadataOptions": {"httpTokens": "required"},
                "blockDeviceMappings": [{"deviceName": "/dev/sda1", "ebs": {"volumeSize": 200.0, "type": "gp3"}}]},
    )  # fmt: skip
    for i in range(4 * ultraservers):
        block = {"capacityReservationId": f"cr-0a1b2c3d4e5f6071{8 + i // 4}"}
        make.child(
            training, f"node-{i}", "aws:ec2/instance:Instance",
            {"launchTemplate.id": template, "subnetId": subnet, "vpcSecurityGroupIds[0]": group},
            inputs={"capacityReservationSpecification": {"capacityReservationTarget": block},
                    "launchTemplate": {"id": UNKNOWN, "version": "$Latest"}, "vpcSecurityGroupIds": [UNKNOWN]},
            options=Options(delete_before_replace=True),
        )  # fmt: skip


def small() -> Graph:
    """Four steps, one left out, exports, a message."""
    make = Maker()
    vpc, subnets = network(make, ("use2-az3",))
    group = fabric(make, vpc)
    storage(make, subnets[0], ("988",))
    nodes(make, group, subnets[0], 1)
    make.steps.append(Step("slice", "gcp.tpu_slice", Place("stacks/dev.yaml", 20, 5), "when: stack == 'prod' is false"))
    return make.graph(
        outputs={"vpc": UNKNOWN, "cidr": "10.20.0.0/16", "token": SECRET, "nodes": [UNKNOWN, UNKNOWN]},
        messages=(Message("warning", "image ami-0123456789abcdef0 is not pinned\x1b[31m"),),
    )


def large() -> Graph:
    """Three zones, eight ports, two UltraServers and more: 60 resources and some."""
    make = Maker()
    vpc, subnets = network(make, ("use2-az1", "use2-az2", "use2-az3"))
    group = fabric(make, vpc)
    storage(make, subnets[2], ("988", *(str(p) for p in range(1018, 1024))))
    nodes(make, group, subnets[2], 8)
    return make.graph(outputs={"vpc": UNKNOWN})


def foreign() -> Graph:
    """Another Pulumi program: no steps, a component of its own, something read and something taken over."""
    make = Maker()
    site = make.add("acme:web:Site", "site", "component", inputs={"domain": "example.org"})
    make.add("aws:s3/bucket:Bucket", "pages", "custom", parent=site.urn, inputs={"forceDestroy": False})
    make.add("aws:ec2/vpc:Vpc", "old", "read", id="vpc-0a1b2c3d")
    make.add("aws:s3/bucket:Bucket", "logs", "custom", options=Options(import_id="acme-logs", retain_on_delete=True))
    return make.graph()

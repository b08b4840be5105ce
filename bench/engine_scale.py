"""How fast is the offline engine, against the smallest monitor that hears the same program? Does it stay linear?"""

from __future__ import annotations

import json
import resource
import statistics
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parents[1]
PAIRS = 3
COMPARED, SMALL, LARGE, MEMORY = 1200, 500, 4000, 1200  # resources


def estate(count: int) -> None:
    """The Pulumi program: components with seven AWS resources each, `count` resources in all but the stack."""
    import pulumi
    import pulumi_aws as aws

    class Rack(pulumi.ComponentResource):
        def __init__(self, name: str, vpc: Any) -> None:
            super().__init__("bench:index:Rack", name, {"vpc": vpc.id})
            below = pulumi.ResourceOptions(parent=self)
            subnet = aws.ec2.Subnet(f"{name}-subnet", vpc_id=vpc.id, cidr_block="10.0.0.0/24", opts=below)
            group = aws.ec2.SecurityGroup(f"{name}-group", vpc_id=vpc.id, tags={"rack": name}, opts=below)
            placement = aws.ec2.PlacementGroup(f"{name}-placement", strategy="cluster", opts=below)
            card = aws.ec2.NetworkInterface(
                f"{name}-card", subnet_id=subnet.id, security_groups=[group.id], tags={"rack": name}, opts=below
            )
            instance = aws.ec2.Instance(
                f"{name}-node",
                ami="ami-0a1b2c3d4e5f60718",
                instance_type="p5.48xlarge",
                placement_group=placement.id,
                network_interfaces=[{"device_index": 0, "network_interface_id": card.id}],
                root_block_device={"volume_size": 200, "volume_type": "gp3"},
                tags={"Name": name, "rack": name},
                opts=below,
            )
            volume = aws.ebs.Volume(
                f"{name}-volume", availability_zone=subnet.availability_zone, size=100, type="gp3", opts=below
            )
            aws.ec2.VolumeAttachment(
                f"{name}-attachment", device_name="/dev/sdh", instance_id=instance.id, volume_id=volume.id, opts=below
            )
            self.register_outputs({"node": instance.id})

    vpc = aws.ec2.Vpc("vpc", cidr_block="10.0.0.0/16")
    for number in range((count - 1) // 8):
        Rack(f"rack-{number}", vpc)


def child(engine: str, count: int) -> None:
    """One run in a process of its own; prints its figures. What both load is loaded before the clock starts."""
    import pulumi_aws as aws

    from bench.smallest_monitor import hear
    from ultrastack.engine import run

    for module in (aws.ec2.Instance, aws.ebs.Volume):  # the SDK's modules load on first use
        assert module
    # Of the processor and not of the clock: nothing here waits, and what else the machine does is no part of the ratio.
    start = time.process_time()
    found = run(lambda: estate(count), project="p").resources if engine == "ours" else hear(lambda: estate(count))
    seconds = time.process_time() - start
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024  # Linux counts KiB
    print(json.dumps({"seconds": seconds, "resources": len(found), "mib": peak}))


def measured(engine: str, count: int) -> dict[str, float]:
    code = f"from bench.engine_scale import child; child({engine!r}, {count})"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True, capture_output=True, text=True)
    return dict(json.loads(done.stdout.splitlines()[-1]))


def main() -> None:
    pairs = [(measured("ours", COMPARED), measured("smallest", COMPARED)) for _ in range(PAIRS)]
    ours, least = (statistics.median(one["seconds"] for one in side) for side in zip(*pairs, strict=True))
    ratio = statistics.median(one["seconds"] / other["seconds"] for one, other in pairs)
    print(f"{COMPARED} resources  {ours:6.2f} s   smallest monitor {least:.2f} s   ratio {ratio:.2f} (at most 1.5)")
    grown = []
    for _ in range(PAIRS):
        small, large = measured("ours", SMALL), measured("ours", LARGE)
        each = [one["seconds"] / one["resources"] for one in (small, large)]
        grown.append((each[1] / each[0], each[0] * 1000, each[1] * 1000))
    growth, before, after = (statistics.median(column) for column in zip(*grown, strict=True))
    print(
        f"per resource     {after:6.2f} ms at {LARGE}   {before:.2f} ms at {SMALL}   ratio {growth:.2f} (at most 1.3)"
    )
    ours, least = (statistics.median(one["mib"] for one in side) for side in zip(*pairs, strict=True))
    print(f"memory           {ours:6.0f} MiB at {MEMORY}   smallest monitor {least:.0f} MiB (promised: at most 260)")


if __name__ == "__main__":
    main()

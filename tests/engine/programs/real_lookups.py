"""What is only asked or read: other stacks, existing resources, look-ups that wait and look-ups that cannot."""

from __future__ import annotations

import pulumi
import pulumi_aws as aws
from pulumi import InvokeOptions, InvokeOutputOptions, Output, ResourceOptions

east = aws.Provider("east", region="us-east-2")
base = pulumi.StackReference("organization/foreign/base")
again = pulumi.StackReference("same-stack", stack_name="organization/foreign/base")


class Box(pulumi.ComponentResource):
    def __init__(self, name: str, opts: ResourceOptions | None = None):
        super().__init__("example:index:Box", name, None, opts)


box = Box("box", ResourceOptions(provider=east))
vpc = aws.ec2.Vpc.get("vpc", "vpc-0a1b2c3d4e5f60718", cidr_block="10.0.0.0/16", opts=ResourceOptions(parent=box))
from_base = aws.ec2.Vpc.get("from-base", base.require_output("vpc"), opts=ResourceOptions(provider=east))
made = aws.ec2.Vpc("made", cidr_block="10.0.0.0/16", opts=ResourceOptions(provider=east))
read_later = aws.ec2.Subnet.get("read-later", made.main_route_table_id, opts=ResourceOptions(provider=east))
image = aws.ssm.get_parameter(name="/image", opts=InvokeOptions(provider=east))
plain = aws.ssm.get_parameter_output(name="/image", opts=InvokeOutputOptions(parent=box))
waiting = aws.ssm.get_parameter_output(name="/image", opts=InvokeOutputOptions(depends_on=[made], provider=east))
of_unknown = aws.ssm.get_parameter_output(name=made.id, opts=InvokeOutputOptions(provider=east))
of_secret = aws.ssm.get_parameter_output(name=Output.secret("/image"), opts=InvokeOutputOptions(provider=east))
of_component = aws.ssm.get_parameter_output(name="/image", opts=InvokeOutputOptions(depends_on=[box], provider=east))
of_read = aws.ssm.get_parameter_output(name="/image", opts=InvokeOutputOptions(depends_on=[vpc], provider=east))
generic = pulumi.runtime.invoke("aws:ssm/getParameter:getParameter", {"name": "/image"}, InvokeOptions(provider=east))
nodes = [
    aws.ec2.Instance(
        f"node-{i}",
        ami=image.value,
        subnet_id=base.get_output("subnets").apply(lambda subnets, i=i: subnets[i]),
        vpc_security_group_ids=[base.require_output("group"), vpc.default_security_group_id],
        tags={"plain": plain.value, "later": read_later.arn, "secret": of_secret.value},
        opts=ResourceOptions(provider=east, depends_on=[vpc, read_later]),
    )
    for i in range(2)
]
pulumi.export("vpc", base.get_output("vpc"))
pulumi.export("details", base.outputs)
pulumi.export("nested", base.get_output("nested").apply(lambda one: one["zones"][0]))
pulumi.export("missing", base.get_output("missing"))
pulumi.export("again", again.require_output("vpc"))
pulumi.export("cidr", vpc.cidr_block)
pulumi.export("from_base", from_base.arn)
pulumi.export("waiting", waiting.value)
pulumi.export("of_unknown", of_unknown.value)
pulumi.export("of_secret", of_secret.value)
pulumi.export("of_component", of_component.value)
pulumi.export("of_read", of_read.value)
pulumi.export("generic", generic.value)
pulumi.export("first", nodes[0].private_ip)

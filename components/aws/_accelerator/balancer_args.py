"""How do clients reach the machines of an accelerator cluster through a load balancer?"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field, model_validator

from ...component import Input, Strict
from ...names import Like, RuleName, twins
from ...refusals import Wrong, refuse
from ..efa_placement_group import OtherSide

Port = Annotated[int, Field(ge=1, le=65535)]
# ELBv2 listener attribute tcp.idle_timeout.seconds: of TCP listeners only; TLS ones keep their connections so long
TLS_IDLE_SECONDS = 350
# Security policy with TLS 1.2 and 1.3 of both kinds of balancers
TLS_POLICY = "ELBSecurityPolicy-TLS13-1-2-2021-06"


class HealthCheck(Strict):
    protocol: Literal["HTTP", "HTTPS", "TCP"] | None = Field(
        default=None, description="How machines are asked; HTTPS where the balancer speaks it to them, HTTP else."
    )
    path: Annotated[str, Like("^/", "must begin with /; fix: write it like /health")] = Field(
        default="/health", description="Path that healthy machines answer, for HTTP and HTTPS."
    )
    port: Input[Port] | None = Field(default=None, description="Port that is asked; the one that serves if left out.")
    codes: str | None = Field(default=None, description="Codes of a good answer, as 200 or 200-299; 200 if left out.")
    interval_seconds: Annotated[int, Field(ge=5, le=300)] = Field(
        default=15, description="Seconds between two questions."
    )
    timeout_seconds: Annotated[int, Field(ge=2, le=120)] = Field(
        default=10, description="Seconds after which no answer is a bad one."
    )
    healthy_after: Annotated[int, Field(ge=2, le=10)] = Field(
        default=2, description="Good answers after which a machine gets requests."
    )
    unhealthy_after: Annotated[int, Field(ge=2, le=10)] = Field(
        default=4, description="Bad answers after which it gets none, and is replaced."
    )

    @model_validator(mode="after")
    def _possible(self) -> HealthCheck:
        if self.timeout_seconds >= self.interval_seconds:
            # ELBv2 CreateTargetGroup: "Health check timeout must be smaller than the interval"
            refuse([Wrong("timeout_seconds", "must be below interval_seconds; fix: raise the interval")])
        if self.protocol == "TCP" and "path" in self.model_fields_set:
            refuse([Wrong("path", "cannot go with TCP, which asks for none; fix: remove it, or write protocol: HTTP")])
        if self.protocol == "TCP" and self.codes is not None:
            refuse([Wrong("codes", "cannot go with TCP; fix: remove it, or write protocol: HTTP")])
        return self


class AccessLogs(Strict):
    bucket: Input[str] = Field(description="Name of a bucket that Elastic Load Balancing may write to.")
    prefix: Input[str] | None = Field(default=None, description="Beginning of the keys.")


class LoadBalancer(Strict):
    type: Literal["application", "network"] = Field(
        default="application", description="Whether it knows HTTP (application) or passes connections on (network)."
    )
    port: Input[Port] = Field(description="Port that the machines serve.")
    protocol: Literal["HTTP", "HTTPS", "TCP"] | None = Field(
        default=None, description="What the machines speak; HTTP behind an application and TCP behind a network one."
    )
    vpc_id: Input[str] = Field(description="Network of the machines (vpc-...).")
    subnet_ids: Input[list[Input[str]]] | None = Field(
        default=None,
        description="Subnets of the balancer, for an application one in two zones or more; those of the machines if "
        "left out.",
    )
    internal: bool = Field(default=True, description="Whether only private addresses reach it.")
    clients: dict[RuleName, OtherSide] = Field(
        min_length=1, description="Who may connect, under names of your choice: a group, a prefix list or a range."
    )
    listen_port: Input[Port] | None = Field(
        default=None, description="Port that clients use; 443 with a certificate, 80 without, the machines' for TCP."
    )
    certificate_arn: (
        Input[Annotated[str, Like("^arn:", "must be the ARN of a certificate; fix: write it like arn:aws:acm:...")]]
        | None
    ) = Field(default=None, description="Certificate for TLS; without one clients speak plain HTTP or TCP.")
    tls_policy: Input[str] = Field(default=TLS_POLICY, description="Versions and ciphers of TLS, by AWS's name.")
    health_check: HealthCheck = Field(default=HealthCheck(), description="How it sees that a machine serves.")
    algorithm: Literal["round_robin", "least_outstanding_requests"] = Field(
        default="least_outstanding_requests", description="Which machine gets a request, of an application balancer."
    )
    idle_timeout_seconds: Annotated[int, Field(ge=1, le=6000)] = Field(
        default=350,
        description="Seconds without a byte after which a connection is closed; a model may think for long.",
    )
    deregistration_delay_seconds: Annotated[int, Field(ge=0, le=3600)] = Field(
        default=120, description="Seconds that running requests have to end on a machine that has to go."
    )
    requests_per_minute_each: Annotated[float, Field(gt=0)] | None = Field(
        default=None,
        description="Requests that one machine is to serve in a minute: the group grows and shrinks by it.",
    )
    access_logs: AccessLogs | None = Field(default=None, description="Where requests are written down, if at all.")
    deletion_protection: bool = Field(default=False, description="Whether AWS refuses to delete the balancer.")

    @model_validator(mode="after")
    def _possible(self) -> LoadBalancer:
        refuse(_wrong(self))
        return self

    @property
    def application(self) -> bool:
        return self.type == "application"

    @property
    def spoken(self) -> Literal["HTTP", "HTTPS", "TCP"]:
        """To the machines."""
        return self.protocol or ("HTTP" if self.application else "TCP")

    @property
    def asks(self) -> Literal["HTTP", "HTTPS", "TCP"]:
        """The health check: machines that speak HTTPS answer nothing else on their port."""
        return self.health_check.protocol or ("HTTPS" if self.spoken == "HTTPS" else "HTTP")

    @property
    def listener_protocol(self) -> str:
        if self.application:
            return "HTTP" if self.certificate_arn is None else "HTTPS"
        return "TCP" if self.certificate_arn is None else "TLS"

    @property
    def listens(self) -> Input[int]:
        if self.listen_port is not None:
            return self.listen_port
        if self.certificate_arn is not None:
            return 443
        return 80 if self.application else self.port


def _wrong(one: LoadBalancer) -> list[Wrong]:
    found: list[Wrong] = []
    if one.application and one.protocol == "TCP":
        found.append(Wrong("protocol", "cannot be TCP behind an application one; fix: HTTP, or type: network"))
    if not one.application and one.protocol in ("HTTP", "HTTPS"):
        found.append(Wrong("protocol", "can only be TCP behind a network one; fix: remove it, or type: application"))
    if one.application and one.health_check.protocol == "TCP":
        found.append(Wrong("health_check", "cannot be TCP for an application one; fix: HTTP, or type: network"))
    found += _without_effect(one)
    if one.application and isinstance(one.subnet_ids, list) and len(one.subnet_ids) < 2:
        found.append(Wrong("subnet_ids", "needs subnets in two zones for an application one; fix: add one"))
    if one.application and not one.internal and one.certificate_arn is None:
        words = "cannot be false without certificate_arn: keys and prompts would go through the internet in plain text"
        found.append(Wrong("internal", f"{words}; fix: add certificate_arn, or write internal: true"))
    if not one.application and one.requests_per_minute_each is not None:
        found.append(
            Wrong("requests_per_minute_each", "counts requests, and a network one knows none; fix: type: application")
        )
    if not one.application and one.idle_timeout_seconds < 60:
        found.append(Wrong("idle_timeout_seconds", "must be 60 to 6000 for a network one; fix: write 60"))  # ELBv2
    if one.application and one.idle_timeout_seconds > 4000:
        found.append(Wrong("idle_timeout_seconds", "must be 1 to 4000 for an application one; fix: write 4000"))
    told = {name: _told(side) for name, side in one.clients.items()}
    if same := twins({name: side for name, side in told.items() if side is not None}):
        found.append(Wrong("clients", f"has {same[0]} and {same[1]} as one and the same rule; fix: remove one"))
    return found


def _without_effect(one: LoadBalancer) -> list[Wrong]:
    """Said, and never sent to AWS."""
    said, found = one.model_fields_set, list[Wrong]()
    if not one.application and "algorithm" in said:
        found.append(Wrong("algorithm", "is for an application one; fix: remove it, or write type: application"))
    if one.certificate_arn is None and "tls_policy" in said:
        found.append(Wrong("tls_policy", "does nothing without TLS; fix: add certificate_arn, or remove it"))
    if one.listener_protocol == "TLS" and one.idle_timeout_seconds != TLS_IDLE_SECONDS:
        words = f"cannot be other than {TLS_IDLE_SECONDS} for TLS of a network one; fix: remove it, or write "
        found.append(Wrong("idle_timeout_seconds", f"{words}type: application"))
    return found


def _told(side: OtherSide) -> tuple[str | None, ...] | None:
    """Plain values that tell one rule from another; None where only the cloud knows them."""
    told = (side.security_group_id, side.prefix_list_id, side.cidr)
    return told if all(value is None or isinstance(value, str) for value in told) else None  # type: ignore[return-value]

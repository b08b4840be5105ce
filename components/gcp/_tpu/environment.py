"""What does a worker know of its job? An environment for JAX and Multislice, and the script that brings it there."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pulumi

JAX_PORT, MEGASCALE_PORT = 8482, 8080  # jax cloud_tpu_cluster.py; Multislice's own coordinator
METADATA_MAX_BYTES = 262144  # compute v1 discovery, Metadata.items.value

# Runs at every boot. The environment comes from the metadata, so that the script is the same for all slices.
SCRIPT = """\
#!/bin/bash
attributes=http://metadata.google.internal/computeMetadata/v1/instance/attributes
ask() { curl -sf --retry 9 --retry-connrefused -H Metadata-Flavor:Google "$attributes/$1"; }
mkdir -p /etc/ultrastack
if ask ultrastack-environment > /etc/ultrastack/environment.new; then
  chmod 644 /etc/ultrastack/environment.new
  mv /etc/ultrastack/environment.new /etc/ultrastack/environment
  # login shells, what reads /etc/environment (ssh worker command), and services by EnvironmentFile=
  sed 's/^/export /' /etc/ultrastack/environment > /etc/profile.d/ultrastack.sh
  touch /etc/environment
  sed -i '/^# ultrastack$/,/^# end of ultrastack$/d' /etc/environment
  { echo '# ultrastack'; cat /etc/ultrastack/environment; echo '# end of ultrastack'; } >> /etc/environment
  set -a; . /etc/ultrastack/environment; set +a
fi
if (umask 077 && ask ultrastack-bootstrap > /etc/ultrastack/bootstrap); then
  chmod 700 /etc/ultrastack/bootstrap
  exec /etc/ultrastack/bootstrap
fi
"""


def environment(slice_: int, slices: int, coordinator: pulumi.Input[str] | None) -> dict[str, pulumi.Output[str]]:
    """Of the workers of one slice; without a coordinator the launcher has to say where it is."""
    found: dict[str, pulumi.Output[str]] = {}
    if coordinator is not None:
        found["JAX_COORDINATOR_ADDRESS"] = pulumi.Output.concat(coordinator, f":{JAX_PORT}")
    if slices > 1:
        found["MEGASCALE_NUM_SLICES"] = pulumi.Output.from_input(str(slices))
        found["MEGASCALE_SLICE_ID"] = pulumi.Output.from_input(str(slice_))
        if coordinator is not None:
            found["MEGASCALE_COORDINATOR_ADDRESS"] = pulumi.Output.concat(coordinator, f":{MEGASCALE_PORT}")
    return found


def metadata(
    known: Mapping[str, pulumi.Output[str]], startup_script: pulumi.Input[str] | None
) -> dict[str, pulumi.Input[str]] | None:
    """Of machines; None if there is nothing to say."""
    if not known and startup_script is None:
        return None
    if not known and startup_script is not None:
        return {"startup-script": startup_script}
    lines: Sequence[pulumi.Input[str]] = [part for name, value in known.items() for part in (f"{name}=", value, "\n")]
    made: dict[str, pulumi.Input[str]] = {
        "startup-script": SCRIPT,
        "ultrastack-environment": pulumi.Output.concat(*lines),
    }
    return made if startup_script is None else {**made, "ultrastack-bootstrap": startup_script}

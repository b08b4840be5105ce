#!/usr/bin/env bash
# Makes bubblewrap work on this machine, or says why it does not.
#
# Ubuntu 24.04 forbids user namespaces to programs without an AppArmor profile
# (https://github.com/containers/bubblewrap/issues/632): bwrap, and only bwrap, gets one.
set -euo pipefail

as_root() { if [[ $(id -u) == 0 ]]; then "$@"; else sudo "$@"; fi; }
works() { bwrap --unshare-all --die-with-parent --ro-bind / / --dev /dev --proc /proc true; }

if ! command -v bwrap >/dev/null; then
  as_root apt-get update -qq
  as_root apt-get install -y -qq --no-install-recommends bubblewrap >/dev/null
fi
if works 2>/dev/null; then
  exit 0
fi
if [[ $(sysctl -n kernel.apparmor_restrict_unprivileged_userns 2>/dev/null) == 1 ]]; then
  profile=$(mktemp)
  cat >"$profile" <<'PROFILE'
abi <abi/4.0>,
include <tunables/global>
profile ultrastack-bwrap /usr/bin/bwrap flags=(unconfined) {
  userns,
}
PROFILE
  as_root apparmor_parser --replace "$profile"
fi
works || {
  echo "sandbox: bubblewrap cannot shut a program in here; docs/pull-requests.md says what a runner needs" >&2
  exit 1
}

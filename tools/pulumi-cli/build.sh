#!/usr/bin/env bash
# Builds the real Pulumi CLI from Go modules into bin/, with the language host of our tests beside it.
#
#   build.sh [--if-needed] [PYTHON]     PYTHON: one with pulumi and grpc; default: .venv of the project
#
# --if-needed  does nothing where a pulumi is on PATH, and where there is no Go it only says that engine tests
#              will be skipped; with ULTRASTACK_REQUIRE_ENGINE=1 (CI) that is an error.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
bin=$here/bin

say() { echo "pulumi-cli: $*" >&2; }

if_needed=
if [[ ${1-} == --if-needed ]]; then
  if_needed=1
  shift
fi
python=${1:-$here/../../.venv/bin/python}

cannot() {
  if [[ $if_needed && ${ULTRASTACK_REQUIRE_ENGINE-} != 1 ]]; then
    say "$*; the engine tests will be skipped"
    exit 0
  fi
  say "$*"
  exit 1
}

if [[ $if_needed ]] && found=$(command -v pulumi); then
  say "using $found ($("$found" version 2>/dev/null || echo 'version unknown'))"
  exit 0
fi

if ! python=$(cd "$(dirname "$python")" 2>/dev/null && pwd)/$(basename "$python") || [[ ! -x $python ]]; then
  say "no Python at ${1:-.venv/bin/python}; run 'make cli', which sets it up first"
  exit 1
fi

# the one place of the version is go.mod
version=$(awk '$1 == "github.com/pulumi/pulumi/pkg/v3" {print $2}' "$here/go.mod")
wanted=$(cd "$here" && { cat build.sh go.mod go.sum; uname -sm; } | (sha256sum 2>/dev/null || shasum -a 256) | cut -d' ' -f1)

# Our launcher is written on every run: a cached bin/ may have come from another folder. A launcher rather than a
# first line naming the interpreter, which must be short and may hold no space.
install_language_host() {
  printf '#!/bin/sh\nexec "%s" "%s" "$@"\n' "$python" "$here/language_host.py" >"$bin/pulumi-language-python.new"
  chmod 755 "$bin/pulumi-language-python.new"
  mv "$bin/pulumi-language-python.new" "$bin/pulumi-language-python"
}

if [[ -x $bin/pulumi && $(cat "$bin/.built-from" 2>/dev/null) == "$wanted" ]]; then
  install_language_host
  exit 0
fi

command -v go >/dev/null || cannot "no pulumi and no Go on PATH; install Go (https://go.dev/dl) or the Pulumi CLI"
needed=$(awk '$1 == "go" {print $2}' "$here/go.mod")
present=$(GOTOOLCHAIN=local go env GOVERSION)
if [[ $(printf '%s\n' "$needed" "${present#go}" | sort -V | head -1) != "$needed" ]]; then
  cannot "Go $needed or newer is needed to build the Pulumi CLI, this is ${present#go}"
fi

export GOTOOLCHAIN=local CGO_ENABLED=0 GOBIN=$bin
mkdir -p "$bin"
rm -f "$bin/.built-from"
cd "$here"
say "building $version from Go modules, once: 3 to 7 minutes on 2 cores, seconds when Go has it cached"
(
  waited=0
  while sleep 20; do
    waited=$((waited + 20))
    say "still building ($((waited / 60)) min $((waited % 60)) s)"
  done
) &
ticker=$!
trap 'kill $ticker 2>/dev/null || true; wait $ticker 2>/dev/null || true' EXIT

# without -X the version is empty, and the CLI then skips some of its checks
go install -trimpath -tags osusergo,grpcnotrace \
  -ldflags "-s -w -X github.com/pulumi/pulumi/sdk/v3/go/common/version.Version=$version" tool ||
  { say "go install failed; its own words are above"; exit 1; }
sdk=$(go list -m -f '{{.Dir}}' github.com/pulumi/pulumi/sdk/v3)
install -m 755 "$sdk/python/cmd/pulumi-language-python-exec" "$bin/" # the module cache drops the run bit
install_language_host
echo "$wanted" >"$bin/.built-from"
say "ready: $("$bin/pulumi" version)"

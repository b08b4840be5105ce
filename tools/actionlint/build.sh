#!/usr/bin/env bash
# Builds actionlint from Go modules into bin/: it reads .github/workflows as GitHub does.
#
#   build.sh [--if-needed]
#
# --if-needed  does nothing where an actionlint is on PATH, and where there is no Go it only says that its test will
#              be skipped; with ULTRASTACK_REQUIRE_ENGINE=1 (CI) that is an error.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
bin=$here/bin

say() { echo "actionlint: $*" >&2; }

if_needed=
[[ ${1-} == --if-needed ]] && if_needed=1

cannot() {
  say "$*"
  if [[ $if_needed && ${ULTRASTACK_REQUIRE_ENGINE-} != 1 ]]; then
    say "its test will be skipped"
    exit 0
  fi
  exit 1
}

if [[ $if_needed ]] && found=$(command -v actionlint); then
  say "using $found"
  exit 0
fi
wanted=$(cd "$here" && { cat build.sh go.mod go.sum; uname -sm; } | (sha256sum 2>/dev/null || shasum -a 256) | cut -d' ' -f1)
if [[ -x $bin/actionlint && $(cat "$bin/.built-from" 2>/dev/null) == "$wanted" ]]; then
  exit 0
fi

command -v go >/dev/null || cannot "no actionlint and no Go on PATH; install Go (https://go.dev/dl)"
needed=$(awk '$1 == "go" {print $2}' "$here/go.mod")
present=$(GOTOOLCHAIN=local go env GOVERSION)
if [[ $(printf '%s\n' "$needed" "${present#go}" | sort -V | head -1) != "$needed" ]]; then
  cannot "Go $needed or newer is needed, this is ${present#go}"
fi

export GOTOOLCHAIN=local CGO_ENABLED=0 GOBIN=$bin
mkdir -p "$bin"
rm -f "$bin/.built-from"
cd "$here"
go install -trimpath -ldflags '-s -w' tool || { say "go install failed; its own words are above"; exit 1; }
echo "$wanted" >"$bin/.built-from"

#!/usr/bin/env bash
# Puts the toolkit that a checkout names into the checkout's own .venv.
#
#   install.sh [FOLDER]     default: here
#
# FOLDER/requirements.lock holds a hash for every package, also for ultrastack itself where the project uses it as a
# package. Nothing else is installed.
set -euo pipefail
cd "${1:-.}"
python3 -m venv .venv
pip=(.venv/bin/python -m pip --disable-pip-version-check --quiet install --no-compile)
"${pip[@]}" --require-hashes -r requirements.lock
if [[ -f ultrastack/__init__.py ]]; then # the toolkit's own repository: it is not in its own lock
  "${pip[@]}" --no-deps --no-build-isolation -e .
fi

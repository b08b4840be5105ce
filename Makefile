# Every chore of the project. `make plan` and `make test` set everything up by themselves.
.DEFAULT_GOAL := help
SHELL := /bin/bash
STACK ?= dev
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
READY := $(VENV)/.ready

.PHONY: help plan test check format golden tables fuzz crash bench lock cli browser clean

help:  ## list the chores
	@echo "make CHORE [STACK=dev]"
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  \1|\2/' | awk -F'|' '{printf "%-10s %s\n", $$1, $$2}'

plan: $(READY)  ## what STACK would be made of: offline, no cloud account needed
	@$(BIN)/ultrastack plan $(STACK)

test: $(READY) cli browser  ## all tests, with the real Pulumi engine where Go or a pulumi is present
	@$(BIN)/python -m pytest -q -m engine >$(VENV)/engine.log 2>&1 & engine=$$!; trap "kill $$engine" INT TERM; \
	$(BIN)/python -m pytest -q -m "not engine"; others=$$?; \
	echo "the tests on the real engine, which run at the same time ..."; \
	wait $$engine; real=$$?; cat $(VENV)/engine.log; exit $$(( others || real ))

check: $(READY)  ## format, lint, types, generated tables: what must be clean besides the tests
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/python tools/tables.py --check
	@$(BIN)/python tools/constraints.py --check
	@$(BIN)/python tools/resource_types.py --check
	@$(BIN)/python tools/deploying_actions.py --check

format: $(READY)  ## format the code, mend what the linter can mend
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

golden: $(READY)  ## rewrite golden files; read their diff before you commit it
	@ULTRASTACK_GOLDEN=1 $(BIN)/python -m pytest -q -m "not engine"
	@git diff --stat -- tests

tables: $(READY)  ## rewrite the tables in docs/ and stacks/README.md, the JSON Schema, what the clouds' models say
	@$(BIN)/python tools/tables.py
	@$(BIN)/python tools/constraints.py
	@$(BIN)/python tools/deploying_actions.py

fuzz: $(READY)  ## 20,000 random and mutated stack files (FUZZ=N for another number)
	@ULTRASTACK_FUZZ=$(or $(FUZZ),20000) $(BIN)/python -m pytest -q tests/language/test_fuzz.py

crash: $(READY) cli  ## kill 100 runs on the real engine, and mend each by docs/recover.md (CRASHES=N for another number)
	@ULTRASTACK_CRASHES=$(or $(CRASHES),100) $(BIN)/python -m pytest -q tests/engine/test_crash.py

bench: $(READY) cli  ## speed and memory as ratios in one run; takes some minutes
	@$(BIN)/python -m bench

lock: $(READY)  ## rewrite requirements.lock from pyproject.toml
	@$(PYTHON) -m venv $(VENV)/lock && $(VENV)/lock/bin/pip install -q pip-tools
	@$(VENV)/lock/bin/pip-compile -q --generate-hashes --allow-unsafe --strip-extras --extra dev --no-header \
	  --no-emit-index-url --no-emit-find-links --no-emit-trusted-host -o requirements.lock pyproject.toml
	@rm -rf $(VENV)/lock

cli: $(READY)
	@tools/pulumi-cli/build.sh --if-needed $(BIN)/python
	@tools/actionlint/build.sh --if-needed

browser:  # axe-core and mermaid, for the tests of pages and pictures; without npm those are skipped
	@if command -v npm >/dev/null && [ ! -e tools/browser/node_modules/.package-lock.json ]; then \
	  cd tools/browser && npm ci --silent --no-audit --no-fund; fi

clean:  ## remove what the chores made (.venv, caches, the built CLI)
	@rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis build *.egg-info tools/pulumi-cli/bin tools/actionlint/bin tools/browser/node_modules
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +

# --no-compile: byte code is written on first use; compiling all of pulumi-aws at once takes longer than everything else
$(READY): requirements.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "ultrastack needs Python 3.11 or newer; say which: make PYTHON=python3.12")'
	@echo "setting up $(VENV) (once, well under a minute) ..." >&2
	@$(PYTHON) -m venv $(VENV)
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-compile --require-hashes -r requirements.lock
	@$(BIN)/pip install --quiet --disable-pip-version-check --no-compile --no-deps --no-build-isolation -e .
	@touch $@

# Lotline. `make chat` and `make test` set themselves up; a second run starts without installing.
SHELL := /bin/bash
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/installed
# The first Python of at least 3.11 that is found; set PYTHON to choose another.
PYTHON ?= $(shell for p in python3.13 python3.12 python3.11 python3 python; do command -v $$p >/dev/null 2>&1 && $$p -c 'import sys; raise SystemExit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)

.PHONY: help setup chat test cover check eval fit bench lock clean

help:
	@echo "make chat    open the chat on the sample household (PORT=8001 for another port)"
	@echo "make test    run every test, browser tests included"
	@echo "make cover   the same, one test at a time, with what the tests reach"
	@echo "make check   lint, types, import contracts"
	@echo "make eval    score the built-in model; fails when worse than the committed score, or unsafe"
	@echo "make fit     fit the built-in model to its wordings after you changed them"
	@echo "make bench   print timings"
	@echo "make lock    write requirements.lock anew (needs uv)"

setup: $(STAMP)

$(STAMP): requirements.lock pyproject.toml
	@if [ -z "$(PYTHON)" ]; then echo "Lotline needs Python 3.11 or newer, and none was found. Install it, or run: make $(MAKECMDGOALS) PYTHON=/path/to/python3"; exit 1; fi
	@echo "Setting up (once) ..."
	@if command -v uv >/dev/null 2>&1; then \
		{ [ -x $(BIN)/python ] || uv venv --quiet --python "$$(command -v $(PYTHON))" $(VENV); } \
		&& uv pip install --quiet --compile-bytecode --python $(BIN)/python --require-hashes -r requirements.lock \
		&& uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e . ; \
	else \
		{ [ -x $(BIN)/python ] || $(PYTHON) -m venv $(VENV) || { echo "Python's venv module is missing: on Debian or Ubuntu run  apt-get install python3-venv  and try again."; rm -rf $(VENV); exit 1; }; } \
		&& $(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock \
		&& $(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e . ; \
	fi
	@touch $(STAMP)

chat: setup
	@$(BIN)/lotline chat $(if $(PORT),--port $(PORT))

test: setup
	@$(BIN)/python -m pytest -n auto --dist loadgroup

cover: setup
	@$(BIN)/python -m pytest --cov --cov-report=term

check: setup
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

eval: setup
	@$(BIN)/lotline eval evals/cases --gate evals/scores/builtin.json

fit: setup
	@OMP_NUM_THREADS=1 $(BIN)/python -m evals.fit

bench: setup
	@$(BIN)/python -m evals.bench

lock:
	@uv pip compile pyproject.toml --group dev --universal --generate-hashes --no-emit-index-url --no-header --quiet -o requirements.lock

clean:
	@rm -rf $(VENV) .mypy_cache .pytest_cache .ruff_cache .hypothesis .coverage dist build

# Two commands for a newcomer: `make demo` and `make test`. Each sets up what it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
ARGS ?=

.PHONY: setup demo run check test lint lock bench soak clean

setup: $(STAMP)

# The stamp is newer than the lock as long as nothing changed, so a second `make setup` does nothing.
$(STAMP): requirements-dev.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Greenlit needs Python 3.11 or newer; this is " + sys.version.split()[0])'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing the pinned packages into $(VENV) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-dev.lock
	@touch $@

demo: setup
	@$(BIN)/python -m bot demo $(ARGS)

run: setup
	@$(BIN)/python -m bot run $(ARGS)

check: setup
	@$(BIN)/python -m bot check $(ARGS)

lint: setup
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache

test: lint
	$(BIN)/pytest --numprocesses 2 --dist worksteal --cov --cov-report term:skip-covered $(ARGS)

KILLS ?= 200
FAULTS ?= 0.1
SEED ?= 0

soak: setup
	@$(BIN)/python -m tests.soak --kills $(KILLS) --faults $(FAULTS) --seed $(SEED)

bench: setup
	$(BIN)/python -m tests.bench $(ARGS)

# Needs uv on the PATH; the locks carry hashes for every platform and no index address.
lock:
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header -o requirements.lock
	uv pip compile pyproject.toml --extra demo --extra dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header -o requirements-dev.lock

clean:
	rm -rf $(VENV) .coverage .mypy_cache .ruff_cache .pytest_cache .hypothesis

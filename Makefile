# Two commands for a newcomer: `make demo` and `make test`. Each sets up what it needs.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.installed
ARGS ?=
RUN := $(BIN)/python

# `make run COMPILED=1`, also with check, demo and bench: the reader compiled, twice as fast.
FAST := build/compiled
ifeq ($(COMPILED),1)
READER := $(FAST)/.made
RUN := PYTHONSAFEPATH=1 PYTHONPATH=$(FAST):. $(BIN)/python
endif

.PHONY: setup demo run check test lint lock bench soak compiled clean help

setup: $(STAMP)

# The stamp is newer than the lock as long as nothing changed, so a second `make setup` does nothing.
$(STAMP): requirements-dev.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Greenlit needs Python 3.11 or newer; this is " + sys.version.split()[0])'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "Installing the pinned packages into $(VENV) ..."
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r requirements-dev.lock
	@touch $@

help:
	@echo "make demo   the bot in a simulated Discord, in your browser (ARGS=--once: in the terminal)"
	@echo "make check  what is set, what answers, and how to mend what does not"
	@echo "make run    the bot on Discord"
	@echo "make test   every check and test; some ten minutes"
	@echo "and lint, bench, soak, compiled, lock, clean: the comments in this file say what they do"

demo: setup $(READER)
	@$(RUN) -m bot demo $(ARGS)

run: setup $(READER)
	@$(RUN) -m bot run $(ARGS)

check: setup $(READER)
	@$(RUN) -m bot check $(ARGS)

compiled: $(FAST)/.made

# Made anew when a file of the bot is written, added or removed. Stop a bot that runs from it first.
$(FAST)/.made: $(STAMP) tools/compile_reader.py $(shell find bot cogs -name __pycache__ -prune -o -print)
	@echo "Compiling the reader into $(FAST); a minute or two ..."
	@$(BIN)/python -m tools.compile_reader $(FAST)
	@touch $@

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

bench: setup $(READER)
	$(RUN) -m tests.bench $(ARGS)

# Needs uv on the PATH; the locks carry hashes for every platform and no index address.
lock:
	uv pip compile pyproject.toml --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header -o requirements.lock
	uv pip compile pyproject.toml --extra demo --extra dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --no-annotate --no-header -o requirements-dev.lock

clean:
	rm -rf $(VENV) build .coverage .mypy_cache .ruff_cache .pytest_cache .hypothesis

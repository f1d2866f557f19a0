# Needs only make and Python 3.11 or newer. `make PYTHON=/path/to/python3.12 demo` chooses the interpreter.

VENV := .venv
BIN := $(VENV)/bin
PIP := $(BIN)/python -m pip --disable-pip-version-check --quiet
PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo $$p && break; done)

.DELETE_ON_ERROR:
.PHONY: demo test check bench matrix soak golden example shots

demo: $(VENV)/installed ## the what-if of an Emmen neighbourhood, at full size
	$(BIN)/wijksim demo

test: check ## every check, then the tests with their coverage
	$(BIN)/python -m pytest -n 2 --cov --cov-report=term

check: $(VENV)/installed-dev ## style, types and the floors of the house
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(VENV)/installed-dev ## speed and memory, as ratios measured in one run
	$(BIN)/python -m pytest -m bench -s

matrix: $(VENV)/installed-dev ## the core tests on each interpreter found
	$(BIN)/python tests/matrix.py

soak: $(VENV)/installed-dev ## the long tests and random exploration: hours
	HYPOTHESIS_PROFILE=explore $(BIN)/python -m pytest -m "not bench" --timeout=0 -n 2

golden: $(VENV)/installed-dev ## the golden run, written again after a change of results that is meant
	$(BIN)/python -m tests.golden.refresh

example: $(VENV)/installed ## the worked example of the docs, made again
	$(BIN)/python docs/example/make.py

shots: $(VENV)/installed-dev ## pictures of the live page for the workshop pack; needs Chromium
	$(BIN)/python docs/workshop/shots.py

# Made again when its interpreter is gone.
$(BIN)/python:
	@test -n "$(PYTHON)" || { echo "wijksim needs Python 3.11 or newer, and none was found." \
		"Install it, or name it: make PYTHON=/path/to/python3.12 $(MAKECMDGOALS)"; exit 1; }
	@"$(PYTHON)" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null || { echo \
		"wijksim needs Python 3.11 or newer, and $(PYTHON) is not."; exit 1; }
	@"$(PYTHON)" -c 'import ensurepip' 2>/dev/null || { echo "$(PYTHON) can't make environments" \
		"(ensurepip is missing). On Debian or Ubuntu: sudo apt install python3-venv"; exit 1; }
	"$(PYTHON)" -m venv --clear $(VENV)

$(VENV)/installed: pyproject.toml $(BIN)/python
	@echo "Installing wijksim and what it needs in $(VENV); the first time this takes a minute or two."
	$(PIP) install --editable .
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed
	@echo "Installing the test tools in $(VENV)."
	$(PIP) install --editable '.[dev]'
	@touch $@

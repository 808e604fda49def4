# Two commands are all a newcomer needs:  make demo   and   make test
# They make .venv themselves, once. Another Python: make test PYTHON=python3.12

VENV ?= .venv
ARGS ?=
BIN := $(VENV)/bin
SUPPORTED := import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))
PYTHON ?= $(shell for p in python3 python3.13 python3.12 python3.11; do \
	$$p -c '$(SUPPORTED)' 2>/dev/null && echo $$p && break; done)
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check -c constraints.txt

.DELETE_ON_ERROR:
.PHONY: demo test thorough check fuzz bench picture clean

demo: $(VENV)/installed  ## the whole job on a local org, no account needed
	@$(BIN)/python -m partners demo $(ARGS)

test: $(VENV)/installed  ## everything that must hold, on all cores
	@$(BIN)/python -m pytest -n auto --dist worksteal -m 'not thorough' $(ARGS)

thorough: $(VENV)/installed  ## what takes minutes more: the same on the other database
	@$(BIN)/python -m pytest -n auto -m thorough $(ARGS)

check: $(VENV)/installed-dev  ## the stricter checks: style, types, import contracts
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

fuzz: $(VENV)/installed  ## the property tests on many more examples: a million decisions
	@HYPOTHESIS_PROFILE=fuzz RULEBOOK_PAIRS=1000000 EPISODE_DAYS=1826 MIRROR_KILLS=300 \
		$(BIN)/python -m pytest -m 'hypothesis or fuzz' $(ARGS)

bench: $(VENV)/installed  ## every benchmark, one table each
	@for file in benchmarks/[a-z]*.py; do \
		$(BIN)/python -m benchmarks.$$(basename $$file .py) $(ARGS) || exit 1; done

picture: $(VENV)/installed  ## the README's picture of the demo
	@$(BIN)/python docs/picture.py

clean:
	rm -rf $(VENV) .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

$(VENV)/installed: pyproject.toml constraints.txt
	@test -n "$(PYTHON)" || { echo "No Python 3.11, 3.12 or 3.13 was found. Install one, or name\
	 it: make PYTHON=/path/to/python3" >&2; exit 2; }
	@$(PYTHON) -c '$(SUPPORTED)' || { echo "$(PYTHON) is not Python 3.11, 3.12 or 3.13. Name\
	 another: make PYTHON=/path/to/python3" >&2; exit 2; }
	@echo "Installing into $(VENV) with $(PYTHON), once; it takes about a minute."
	@rm -f $@ $@-dev
	@$(PYTHON) -m venv $(VENV) >/dev/null || { rm -rf $(VENV); echo "No virtual environment could\
	 be made. On Debian or Ubuntu: apt install python3-venv" >&2; exit 2; }
	@$(PIP) -e '.[test]' || { echo "Installing failed, the reason stands above. Is a package index\
	 in reach? Run the same command again to go on." >&2; exit 2; }
	@$(DURABLE)
	@touch $@

$(VENV)/installed-dev: $(VENV)/installed
	@$(PIP) -e '.[test,dev]'
	@touch $@

# The live engine is C source: it needs a compiler, and a Python older than 3.13.
define DURABLE
if ! $(BIN)/python -c 'import sys; sys.exit(sys.version_info >= (3, 13))'; then \
	echo "The engine durable_rules does not run on this Python: native stands in."; \
elif ! command -v $${CC:-cc} >/dev/null; then \
	echo "No C compiler for the engine durable_rules: native stands in."; \
elif ! $(PIP) -e '.[durable]' >$(VENV)/durable.log 2>&1; then \
	echo "The engine durable_rules was not built ($(VENV)/durable.log): native stands in."; \
fi
endef

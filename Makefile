# Two commands matter: `make run` and `make test`. Both set everything up by themselves.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
LOCK = $(BIN)/python ops/set_up.py uv pip compile --universal --python-version 3.11 --generate-hashes \
	--no-emit-index-url --no-emit-find-links --no-annotate --no-header --quiet

# Tests start hundreds of processes: each would compile all modules anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: run test check lint types imports bench lock check-install clean
run: $(VENV)/.run
	$(BIN)/suyuan serve --demo

test: $(VENV)/.dev
	$(BIN)/pytest -n auto --maxprocesses 4 --dist loadfile

check: lint types imports test

lint: $(VENV)/.dev
	$(BIN)/ruff format --check . && $(BIN)/ruff check .

types: $(VENV)/.dev
	$(BIN)/mypy

imports: $(VENV)/.dev
	$(BIN)/lint-imports

bench: $(VENV)/.dev
	$(BIN)/python -m bench

# The stamps say what the environment has: nothing is fetched again until that changes. What tests
# need is installed over what running needs, so either may come first.
$(VENV)/.run: requirements/set-up.txt requirements/run.txt pyproject.toml setup.py
	@$(PYTHON) -c 'import sys; sys.exit(0 if sys.version_info >= (3, 11) else "Suyuan needs Python 3.11 or newer; name one with: make PYTHON=python3.12")'
	@$(PYTHON) ops/set_up.py run
	@touch $@

$(VENV)/.dev: $(VENV)/.run requirements/dev.txt
	@$(BIN)/python ops/set_up.py dev
	@touch $@

lock: $(VENV)/.run
	$(LOCK) --group set-up -o requirements/set-up.txt
	$(LOCK) pyproject.toml -o requirements/run.txt
	$(LOCK) pyproject.toml --group dev -c requirements/set-up.txt -c requirements/run.txt -o requirements/dev.txt

# From a clean clone to a server that answers, in every shape; prints how long each took.
check-install:
	ops/check-install.sh

clean:
	rm -rf $(VENV) build *.egg-info

# The front door. Everything below installs what it needs into .venv, from the locked files.

PYTHON ?= python3
BIN := .venv/bin
LOCK := uv pip compile --quiet --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-emit-find-links --no-header pyproject.toml

.DEFAULT_GOAL := help
.PHONY: help demo test test-matrix test-external lint format bench lock wheel clean

help: ## Show the targets
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## /  make \1\t/' | expand -t 22

demo: .venv/core .venv/browser ## Play the whole cahier against the reference editor, and write its dossier in reports/
	$(BIN)/sas-recette demo

test: .venv/dev .venv/browser ## Run every test
	$(BIN)/pytest -n 3

test-matrix: .venv/dev ## Play every scenario against every defect (make test plays those that a defect concerns)
	$(BIN)/pytest -n 3 --whole-matrix tests/matrix

test-external: .venv/dev .venv/browser ## Have Apache and authlib log in through the bench, and Allure read its results
	$(BIN)/python -m tests_external.provide
	$(BIN)/pytest -n 2 --dist worksteal tests_external

lint: .venv/dev ## Check style, types and who imports whom
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: .venv/dev ## Format the code
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

bench: .venv/dev ## Measure the speeds that the project promises, as ratios
	$(BIN)/python -m benchmarks
	$(BIN)/python -m benchmarks.load

lock: .venv/dev ## Resolve the dependencies anew
	$(BIN)/$(LOCK) --upgrade --group build --extra navigateur --extra pdf -o requirements/core.lock
	$(BIN)/$(LOCK) --upgrade --group dev --extra strict --extra navigateur --extra pdf -o requirements/dev.lock
	$(BIN)/$(LOCK) --upgrade --all-extras -o requirements/all.lock

wheel: .venv/dev ## Build the wheel into dist/
	$(BIN)/hatchling build -t wheel

clean: ## Remove what was built
	rm -rf .venv build dist .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache

.venv/core: requirements/core.lock pyproject.toml
	@$(PYTHON) -c 'import sys; sys.version_info >= (3, 11) or sys.exit("Python 3.11 ou plus récent est nécessaire : make PYTHON=python3.12 …")'
	test -x $(BIN)/pip || $(PYTHON) -m venv .venv
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/core.lock
	$(BIN)/pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

.venv/dev: requirements/dev.lock .venv/core
	$(BIN)/pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.lock
	touch $@

# Without a browser the rest goes on: what needs one says so. It is looked for again the next time.
.venv/browser: .venv/core
	@$(BIN)/python -m sas_recette.cli.browser && touch $@ || true

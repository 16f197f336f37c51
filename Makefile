# Everything a person does with this project; `make` alone lists it.
# Each target does its own set-up: on a fresh machine only Python 3.11+ and make are needed.

.DEFAULT_GOAL := help
SHELL := bash
.SHELLFLAGS := -euo pipefail -c

PYTHON ?= $(shell for p in python3 python3.14 python3.13 python3.12 python3.11; do \
	"$$p" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && echo "$$p" && exit; done; echo python3)
BIN := .venv/bin
ENVIRONMENT := $(PYTHON) scripts/environment.py
COMPILE := UV_CUSTOM_COMPILE_COMMAND='make lock' $(BIN)/uv pip compile --quiet --universal --python-version 3.11 \
	--generate-hashes --no-emit-index-url --no-emit-find-links

# make test TESTS=tests/slack ARGS='-k retry'
TESTS ?=
ARGS ?=

.PHONY: help run test check format catalogues bench bench-quality lock clean environment environment-dev environment-synapse matrix-peer system

help: ## list what can be done
	@sed -n 's/^\([a-z-]*\):.*## \(.*\)/  make \1\t\2/p' $(MAKEFILE_LIST) | expand -t 24

run: environment ## start the bot: with no settings, a sample organisation at http://127.0.0.1:8080/
	@exec $(BIN)/swarmbridge run

test: environment-dev environment-synapse matrix-peer system ## run every test, on real servers it brings up itself
	@$(BIN)/pytest --numprocesses 4 --dist worksteal $(TESTS) $(ARGS)

check: environment-dev ## style, types, import contracts, Dockerfile, catalogues
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/hadolint Dockerfile
	$(BIN)/python scripts/catalogues.py check
	$(BIN)/swarmbridge catalogue check adapters/directory/sample/catalogue.yaml

format: environment-dev ## put the code into its style
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

catalogues: environment-dev ## bring the message catalogues in line with the code, for translators to fill
	$(BIN)/python scripts/catalogues.py update

bench: environment-dev system ## measure speed, memory and start beside a bare echo bot
	$(BIN)/python -m benchmarks $(ARGS)

bench-quality: environment-dev ## predict on real data: DATA=<folder> OUT=<folder> TRAIN=<folder>
	$(BIN)/python -m benchmarks.quality --data "$(DATA)" --out "$(OUT)" --train "$(TRAIN)" $(ARGS)

lock: environment-dev ## take the newest versions that fit pyproject.toml into the lock files
	$(COMPILE) --upgrade pyproject.toml -o requirements.lock
	$(COMPILE) --upgrade pyproject.toml --group dev -c requirements.lock -o requirements-dev.lock
	$(COMPILE) --upgrade --group build -c requirements-dev.lock -o requirements-build.lock
	$(COMPILE) --upgrade --group synapse -o requirements-synapse.lock

clean: ## remove environments, caches and build results; keeps var/, where a bot keeps its records
	rm -rf .venv .venv-synapse .venv*.lock build dist out *.egg-info
	rm -rf tests/servers/matrix_peer/node_modules tests/servers/matrix_peer/.lock
	rm -rf .pytest_cache .mypy_cache .ruff_cache .import_linter_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +

environment:
	@$(ENVIRONMENT) .venv requirements.lock --project

environment-dev:
	@$(ENVIRONMENT) .venv requirements-dev.lock --project

environment-synapse:
	@$(ENVIRONMENT) .venv-synapse requirements-synapse.lock

matrix-peer: environment-synapse
	@$(PYTHON) scripts/matrix_peer.py .venv-synapse tests/servers/matrix_peer

system:
	@scripts/system-packages.sh

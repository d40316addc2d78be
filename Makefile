# Everything a developer runs. `make demo` and `make test` set up what they need in .venv, from pinned and hashed wheels.

PYTHON ?= python3
BIN := .venv/bin
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check install --only-binary=:all: --require-hashes
ITSELF := $(BIN)/python -m pip --quiet --disable-pip-version-check install --no-deps --no-build-isolation --editable .

.PHONY: help demo test test-fast lint format docs quality laboratory bench chaos fuzz broker lock clean
.DEFAULT_GOAL := help

help: ## show this
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

demo: .venv/ready ## watch crises being found: simulated brands, no broker, seconds
	@$(BIN)/brushfire demo

test: .venv/ready-dev ## every test; what needs Java 17 and Maven, Prometheus or real data says so where it skips
	$(BIN)/pytest -n 2 --dist loadscope --no-loadscope-reorder

test-fast: .venv/ready-dev ## the tests that need nothing and take seconds
	$(BIN)/pytest -n auto -m "not slow and not broker"

lint: .venv/ready-dev ## format, style, types, walls between the rooms
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports

format: .venv/ready-dev ## write the code as the formatter wants it
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

docs: .venv/ready-dev ## write docs/reference anew from the code
	$(BIN)/python docs/generate.py

quality: .venv/ready-dev ## the published figures on real input: texts, counts, tweets (needs ../shared)
	@$(BIN)/python -m tests.quality

laboratory: .venv/ready-dev ## the published figures on streams of known truth, into docs/laboratory.md (three quarters of an hour)
	$(BIN)/python -m tests.laboratory

bench: .venv/ready-dev ## what a mention costs: the core and the whole Kafka loop against a bare poll (needs a broker)
	$(BIN)/python -m tests.bench --rounds 7

chaos: .venv/ready-dev ## kill workers under load and compare with the replay: KILLS=100, VICTIMS=nodes (needs a broker)
	@$(BIN)/python -m tests.chaos --victims $(or $(VICTIMS),workers) --kills $(or $(KILLS),10)

SECONDS ?= 300
fuzz: .venv/ready-dev ## the property tests of the door for SECONDS (300), with ever new examples: make fuzz SECONDS=3600
	@$(BIN)/python -m tests.fuzz --seconds $(SECONDS)

broker: .venv/ready-dev ## a real Kafka broker on a free port, until interrupted (Java 17 and Maven)
	@$(BIN)/python -m tests.broker

lock: ## raise the pins (needs uv)
	uv pip compile pyproject.toml --universal --python-version 3.11 --upgrade --generate-hashes \
	  --no-header --no-annotate --no-emit-index-url --no-emit-find-links -o requirements.lock
	uv pip compile pyproject.toml --extra dev --universal --python-version 3.11 --upgrade --generate-hashes \
	  --no-header --no-annotate --no-emit-index-url --no-emit-find-links -c requirements.lock -o requirements-dev.lock

clean: ## forget the virtual environment and what was built
	rm -rf .venv build dist *.egg-info

.venv/made:
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11))' \
	  || { echo 'brushfire needs Python 3.11 or later. Name one: make PYTHON=python3.12 …'; exit 1; }
	@$(PYTHON) -m venv .venv \
	  || { rm -rf .venv; echo 'Python cannot make a virtual environment here. Debian: apt-get install python3-venv'; exit 1; }
	@touch $@

.venv/ready: .venv/made requirements.lock deploy/build.lock pyproject.toml
	@echo 'Installing into .venv (numpy, scipy and river are the large ones) …'
	@$(PIP) -r requirements.lock -r deploy/build.lock
	@$(ITSELF)
	@touch $@

.venv/ready-dev: .venv/ready requirements-dev.lock
	@echo 'Installing what the tests need …'
	@$(PIP) -r requirements-dev.lock
	@touch $@

# The commands of the project. Each installs what it needs and can be run again.
.DEFAULT_GOAL := help
SHELL := /bin/bash
PYTHON ?= $(shell command -v python3.11 || command -v python3)
VENV := .venv
BIN := $(VENV)/bin
INSTALLED := $(VENV)/.installed
# What the slow tests use besides Python: a real PostgreSQL server, a clock that can be set back, and a browser.
SYSTEM_PACKAGES := postgresql faketime chromium

export DAGSTER_DISABLE_TELEMETRY := 1
export DBT_SEND_ANONYMOUS_USAGE_STATS := false
export GX_ANALYTICS_ENABLED := false
export PYTHONUNBUFFERED := 1

# Two processes share the tests out by file; tests/conftest.py says which begin first.
IN_TWO := --numprocesses 2 --dist loadfile --no-loadscope-reorder --durations 15
# Parts of a command that run beside each other; each prints what it has to say when it ends.
BESIDE := $(MAKE) --no-print-directory --output-sync=target --jobs

.PHONY: help install run demo refresh memo docs dev doctor report report-dev test test-python test-slow lint lint-python lint-sql format calendar lock clean

help: ## this list
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(INSTALLED): requirements.txt
	@echo "Installing the packages of requirements.txt into $(VENV) (a minute or two the first time)"
	@command -v $(PYTHON) >/dev/null || { echo "$(PYTHON) is not here: apt-get install python3.11 python3.11-venv, or make PYTHON=..."; exit 1; }
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@$(BIN)/uv pip sync --quiet --compile-bytecode requirements.txt
	@touch $@

install: $(INSTALLED) ## install the pinned packages into .venv

run: $(INSTALLED) ## the main job, end to end: demo deliveries if none are there, then the refresh
	@if [ -z "$$TAUEKEL_LANDING_DIR" ] && [ ! -e data/landing ]; then $(MAKE) --no-print-directory demo; fi
	@$(BIN)/python -m orchestration.refresh

demo: $(INSTALLED) ## write the demo deliveries to data/landing, and the truth about them to data/demo_truth
	@$(BIN)/python -m simulation --landing data/landing --truth data/demo_truth

refresh: $(INSTALLED) ## the main job on the deliveries that are there
	@$(BIN)/python -m orchestration.refresh

memo: $(INSTALLED) ## the year's note from the published snapshot, DOCX and HTML in three languages, to data/memo
	@$(BIN)/python -m orchestration.memo

doctor: $(INSTALLED) ## look at the machine and the installation, change nothing, say what to do
	@$(BIN)/python -m orchestration.doctor

docs: $(INSTALLED) ## dbt's documentation of the models, with lineage, as one file: data/dbt_docs/index.html
	@$(BIN)/python -m orchestration.model_docs

dev: $(INSTALLED) ## the Dagster UI on loopback, port 3000
	@$(BIN)/python -m orchestration.dev

report: $(INSTALLED) ## build the pages of the published snapshot into data/reports (wants node 20)
	@$(BIN)/python -m orchestration.reports

report-dev: $(INSTALLED) ## serve the pages on loopback, port 3080; builds them when there are none
	@test -e "$${TAUEKEL_DATA_DIR:-data}/reports/index.html" || $(BIN)/python -m orchestration.reports
	@$(BIN)/python -m orchestration.reports serve

test: $(INSTALLED) ## lint, types, and the tests that take seconds, beside each other
	@$(BESIDE) test-python lint-python lint-sql

# The plus shows the tests' progress as it comes, not when they end.
test-python: $(INSTALLED)
	+@$(BIN)/python -m pytest -m "not slow" $(IN_TWO)

test-slow: $(INSTALLED) ## the tests that take minutes: faults, servers, fuzz (installs SYSTEM_PACKAGES by apt-get when root)
	@dpkg -s $(SYSTEM_PACKAGES) >/dev/null 2>&1 || { test $$(id -u) = 0 && { echo "Installing $(SYSTEM_PACKAGES)"; apt-get update -qq; \
	    DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(SYSTEM_PACKAGES) >/dev/null; }; } \
	  || { echo "These system packages are wanted: apt-get install $(SYSTEM_PACKAGES)"; exit 1; }
	@$(BIN)/python -m pytest -m slow $(IN_TWO)

lint: $(INSTALLED) ## ruff, mypy and sqlfluff
	@$(BESIDE) lint-python lint-sql

lint-python: $(INSTALLED)
	@nice $(BIN)/ruff check . && nice $(BIN)/ruff format --check . && nice $(BIN)/mypy

# The tests take longer: they go first.
lint-sql: $(INSTALLED)
	@mkdir -p target/lint && TAUEKEL_DATA_DIR=target/lint nice $(BIN)/sqlfluff lint models --processes 2

format: $(INSTALLED) ## put Python in its standard form
	@$(BIN)/ruff check --fix . && $(BIN)/ruff format .

calendar: $(INSTALLED) ## renew seeds/kz_calendar.csv from the holidays package
	@$(BIN)/python -m orchestration.calendar

lock: $(INSTALLED) ## resolve pyproject.toml anew into requirements.txt
	@$(BIN)/uv pip compile pyproject.toml --group dev --python-version 3.11 --generate-hashes --upgrade --quiet -o requirements.txt
	@for clients in tests/clients/*.in; do \
	  $(BIN)/uv pip compile $$clients --python-version 3.11 --generate-hashes --upgrade --quiet -o $${clients%.in}.txt || exit 1; done

clean: ## delete what runs made (data/ and target/), deliveries included
	@rm -rf data target logs

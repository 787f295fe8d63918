# Levertree's front door. `make` alone explains itself; everything it installs stays inside this folder.
.NOTPARALLEL:
.DEFAULT_GOAL := help
SHELL := /bin/sh

PYTHON ?=
PORT ?=
BIN := .venv/bin
PYTEST_ARGS ?= -n 2 --dist loadfile --no-loadscope-reorder
RUN := .venv/.levertree-run
DEV := .venv/.levertree-dev
VENDOR := app/static/vendor/THIRD-PARTY-NOTICES.txt
NODE := node_modules/.levertree-dev

.PHONY: help run test check demo pictures bench soak lock format clean

help: ## Explain these commands
	@echo "Levertree: make run, then open http://localhost:8000"
	@echo
	@awk -F ':.*## ' '/^[a-z]+:.*## / { printf "  make %-8s %s\n", $$1, $$2 }' Makefile
	@echo
	@echo "  make run PORT=9000               another port"
	@echo "  make run PYTHON=/path/to/python  another Python (3.11 or newer)"
	@echo "  make test PYTEST_ARGS='-k vote'  some of the tests"

run: $(RUN) $(VENDOR) ## Serve on http://localhost:8000 (sets up whatever is missing first)
	@$(if $(PORT),LEVERTREE_PORT=$(PORT)) $(BIN)/levertree serve

test: $(DEV) $(VENDOR) $(NODE) ## Run every test (finds or installs a browser first)
	@$(BIN)/python -m tools.browser
	@$(BIN)/python -m pytest $(PYTEST_ARGS)

check: $(DEV) ## Format, lint, types and import contracts
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports

demo: $(RUN) $(VENDOR) ## Play a whole workshop with simulated people; its outcome lands in artifacts/demo
	@$(BIN)/levertree rehearse --example plg-saas --participants 6 --speed 20 --out artifacts/demo

pictures: $(DEV) $(VENDOR) $(NODE) ## Take the README's pictures anew: plays a whole workshop in a browser
	@$(BIN)/python -m tools.browser
	@LEVERTREE_PICTURES=1 $(BIN)/python -m pytest tests/browser/test_whole_workshop.py

bench: $(DEV) $(VENDOR) $(NODE) ## Measure the live engine (minutes)
	@$(BIN)/python -m benchmarks

soak: $(DEV) $(VENDOR) ## Run a server under load for a while and watch that nothing grows
	@$(BIN)/python -m benchmarks.soak

lock: $(DEV) ## Write the locks anew; make lock UPGRADE=1 moves to newer versions
	@sh tools/lock.sh $(if $(UPGRADE),--upgrade)
	@npm install --package-lock-only

format: $(DEV) ## Put the code into the project's format
	@$(BIN)/ruff format .
	@$(BIN)/ruff check --fix .

clean: ## Remove everything that set-up and tests made; workshops in data/ stay
	rm -rf .venv node_modules build dist artifacts app/fonts app/static/vendor
	rm -rf .pytest_cache .hypothesis .mypy_cache .ruff_cache .import_linter_cache
	find app facilitation tests tools -name __pycache__ -type d -prune -exec rm -rf {} +

$(RUN): requirements.lock requirements-setup.lock pyproject.toml
	@python=$$(sh tools/find-python.sh $(PYTHON)) && "$$python" -m tools.environment run
	@touch $@

$(DEV): requirements-dev.lock pyproject.toml
	@python=$$(sh tools/find-python.sh $(PYTHON)) && "$$python" -m tools.environment dev
	@touch $(RUN) $@

$(VENDOR): package-lock.json requirements-setup.lock tools/vendor.py | $(RUN)
	@echo "Fetching the front-end files and fonts …"
	@$(BIN)/python -m tools.vendor
	@touch $@

# Besides what the pages need: axe for the browser tests, socket.io for the benchmarks.
$(NODE): package-lock.json $(VENDOR) | $(RUN)
	@$(BIN)/python -m tools.vendor --dev
	@touch $(VENDOR) $@

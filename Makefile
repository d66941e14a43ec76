# Each target is a line or two over a plain command that works by hand.

PYTHON ?= python3
BIN := .venv/bin

# Where Python keeps no compiled files, each of some hundred processes compiles everything anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo dev test check pages bench torture screens smoke clean

demo: export DEMO = 1
demo: .venv/runtime.stamp
	@$(BIN)/python -m billing_app serve --lively

dev: export DEMO = 1
dev: .venv/runtime.stamp
	@$(BIN)/python scripts/dev.py

test:
	@$(MAKE) --no-print-directory --jobs=2 check pages
	@$(BIN)/python scripts/ensure_chromium.py
	@$(BIN)/python -m pytest --numprocesses=auto --dist=loadgroup --no-loadscope-reorder

# Beside the check, which keeps one processor busy.
pages: .venv/runtime.stamp
	@$(BIN)/python -c "from billing_app.serving.build import build_if_changed; build_if_changed()"

check: .venv/dev.stamp
	@$(BIN)/ruff format --check .
	@$(BIN)/ruff check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/python -m billing_app migrate --check

bench: .venv/dev.stamp
	@$(BIN)/python -m bench

torture: .venv/dev.stamp
	@$(BIN)/python scripts/ensure_chromium.py
	@$(BIN)/python -m pytest --both --numprocesses=auto --dist=loadgroup --no-loadscope-reorder
	@$(BIN)/python -m pytest -m torture

screens: .venv/dev.stamp
	@$(BIN)/python scripts/ensure_chromium.py
	@$(BIN)/python scripts/papers.py
	@$(BIN)/python scripts/screens.py

smoke:
	@$(PYTHON) scripts/smoke.py

clean:
	rm -rf .venv .web .pages .runtime .states .mypy_cache .pytest_cache .ruff_cache .import_linter_cache

.venv/runtime.stamp: requirements.txt scripts/environment.sh
	@sh scripts/environment.sh $(PYTHON) requirements.txt
	@touch $@

.venv/dev.stamp: requirements-dev.txt .venv/runtime.stamp
	@sh scripts/environment.sh $(PYTHON) requirements-dev.txt
	@touch $@

# The two commands are `make demo` and `make test`; docs/operations.md tells the rest.
# `exec` in the recipes: a signal to make reaches the program itself, with no shell in between to lose it.
PYTHON ?= $(shell for p in python3.11 python3; do $$p -c 'import sys; sys.exit(sys.version_info[:2] != (3, 11))' 2>/dev/null && echo $$p && break; done)
INSTALL = $(or $(PYTHON),$(error Waystation needs Python 3.11: install it (on Debian 12: apt-get install python3 python3-venv) and try again)) -I platform/waystation/demo/install.py

# bytecode is kept in .venv, also where the environment forbids it beside the sources: the tests and the demo start
# many processes, and compiling everything for each takes longer than most of what they do
export PYTHONPYCACHEPREFIX := $(CURDIR)/.venv/bytecode
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test chaos bench stripe-live lint lock

demo:
	@$(INSTALL) requirements.txt
	@exec .venv/bin/python -m waystation.demo

test:
	@$(INSTALL) requirements-dev.txt
	@exec .venv/bin/python -m tests.run

chaos:
	@$(INSTALL) requirements-dev.txt
	@exec .venv/bin/python -m tests.run chaos

bench:
	@$(INSTALL) requirements-dev.txt
	@exec .venv/bin/python -m bench $(if $(JSON),--json) $(if $(ONLY),--only $(ONLY))

stripe-live:
	@$(INSTALL) requirements-dev.txt
	@exec .venv/bin/python -m tests.stripe_live

lint:
	@$(INSTALL) requirements-dev.txt
	@exec .venv/bin/python -m tests.lint

lock:
	uv pip compile --quiet --generate-hashes --no-annotate --no-header --no-emit-index-url --python-version 3.11 --group build pyproject.toml -o requirements.txt
	uv pip compile --quiet --generate-hashes --no-annotate --no-header --no-emit-index-url --python-version 3.11 --group build --group dev pyproject.toml -o requirements-dev.txt

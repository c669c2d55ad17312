# Twee opdrachten volstaan: `make demo` en `make test`. De omgeving komt vanzelf.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.klaar

.PHONY: demo test test-grondig check bench sample schemas clean

demo: $(STAMP)
	@$(BIN)/declaratie controleer sample_data/fout/batch.asc --dossier sample_data/fout/dossier; \
	code=$$?; echo "exitcode $$code (1: er zijn afgekeurde regels, zoals in dit voorbeeld bedoeld)"; test $$code -eq 1

# Twee werkers; GRONDIG=1 kiest ook wat `grondig` is gemerkt (tests/grondig.py) en de diepe profielen.
PYTEST = $(BIN)/python -m pytest -n $(WERKERS) --dist loadgroup --durations=10
WERKERS ?= 2

test: check
	$(PYTEST)

test-grondig: check
	GRONDIG=1 $(PYTEST)

check: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(STAMP)
	$(BIN)/python tests/benchmarks/bench.py

sample: $(STAMP)
	$(BIN)/python -m wlz_declaratie.voorbeeld sample_data

schemas: $(STAMP)
	$(BIN)/python -m wlz_declaratie.cli.paginas schemas

$(STAMP): pyproject.toml .requirements-dev.lock
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r .requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $@

clean:
	rm -rf $(VENV) dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

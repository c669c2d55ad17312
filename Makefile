# Twee opdrachten volstaan: `make demo` en `make test`. De omgeving komt vanzelf.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
STAMP := $(VENV)/.klaar

.PHONY: demo test test-grondig test-ray check bench profiel regel regel-nieuw goud sample schemas clean

demo: $(STAMP)
	@$(BIN)/declaratie controleer sample_data/fout/batch.asc --dossier sample_data/fout/dossier; \
	code=$$?; echo "exitcode $$code (1: er zijn afgekeurde regels, zoals in dit voorbeeld bedoeld)"; test $$code -eq 1

# Drie werkers voor twee kernen, want zij wachten ook op processen; elk met één draad in Polars. GRONDIG=1 kiest ook wat
# `grondig` is gemerkt (tests/grondig.py) en de diepe
# profielen, en laat Polars alle kernen.
PYTEST = $(BIN)/python -m pytest -n $(WERKERS) --dist loadfile --durations=10
WERKERS ?= 3
# Ook wie elders geen bytecode wil: anders vertaalt elke werker, en elk proces dat een test begint, alle modules opnieuw.
test test-grondig test-ray: export PYTHONDONTWRITEBYTECODE :=

test: check
	POLARS_MAX_THREADS=1 $(PYTEST)

test-grondig: check
	GRONDIG=1 $(PYTEST)

# Met het extra `ray` in dezelfde omgeving; de rest van de tests merkt daar niets van.
test-ray: $(STAMP)-ray
	MET_RAY=1 POLARS_MAX_THREADS=1 $(BIN)/python -m pytest tests/ray --durations=5

check: $(STAMP)
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/lint-imports

bench: $(STAMP)
	$(BIN)/python tests/benchmarks/bench.py

# make profiel: waar de tijd van één controle blijft, per stap en per controleregel; REGELS=10000000 voor een andere maat.
profiel: $(STAMP)
	$(BIN)/python tests/benchmarks/profiel.py "$${REGELS:-1000000}"

# make regel ID=VRB-99: de gevallen van één regel, en wat er nog aan haar ontbreekt.
regel: $(STAMP)
	$(BIN)/python -m pytest tests/unit/test_regels.py tests/unit/test_catalogus.py tests/unit/test_dekking.py -k "$$ID"

# make regel-nieuw ID=VRB-99 TITEL="Wat zij toetst": het begin van een regel; RETOURCODE=0584 en BRON="B1 §3.1" mogen.
regel-nieuw: $(STAMP)
	@$(BIN)/python tests/gereedschap/regel_nieuw.py --retourcode "$$RETOURCODE" --bron "$$BRON" -- "$$ID" "$$TITEL"
	@$(BIN)/python -m wlz_declaratie.cli.paginas schemas

# Alles wat gemaakt is uit iets anders: lees daarna wat er veranderd is (git diff).
goud: sample schemas
	DECLARATIE_GOLDEN=schrijf $(BIN)/python -m pytest tests/golden tests/cli/test_uitvoer.py -k golden

sample: $(STAMP)
	$(BIN)/python -m wlz_declaratie.voorbeeld sample_data

schemas: $(STAMP)
	$(BIN)/python -m wlz_declaratie.cli.paginas schemas

$(STAMP): pyproject.toml .requirements-dev.lock
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r .requirements-dev.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $@

$(STAMP)-ray: $(STAMP) .requirements-ray.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r .requirements-ray.lock
	@touch $@

clean:
	rm -rf $(VENV) dist build .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache

# Two commands do all the set-up: `make demo` and `make test`.
PYTHON ?= python3
BIN := .venv/bin
SOAK := tests/test_contract_year.py tests/test_door_fuzz.py tests/test_lost_answers.py tests/test_publish_crashes.py tests/test_publish_once.py tests/test_month_of_deaths.py tests/test_soak.py

.PHONY: demo test soak lint bench bench-render bench-webhook bench-ledger bench-reports pictures lock clean

demo: .venv/ready
	$(BIN)/wxops demo

test: lint
	$(BIN)/pytest -n 3 -q
	$(BIN)/pytest -n 3 -q --postgres

soak: .venv/ready  ## every crash point, the whole race, a month of deaths, 500 random schedules, 100,000 inputs; all on both databases
	WXOPS_TEST_SOAK=1 $(BIN)/pytest -n 2 -q $(SOAK)
	$(BIN)/python tests/fuzz_door.py -runs=100000
	WXOPS_TEST_SOAK=1 $(BIN)/pytest -n 2 -q --postgres

lint: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy

bench: .venv/ready
	$(BIN)/python -m benchmarks

bench-render: .venv/ready  ## fetches other renderers with pip and npm
	$(BIN)/python -m benchmarks render

bench-webhook: .venv/ready  ## fetches WeRoBot with pip; MESSAGES=20000 looks at the memory for a shorter time
	$(BIN)/python -m benchmarks webhook

bench-ledger: .venv/ready
	$(BIN)/python -m benchmarks ledger

bench-reports: .venv/ready
	$(BIN)/python -m benchmarks reports

.venv/ready: requirements.lock pyproject.toml
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "wxops needs Python 3.11 or newer; say which with: make demo PYTHON=python3.12")'
	$(PYTHON) -m venv .venv
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements.lock
	$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-deps --no-build-isolation -e .
	touch $@

pictures: .venv/ready  ## of the editors' guide; needs Chromium and Chinese fonts
	$(BIN)/python docs/pictures.py

lock:  ## needs uv
	uv pip compile pyproject.toml --group dev --universal --python-version 3.11 --generate-hashes --no-emit-index-url --quiet --output-file requirements.lock

clean:
	rm -rf .venv wxops-demo benchmarks/.environments

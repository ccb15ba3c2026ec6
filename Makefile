# The portal's commands. `make run` and `make test` do their own set-up on a fresh clone.
SHELL := /bin/sh
BIN := .venv/bin

.PHONY: run test test-fast test-full check python types javascript format messages openapi requirements clean \
	bench-api bench-builder bench-dashboard bench-delivery bench-jobs bench-overrides

run: .venv/runtime.stamp
	@scripts/with-env $(BIN)/python -m portal.embedded

test: .venv/dev.stamp
	@scripts/test

# The inner loop: no services, no browser.
test-fast: .venv/dev.stamp
	@scripts/test fast

# Everything on the services and on the embedded default, with the long proofs; .ci/full runs it.
test-full: .venv/dev.stamp
	@scripts/test full

# Three parts that do not need each other: `make -j2 --output-sync check` runs two at a time.
check: types javascript python

python: .venv/dev.stamp
	$(BIN)/ruff check --no-cache .
	$(BIN)/ruff format --no-cache --check .
	$(BIN)/lint-imports --no-cache
	scripts/check-deploy $(BIN)/python
	scripts/with-env $(BIN)/python manage.py makemigrations --check --dry-run
	scripts/with-env $(BIN)/python manage.py spectacular --file var/openapi.yaml --validate --fail-on-warn
	cmp var/openapi.yaml docs/contracts/openapi.yaml

# Types by JSDoc, linter and unit tests of static/; needs node and npm.
javascript: node_modules/.package-lock.json
	npm run --silent types
	npm run --silent lint
	npm run --silent test

node_modules/.package-lock.json: package-lock.json
	npm ci --silent --no-audit --no-fund
	@touch $@

# Strict for services, selectors and the media library; see pyproject.toml.
types: .venv/dev.stamp
	$(BIN)/mypy

format: .venv/dev.stamp
	$(BIN)/ruff check --fix .
	$(BIN)/ruff format .

# Collects texts into locale/*/LC_MESSAGES/django.po and compiles them (needs Debian's gettext).
messages: .venv/dev.stamp
	scripts/with-env $(BIN)/python manage.py makemessages -l ru --no-location --no-obsolete -i .venv -i var -i tests -i node_modules
	scripts/with-env $(BIN)/python manage.py compilemessages -l ru -i .venv -i var

openapi: .venv/dev.stamp
	scripts/with-env $(BIN)/python manage.py spectacular --file docs/contracts/openapi.yaml --validate --fail-on-warn

# Needs wrk and `eval "$(scripts/services env)"` after `scripts/services start`.
bench-api: .venv/dev.stamp
	$(BIN)/python -m bench.api

# Each override of a framework, with and without it.
bench-overrides: .venv/dev.stamp
	$(BIN)/python -m bench.overrides

bench-dashboard: .venv/dev.stamp
	$(BIN)/python -m bench.dashboard

# Needs Chromium.
bench-builder: .venv/dev.stamp
	$(BIN)/python -m bench.builder

# As bench-api, and curl.
bench-delivery: .venv/dev.stamp
	$(BIN)/python -m bench.delivery

# Needs PostgreSQL of `scripts/services`, and a machine at rest.
bench-jobs: .venv/dev.stamp
	$(BIN)/python -m bench.jobs

requirements: .venv/dev.stamp
	$(BIN)/python -m pip install -q --disable-pip-version-check uv
	$(BIN)/uv pip compile -q pyproject.toml --universal --generate-hashes --no-header -o requirements/runtime.txt
	$(BIN)/uv pip compile -q pyproject.toml --universal --generate-hashes --no-header --group dev -o requirements/dev.txt

clean:
	rm -rf .venv node_modules var/static .pytest_cache .ruff_cache

.venv/runtime.stamp: requirements/runtime.txt
	@scripts/make-venv requirements/runtime.txt
	@touch $@

.venv/dev.stamp: requirements/dev.txt
	@scripts/make-venv requirements/dev.txt
	@touch $@ .venv/runtime.stamp

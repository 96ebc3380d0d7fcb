# check and test are the two commands that do everything; each sets up what is missing.
export NO_MKDOCS_2_WARNING = 1
python := .venv/bin/python

.PHONY: check test lint build serve bench bench-site setup stop clean

check: setup
	@$(python) -m checks

test: setup
	@command -v chromium >/dev/null || command -v google-chrome >/dev/null || scripts/packages.sh chromium
	@$(python) -m pytest

lint: .venv/ready
	@scripts/lint.sh

build: .venv/ready
	@$(python) -m mkdocs build --strict

serve: .venv/ready
	@$(python) -m checks.serve

bench: setup
	@$(python) -m benchmarks.hub

bench-site: .venv/ready
	@$(python) -m benchmarks.site

setup:
	@scripts/engine.sh start
	@$(MAKE) --silent .venv/ready

.venv/ready: $(wildcard requirements/*.txt)
	@scripts/venv.sh

stop:
	@scripts/engine.sh stop

clean:
	@[ ! -x $(python) ] || $(python) -m checks.clean
	@scripts/engine.sh clean
	@rm -rf .venv build site

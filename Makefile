# Each command sets up what is missing. The first one here is what `make` alone does.
export NO_MKDOCS_2_WARNING = 1
# Bytecode is kept beside the packages: no start compiles anew, and the folders stay clean.
export PYTHONPYCACHEPREFIX = $(CURDIR)/.venv/bytecode
unexport PYTHONDONTWRITEBYTECODE
python := .venv/bin/python
# How many tests, or journeys of the guide, are run side by side: WORKERS=2.
tests := --quiet --numprocesses $(or $(WORKERS),auto)
# Whose Docker the guide is run on, by the machines in pyproject.toml.
machines := $(if $(filter all,$(DOCKER)),testing stable,$(DOCKER))
slow := engine or browser or node or package
quick := not emulated and not thorough and not ($(slow))

.PHONY: help check test test-quick test-slow fuzz browser test-arm64 lint build serve practice image test-image push-image promote sbom bench bench-image bench-site setup stop clean

help:
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-11s %s\n", $$1, $$2 }' Makefile

check: setup ## run the guide, build the site: DOCKER=testing|stable|docker|all WORKERS=n FRESH=1
	@$(python) -m provenpages $(addprefix --machine ,$(machines)) $(if $(WORKERS),--workers $(WORKERS)) $(if $(FRESH),--fresh)

test: browser .venv/xterm/ready ## run every test of the tools, and of the site in a browser
	@$(python) -m pytest $(tests)

test-quick: .venv/ready ## run the tests that need no engine, no browser and no Node
	@DOCKER_HOST=unix:///no-engine.sock $(python) -m pytest $(tests) -m "$(quick)"

test-slow: browser .venv/xterm/ready ## run the others
	@$(python) -m pytest $(tests) -m "($(slow)) and not emulated and not thorough"

fuzz: .venv/ready .venv/xterm/ready ## try the tool with 10,000 texts, screens and secrets of each kind
	@DOCKER_HOST=unix:///no-engine.sock $(python) -m pytest $(tests) -m "hypothesis and not engine" --hypothesis-profile fuzz

browser: setup
	@command -v chromium >/dev/null || command -v google-chrome >/dev/null || scripts/packages.sh chromium

test-arm64: setup ## test the image for arm64, in an emulator, which takes long
	@scripts/packages.sh arch-test mmdebstrap qemu-user-static
	@$(python) -m pytest -m emulated tests/image/test_platform.py

lint: .venv/ready ## run every linter
	@scripts/lint.sh

build: .venv/ready ## build the site with the evidence there is
	@$(python) -m mkdocs build --strict

serve: .venv/ready ## preview the site, with live reload
	@$(python) -m checks.serve

practice: setup ## try the guide in a sandbox, without an account
	@$(python) -m checks.practice

image: ## build the image
	@docker build --tag local-mkdocs .

test-image: ## test an image: make test-image IMAGE=local-mkdocs
	@scripts/test-image.sh

push-image: ## build and push an image without a tag, as the workflow does
	@scripts/push-image.sh

promote: ## give a pushed image its tags, as the workflow does
	@scripts/promote.sh

bench: setup ## measure the local Docker Hub
	@$(python) -m benchmarks.hub

bench-image: setup ## measure the image beside one made as others make theirs
	@$(python) -m benchmarks.image

bench-site: .venv/ready ## measure what the evidence costs the build
	@$(python) -m benchmarks.site

sbom: IMAGE ?= local-mkdocs
sbom: setup ## list what is in an image: make sbom IMAGE=local-mkdocs
	@scripts/sbom.sh make $(IMAGE)

setup: ## start an engine where none answers, and install the Python packages
	@scripts/engine.sh start
	@$(MAKE) --silent .venv/ready

.venv/ready: $(wildcard requirements/*.txt)
	@scripts/venv.sh

# Another terminal, with which tests compare ours.
.venv/xterm/ready: .venv/ready $(wildcard requirements/xterm/*.json)
	@scripts/xterm.sh

stop: ## end the engine that the set-up started
	@scripts/engine.sh stop

clean: ## stop, and remove all that the commands keep
	@[ ! -x $(python) ] || $(python) -m checks.clean
	@scripts/engine.sh clean
	@rm -rf .venv build site

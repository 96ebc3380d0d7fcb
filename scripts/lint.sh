#!/usr/bin/env bash
# Every linter, all of them even when one complains.
set -uo pipefail
cd "$(dirname "$0")/.." || exit
export PATH=$PWD/.venv/bin:$PATH
status=0

lint() {
  echo "==> $*"
  if [[ -n ${GITHUB_ACTIONS:-} ]]; then "$@" | annotate; else "$@"; fi || status=1
}

# GitHub shows what is said of a line in the pull request, at that line.
annotate() {
  sed -E 'p; s/^([^: ]+):([0-9]+):([0-9]+:)? *(.*)/::error file=\1,line=\2::\4/; t; d'
}

lint ruff check
lint ruff format --check
lint mypy
lint lint-imports --no-logo --no-cache
lint hadolint Dockerfile benchmarks/image.Dockerfile checks/sandbox/Dockerfile
lint shellcheck scripts/*.sh image/*.sh checks/sandbox/*.sh .ci/run
lint actionlint .github/workflows/*.yml docs/guide/starter/publish.yml
lint zizmor --offline --quiet .github docs/guide/starter/publish.yml
lint check-jsonschema --builtin-schema vendor.github-workflows .github/workflows/*.yml docs/guide/starter/publish.yml
lint check-jsonschema --builtin-schema vendor.dependabot .github/dependabot.yml
lint check-jsonschema --builtin-schema vendor.compose-spec compose.yaml
lint rumdl check README.md docs
lint python -m checks.compared
lint python -m checks.prose README.md docs provenpages checks tests benchmarks conftest.py
exit "$status"

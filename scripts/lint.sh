#!/usr/bin/env bash
# Every linter, all of them even when one complains.
set -uo pipefail
cd "$(dirname "$0")/.." || exit
export PATH=$PWD/.venv/bin:$PATH
status=0

lint() {
  echo "==> $*"
  "$@" || status=1
}

lint ruff check
lint ruff format --check
lint mypy
lint hadolint Dockerfile checks/sandbox/Dockerfile
lint shellcheck scripts/*.sh image/entrypoint.sh checks/sandbox/start.sh .ci/run
lint rumdl check README.md docs
lint python -m checks.prose README.md docs checks tests benchmarks conftest.py
exit "$status"

#!/usr/bin/env bash
# `make test`: everything for the whole suite, only pytest for a part of it.
set -euo pipefail
cd "$(dirname "$0")/.."
BIN=${BIN:-.venv/bin}
T=${T:-tests}

if [ "$T" = tests ]; then
  echo "· lint"
  "$BIN/ruff" check --quiet .
  "$BIN/ruff" format --check --quiet .
  "$BIN/lint-imports" > var/lint-imports.log || { cat var/lint-imports.log; exit 1; }
  "$BIN/djlint" app/templates --lint --quiet
  echo "· types"
  "$BIN/mypy" --no-error-summary
  echo "· javascript"
  node --test tests/js/ > var/node-test.log || { cat var/node-test.log; exit 1; }
  echo "· python, the bot and the browser"
fi
exec "$BIN/pytest" -q $T

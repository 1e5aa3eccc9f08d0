#!/usr/bin/env bash
# `make test`: everything for the whole suite, only pytest for a part of it.
set -euo pipefail
cd "$(dirname "$0")/.."
BIN=${BIN:-.venv/bin}
T=${T:-tests}
if [ "$T" != tests ]; then exec "$BIN/pytest" -q $T; fi

quietly() { "$@" > var/step.log 2>&1 || { cat var/step.log; exit 1; }; }

echo "· style, import contracts, templates"
quietly "$BIN/ruff" check .
quietly "$BIN/ruff" format --check .
quietly "$BIN/lint-imports"
quietly "$BIN/djlint" app/templates --lint --quiet
echo "· types"
quietly "$BIN/mypy"
echo "· javascript"
quietly node --test tests/js/
echo "· the bot: environment, training, its own tests"
BOT_MODEL=$("$BIN/python" -W ignore:XDG_RUNTIME_DIR -m app.demo.botroom)
(cd bot && BOT_MODEL="$BOT_MODEL" RASA_TELEMETRY_ENABLED=false .venv/bin/python -m pytest -q tests)
echo "· domains, surfaces, security, on real PostgreSQL and Redis"
"$BIN/pytest" -q -n 2 --dist loadfile tests --ignore tests/journeys --ignore tests/reliability
echo "· reliability and journeys, on the whole running stack"
"$BIN/pytest" -q tests/reliability tests/journeys

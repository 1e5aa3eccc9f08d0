#!/usr/bin/env bash
# `make test`: everything for the whole suite, only pytest for a part of it.
set -euo pipefail
cd "$(dirname "$0")/.."
BIN=${BIN:-.venv/bin}
T=${T:-tests}
if [ "$T" != tests ]; then exec "$BIN/pytest" -q $T; fi

# The bot learns beside the checks: each of the two needs one core most of the time.
echo "· the bot: environment and training, in the background"
setsid "$BIN/python" -W ignore:XDG_RUNTIME_DIR -m app.demo.botroom > var/bot.model 2> var/bot.log &
LEARNING=$!
trap 'kill -- -$LEARNING 2> /dev/null || true' EXIT

quietly() { "$@" > var/step.log 2>&1 || { cat var/step.log; exit 1; }; }

echo "· style, import contracts, templates"
quietly "$BIN/ruff" check .
quietly "$BIN/ruff" format --check .
quietly "$BIN/lint-imports"
quietly "$BIN/djlint" app/templates --lint --quiet
echo "· static checks of security"
quietly "$BIN/bandit" -q -c pyproject.toml -r app channels kb config.py wsgi.py
quietly "$BIN/semgrep" scan --config tests/security/rules --metrics off --disable-version-check --error --quiet app channels kb config.py wsgi.py
echo "· types"
quietly "$BIN/mypy"
echo "· javascript"
quietly node --test tests/js/
echo "· the bot: its own tests, once it has learnt"
wait $LEARNING || { cat var/bot.log; exit 1; }
(cd bot && BOT_MODEL="$(cat ../var/bot.model)" RASA_TELEMETRY_ENABLED=false .venv/bin/python -m pytest -q tests)
echo "· domains, surfaces, security, on real PostgreSQL and Redis"
"$BIN/pytest" -q -n 2 --dist loadfile --no-loadscope-reorder tests --ignore tests/journeys --ignore tests/reliability --ignore tests/talks
echo "· reliability and journeys, on the whole running stack"
"$BIN/pytest" -q tests/reliability tests/journeys

#!/usr/bin/env bash
# `make test`: everything for the whole suite, only pytest for a part of it.
set -euo pipefail
cd "$(dirname "$0")/.."
BIN=${BIN:-.venv/bin}
T=${T:-tests}
if [ "$T" != tests ]; then exec "$BIN/pytest" -q $T; fi

# The bot learns and is tested beside the checks and the domains, which wait for PostgreSQL and
# browsers; only the journeys, where seconds count, need it, and have the machine for themselves.
echo "· the bot: environment, training and its own tests, in the background"
BIN="$BIN" setsid tests/bot.sh > var/bot.log 2>&1 &
BOT=$!
trap 'kill -- -$BOT 2> /dev/null || true' EXIT

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
echo "· domains, surfaces, security, on real PostgreSQL and Redis"
"$BIN/pytest" -q -n 2 --dist loadfile --no-loadscope-reorder tests --ignore tests/journeys --ignore tests/reliability --ignore tests/talks
echo "· the bot, as it went beside"
wait $BOT || FAILED=yes
cat var/bot.log
[ -z "${FAILED:-}" ]
echo "· reliability and journeys, on the whole running stack"
"$BIN/pytest" -q tests/reliability tests/journeys

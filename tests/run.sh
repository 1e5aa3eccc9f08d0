#!/usr/bin/env bash
# `make test`: everything for the whole suite, only pytest for a part of it.
set -euo pipefail
cd "$(dirname "$0")/.."
BIN=${BIN:-.venv/bin}
T=${T:-tests}
if [ "$T" != tests ]; then exec "$BIN/pytest" -q $T; fi

# What tests store is gone in the end; in memory, where there is room, that costs nothing.
if [ "$(df --output=avail /dev/shm 2> /dev/null | tail -1)" -gt 8000000 ] 2> /dev/null; then
  TEST_STATE=$(mktemp -d /dev/shm/dialtone-tests-XXXXXX)
  export TEST_STATE
fi

# Every program that is started would compile everything for itself.
unset PYTHONDONTWRITEBYTECODE

# `within TIME COMMAND`: with all that it starts. What is not done by then hangs and is ended; Python
# says before what every thread of it was doing.
within() { exec setsid timeout --signal=ABRT --kill-after=30 "$@"; }
run() { within "$@" & RUNNING=$!; wait $RUNNING; }
quietly() { run 10m "$@" > var/step.log 2>&1 || { cat var/step.log; exit 1; }; }
stop() { for each in "$@"; do kill -- "-$each" 2> /dev/null || true; done; }
trap 'stop ${BOT:-} ${APART:-} ${RUNNING:-}; rm -rf "${TEST_STATE:-}"' EXIT

# The bot learns and is tested beside the checks and the domains, which wait for PostgreSQL and
# browsers; only the journeys, where seconds count, need it. Beside them only what needs no bot.
echo "· the bot: environment, training and its own tests, in the background"
BIN="$BIN" within 50m tests/bot.sh > var/bot.log 2>&1 &
BOT=$!

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
run 50m "$BIN/pytest" -q -n 2 --dist loadfile --no-loadscope-reorder tests --ignore tests/journeys --ignore tests/reliability --ignore tests/talks
echo "· the bot, as it went beside"
wait $BOT || FAILED=yes
cat var/bot.log
[ -z "${FAILED:-}" ]
echo "· journeys and, beside them, reliability and the life of a line, on whole running stacks"
LIFE=tests/journeys/test_life_of_a_line.py
within 25m "$BIN/pytest" -q $LIFE tests/reliability > var/apart.log 2>&1 &
APART=$!
run 25m "$BIN/pytest" -q tests/journeys --ignore $LIFE || FAILED=yes
wait $APART || FAILED=yes
cat var/apart.log
[ -z "${FAILED:-}" ]

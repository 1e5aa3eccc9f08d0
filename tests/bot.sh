#!/usr/bin/env bash
# The bot's part of `make test`: its environment, its training, its own tests.
set -euo pipefail
cd "$(dirname "$0")/.."
"$BIN/python" -W ignore:XDG_RUNTIME_DIR -m app.demo.botroom > var/bot.model
cd bot
BOT_MODEL="$(cat ../var/bot.model)" RASA_TELEMETRY_ENABLED=false .venv/bin/python -m pytest -q tests

"""The demo's own secrets: random, made once, readable by their owner only."""

import json
import secrets
from pathlib import Path

NAMES = ("SECRET_KEY", "BOT_SERVICE_TOKEN", "GATEWAY_API_KEY", "GATEWAY_WEBHOOK_SECRET")


def load(state: Path) -> dict[str, str]:
    """The secrets kept under `state`, made when there are none."""
    path = state / "secrets.json"
    if not path.exists():
        state.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600)
        path.write_text(json.dumps({name: secrets.token_urlsafe(32) for name in NAMES}))
    return dict(json.loads(path.read_text()))

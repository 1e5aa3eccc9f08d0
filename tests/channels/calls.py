"""Calls as providers make them, for the tests of every adapter."""

import json
from pathlib import Path

from channels.port import Call

HERE = Path(__file__).parent


def payload(kind, name):
    return json.loads((HERE / kind / "payloads" / f"{name}.json").read_text())


def names(kind):
    return sorted(path.stem for path in (HERE / kind / "payloads").glob("*.json"))


def posted(body, headers=None, url="https://care.example/hooks/channels/one"):
    raw = body if isinstance(body, bytes) else json.dumps(body).encode()
    return Call("POST", url, {"content-type": "application/json", **(headers or {})}, raw)

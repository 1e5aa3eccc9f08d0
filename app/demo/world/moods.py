"""How the sandbox's providers behave: as they should, or as on their bad days."""

import time

from app.demo.world.store import Store

TABLE = "moods"
PROVIDERS = ("twilio", "meta", "telegram", "sendgrid")
MODES = ("works", "throttles", "fails", "hangs", "refuses")


class Moods:
    def __init__(self, store: Store, *, hangs_for: float) -> None:
        self._store = store
        self._hangs_for = hangs_for

    def of(self, provider: str) -> str:
        row = self._store.get(TABLE, provider)
        return str(row["mode"]) if row else "works"

    def behave(self, provider: str, mode: str) -> None:
        self._store.put(TABLE, provider, {"mode": mode})

    def now(self, provider: str) -> str:
        """Its mode; one that hangs keeps the caller waiting first, and then does nothing."""
        mode = self.of(provider)
        if mode == "hangs":
            time.sleep(self._hangs_for)
        return mode

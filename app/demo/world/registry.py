"""The registry of persons: it says whether a paper is somebody's, and how it behaves today."""

import threading
from dataclasses import asdict, dataclass

from app.demo.world.refusals import Refusal
from app.demo.world.store import Store

MODES = ("verified", "rejected", "fail", "hang", "lie")


@dataclass(frozen=True, slots=True)
class Check:
    """Of the number only the last four characters are remembered."""

    check_id: str
    paper: str
    number_ending: str
    name: str
    country: str
    result: str
    reason: str | None = None


class Registry:
    def __init__(self, store: Store, *, hangs_for: float) -> None:
        self._store = store
        self._hangs_for = hangs_for

    def mode(self) -> str:
        row = self._store.get("registry_modes", "checks")
        return str(row["mode"]) if row else "verified"

    def behave(self, mode: str) -> None:
        self._store.put("registry_modes", "checks", {"mode": mode})

    def check(self, *, check_id: str, paper: str, number: str, name: str, country: str) -> Check:
        """Once per check id. A lying registry says yes and knows nothing of it afterwards."""
        mode = self._suffer()
        no = mode == "rejected"
        made = Check(
            check_id=check_id,
            paper=paper,
            number_ending=number[-4:],
            name=name,
            country=country,
            result="rejected" if no else "verified",
            reason="not_found" if no else None,
        )
        with self._store.changing():
            earlier = self.kept(check_id)
            if earlier is not None:
                return earlier
            if mode != "lie":
                self._store.put("checks", check_id, asdict(made))
        return made

    def kept(self, check_id: str) -> Check | None:
        row = self._store.get("checks", check_id)
        return Check(**row) if row else None

    def latest(self, count: int = 30) -> list[Check]:
        return [Check(**row) for row in self._store.rows("checks")[: -count - 1 : -1]]

    def _suffer(self) -> str:
        mode = self.mode()
        if mode == "fail":
            raise Refusal(503, "registry_down", "The registry does not answer now.")
        if mode == "hang":
            threading.Event().wait(self._hangs_for)
        return mode

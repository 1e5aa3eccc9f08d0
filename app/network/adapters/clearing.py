"""The sandbox clearing house for numbers of the demo's world, over HTTP."""

from datetime import UTC, date, datetime
from urllib.parse import quote
from uuid import UUID

from pydantic import TypeAdapter

from app.network.adapters.http_service import SECONDS, HttpService
from app.network.port import Standing, Wanted

_WANTED = TypeAdapter(list[Wanted])
_STANDING = TypeAdapter(Standing)


class SandboxClearingHouse:
    def __init__(self, base_url: str, *, timeout: float = SECONDS) -> None:
        self._house = HttpService(f"{base_url}/porting/v1", timeout=timeout)

    def publish(self, number: str, code: str, valid_until: datetime) -> None:
        body = {"code": code, "valid_until": valid_until.astimezone(UTC).isoformat()}
        self._house.ask("PUT", f"/codes/{quote(number, safe='')}", json=body)

    def withdraw(self, number: str) -> None:
        self._house.ask("DELETE", f"/codes/{quote(number, safe='')}")

    def wanted(self) -> list[Wanted]:
        return self._house.ask_for(_WANTED, "GET", "/wanted")

    def answer(self, ref: str, *, move_at: datetime | None, reason: str) -> None:
        moment = move_at.astimezone(UTC).isoformat() if move_at else ""
        path = f"/wanted/{quote(ref, safe='')}/answer"
        self._house.ask("POST", path, json={"move_at": moment, "reason": reason})

    def hand_over(self, ref: str) -> None:
        self._house.ask("POST", f"/wanted/{quote(ref, safe='')}/hand-over", json={})

    def ask(self, request_id: UUID, number: str, code: str, port_on: date) -> None:
        body = {"number": number, "code": code, "port_on": port_on.isoformat()}
        self._house.ask("PUT", f"/asked/{request_id}", json=body)

    def standing(self, request_id: UUID) -> Standing:
        return self._house.ask_for(_STANDING, "GET", f"/asked/{request_id}")

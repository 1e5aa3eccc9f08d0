"""The sandbox clearing house for numbers of the demo's world, over HTTP."""

from datetime import UTC, date, datetime
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx
from pydantic import BaseModel, TypeAdapter, ValidationError

from app.core import http
from app.network.port import NetworkDown, OrderRefused, Standing, Wanted

_SECONDS = 3.0
_TOO_MANY = 429
_SERVER_ERRORS = 500
_REFUSED = 400


class _Wanted(BaseModel):
    ref: str
    number: str
    code: str
    recipient: str


class _Standing(BaseModel):
    answer: str
    reason: str = ""


_ALL_WANTED = TypeAdapter(list[_Wanted])


class SandboxClearingHouse:
    def __init__(self, base_url: str, *, timeout: float = _SECONDS) -> None:
        self._client = http.client(f"{base_url}/porting/v1", timeout=timeout)

    def publish(self, number: str, code: str, valid_until: datetime) -> None:
        body = {"code": code, "valid_until": valid_until.astimezone(UTC).isoformat()}
        self._ask("PUT", f"/codes/{quote(number, safe='')}", json=body)

    def withdraw(self, number: str) -> None:
        self._ask("DELETE", f"/codes/{quote(number, safe='')}")

    def wanted(self) -> list[Wanted]:
        answer = self._ask("GET", "/wanted")
        try:
            return [Wanted(**each.model_dump()) for each in _ALL_WANTED.validate_python(answer)]
        except ValidationError as error:
            raise NetworkDown("an answer without sense") from error

    def answer(self, ref: str, *, move_at: datetime | None, reason: str) -> None:
        moment = move_at.astimezone(UTC).isoformat() if move_at else ""
        path = f"/wanted/{quote(ref, safe='')}/answer"
        self._ask("POST", path, json={"move_at": moment, "reason": reason})

    def hand_over(self, ref: str) -> None:
        self._ask("POST", f"/wanted/{quote(ref, safe='')}/hand-over", json={})

    def ask(self, request_id: UUID, number: str, code: str, port_on: date) -> None:
        body = {"number": number, "code": code, "port_on": port_on.isoformat()}
        self._ask("PUT", f"/asked/{request_id}", json=body)

    def standing(self, request_id: UUID) -> Standing:
        answer = self._ask("GET", f"/asked/{request_id}")
        try:
            return Standing(**_Standing.model_validate(answer).model_dump())
        except ValidationError as error:
            raise NetworkDown("an answer without sense") from error

    def _ask(self, method: str, path: str, **more: Any) -> Any:
        try:
            answer = self._client.request(method, path, **more)
            if answer.status_code >= _SERVER_ERRORS or answer.status_code == _TOO_MANY:
                raise NetworkDown(f"status {answer.status_code}")
            if answer.status_code >= _REFUSED:
                raise OrderRefused(f"status {answer.status_code}: {answer.text[:200]}")
            return answer.json() if answer.content else None
        except httpx.HTTPError as error:
            raise NetworkDown(type(error).__name__) from error
        except ValueError as error:
            raise NetworkDown("an answer that is not JSON") from error

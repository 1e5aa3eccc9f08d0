"""The sandbox network of the demo operator, over HTTP."""

from datetime import datetime
from typing import Any
from urllib.parse import quote
from uuid import UUID

import httpx
from pydantic import BaseModel, ValidationError

from app.core import http
from app.network.port import Action, Diagnosis, NetworkDown, OrderRefused

_SECONDS = 3.0
_TOO_MANY = 429
_SERVER_ERRORS = 500
_REFUSED = 400
# The sandbox knows no stronger block than outgoing calls.
_ITS_WORDS = {Action.BLOCK_ALL: "block_outgoing", Action.DEACTIVATE: "block_outgoing"}


class _Answer(BaseModel):
    registered: bool
    signal_dbm: int | None
    technology: str
    cell: str
    last_seen_at: datetime | None
    latency_ms: int | None
    throughput_mbps: float | None
    issues: tuple[str, ...]


class SandboxNetwork:
    def __init__(self, base_url: str, *, timeout: float = _SECONDS) -> None:
        self._client = http.client(f"{base_url}/network/v1", timeout=timeout)

    def diagnose(self, number: str, *, service: str) -> Diagnosis:
        path = f"/lines/{quote(number, safe='')}/diagnosis"
        answer = self._ask("GET", path, params={"service": service})
        try:
            return Diagnosis(**_Answer.model_validate(answer).model_dump())
        except ValidationError as error:
            raise NetworkDown("an answer without sense") from error

    def carry_out(self, order_id: UUID, action: Action, number: str, *, plan: str) -> None:
        """The network's word is not enough: the order is read back."""
        body = {
            "order_id": str(order_id),
            "action": _ITS_WORDS.get(action, action.value),
            "msisdn": number,
            "plan": plan,
        }
        self._ask("POST", "/orders", json=body)
        try:
            kept = self._ask("GET", f"/orders/{order_id}")
        except OrderRefused as error:
            raise NetworkDown("it said done, but knows nothing of it") from error
        if not isinstance(kept, dict) or kept.get("status") != "done":
            raise NetworkDown("it is not done yet")

    def _ask(self, method: str, path: str, **more: Any) -> Any:
        try:
            answer = self._client.request(method, path, **more)
            if answer.status_code >= _SERVER_ERRORS or answer.status_code == _TOO_MANY:
                raise NetworkDown(f"status {answer.status_code}")
            if answer.status_code >= _REFUSED:
                raise OrderRefused(f"status {answer.status_code}: {answer.text[:200]}")
            return answer.json()
        except httpx.HTTPError as error:
            raise NetworkDown(type(error).__name__) from error
        except ValueError as error:
            raise NetworkDown("an answer that is not JSON") from error

"""The sandbox identity service of the demo, over HTTP."""

from typing import Any, Literal
from uuid import UUID

import httpx
from pydantic import BaseModel, ValidationError

from app.core import http
from app.customers.port import IdentityServiceDown, Verdict

_SECONDS = 3.0


class _Answer(BaseModel):
    check_id: str
    number_ending: str
    result: Literal["verified", "rejected"]
    reason: str | None = None


class SandboxIdentityService:
    def __init__(self, base_url: str, *, timeout: float = _SECONDS) -> None:
        self._client = http.client(f"{base_url}/identity-checks/v1", timeout=timeout)

    def check(
        self, check_id: UUID, attempt: int, *, paper: str, number: str, name: str, country: str
    ) -> Verdict:
        """Its word is not enough: the check is read back, and must be about this number."""
        key = f"{check_id}-{attempt}"
        body = {
            "check_id": key,
            "paper": paper,
            "number": number,
            "name": name,
            "country": country,
        }
        self._ask("POST", "/checks", json=body)
        kept = self._ask("GET", f"/checks/{key}")
        if kept.check_id != key or kept.number_ending != number[-4:]:
            raise IdentityServiceDown("it answers about something else")
        return Verdict(kept.result == "verified", kept.reason)

    def _ask(self, method: str, path: str, **more: Any) -> _Answer:
        try:
            answer = self._client.request(method, path, **more)
            answer.raise_for_status()
            return _Answer.model_validate_json(answer.content)
        except httpx.HTTPError as error:
            raise IdentityServiceDown(type(error).__name__) from error
        except ValidationError as error:
            raise IdentityServiceDown("an answer without sense") from error

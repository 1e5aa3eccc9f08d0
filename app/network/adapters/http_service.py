"""A service beside the network, over HTTP: what it answers, or the port's own refusals."""

from typing import Any, TypeVar

import httpx
from pydantic import TypeAdapter, ValidationError

from app.core import http
from app.network.port import NetworkDown, OrderRefused

SECONDS = 3.0
_TOO_MANY = 429
_SERVER_ERRORS = 500
_REFUSED = 400

T = TypeVar("T")


class HttpService:
    def __init__(self, base_url: str, *, timeout: float = SECONDS) -> None:
        self._client = http.client(base_url, timeout=timeout)

    def ask(self, method: str, path: str, **more: Any) -> Any:
        """Its JSON, None where it says nothing. Raises NetworkDown, and OrderRefused for a no."""
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

    def ask_for(self, shape: TypeAdapter[T], method: str, path: str, **more: Any) -> T:
        """The same for an answer of this shape; any other is one without sense."""
        try:
            return shape.validate_python(self.ask(method, path, **more))
        except ValidationError as error:
            raise NetworkDown("an answer without sense") from error

    def close(self) -> None:
        self._client.close()

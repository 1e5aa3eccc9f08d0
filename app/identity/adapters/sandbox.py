"""The phone and mailbox of the demo's world, over HTTP."""

import httpx

from app.core import http
from app.identity.port import PostDown

_SECONDS = 3.0


class SandboxPost:
    def __init__(self, base_url: str, *, timeout: float = _SECONDS) -> None:
        self._client = http.client(f"{base_url}/phone/v1", timeout=timeout)

    def send(self, channel: str, address: str, text: str, *, key: str) -> None:
        body = {"channel": channel, "address": address, "text": text}
        try:
            answer = self._client.put(f"/messages/{key}", json=body)
        except httpx.HTTPError as error:
            raise PostDown(type(error).__name__) from error
        if answer.is_error:
            raise PostDown(f"status {answer.status_code}")

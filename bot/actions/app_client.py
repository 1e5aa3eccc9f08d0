"""The application as the bot sees it. The only file that knows its address and the service token."""

import json
import os
from typing import Any
from urllib.parse import quote

import aiohttp

Answer = dict[str, Any]

SECONDS = 2.0


class AppUnavailable(Exception):
    """The application did not answer in time, or not in a way the bot can use."""


class Refused(Exception):
    """The application said no, for a reason with a code and a sentence for the customer."""

    def __init__(self, code: str, message: str, status: int) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.status = status


class AppClient:
    """Asks on behalf of one conversation; every sentence comes back in `language`."""

    def __init__(self, conversation_id: str, language: str) -> None:
        self._conversation = quote(conversation_id, safe="")
        self._language = language

    async def context(self) -> Answer:
        return await self._get("context")

    async def balance(self, line_id: str | None) -> Answer:
        return await self._get("balance", line_id=line_id)

    async def usage(self, line_id: str | None) -> Answer:
        return await self._get("usage", line_id=line_id)

    async def bill(self) -> Answer:
        return await self._get("bill")

    async def plans(self, line_id: str | None) -> Answer:
        return await self._get("plans", line_id=line_id)

    async def quote_plan_change(self, line_id: str, offer_code: str) -> Answer:
        return await self._post("plan-change/quote", line_id=line_id, offer_code=offer_code)

    async def change_plan(self, quote_id: str) -> Answer:
        return await self._post("plan-change", quote_id=quote_id)

    async def payment_link(self, invoice_number: str | None) -> Answer:
        return await self._post("payment-link", invoice_number=invoice_number)

    async def tickets(self) -> Answer:
        return await self._get("tickets")

    async def articles(self, question: str) -> Answer:
        return await self._get("articles", q=question)

    async def hand_over(self, **what: Any) -> Answer:
        return await self._post("handover", **what)

    async def _get(self, path: str, **query: str | None) -> Answer:
        asked = {name: value for name, value in query.items() if value is not None}
        return await self._ask("GET", path, query=asked)

    async def _post(self, path: str, **body: Any) -> Answer:
        return await self._ask("POST", path, query={}, body=body)

    async def _ask(self, method: str, path: str, query: dict[str, str], body: Answer | None = None) -> Answer:
        base = os.environ["APP_URL"].rstrip("/")
        url = f"{base}/api/bot/conversations/{self._conversation}/{path}"
        headers = {"Authorization": f"Bearer {os.environ['BOT_SERVICE_TOKEN']}"}
        try:
            async with (
                aiohttp.ClientSession(
                    timeout=aiohttp.ClientTimeout(total=SECONDS), trust_env=False
                ) as session,
                session.request(
                    method,
                    url,
                    params={**query, "language": self._language},
                    json=body,
                    headers=headers,
                    allow_redirects=False,
                ) as response,
            ):
                return _understood(response.status, await response.read())
        except (TimeoutError, aiohttp.ClientError) as error:
            raise AppUnavailable(f"{method} {path}: {error!r}") from error


def _understood(status: int, body: bytes) -> Answer:
    """The answer's JSON object; a 4xx with a code is a refusal, anything else is no answer."""
    try:
        answer = json.loads(body)
    except ValueError as error:
        raise AppUnavailable(f"status {status}, not JSON") from error
    if isinstance(answer, dict):
        if 200 <= status < 300:
            return answer
        if 400 <= status < 500 and status != 401 and answer.get("code"):
            raise Refused(str(answer["code"]), str(answer.get("message", "")), status)
    raise AppUnavailable(f"status {status}")

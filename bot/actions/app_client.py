"""The application as the bot sees it. The only file that knows its address and the service token."""

import asyncio
import json
import os
import time
from typing import Any
from urllib.parse import quote

import aiohttp

Answer = dict[str, Any]

# For all that one message asks; whoever asked us waits so many seconds.
SECONDS = 0.75 * float(os.environ.get("BOT_SECONDS", "2"))
LEAST = 0.3  # so that a person can be called even then


class AppUnavailable(Exception):
    """The application did not answer in time, or not in a way the bot can use."""


class Refused(Exception):
    """The application said no, for a reason with a code and a sentence for the customer."""

    def __init__(self, code: str, message: str, status: int, details: Answer | None = None) -> None:
        super().__init__(code)
        self.code = code
        self.message = message
        self.status = status
        self.details = details or {}


class AppClient:
    """Asks on behalf of one conversation; every sentence comes back in `language`."""

    def __init__(self, conversation_id: str, language: str) -> None:
        self._conversation = quote(conversation_id, safe="")
        self._language = language
        self._until = time.monotonic() + SECONDS

    async def context(self) -> Answer:
        return await self._get("context")

    async def balance(self, line_id: str | None) -> Answer:
        return await self._get("balance", line_id=line_id)

    async def usage(self, line_id: str | None) -> Answer:
        return await self._get("usage", line_id=line_id)

    async def bill(self, number: str | None = None, month: str | None = None) -> Answer:
        """The one of that number, or of the month of that day; else what matters now."""
        return await self._get("bill", number=number, month=month)

    async def bill_explained(self, number: str) -> Answer:
        return await self._get("bill/explained", number=number)

    async def mail_bill(self, number: str) -> Answer:
        return await self._post("bill/mail", number=number)

    async def plans(self, line_id: str | None, service: str | None = None) -> Answer:
        return await self._get("plans", line_id=line_id, service=service)

    async def propose(self, kind: str, wanted: Answer) -> Answer:
        """What it would mean; nothing changes yet."""
        return await self._post("proposals", kind=kind, wanted=wanted)

    async def accept(self, proposal_id: str) -> Answer:
        """Done once, however often it is accepted."""
        return await self._post(f"proposals/{quote(proposal_id, safe='')}/accept")

    async def payables(self) -> Answer:
        """Open bills, the ways to pay that she had kept, the codes of the market."""
        return await self._get("payables")

    async def payment_link(
        self, invoice_number: str, amount: str | None = None, code: str | None = None
    ) -> Answer:
        return await self._post("payment-link", invoice_number=invoice_number, amount=amount, code=code)

    async def top_up(self, line_id: str) -> Answer:
        return await self._get("top-up", line_id=line_id)

    async def top_up_link(self, line_id: str, amount: str, code: str | None = None) -> Answer:
        return await self._post("top-up-link", line_id=line_id, amount=amount, code=code)

    async def voucher(self, line_id: str, code: str) -> Answer:
        """Adds its value once, however often it is sent."""
        return await self._post("voucher", line_id=line_id, code=code)

    async def payments(self, amount: str | None) -> Answer:
        """What became of the last ones, or of that amount."""
        return await self._get("payments", amount=amount)

    async def refundable(self) -> Answer:
        return await self._get("refundable")

    async def autopay(self) -> Answer:
        return await self._get("autopay")

    async def addons(self, line_id: str) -> Answer:
        return await self._get("addons", line_id=line_id)

    async def puk(self, line_id: str) -> Answer:
        return await self._get("puk", line_id=line_id)

    async def activations(self, iccid: str | None) -> Answer:
        return await self._get("activations", iccid=iccid)

    async def network(self, line_id: str) -> Answer:
        return await self._get("network", line_id=line_id)

    async def roaming(self, line_id: str, country: str) -> Answer:
        return await self._get("roaming", line_id=line_id, country=country)

    async def leaving(self, line_id: str) -> Answer:
        return await self._get("leaving", line_id=line_id)

    async def port_in(self) -> Answer:
        return await self._get("port-in")

    async def port_out(self, line_id: str) -> Answer:
        return await self._get("port-out", line_id=line_id)

    async def port_out_code(self, line_id: str) -> Answer:
        return await self._get("port-out/code", line_id=line_id)

    async def send_email_code(self, email: str) -> Answer:
        return await self._post("email/code", email=email)

    async def change_email(self, code_id: str, code: str) -> Answer:
        """Telling the code is her yes; it works once."""
        return await self._post("email", code_id=code_id, code=code)

    async def call_back(self, **what: Any) -> Answer:
        return await self._post("call-back", **what)

    async def tickets(self) -> Answer:
        return await self._get("tickets")

    async def articles(self, question: str) -> Answer:
        return await self._get("articles", q=question)

    async def verification(self) -> Answer:
        """How sure the application is who writes, and what would prove more."""
        return await self._get("verification")

    async def send_code(self, number: str) -> Answer:
        """To what is on file; for a stranger to the number that she says is hers."""
        return await self._post("verification/code", number=number)

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
        seconds = max(LEAST, self._until - time.monotonic())
        headers = {"Authorization": f"Bearer {os.environ['BOT_SERVICE_TOKEN']}"}
        try:
            async with (
                aiohttp.ClientSession(
                    timeout=aiohttp.ClientTimeout(total=seconds), trust_env=False
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
        except (asyncio.TimeoutError, aiohttp.ClientError) as error:
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
            message, details = str(answer.get("message", "")), answer.get("details")
            raise Refused(str(answer["code"]), message, status, details)
    raise AppUnavailable(f"status {status}")

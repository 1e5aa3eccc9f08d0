"""USSD through Africa's Talking: a form for each turn, answered by CON or END and the screen.

They sign nothing. A call is theirs by a secret in the address they were given, and where the
inbox names networks, by the address it comes from (the header `remote-addr`, which our route sets).
"""

import hmac
import re
from collections.abc import Mapping
from ipaddress import ip_address, ip_network
from urllib.parse import parse_qs, urlsplit

from channels.dialogue import (
    DialogueProvider,
    Ended,
    Heard,
    Place,
    Step,
    Turn,
)
from channels.e164 import e164
from channels.port import Answer, BadSignature, Call, Malformed, Setting
from channels.ussd import screens

_LONGEST_TRAIL = 2000
_SESSION = re.compile(r"[\w.:-]{1,100}", re.ASCII)
_OUTCOMES = {"success": "completed", "incomplete": "abandoned", "failed": "failed"}


class AfricasTalkingUssd:
    speaks = False

    def __init__(self, settings: Mapping[str, str]) -> None:
        self._token = settings.get("token", "")
        given = re.split(r"[\s,]+", settings.get("networks", "").strip())
        self._networks = [ip_network(each, strict=False) for each in given if each]

    def admit(self, call: Call) -> Answer | None:
        token = _query(call).get("token", "")
        if not self._token or not hmac.compare_digest(token.encode(), self._token.encode()):
            raise BadSignature("the secret in the address is not ours")
        if self._networks and not self._is_near(call.headers.get("remote-addr", "")):
            raise BadSignature("it comes from an address that is not theirs")
        return None

    def read(self, call: Call, event: str = "") -> Heard:
        form = _form(call)
        session_id, sender = _session(form), _number(form.get("phoneNumber", ""))
        if "status" in form or event == "events":
            status = form.get("status", "").lower()
            millis = form.get("durationInMillis", "")
            seconds = int(millis) // 1000 if millis.isascii() and millis.isdigit() else None
            return Ended(session_id, _OUTCOMES.get(status, "failed"), seconds)
        trail = form.get("text", "")
        if len(trail) > _LONGEST_TRAIL:
            raise Malformed("the text is too long")
        code = form.get("serviceCode", "")[:40]
        return Turn(session_id, sender, code, trail, grows=True)

    def cut(self, step: Step, *, more: str, back: str) -> tuple[Step, ...]:
        return screens.cut(step, more=more, back=back)

    def render(self, step: Step, place: Place) -> Answer:
        word = "END" if step.is_end else "CON"
        return Answer(body=f"{word} {screens.text_of(step)}".encode())

    def _is_near(self, address: str) -> bool:
        try:
            found = ip_address(address)
        except ValueError:
            return False
        return any(found in network for network in self._networks)


def _query(call: Call) -> dict[str, str]:
    found = parse_qs(urlsplit(call.url).query)
    return {name: values[0] for name, values in found.items()}


def _form(call: Call) -> dict[str, str]:
    try:
        found = parse_qs(
            call.body.decode("utf-8"), keep_blank_values=True, max_num_fields=50, errors="strict"
        )
    except ValueError as error:
        raise Malformed("the form cannot be read") from error
    return {name: values[0] for name, values in found.items()}


def _session(form: Mapping[str, str]) -> str:
    session_id = form.get("sessionId", "")
    if not _SESSION.fullmatch(session_id):
        raise Malformed("there is no session")
    return session_id


def _number(text: str) -> str:
    """Without one there is nobody to answer."""
    number = e164(text)
    if not number:
        raise Malformed("there is no number")
    return number


PROVIDER = DialogueProvider(
    kind="ussd",
    name="africastalking",
    settings=(Setting("token", secret=True), Setting("networks", optional=True)),
    open=lambda settings, _base: AfricasTalkingUssd(settings),
)

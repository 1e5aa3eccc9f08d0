"""What Twilio's calls share: a form, and a signature over it and the public URL."""

from collections.abc import Iterator, Mapping
from urllib.parse import parse_qs, parse_qsl, urlsplit

from twilio.request_validator import RequestValidator, get_signature_algorithm

from channels.payload import clean
from channels.port import BadSignature, Call

SIGNATURE = "x-twilio-signature"
ALGORITHM = "x-twilio-webhooks-signature-settings"


class Form(Mapping[str, str]):
    """The fields of a form; a name may stand there more than once, and the first counts."""

    def __init__(self, pairs: list[tuple[str, str]]) -> None:
        self._values: dict[str, list[str]] = {}
        for name, value in pairs:
            self._values.setdefault(name, []).append(value)

    def __getitem__(self, name: str) -> str:
        return self._values[name][0]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    def getlist(self, name: str) -> list[str]:
        return self._values[name]

    def text(self, name: str) -> str:
        """Fit to be kept; empty where the field is missing."""
        return clean(self._values.get(name, [""])[0])


def is_json(call: Call) -> bool:
    return "json" in call.headers.get("content-type", "").lower()


def form_of(call: Call) -> Form:
    """What was posted, or the query of a call without a body."""
    written = call.body.decode(errors="replace") or _query(call.url)
    return Form(parse_qsl(written, keep_blank_values=True))


def check(call: Call, secret: str) -> None:
    """Raise BadSignature unless Twilio signed this call with `secret`, our account's token."""
    try:
        good = bool(secret) and _signed(call, secret)
    except ValueError:  # an address or a body that cannot be read at all
        good = False
    if not good:
        raise BadSignature


def _signed(call: Call, secret: str) -> bool:
    signature = call.headers.get(SIGNATURE, "")
    algorithm = get_signature_algorithm(call.headers.get(ALGORITHM, ""))
    validator = RequestValidator(secret)
    if is_json(call):
        # Only with the body's hash in the address does the signature say anything of the body.
        hashed = bool(parse_qs(_query(call.url)).get("bodySHA256"))
        body = call.body.decode()
        return hashed and bool(validator.validate(call.url, body, signature, algorithm))
    posted = form_of(call) if call.body else {}
    return bool(validator.validate(call.url, posted, signature, algorithm))


def _query(url: str) -> str:
    try:
        return urlsplit(url).query
    except ValueError:
        return ""

"""The sandbox's fixed credentials, and where the operator is reached in it: good nowhere else.

An inbox of the application is one of these: the same channel, address and settings. The key that
its webhook ends with is its own, told in the accounts' file.
"""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

TWILIO_ACCOUNT = "AC" + "5a" * 16
TWILIO_TOKEN = "sandbox-twilio-token"  # noqa: S105
TWILIO_API_KEY = "SK" + "5a" * 16
TWILIO_API_SECRET = "sandbox-twilio-api-secret-of-32-bytes"  # noqa: S105
META_TOKEN = "EAAG-sandbox"  # noqa: S105
META_SECRET = "sandbox-meta-secret"  # noqa: S105
META_VERIFY = "sandbox-verify"
TELEGRAM_SECRET = "sandbox-telegram-secret"  # noqa: S105
SENDGRID_KEY = "SG.sandbox"
SENDGRID_EVENTS_SECRET = 0x5A5A5A5A  # a private key that everybody may know
SENDGRID_INBOUND_TOKEN = "sandbox-inbound-token"  # noqa: S105

_TWILIO = {"account_sid": TWILIO_ACCOUNT, "auth_token": TWILIO_TOKEN}
_META = {"access_token": META_TOKEN, "app_secret": META_SECRET, "verify_token": META_VERIFY}


@dataclass(frozen=True, slots=True)
class Reached:
    """`account` is what the provider calls it by; `settings` are the adapter's."""

    channel: str
    provider: str
    market: str
    key: str
    address: str
    account: str
    settings: Mapping[str, str] = field(repr=False)


def _sms(market: str, number: str) -> Reached:
    return Reached("sms", "twilio", market, f"sms-{market.lower()}", number, number, _TWILIO)


def _whatsapp(market: str, number: str, account: str) -> Reached:
    settings = {**_META, "phone_number_id": account}
    key = f"whatsapp-{market.lower()}"
    return Reached("whatsapp", "meta", market, key, number, account, settings)


def page_token(account: str) -> str:
    """Every page has its own, which also says whose page it is."""
    return f"{META_TOKEN}-{account}"


def _page(channel: str, market: str, account: str) -> Reached:
    settings = {**_META, "account_id": account, "access_token": page_token(account)}
    key = f"{channel}-{market.lower()}"
    return Reached(channel, "meta", market, key, account, account, settings)


def _telegram(market: str, name: str, bot: str) -> Reached:
    settings = {"bot_token": f"{bot}:sandbox", "secret": TELEGRAM_SECRET}
    key = f"telegram-{market.lower()}"
    return Reached("telegram", "telegram", market, key, name, bot, settings)


def _email(market: str, address: str) -> Reached:
    settings = {
        "address": address,
        "api_key": SENDGRID_KEY,
        "inbound_token": SENDGRID_INBOUND_TOKEN,
        "events_key": events_key(),
    }
    return Reached(
        "email", "sendgrid", market, f"email-{market.lower()}", address, address, settings
    )


def events_key() -> str:
    """The public half, as SendGrid shows it."""
    public = ec.derive_private_key(SENDGRID_EVENTS_SECRET, ec.SECP256R1()).public_key()
    encoded = public.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return base64.b64encode(encoded).decode()


REACHED = (
    _sms("MX", "+525550002000"),
    _sms("BR", "+551150002000"),
    _sms("IN", "+911150002000"),
    _whatsapp("MX", "+525550003000", "100000000000052"),
    _whatsapp("BR", "+551150003000", "100000000000055"),
    _whatsapp("IN", "+911150003000", "100000000000091"),
    _page("messenger", "MX", "200000000000052"),
    _page("instagram", "BR", "300000000000055"),
    _telegram("MX", "@aurora_mx_bot", "7000000052"),
    _email("MX", "ayuda@aurora.example"),
    _email("BR", "ajuda@aurora.example"),
    _email("IN", "help@aurora.example"),
)


def reached(channel: str, market: str) -> Reached | None:
    """Where somebody of that market writes to; the first of the channel if none is hers."""
    of_channel = [each for each in REACHED if each.channel == channel]
    own = [each for each in of_channel if each.market == market]
    return next(iter(own or of_channel), None)


def by_account(channel: str, account: str) -> Reached | None:
    return next((r for r in REACHED if (r.channel, r.account) == (channel, account)), None)


def by_key(key: str) -> Reached | None:
    return next((each for each in REACHED if each.key == key), None)

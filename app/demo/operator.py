"""The demo operator Aurora Móvil: its markets, what it sells, who works there."""

import base64
import hashlib
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from app.catalog import rates
from app.catalog import service as catalog
from app.catalog.models import Mode, OfferKind, Service, UsageKind
from app.catalog.offer_terms import OfferTerms
from app.conversations.models import Inbox
from app.conversations.service import canned, inboxes
from app.core import clock, db
from app.core.actor import SYSTEM
from app.core.money import Money
from app.core.secrets import new_token
from app.demo import actors, articles, automation, extras, promises, stock
from app.demo.canned_replies import CANNED_REPLIES
from app.demo.world import sandbox
from app.identity import service as identity
from app.insights.contact_costs import MINUTE, TALK
from app.markets import service as markets
from app.messaging.service import inboxes as channels

GB = 1024**3
PASSWORD = "aurora demo 2026"  # noqa: S105 - the demo's, printed in the README
CARE_PIN = "2580"  # of the cast, printed by the demo


@dataclass(frozen=True, slots=True)
class Home:
    """A market as the demo needs it: its inbox, its cities, its people's names."""

    code: str
    name: str
    currency: str
    timezone: str
    language: str
    locale: str
    region: str
    tax_name: str
    tax_rate: str
    tax_inclusive: bool
    cities: tuple[str, ...]
    share: float


HOMES = (
    Home(
        "MX", "México", "MXN", "America/Mexico_City", "es", "es_MX", "latam", "IVA", "0.16", True,
        ("Ciudad de México", "Guadalajara", "Monterrey", "Puebla", "Mérida", "Tijuana"), 0.45,
    ),
    Home(
        "BR", "Brasil", "BRL", "America/Sao_Paulo", "pt", "pt_BR", "latam", "ICMS", "0.18", True,
        ("São Paulo", "Rio de Janeiro", "Belo Horizonte", "Recife", "Curitiba", "Manaus"), 0.35,
    ),
    Home(
        "IN", "India", "INR", "Asia/Kolkata", "en", "en_IN", "india", "GST", "0.18", False,
        ("Mumbai", "Bengaluru", "Chennai", "Kolkata", "Pune", "Jaipur"), 0.20,
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Product:
    """Prices by market: (postpaid a month, prepaid for 28 days or None)."""

    code: str
    name: str
    service: Service
    data_gb: int | None
    minutes: int | None
    sms: int | None
    prices: dict[str, tuple[str, str | None]]


PRODUCTS = (
    Product("starter-5gb", "Starter 5GB", Service.MOBILE, 5, 300, 100,
            {"MX": ("149", "99"), "BR": ("39.90", "29.90"), "IN": ("199", "149")}),
    Product("plus-20gb", "Plus 20GB", Service.MOBILE, 20, None, 500,
            {"MX": ("299", "199"), "BR": ("69.90", "49.90"), "IN": ("399", "299")}),
    Product("max-unlimited", "Max Unlimited", Service.MOBILE, None, None, None,
            {"MX": ("499", "349"), "BR": ("119.90", "89.90"), "IN": ("699", "549")}),
    Product("family-share", "Family Share", Service.MOBILE, 80, None, None,
            {"MX": ("799", None), "BR": ("189.90", None), "IN": ("999", None)}),
    Product("fibra-300", "Fibra 300", Service.FIBRE, None, None, None,
            {"MX": ("449", None), "BR": ("99.90", None), "IN": ("599", None)}),
    Product("fibra-600", "Fibra 600", Service.FIBRE, None, None, None,
            {"MX": ("649", None), "BR": ("139.90", None), "IN": ("899", None)}),
    Product("tv-mix", "TV Mix", Service.TV, None, None, None,
            {"MX": ("249", None), "BR": ("59.90", None), "IN": ("299", None)}),
)  # fmt: skip

# What bills say of who sends them, of two authorities' tax, and to which address apps pay.
BILLS: dict[str, dict[str, Any]] = {
    "MX": {},
    "BR": {"pix": {"key": "pagar@aurora.example", "name": "Aurora Móvil", "city": "São Paulo"}},
    "IN": {
        "tax_halves": ["CGST", "SGST"],
        "upi": {"address": "aurora@okbank", "name": "Aurora Móvil"},
    },
}

# A talk with the bot, and a minute of a person.
CONTACT_COSTS = {"MX": ("0.60", "3.50"), "BR": ("0.20", "1.10"), "IN": ("3", "9")}

# Beyond the allowance, in the market's currency: a MB, a minute, a message.
RATES = {
    "MX": {"data": "0.25", "voice": "0.60", "sms": "0.80"},
    "BR": {"data": "0.05", "voice": "0.15", "sms": "0.20"},
    "IN": {"data": "0.10", "voice": "0.75", "sms": "1.00"},
}

# Abroad: the operator's other homes are as at home; elsewhere a minute and a message cost this,
# and data flows with a pack only.
HOME_NETWORKS = ("334", "724", "404", "405")
ABROAD = {
    "MX": {"voice": "12.00", "sms": "4.00"},
    "BR": {"voice": "3.90", "sms": "1.20"},
    "IN": {"voice": "45.00", "sms": "12.00"},
}


@dataclass(frozen=True, slots=True)
class Colleague:
    email: str
    name: str
    roles: tuple[str, ...]
    language: str
    speaks: tuple[str, ...]
    markets: tuple[str, ...]
    team: str


COLLEAGUES = (
    Colleague("ana@aurora.example", "Ana Lucía Hernández", ("agent",), "es", ("es", "en"), ("MX",), "Care México"),
    Colleague("bruno@aurora.example", "Bruno Carvalho", ("agent",), "pt", ("pt", "es"), ("MX", "BR"), "Care Brasil"),
    Colleague("chitra@aurora.example", "Chitra Raghunathan", ("agent",), "en", ("en",), ("IN",), "Care India"),
    Colleague("diego@aurora.example", "Diego Fuentes", ("agent",), "es", ("es", "pt", "en"), (), "Care México"),
    Colleague("marta@aurora.example", "Marta Quiroga", ("manager",), "es", ("es", "en"), (), "Care México"),
    Colleague("sofia@aurora.example", "Sofía Restrepo", ("supervisor",), "es", ("es", "en", "pt"), (), "Supervision"),
    Colleague("bill@aurora.example", "Bill Okafor", ("billing_administrator",), "en", ("en",), (), "Billing"),
    Colleague("mia@aurora.example", "Mia Tanaka", ("marketing_analyst",), "en", ("en",), (), "Marketing"),
    Colleague("tom@aurora.example", "Tomás Villanueva", ("field_technician",), "es", ("es",), ("MX",), "Field"),
    Colleague("nadia@aurora.example", "Nadia Petrova", ("network_operations",), "en", ("en",), (), "Network"),
    Colleague("admin@aurora.example", "Alex Moreau", ("administrator",), "en", ("en", "es"), (), "Platform"),
    Colleague("dpo@aurora.example", "Inês Duarte", ("data_protection_officer",), "pt", ("pt", "es"), (), "Legal"),
    Colleague("audit@aurora.example", "Rui Azevedo", ("auditor",), "pt", ("pt", "en"), (), "Regulator"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Dialled:
    """What the demo's telephones call; `secret` names the setting that providers know us by."""

    provider: str
    name: str
    address: str
    secret: str
    settings: dict[str, str]


DIALLED = {
    "ussd": Dialled("africastalking", "Aurora *123#", "*123#", "token", {}),
    "voice": Dialled(
        "twilio",
        "Aurora Móvil",
        "*611",
        "auth_token",
        {
            "account_sid": sandbox.TWILIO_ACCOUNT,
            "auth_token": sandbox.TWILIO_TOKEN,
            "api_key": sandbox.TWILIO_API_KEY,
            "api_secret": sandbox.TWILIO_API_SECRET,
            "write_down_calls": "yes",
        },
    ),
}


def found(seed: str, allowed_origins: list[str]) -> dict[str, Inbox]:
    """Open the operator under the clock as it stands. Returns each market's web chat inbox."""
    for home in HOMES:
        _open_market(home)
        _publish(home.code, home.currency)
        stock.take_in(home.code)
        extras.sell_extras(home.code, home.currency)
    for colleague in COLLEAGUES:
        _hire(colleague, seed)
    promises.promise([home.code for home in HOMES])
    articles.load_articles(SYSTEM)
    for reply in CANNED_REPLIES:
        canned.write(reply.shortcut, reply.language, title=reply.title, body=reply.body, by=SYSTEM)
    automation.arrange(by=actors.colleague("sofia"))
    for home in HOMES:
        open_dialogues(home)
    return {home.code: _open_inbox(home, allowed_origins) for home in HOMES}


def dialogues() -> dict[str, dict[str, dict[str, str]]]:
    """Where each market is dialled: what the world's telephones must know."""
    found: dict[str, dict[str, dict[str, str]]] = {}
    for inbox in db.session.scalars(select(Inbox).where(Inbox.channel.in_(("ussd", "voice")))):
        told = {"key": inbox.key, "secret": inbox.settings[DIALLED[inbox.channel].secret]}
        found.setdefault(inbox.market_code, {})[inbox.channel] = told
    return found


def totp_secret(email: str, seed: str) -> str:
    """The same for the same installation, so that authenticator apps keep working."""
    return base64.b32encode(hashlib.sha256(f"{seed}:{email}".encode()).digest()[:20]).decode()


def _open_market(home: Home) -> None:
    markets.open_market(
        home.code,
        by=SYSTEM,
        name=home.name,
        currency=home.currency,
        timezone=home.timezone,
        language=home.language,
        locale=home.locale,
        region=home.region,
        tax_name=home.tax_name,
        tax_rate=Decimal(home.tax_rate),
        tax_inclusive=home.tax_inclusive,
        due_days=15,
        policies={
            "operator": "Aurora Móvil",
            # Whoever shows the demo signs in from many browsers.
            "sign_in": {"new_device": "alert"},
            **BILLS[home.code],
            **dict(zip((TALK, MINUTE), CONTACT_COSTS[home.code], strict=True)),
        },
    )


def _publish(market: str, currency: str) -> None:
    for product in PRODUCTS:
        for mode, price in zip((Mode.POSTPAID, Mode.PREPAID), product.prices[market], strict=True):
            if price is not None:
                terms = _terms(product, market, mode, Money.of(price, currency))
                catalog.publish(terms, by=SYSTEM)


def _terms(product: Product, market: str, mode: Mode, price: Money) -> OfferTerms:
    return OfferTerms(
        market_code=market,
        code=product.code,
        name=product.name,
        kind=OfferKind.PLAN,
        service=product.service,
        mode=mode,
        price=price,
        allowances=_allowances(product),
        rates=_rates(product, market),
        validity_days=28 if mode is Mode.PREPAID else None,
        valid_from=clock.now(),
        shared_with=4 if product.code == "family-share" else 0,
    )


def _allowances(product: Product) -> dict[UsageKind, int | None]:
    data = {UsageKind.DATA: product.data_gb and product.data_gb * GB}
    if product.service is not Service.MOBILE:
        return data if product.service is Service.FIBRE else {}
    voice = {UsageKind.VOICE: product.minutes and product.minutes * 60}
    return data | voice | {UsageKind.SMS: product.sms}


def _rates(product: Product, market: str) -> dict[str, Any]:
    if product.service is not Service.MOBILE:
        return {}
    units = {"data": 1024**2, "voice": 60, "sms": 1}
    at_home = {kind: {"per": units[kind], "price": price} for kind, price in RATES[market].items()}
    abroad = {kind: {"per": units[kind], "price": price} for kind, price in ABROAD[market].items()}
    networks = dict.fromkeys(extras.WORLD_NETWORKS, "world") | dict.fromkeys(HOME_NETWORKS, "homes")
    zones = {"homes": dict.fromkeys(units, rates.AS_AT_HOME), "world": abroad}
    return {**at_home, "roaming": {"networks": networks, "zones": zones}}


def _hire(colleague: Colleague, seed: str) -> None:
    identity.hire(
        by=SYSTEM,
        email=colleague.email,
        name=colleague.name,
        roles=list(colleague.roles),
        password=PASSWORD,
        totp_secret=totp_secret(colleague.email, seed),
        language=colleague.language,
        speaks=list(colleague.speaks),
        markets=list(colleague.markets),
        team=colleague.team,
    )


GREETINGS = {
    "es": "¡Hola! Soy Luz, de Aurora Móvil. ¿En qué te ayudo?",
    "pt": "Oi! Sou a Luz, da Aurora Móvil. Como posso ajudar?",
    "en": "Hi! I am Luz from Aurora Móvil. How can I help?",
}


def open_dialogues(home: Home) -> None:
    for channel, dialled in DIALLED.items():
        inbox = channels.open_inbox(
            by=SYSTEM,
            channel=channel,
            provider=dialled.provider,
            market_code=home.code,
            name=dialled.name,
            language=home.language,
        )
        channels.set_up(
            inbox.id,
            by=SYSTEM,
            name=dialled.name,
            address=dialled.address,
            language=home.language,
            settings={dialled.secret: new_token(), **dialled.settings},
            weekly={},
            bot_on=channel == "voice",
            sandbox=True,
        )
        channels.turn(inbox.id, on=True, by=SYSTEM)


def _open_inbox(home: Home, allowed_origins: list[str]) -> Inbox:
    return inboxes.open_inbox(
        by=SYSTEM,
        channel="webchat",
        name=f"Aurora {home.name}",
        market_code=home.code,
        language=home.language,
        allowed_origins=allowed_origins,
        theme={"accent": "#4f46e5", "title": "Aurora Móvil", "greeting": GREETINGS},
    )

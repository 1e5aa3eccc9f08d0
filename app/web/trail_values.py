"""An entry of the trail as people read it: what was changed from what to what, in words.

What is stored are plain values; their form tells what they are: `12.50 MXN` is money, a date is a
date. Things that have a page are linked for those who may open it.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from babel.core import UnknownLocaleError
from babel.numbers import format_decimal
from flask import current_app, url_for

from app.audit.models import AuditEntry
from app.conversations.access import sees_all
from app.core.i18n import gettext as _
from app.core.i18n import ngettext
from app.core.money import Money
from app.core.volumes import data_text
from app.subscriptions.msisdn import for_people
from app.web.locale import day, locale, moment
from app.web.login import current_actor
from app.web.trail_codes import words_of
from app.web.trail_fields import field_words, neat
from app.web.trail_names import name_of

# Lists, not a value before and after.
_LISTS = {
    "actions", "factors", "markets", "parts", "permissions", "results", "roles", "scopes",
    "settings",
}  # fmt: skip
# A thing's page, and the name of its id there.
_PAGES: Mapping[str, tuple[str, str]] = {
    "activation": ("workspace.activation", "activation_id"),
    "bill_run": ("backoffice.run", "run_id"),
    "conversation": ("workspace.conversation", "conversation_id"),
    "customer": ("workspace.customer", "customer_id"),
    "inbox": ("backoffice.channel", "inbox_id"),
    "invoice": ("workspace.invoice", "invoice_id"),
    "market": ("backoffice.market_policies", "code"),
    "offer": ("backoffice.offer", "offer_id"),
    "payment": ("workspace.payment", "payment_id"),
    "ticket": ("workspace.ticket", "ticket_id"),
    "usage_anomaly": ("backoffice.anomaly", "anomaly_id"),
    "usage_file": ("backoffice.usage_file", "file_id"),
    "usage_layout": ("backoffice.usage_layout", "source"),
}
# Bytes, by kind of thing and detail.
_VOLUMES = {("line", "cap"), ("attachment", "size"), ("article", "size")}
_MONEY = re.compile(r"(-?\d{1,15}(?:\.\d{1,12})?) ([A-Z]{3})", re.ASCII)
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII)
_CUSTOMER = re.compile(r"C-\d{6,}", re.ASCII)
_TICKET = re.compile(r"TT-\d{4}-\d{6,}", re.ASCII)
_DECIMAL = re.compile(r"\d{1,15}(?:\.\d{1,12})?", re.ASCII)
_NUMBER = re.compile(r"\+\d{7,15}", re.ASCII)
_MOST_PARTS = 20


@dataclass(frozen=True, slots=True)
class Value:
    """`words` names the kind of words that say `raw`, `policy` the setting that it is."""

    raw: Any
    text: str
    words: str | None = None
    policy: str | None = None
    link: str | None = None


@dataclass(frozen=True, slots=True)
class Change:
    """`before` is None for a circumstance, which has one value only."""

    name: str
    after: Value
    before: Value | None = None
    policy: str | None = None


def told(entry: AuditEntry) -> list[Change]:
    """Every detail of an entry; of what is large the first parts, and how many there are more."""
    found = [each for name, value in entry.changes.items() for each in _changes(entry, name, value)]
    more = len(found) - _MOST_PARTS
    if more <= 0:
        return found
    rest = Value(more, ngettext("%(num)s more", "%(num)s more", more))
    return [*found[:_MOST_PARTS], Change("…", rest)]


def page_of(kind: str, thing_id: str) -> str | None:
    """Where a thing is shown, for those who may look: a talk, for those who see all of them."""
    endpoint, argument = _PAGES.get(kind, ("", ""))
    view, actor = current_app.view_functions.get(endpoint), current_actor()
    if view is None or not actor.may(getattr(view, "permission", "")):
        return None
    if kind == "conversation" and not sees_all(actor):
        return None
    is_named = argument in {"code", "source"}
    if not is_named and not _is_id(thing_id):
        return None
    values: dict[str, Any] = {argument: thing_id}
    return url_for(endpoint, **values)


def _changes(entry: AuditEntry, name: str, value: Any) -> Iterator[Change]:
    is_code = words_of(entry.action, entry.object_kind, name) is not None
    is_setting = entry.object_kind == "market" and _is_pair(name, value) and not is_code
    policy = name if is_setting else None
    if not _is_pair(name, value):
        for path, part in _parts(value):
            yield Change(_named(name, path), _value(entry, name, part))
        return
    before, after = (dict(_parts(each)) for each in value)
    if policy is not None or not (isinstance(value[0], dict) or isinstance(value[1], dict)):
        old, new = (_value(entry, name, each, policy) for each in value)
        yield Change(field_words(name), new, old, policy)
        return
    for path in {**before, **after}:
        if before.get(path) != after.get(path):
            old, new = (_value(entry, name, each.get(path)) for each in (before, after))
            yield Change(_named(name, path), new, old)


def _is_pair(name: str, value: Any) -> bool:
    if not (isinstance(value, list) and len(value) == 2):
        return False
    return name not in _LISTS or any(isinstance(each, list) or each is None for each in value)


def _parts(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """Named values one by one, with the way to each: `("number.from", "msisdn")`."""
    if isinstance(value, dict):
        for name, part in value.items():
            yield from _parts(part, f"{path}.{name}" if path else str(name))
    else:
        yield path, value


def _named(name: str, path: str) -> str:
    return f"{field_words(name)}: {neat(path)}" if path else field_words(name)


def _value(entry: AuditEntry, name: str, value: Any, policy: str | None = None) -> Value:
    words = words_of(entry.action, entry.object_kind, name)
    if words and isinstance(value, str):
        value = [each for each in value.split(", ") if each]  # as several codes are kept
    if isinstance(value, list):
        told = ", ".join(name_of(name, each) or _plain(each) for each in value)
        return Value(value, told or "—", words, policy)
    text = name_of(name, value) or _quantity(entry, name, value) or _plain(value)
    return Value(value, text, policy=policy, link=_link(name, value))


def _quantity(entry: AuditEntry, name: str, value: Any) -> str | None:
    """What only its detail tells from other numbers."""
    if (entry.object_kind, name) in _VOLUMES and isinstance(value, int):
        return data_text(value, locale())
    if name == "rate" and _DECIMAL.fullmatch(str(value)):
        return str(format_decimal(value, locale=locale(), decimal_quantization=False))
    return None


def _plain(value: Any) -> str:
    if value is None or value == "":
        return "—"
    if isinstance(value, bool):
        return _("yes") if value else _("no")
    if isinstance(value, list):
        return " – ".join(_plain(each) for each in value)
    if isinstance(value, int):
        return str(format_decimal(value, locale=locale()))
    return _form(str(value))


def _form(text: str) -> str:
    """What its form tells of it."""
    if found := _MONEY.fullmatch(text):
        return _money(found[1], found[2], text)
    if _NUMBER.fullmatch(text):
        return for_people(text)
    return _date(text) or text


def _money(amount: str, currency: str, text: str) -> str:
    try:
        return Money.of(amount, currency).format(locale())
    except (ValueError, UnknownLocaleError):
        return text


def _date(text: str) -> str | None:
    if not _DAY.match(text):
        return None
    try:
        is_day = len(text) == len("2026-01-31")
        return day(date.fromisoformat(text)) if is_day else moment(datetime.fromisoformat(text))
    except ValueError:
        return None


def _link(name: str, value: Any) -> str | None:
    if not isinstance(value, str):
        return None
    actor = current_actor()
    if _CUSTOMER.fullmatch(value) and actor.may("customers.read"):
        return url_for("workspace.customers", q=value)
    if _TICKET.fullmatch(value) and actor.may("tickets.read"):
        return url_for("workspace.tickets", q=value, status="")
    return page_of(name.removesuffix("_id"), value) if _is_id(value) else None


def _is_id(text: str) -> bool:
    try:
        return str(UUID(text)) == text
    except ValueError:
        return False

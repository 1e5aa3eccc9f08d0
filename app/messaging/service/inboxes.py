"""Inboxes of channels: made, changed, tried and switched by administrators."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.audit import service as audit
from app.conversations.models import Inbox
from app.conversations.service import inboxes
from app.core import db
from app.core.actor import Actor
from app.core.errors import Invalid
from app.core.turns import take_turn
from app.customers import contact
from app.identity import teams
from app.messaging import access, failures, hours, switch
from app.messaging.errors import AddressInUse, SettingMissing
from app.messaging.models import DeliveryState
from app.messaging.service import queueing, sending
from channels.dialogue import DialogueProvider
from channels.port import ChannelDown, Provider, Undeliverable

_LONGEST_SETTING = 10_000
_LONGEST_WORDS = 1000


def open_inbox(
    *, by: Actor, channel: str, provider: str, market_code: str, name: str, language: str
) -> Inbox:
    """A new one, switched off until its provider is set up. Raises Invalid for no such provider."""
    with db.transaction():
        _provider(channel, provider)
        inbox = inboxes.open_inbox(
            by=by,
            channel=channel,
            name=contact.plain_text(name, field="name", longest=80),
            market_code=market_code,
            language=contact.language_code(language),
        )
        inboxes.change(inbox, by=by, provider=provider, is_on=False)
    return inbox


def choose_team(inbox_id: UUID, team_id: UUID | None, *, by: Actor) -> Inbox:
    """Whose queue its conversations enter; None is everybody's of the market. Raises NotFound."""
    with db.transaction():
        inbox = access.inbox_for(by, inbox_id, "inboxes.manage", lock=True)
        before, after = teams.name_of(inbox.team_id), teams.name_of(team_id)
        inbox.team_id = team_id
        if before != after:
            audit.record(by, "inbox.changed", "inbox", inbox.id, team=(before, after))
    return inbox


def set_up(
    inbox_id: UUID,
    *,
    by: Actor,
    name: str,
    address: str,
    language: str,
    settings: Mapping[str, str],
    weekly: Mapping[str, Any],
    bot_on: bool,
    sandbox: bool,
    welcome_words: str = "",
    closed_words: str = "",
) -> Inbox:
    """Change what an inbox is. A secret that is left empty stays as it is.

    Raises AddressInUse, SettingMissing, Invalid.
    """
    with db.transaction():
        inbox = access.inbox_for(by, inbox_id, "inboxes.manage", lock=True)
        provider = _provider(inbox.channel, inbox.provider)
        place = contact.plain_text(address, field="address", longest=320)
        _refuse_taken(inbox, place)
        inboxes.change(
            inbox,
            by=by,
            settings=_settings(provider, inbox, settings),
            name=contact.plain_text(name, field="name", longest=80),
            address=place,
            language=contact.language_code(language),
            hours=hours.checked(weekly),
            bot_on=bot_on,
            sandbox=sandbox and switch.has_sandbox(),
            welcome_words=words_of(welcome_words, "welcome_words"),
            closed_words=words_of(closed_words, "closed_words"),
        )
    return inbox


def turn(inbox_id: UUID, *, on: bool, by: Actor) -> Inbox:
    """Off: calls are refused as for an unknown inbox, and nothing leaves. Raises SettingMissing
    for one that is not set up."""
    with db.transaction():
        inbox = access.inbox_for(by, inbox_id, "inboxes.manage", lock=True)
        if on:
            _settings(_provider(inbox.channel, inbox.provider), inbox, {})
        inboxes.change(inbox, by=by, is_on=on)
    return inbox


def check(inbox_id: UUID, *, by: Actor) -> str | None:
    """One call without effect, with the inbox's settings: what is wrong, None when all is well."""
    inbox = access.inbox_for(by, inbox_id, "inboxes.manage")
    problem = None
    try:
        switch.opened(inbox).check()
    except (ChannelDown, Undeliverable) as error:
        problem = str(error) or type(error).__name__
    with db.transaction():
        if problem is None:
            inboxes.went_well(inbox.id)
        else:
            inboxes.went_wrong(inbox.id, problem)
        audit.record(by, "inbox.checked", "inbox", inbox.id, problem=problem)
    return problem


def send_test(inbox_id: UUID, to: str, text: str, *, by: Actor) -> str | None:
    """Send a few words at once: why it failed, None when the provider took them."""
    with db.transaction():
        inbox = access.inbox_for(by, inbox_id, "inboxes.manage")
        place = contact.plain_text(to, field="to", longest=320)
        words = contact.plain_text(text, field="text")
        delivery = queueing.queue_words(inbox, place, words, language=inbox.language)
        audit.record(by, "inbox.tested", "inbox", inbox.id, to=place)
    sending.send_lane(delivery.lane)
    with db.transaction():
        db.session.refresh(delivery)
        if delivery.state is DeliveryState.QUEUED:
            return delivery.error or failures.in_words(failures.WAITS, inbox.provider)
        if delivery.state is not DeliveryState.FAILED:
            return None
        return " ".join(part for part in (sending.why(delivery), delivery.error) if part)


def _provider(channel: str, name: str) -> Provider | DialogueProvider:
    found = switch.provider(channel, name)
    if found is None:
        raise Invalid(field="provider")
    return found


def _settings(
    provider: Provider | DialogueProvider, inbox: Inbox, given: Mapping[str, str]
) -> dict[str, str]:
    known, before = {each.name: each for each in provider.settings}, inbox.settings
    if set(given) - set(known):
        raise Invalid(field="settings")
    chosen = dict(before)
    for name, value in given.items():
        plain = value.strip()
        if len(plain) > _LONGEST_SETTING or "\0" in plain:
            raise Invalid(field=name)
        if plain or not known[name].secret:
            chosen[name] = plain
    for name, setting in known.items():
        if not setting.optional and not chosen.get(name):
            raise SettingMissing(field=name)
    return {name: value for name, value in chosen.items() if name in known and value}


def _refuse_taken(inbox: Inbox, address: str) -> None:
    take_turn(f"address:{inbox.market_code}:{inbox.channel}:{address}")
    query = select(Inbox.id).where(
        Inbox.market_code == inbox.market_code,
        Inbox.channel == inbox.channel,
        Inbox.address == address,
        Inbox.id != inbox.id,
    )
    if db.session.scalar(query) is not None:
        raise AddressInUse


def words_of(text: str, field: str) -> str:
    """What an inbox says by itself. Raises Invalid."""
    plain = text.replace("\r\n", "\n").strip()
    if len(plain) > _LONGEST_WORDS or "\0" in plain:
        raise Invalid(field=field)
    return plain

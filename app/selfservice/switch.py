"""Which turn-by-turn providers there are, and how an inbox opens one. The wiring plugs them in."""

import json
from uuid import UUID

from app.conversations.models import Inbox
from app.core.errors import NotFound
from channels.dialogue import DialogueChannel, DialogueProvider

_providers: dict[tuple[str, str], DialogueProvider] = {}
_opened: dict[UUID, tuple[dict[str, str], DialogueChannel]] = {}
_around = {"public": "", "sandbox": ""}
_FIRST = {"ussd": "africastalking", "voice": "twilio"}


def plug_in(provider: DialogueProvider) -> None:
    _providers[provider.kind, provider.name] = provider


def stand_at(public_url: str, sandbox_url: str = "") -> None:
    """Where providers find us, and where those of sandbox inboxes are."""
    _around.update(public=public_url, sandbox=sandbox_url)
    _opened.clear()


def public_url() -> str:
    return _around["public"]


def base_of(inbox: Inbox) -> str:
    """The address its provider is given to call."""
    return f"{_around['public']}/hooks/{inbox.channel}/{inbox.key}"


def opened(inbox: Inbox) -> DialogueChannel:
    """The inbox's way to its provider, kept until its settings change. Raises NotFound."""
    settings = settings_of(inbox)
    known = _opened.get(inbox.id)
    if known is not None and known[0] == settings:
        return known[1]
    provider = _providers.get((inbox.channel, settings["provider"]))
    if provider is None:
        raise NotFound
    api_base = f"{_around['sandbox']}/{provider.name}" if settings.get("sandbox") else None
    channel = provider.open(settings, api_base)
    _opened[inbox.id] = (settings, channel)
    return channel


def plainest(kind: str) -> DialogueChannel:
    """One that can say something, for when we do not even know to whom."""
    return _providers[kind, _FIRST[kind]].open({}, None)


def settings_of(inbox: Inbox) -> dict[str, str]:
    """What the provider needs to know, from the inbox's sealed secret: a JSON object, or the one
    secret of a provider that has no more."""
    try:
        found = json.loads(inbox.secret)
    except ValueError:
        found = None
    alone = dict.fromkeys(("token", "auth_token", "secret"), inbox.secret)
    settings = found if isinstance(found, dict) else alone
    return {"provider": _FIRST.get(inbox.channel, ""), **{k: str(v) for k, v in settings.items()}}

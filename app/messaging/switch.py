"""Which providers are plugged in, and the channels that inboxes are opened as.

The wiring plugs; services ask.
"""

from collections.abc import Callable, Mapping
from uuid import UUID

from app.conversations.models import Conversation, Inbox
from app.messaging import threads
from channels.port import Channel, ChannelDown, Provider

# Answers a command such as BAL at once, or None for what is no command: then the bot has its turn.
Command = Callable[[Conversation, str], str | None]

_providers: dict[tuple[str, str], Provider] = {}
_opened: dict[UUID, tuple[int, Channel]] = {}
_around: dict[str, str] = {"sandbox": "", "public": ""}
_commands: dict[str, Command] = {}


def plug_in(provider: Provider) -> None:
    _providers[provider.kind, provider.name] = provider


def stand_at(public_url: str, sandbox_url: str = "") -> None:
    """Where providers find us, and where those of sandbox inboxes are."""
    _around.update(public=public_url, sandbox=sandbox_url)
    _opened.clear()


def obey(kind: str, command: Command) -> None:
    """What customers of this kind of channel may command without the bot."""
    _commands[kind] = command


def command_of(kind: str) -> Command | None:
    return _commands.get(kind)


def providers() -> Mapping[tuple[str, str], Provider]:
    return _providers


def provider(kind: str, name: str) -> Provider | None:
    return _providers.get((kind, name))


def provider_of(inbox: Inbox) -> Provider | None:
    return _providers.get((inbox.channel, inbox.provider))


def is_served(inbox: Inbox) -> bool:
    """Whether it is one that providers carry; the chat on web pages is not."""
    return (inbox.channel, inbox.provider) in _providers


def webhook_of(inbox: Inbox) -> str:
    """The address that its provider is given to call."""
    return f"{_around['public']}/hooks/channels/{inbox.key}"


def has_sandbox() -> bool:
    return bool(_around["sandbox"])


def opened(inbox: Inbox) -> Channel:
    """The inbox's way to its provider, kept until the inbox changes.

    Beside its own settings an adapter finds `address` and `webhook`. Raises ChannelDown when no
    such provider is here, or there is no sandbox.
    """
    known = _opened.get(inbox.id)
    if known is not None and known[0] == inbox.version:
        return known[1]
    found = provider_of(inbox)
    if found is None:
        raise ChannelDown(f"no provider {inbox.channel}/{inbox.provider}")
    given = {"address": inbox.address or "", "webhook": webhook_of(inbox), **inbox.settings}
    channel = found.open(given, _api_base(inbox))
    _opened[inbox.id] = (inbox.version, channel)
    return channel


def _api_base(inbox: Inbox) -> str | None:
    if not inbox.sandbox:
        return None
    if not has_sandbox():
        raise ChannelDown("there is no sandbox")
    return f"{_around['sandbox']}/{inbox.provider}"


def leave_address(inbox: Inbox, address: str) -> str:
    """Where one POST ends what this inbox sends to an address."""
    return f"{_around['public']}/hooks/leave/{threads.leave_token(inbox.id, address)}"

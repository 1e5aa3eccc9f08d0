"""Which providers of messages and of turns are plugged in, and what inboxes are opened as.

The wiring plugs; services ask.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from uuid import UUID

from app.conversations.models import Conversation, Inbox
from app.core.errors import NotFound
from app.messaging import threads
from channels.dialogue import DialogueChannel, DialogueProvider
from channels.port import Channel, ChannelDown, Provider


@dataclass(frozen=True, slots=True)
class Commands:
    """`answer` obeys a command such as BAL at once, or gives None for what is no command: then the
    bot has its turn. `covered` is the text as it may be kept, without a PIN in it."""

    answer: Callable[[Conversation, str], str | None]
    covered: Callable[[str], str]


_providers: dict[tuple[str, str], Provider] = {}
_dialogues: dict[tuple[str, str], DialogueProvider] = {}
_opened: dict[UUID, tuple[int, Channel]] = {}
_held: dict[UUID, tuple[int, DialogueChannel]] = {}
_around: dict[str, str] = {"sandbox": "", "public": ""}
_commands: dict[str, Commands] = {}


def plug_in(provider: Provider) -> None:
    _providers[provider.kind, provider.name] = provider


def plug_in_dialogue(provider: DialogueProvider) -> None:
    """One that holds the line while we answer: for USSD and calls."""
    _dialogues[provider.kind, provider.name] = provider


def stand_at(public_url: str, sandbox_url: str = "") -> None:
    """Where providers find us, and where those of sandbox inboxes are."""
    _around.update(public=public_url, sandbox=sandbox_url)
    _opened.clear()
    _held.clear()


def public_url() -> str:
    return _around["public"]


def obey(kind: str, commands: Commands) -> None:
    """What customers of this kind of channel may command without the bot."""
    _commands[kind] = commands


def commands_of(kind: str) -> Commands | None:
    return _commands.get(kind)


def providers() -> Mapping[tuple[str, str], Provider | DialogueProvider]:
    """Everything that an inbox may be made of."""
    return {**_providers, **_dialogues}


def provider(kind: str, name: str) -> Provider | DialogueProvider | None:
    return _providers.get((kind, name)) or _dialogues.get((kind, name))


def provider_of(inbox: Inbox) -> Provider | None:
    """Who carries its messages; None where turns are answered, and for the chat on web pages."""
    return _providers.get((inbox.channel, inbox.provider))


def marks_read(kind: str) -> bool:
    """Whether a provider of this kind can be told that something was read."""
    return any(each.abilities.read_marks for each in _providers.values() if each.kind == kind)


def plainest(kind: str) -> DialogueChannel:
    """One that can say something, for when we do not even know to whom."""
    first = next(each for each in _dialogues.values() if each.kind == kind)
    return first.open({}, None)


def is_served(inbox: Inbox) -> bool:
    """Whether it is one that providers carry; the chat on web pages is not."""
    return (inbox.channel, inbox.provider) in _providers


def webhook_of(inbox: Inbox) -> str:
    """The address that its provider is given to call."""
    held = any(kind == inbox.channel for kind, _ in _dialogues)
    return f"{_around['public']}/hooks/{inbox.channel if held else 'channels'}/{inbox.key}"


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


def held(inbox: Inbox) -> DialogueChannel:
    """As `opened`, of an inbox whose provider holds the line. Raises NotFound for any other."""
    known = _held.get(inbox.id)
    if known is not None and known[0] == inbox.version:
        return known[1]
    found = _dialogues.get((inbox.channel, inbox.provider))
    if found is None:
        raise NotFound
    channel = found.open(inbox.settings, _api_base(inbox))
    _held[inbox.id] = (inbox.version, channel)
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

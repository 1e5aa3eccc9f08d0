"""What Messenger's and Instagram's calls say."""

import hashlib
from collections.abc import Callable, Iterator
from urllib.parse import urlsplit

from channels import wording
from channels.payload import Part, load
from channels.port import (
    Edited,
    Event,
    Inbound,
    Kind,
    Malformed,
    Media,
    PassedBy,
    Receipt,
    State,
    Withdrawn,
)
from channels.said import Said

MEDIA_TYPES = {
    "image": "image/jpeg",
    "audio": "audio/mp4",
    "video": "video/mp4",
    "file": "application/octet-stream",
    "reel": "video/mp4",
    "ig_reel": "video/mp4",
    "story_mention": "image/jpeg",
    "ig_story": "image/jpeg",
    "animated_image": "image/gif",
}
_FRAME = {"sender", "recipient", "timestamp"}


def read(body: bytes, account: str) -> tuple[Event, ...]:
    call = load(body)
    if not isinstance(call.fields.get("entry"), list):
        raise Malformed("No entries.")
    events = [event for entry in call.parts("entry") for event in _entry(entry, account)]
    return tuple(events) or (PassedBy("empty"),)


def _entry(entry: Part, account: str) -> Iterator[Event]:
    for item in entry.parts("messaging"):
        yield from _happened(item, account)
    for _ in entry.parts("standby"):
        yield PassedBy("standby")  # another application has the conversation
    for change in entry.parts("changes"):
        value = change.part("value")
        # Some accounts are told of messages in the form of changes; comments never are messages.
        if value.part("sender") and value.part("recipient"):
            yield from _happened(value, account)
        else:
            yield PassedBy(f"changes.{change.text('field')}")


def _happened(item: Part, account: str) -> Iterator[Event]:
    sender, recipient = item.part("sender").text("id"), item.part("recipient").text("id")
    message = item.part("message")
    if message.true("is_echo"):
        yield PassedBy("echo")
    elif not sender or sender == account:
        yield PassedBy("no_sender")
    elif recipient != account:
        yield PassedBy("another_account")
    else:
        kind = next((name for name in HEARD if item.has(name)), "")
        if kind:
            yield from HEARD[kind](item, item.part(kind))
        else:
            yield PassedBy(next((name for name in item.fields if name not in _FRAME), "unknown"))


def _inbound(item: Part, provider_id: str, said: Said) -> Inbound:
    return Inbound(
        provider_id=provider_id,
        sender=item.part("sender").text("id"),
        recipient=item.part("recipient").text("id"),
        text=said.text,
        kind=said.kind,
        media=said.media,
        payload=said.payload,
        answers=said.answers,
        at=item.moment("timestamp"),
    )


def _message(item: Part, message: Part) -> Event:
    mid = message.text("mid")
    if not mid:
        return PassedBy("message_without_id")
    if message.true("is_deleted"):
        return Withdrawn(mid, at=item.moment("timestamp"))
    said = _said(message)
    return _inbound(item, mid, said) if said else PassedBy("unsupported")


def _said(message: Part) -> Said | None:
    answered = message.part("reply_to")
    answers = answered.text("mid") or None
    text = message.text("text")
    pressed = message.part("quick_reply").text("payload")
    if pressed:
        return Said(text or pressed, Kind.BUTTON, payload=pressed, answers=answers)
    words, media, kind = [text], [], Kind.TEXT
    if answered.has("story"):
        kind = Kind.STORY_REPLY
        media += _files("story_mention", answered.part("story"))
    for attachment in message.parts("attachments"):
        found, line, sort = _attachment(attachment)
        media += found
        words.append(line)
        kind = kind if kind is not Kind.TEXT else sort
    said = "\n".join(word for word in words if word)
    if not said and not media:
        return None
    return Said(said, kind, tuple(media), answers=answers)


def _attachment(attachment: Part) -> tuple[list[Media], str, Kind]:
    """Its files, what it says in words, and what it makes of the message."""
    kind, payload = attachment.text("type"), attachment.part("payload")
    if kind in MEDIA_TYPES:
        sort = Kind.STORY_REPLY if kind == "story_mention" else Kind.MEDIA
        return _files(kind, payload), "", sort
    if kind == "location":
        point = payload.part("coordinates")
        where = wording.place(point.number("lat"), point.number("long"), attachment.text("title"))
        return [], where, Kind.LOCATION
    # A link, a post, a product: where it leads and what it is called.
    title = attachment.text("title") or payload.text("title")
    address = attachment.text("url") or payload.text("url")
    products = payload.part("product")
    named = [each.text("title") for each in products.parts("elements")]
    return [], " ".join(part for part in (title, *named, address) if part), Kind.OTHER


def _files(kind: str, payload: Part) -> list[Media]:
    address = payload.text("url")
    if not address:
        return []
    try:
        name = urlsplit(address).path.rpartition("/")[2]
    except ValueError:
        return []
    media_type = "image/png" if payload.has("sticker_id") else MEDIA_TYPES[kind]
    return [Media(media_type, name, url=address)]


def _delivered(item: Part, delivery: Part) -> Iterator[Event]:
    """Some by their ids, and everything before: the ids are not always all of them."""
    up_to = delivery.moment("watermark")
    mids = delivery.texts("mids")
    for mid in mids:
        yield Receipt(State.DELIVERED, provider_id=mid, at=up_to)
    if up_to is not None:
        yield _up_to(State.DELIVERED, item, delivery)
    elif not mids:
        yield PassedBy("delivery")


def _seen(item: Part, read: Part) -> Event:
    """Messenger tells up to when, Instagram up to which message."""
    if mid := read.text("mid"):
        return Receipt(State.READ, provider_id=mid, at=item.moment("timestamp"))
    return _up_to(State.READ, item, read) if read.moment("watermark") else PassedBy("read")


def _up_to(state: State, item: Part, told: Part) -> Receipt:
    up_to = told.moment("watermark")
    return Receipt(state, recipient=item.part("sender").text("id"), up_to=up_to, at=up_to)


def _edited(item: Part, edit: Part) -> Event:
    if not edit.text("mid") or not edit.has("text"):
        return PassedBy("message_edit")
    return Edited(edit.text("mid"), edit.text("text"), at=item.moment("timestamp"))


def _pressed(item: Part, postback: Part) -> Event:
    title, payload = postback.text("title"), postback.text("payload")
    if not title and not payload:
        return PassedBy("postback")
    mid = postback.text("mid") or _made_id("postback", item, payload or title)
    said = Said(title or payload, Kind.BUTTON, payload=payload or title)
    return _inbound(item, mid, said)


def _reacted(item: Part, reaction: Part) -> Event:
    """An emoji, or nothing when she took it back. It has no id of its own."""
    about = reaction.text("mid")
    if not about:
        return PassedBy("reaction")
    taken_back = reaction.text("action") == "unreact"
    emoji = "" if taken_back else reaction.text("emoji") or reaction.text("reaction")
    made = _made_id("reaction", item, f"{about} {reaction.text('action')} {emoji}")
    return _inbound(item, made, Said(emoji, Kind.REACTION, answers=about))


def _made_id(kind: str, item: Part, content: str) -> str:
    """The same for every copy of what comes without an id."""
    told = "\n".join(
        (
            item.part("sender").text("id"),
            item.part("recipient").text("id"),
            item.text("timestamp"),
            content,
        )
    )
    return f"{kind}:{hashlib.sha256(told.encode()).hexdigest()[:32]}"


def _one(heard: Callable[[Part, Part], Event]) -> Callable[[Part, Part], Iterator[Event]]:
    return lambda item, told: iter((heard(item, told),))


HEARD: dict[str, Callable[[Part, Part], Iterator[Event]]] = {
    "message": _one(_message),
    "delivery": _delivered,
    "read": _one(_seen),
    "message_edit": _one(_edited),
    "postback": _one(_pressed),
    "reaction": _one(_reacted),
}

"""What an update of Telegram's says. One person talks with the bot; groups are passed by."""

from collections.abc import Callable

from channels import wording
from channels.payload import Part, load
from channels.port import (
    Consent,
    Edited,
    Event,
    Inbound,
    Kind,
    Malformed,
    Media,
    PassedBy,
    Wish,
)
from channels.said import Said

STICKERS = {"is_animated": "application/x-tgsticker", "is_video": "video/webm"}
_ENVELOPE = {
    "message_id", "from", "chat", "date", "edit_date", "reply_to_message", "via_bot", "entities",
    "caption_entities", "media_group_id", "has_protected_content", "is_topic_message",
    "message_thread_id", "sender_chat", "author_signature", "quote", "external_reply",
    "forward_origin", "forward_from", "forward_from_chat", "forward_from_message_id",
    "forward_sender_name", "forward_date", "is_automatic_forward", "link_preview_options",
    "has_media_spoiler", "show_caption_above_media", "reply_markup", "effect_id", "is_from_offline",
}  # fmt: skip


def read(body: bytes, bot: str) -> tuple[Event, ...]:
    update = load(body)
    if not update.text("update_id"):
        raise Malformed("No update_id.")
    kind = next((name for name in update.fields if name != "update_id"), "empty")
    heard = HEARD.get(kind)
    return (heard(update, bot) if heard else PassedBy(kind),)


def message_id(chat: str, number: str) -> str:
    """Telegram counts messages in each chat."""
    return f"{chat}:{number}"


def _id(message: Part) -> str:
    return message_id(message.part("chat").text("id"), message.text("message_id"))


def _is_private(message: Part) -> bool:
    """Whether it stands in a talk with one person, and can be named."""
    return (
        message.part("chat").text("type") == "private"
        and bool(message.part("chat").text("id"))
        and bool(message.text("message_id"))
    )


def _name(person: Part) -> str:
    names = (person.text("first_name"), person.text("last_name"))
    return " ".join(name for name in names if name) or person.text("username")


def _message(update: Part, bot: str) -> Event:
    message = update.part("message")
    who = message.part("from")
    if not _is_private(message):
        moved = message.has("migrate_to_chat_id") or message.has("migrate_from_chat_id")
        return PassedBy("group.migrated" if moved else message.part("chat").text("type") or "chat")
    if not who.text("id"):
        return PassedBy("no_sender")
    kind, said = _said(message)
    if said is None:
        return PassedBy(kind)
    answered = message.part("reply_to_message")
    return Inbound(
        provider_id=_id(message),
        sender=who.text("id"),
        recipient=bot,
        text=said.text,
        name=_name(who),
        kind=said.kind,
        media=said.media,
        payload=said.payload,
        answers=_id(answered) if _is_private(answered) else None,
        thread=_started_with(said.text),
        at=message.moment("date"),
        vouched=said.vouched,
        automatic=who.true("is_bot"),
    )


def _started_with(text: str) -> str | None:
    """`t.me/our_bot?start=token` comes as `/start token`."""
    command, _, token = text.partition(" ")
    return token.strip() or None if command == "/start" else None


def _edited(update: Part, _bot: str) -> Event:
    message = update.part("edited_message")
    _kind, said = _said(message)
    if not _is_private(message) or said is None:
        return PassedBy("edited_message")
    if said.kind is Kind.LOCATION:  # she walks about, and her place with her
        return PassedBy("live_location")
    at = message.moment("edit_date") or message.moment("date")
    return Edited(_id(message), said.text, at=at)


def _pressed(update: Part, bot: str) -> Event:
    query = update.part("callback_query")
    message, who = query.part("message"), query.part("from")
    data = query.text("data")
    if not _is_private(message) or not query.text("id") or not who.text("id") or not data:
        return PassedBy("callback_query")
    return Inbound(
        provider_id=f"callback:{query.text('id')}",
        sender=who.text("id"),
        recipient=bot,
        text=_title(message, data),
        name=_name(who),
        kind=Kind.BUTTON,
        payload=data,
        answers=_id(message),
    )


def _title(message: Part, data: str) -> str:
    """What stands on the button; Telegram sends back the message it is under."""
    rows = message.part("reply_markup").fields.get("inline_keyboard")
    for row in rows if isinstance(rows, list) else ():
        for button in Part({"row": row}).parts("row"):
            if button.text("callback_data") == data:
                return button.text("text") or data
    return data


def _membership(update: Part, _bot: str) -> Event:
    """She blocked the bot, or let it in again."""
    change = update.part("my_chat_member")
    chat = change.part("chat")
    before = change.part("old_chat_member").text("status")
    now = change.part("new_chat_member").text("status")
    if chat.text("type") != "private" or not chat.text("id"):
        return PassedBy("my_chat_member")
    if now == "kicked":
        return Consent(chat.text("id"), Wish.STOP, at=change.moment("date"))
    if before == "kicked" and now == "member":
        return Consent(chat.text("id"), Wish.START, at=change.moment("date"))
    return PassedBy("my_chat_member")


def _reacted(update: Part, bot: str) -> Event:
    """The emoji that she left there now; none when she took it back."""
    change = update.part("message_reaction")
    who = change.part("user")
    if not _is_private(change) or not who.text("id"):
        return PassedBy("message_reaction")
    emoji = "".join(each.text("emoji") for each in change.parts("new_reaction"))
    return Inbound(
        provider_id=f"reaction:{update.text('update_id')}",
        sender=who.text("id"),
        recipient=bot,
        text=emoji,
        name=_name(who),
        kind=Kind.REACTION,
        answers=_id(change),
        at=change.moment("date"),
    )


HEARD: dict[str, Callable[[Part, str], Event]] = {
    "message": _message,
    "edited_message": _edited,
    "callback_query": _pressed,
    "my_chat_member": _membership,
    "message_reaction": _reacted,
}


def _said(message: Part) -> tuple[str, Said | None]:
    """The kind of its content, and what that says: the words below it at least, where we do not
    know what stands above them. None of what no person said."""
    kind = next((name for name in CONTENT if message.has(name)), "")
    said = CONTENT[kind](message) if kind else None
    if said is None and message.text("caption"):
        said = Said(message.text("caption"), Kind.OTHER)
    return kind or next((name for name in message.fields if name not in _ENVELOPE), "empty"), said


def _text(message: Part) -> Said | None:
    return Said(message.text("text")) if message.text("text") else None


def _file(kind: str, media_type: str) -> Callable[[Part], Said | None]:
    def read_it(message: Part) -> Said | None:
        return _with(message, message.part(kind), media_type)

    return read_it


def _with(message: Part, file: Part, media_type: str, text: str = "") -> Said | None:
    handle = file.text("file_id")
    if not handle:
        return None
    known = file.text("mime_type").lower() or media_type
    media = Media(known, file.text("file_name"), handle=handle)
    return Said(message.text("caption") or text, Kind.MEDIA, (media,))


def _photo(message: Part) -> Said | None:
    """It comes in several sizes."""
    sizes = list(message.parts("photo"))
    largest = max(sizes, key=lambda size: size.number("width") or 0, default=Part({}))
    return _with(message, largest, "image/jpeg")


def _sticker(message: Part) -> Said | None:
    sticker = message.part("sticker")
    media_type = next((kind for flag, kind in STICKERS.items() if sticker.true(flag)), "image/webp")
    return _with(message, sticker, media_type, sticker.text("emoji"))


def _location(message: Part) -> Said | None:
    return _at(message.part("location"))


def _venue(message: Part) -> Said | None:
    venue = message.part("venue")
    return _at(venue.part("location"), venue.text("title"), venue.text("address"))


def _at(point: Part, name: str = "", address: str = "") -> Said | None:
    where = wording.place(point.number("latitude"), point.number("longitude"), name, address)
    return Said(where, Kind.LOCATION) if where else None


def _contact(message: Part) -> Said | None:
    """The number is the payload. Telegram vouches for it only where it is her own."""
    contact = message.part("contact")
    number = contact.text("phone_number").strip()
    if not number:
        return None
    number = f"+{number}" if number.isascii() and number.isdigit() else number
    own = contact.text("user_id") != "" and contact.text("user_id") == message.part("from").text(
        "id"
    )
    said = wording.person(_name(contact), [number])
    return Said(said, Kind.CONTACT, payload=number, vouched=own)


def _dice(message: Part) -> Said | None:
    dice = message.part("dice")
    said = f"{dice.text('emoji')} {dice.text('value')}".strip()
    return Said(said, Kind.OTHER) if said else None


def _poll(message: Part) -> Said | None:
    poll = message.part("poll")
    lines = [poll.text("question"), *(f"- {each.text('text')}" for each in poll.parts("options"))]
    said = "\n".join(line for line in lines if line)
    return Said(said, Kind.OTHER) if said else None


def _checklist(message: Part) -> Said | None:
    listed = message.part("checklist")
    lines = [listed.text("title"), *(f"- {each.text('text')}" for each in listed.parts("tasks"))]
    said = "\n".join(line for line in lines if line)
    return Said(said, Kind.OTHER) if said else None


def _web_app(message: Part) -> Said | None:
    told = message.part("web_app_data")
    said = told.text("button_text") or told.text("data")
    return Said(said, Kind.OTHER, payload=told.text("data") or None) if said else None


# An animation and a venue come as a document and a location too, for those who do not know them.
CONTENT: dict[str, Callable[[Part], Said | None]] = {
    "text": _text,
    "animation": _file("animation", "video/mp4"),
    "audio": _file("audio", "audio/mpeg"),
    "document": _file("document", "application/octet-stream"),
    "photo": _photo,
    "sticker": _sticker,
    "video": _file("video", "video/mp4"),
    "video_note": _file("video_note", "video/mp4"),
    "voice": _file("voice", "audio/ogg"),
    "venue": _venue,
    "location": _location,
    "contact": _contact,
    "dice": _dice,
    "poll": _poll,
    "checklist": _checklist,
    "web_app_data": _web_app,
}

"""What WhatsApp's calls say: messages, how ours fared, numbers that changed, templates."""

import json
from collections.abc import Callable, Iterator

from channels import wording
from channels.payload import Part, clean, load
from channels.port import (
    Edited,
    Event,
    Inbound,
    Kind,
    Malformed,
    Media,
    Moved,
    PassedBy,
    Receipt,
    State,
    TemplateJudged,
    Withdrawn,
)
from channels.said import Said
from channels.whatsapp.numbers import address

STATES = {
    "sent": State.SENT,
    "delivered": State.DELIVERED,
    "read": State.READ,
    "played": State.READ,
    "failed": State.FAILED,
}
TEMPLATES = {
    "APPROVED": "approved",
    "REINSTATED": "approved",
    "UNARCHIVED": "approved",
    "REJECTED": "rejected",
    "DISABLED": "rejected",
    "DELETED": "rejected",
    "PENDING_DELETION": "rejected",
    "ARCHIVED": "rejected",
    "PAUSED": "paused",
    "LOCKED": "paused",
    "PENDING": "pending",
    "IN_APPEAL": "pending",
}
_DEEPEST = 3
WHY = ("disable_info", "other_info", "rejection_info")


def read(body: bytes, phone_number_id: str) -> tuple[Event, ...]:
    call = load(body)
    if not isinstance(call.fields.get("entry"), list):
        raise Malformed("No entries.")
    changes = [change for entry in call.parts("entry") for change in entry.parts("changes")]
    events = [event for change in changes for event in _changed(change, phone_number_id)]
    return tuple(events) or (PassedBy("empty"),)


def _changed(change: Part, phone_number_id: str) -> Iterator[Event]:
    field, value = change.text("field"), change.part("value")
    if field == "message_template_status_update":
        yield _judged(value)
    elif field != "messages":
        yield PassedBy(field or "unknown")
    elif value.part("metadata").text("phone_number_id") != phone_number_id:
        yield PassedBy("another_number")
    else:
        yield from _messages(value)


def _messages(value: Part) -> Iterator[Event]:
    contacts = list(value.parts("contacts"))
    found = False
    for message in value.parts("messages"):
        found = True
        yield _message(message, value.part("metadata"), contacts)
    for status in value.parts("statuses"):
        found = True
        yield _status(status)
    if not found:
        yield PassedBy("errors" if value.has("errors") else "empty")


def _judged(value: Part) -> Event:
    name, event = value.text("message_template_name"), value.text("event").upper()
    if not name or event not in TEMPLATES:  # FLAGGED and the like: it may still be sent
        return PassedBy(f"template.{event.lower()}")
    told = (value.text("reason"), *(value.part(part).text("title") for part in WHY))
    return TemplateJudged(
        name=name,
        language=value.text("message_template_language"),
        state=TEMPLATES[event],
        reason=next((why for why in told if why not in {"", "NONE"}), ""),
    )


def _status(status: Part) -> Event:
    """Prices and kinds of conversation are between Meta and who pays for them."""
    state, provider_id = STATES.get(status.text("status")), status.text("id")
    if state is None or not provider_id:
        return PassedBy(f"status.{status.text('status')}")
    error = next(status.parts("errors"), Part({}))
    return Receipt(
        state=state,
        provider_id=provider_id,
        at=status.moment("timestamp"),
        code=error.text("code"),
        reason=error.part("error_data").text("details")
        or error.text("title")
        or error.text("message"),
    )


def _message(message: Part, ours: Part, contacts: list[Part]) -> Event:
    kind, provider_id = message.text("type"), message.text("id")
    who = message.text("from").strip() or message.text("from_user_id").strip()
    at = message.moment("timestamp")
    if kind == "system":
        return _moved(message, who)
    if kind in {"edit", "revoke"}:
        return _changed_mind(message, kind)
    if message.has("group_id"):
        return PassedBy("group")
    said = _said(message)
    if said is None or not provider_id or not who:
        return PassedBy(kind or "unknown")
    return Inbound(
        provider_id=provider_id,
        sender=address(who),
        recipient=address(ours.text("display_phone_number")),
        text=said.text,
        name=_name(message, contacts),
        kind=said.kind,
        media=said.media,
        payload=said.payload,
        answers=said.answers or message.part("context").text("id") or None,
        at=at,
    )


def _name(message: Part, contacts: list[Part]) -> str:
    """Of the contact that sent it. A single one is hers, though her number is spelt otherwise."""
    ids = {message.text("from"), message.text("from_user_id")} - {""}
    own = [each for each in contacts if ids & {each.text("wa_id"), each.text("user_id")}]
    known = own or (contacts if len(contacts) == 1 else [])
    profile = known[0].part("profile") if known else Part({})
    return profile.text("name") or profile.text("username")


def _moved(message: Part, who: str) -> Event:
    """A new number, or a new id of somebody who hides hers. A new phone with the same number is
    no other person."""
    told = message.part("system")
    kind = told.text("type") or "system"
    if kind == "user_changed_user_id":
        old, new = message.text("from_user_id") or who, told.text("user_id")
    else:
        old = who or told.text("customer")
        new = told.text("wa_id") or told.text("new_wa_id")
    old, new = address(old), address(new)
    if kind == "customer_identity_changed" or not old or not new or old == new:
        return PassedBy(f"system.{kind}")
    return Moved(old, new, at=message.moment("timestamp"))


def _changed_mind(message: Part, kind: str) -> Event:
    changed, at = message.part(kind), message.moment("timestamp")
    original = changed.text("original_message_id") or message.part("context").text("id")
    if not original:
        return PassedBy(kind)
    if kind == "revoke":
        return Withdrawn(original, at=at)
    said = _said(changed.part("message"))
    return PassedBy(kind) if said is None else Edited(original, said.text, at=at)


def _said(message: Part) -> Said | None:
    """None of kinds that are unknown to us, or empty. Cards are a list, all others an object."""
    kind = message.text("type")
    if kind == "contacts":
        return _contacts(message)
    return KINDS[kind](message.part(kind)) if kind in KINDS else None


def _text(part: Part) -> Said | None:
    return Said(part.text("body")) if part.has("body") else None


def _media(part: Part) -> Said | None:
    """`id` is what it is fetched by; the address that some calls hold lives for minutes."""
    if not part.text("id"):  # Meta could not take the file in, as its `errors` say
        return Said(part.text("caption")) if part.text("caption") else None
    media_type = part.text("mime_type").partition(";")[0].strip().lower()
    media = Media(
        media_type or "application/octet-stream", part.text("filename"), handle=part.text("id")
    )
    return Said(part.text("caption"), Kind.MEDIA, (media,))


def _location(part: Part) -> Said | None:
    where = wording.place(
        part.number("latitude"), part.number("longitude"), part.text("name"), part.text("address")
    )
    return Said(where, Kind.LOCATION) if where else None


def _contacts(message: Part) -> Said | None:
    people = [_card(card) for card in message.parts("contacts")]
    said = "\n".join(person for person in people if person)
    return Said(said, Kind.CONTACT) if said else None


def _card(card: Part) -> str:
    phones = [each.text("phone") or each.text("wa_id") for each in card.parts("phones")]
    mails = [each.text("email") for each in card.parts("emails")]
    name = card.part("name")
    called = name.text("formatted_name") or " ".join(
        part for part in (name.text("first_name"), name.text("last_name")) if part
    )
    return wording.person(called or card.part("org").text("company"), phones + mails)


def _reaction(part: Part) -> Said | None:
    """Without an emoji she took hers back."""
    about = part.text("message_id")
    return Said(part.text("emoji"), Kind.REACTION, answers=about) if about else None


def _interactive(part: Part) -> Said | None:
    kind = part.text("type")
    if kind in {"button_reply", "list_reply"}:
        reply = part.part(kind)
        return Said(reply.text("title"), Kind.BUTTON, payload=reply.text("id") or None)
    if kind == "nfm_reply":
        return _form(part.part(kind))
    return None


def _form(reply: Part) -> Said:
    """What was filled in, a line each; the whole of it is the payload."""
    written = reply.text("response_json")
    try:
        filled = json.loads(written)
    except (ValueError, RecursionError):
        filled = {}
    answers = filled.items() if isinstance(filled, dict) else ()
    given = {name: _answer(value) for name, value in answers if name != "flow_token"}
    lines = [f"{name}: {value}" for name, value in given.items() if value]
    return Said(clean("\n".join(lines)) or reply.text("body"), Kind.OTHER, payload=written or None)


def _answer(value: object, depth: int = 0) -> str:
    """A word, a number, yes or no as JSON writes them; several that were ticked; or an address,
    which has fields of its own."""
    if isinstance(value, dict):
        value = list(value.values())
    if isinstance(value, list):
        inside = (_answer(each, depth + 1) for each in value) if depth < _DEEPEST else ()
        return ", ".join(filter(None, inside))
    if isinstance(value, str):
        return value
    return json.dumps(value) if isinstance(value, bool | int | float) else ""


def _button(part: Part) -> Said | None:
    """A quick reply under a template."""
    text = part.text("text") or part.text("payload")
    return Said(text, Kind.BUTTON, payload=part.text("payload") or None) if text else None


def _order(part: Part) -> Said | None:
    lines = [
        f"{item.text('quantity')} × {item.text('product_retailer_id')}"
        + _price(item.number("item_price"), item.text("currency"))
        for item in part.parts("product_items")
    ]
    said = "\n".join(line for line in (part.text("text"), *lines) if line)
    return Said(said, Kind.OTHER) if said else None


def _price(price: float | None, currency: str) -> str:
    return "" if price is None else f" ({price:g} {currency})"


KINDS: dict[str, Callable[[Part], Said | None]] = {
    "text": _text,
    "image": _media,
    "audio": _media,
    "voice": _media,
    "video": _media,
    "document": _media,
    "sticker": _media,
    "location": _location,
    "reaction": _reaction,
    "interactive": _interactive,
    "button": _button,
    "order": _order,
}

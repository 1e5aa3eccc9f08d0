"""Who wants no more of us: the register, and what she is told about it."""

from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.dialects.postgresql import insert

from app.audit import service as audit
from app.conversations.models import Conversation, Inbox, Message
from app.conversations.service.messages import say
from app.core import clock, db
from app.core.actor import SYSTEM, Actor
from app.core.i18n import gettext as _
from app.core.i18n import speaking
from app.messaging.consent_words import Said
from app.messaging.models import Contact
from app.messaging.service import contacts
from channels.port import Consent, Wish


def decide(inbox_id: UUID, address: str, wish: Wish, at: datetime, *, by: Actor) -> bool:
    """Write down what she wants. False when it was so before, or she decided otherwise later.
    Whatever a provider's clock says, nobody has decided in the future."""
    stopped, at = wish is Wish.STOP, min(at, clock.now())
    with db.transaction():
        statement = insert(Contact).values(
            inbox_id=inbox_id, address=address, name="", stopped=stopped, decided_at=at
        )
        statement = statement.on_conflict_do_update(
            index_elements=[Contact.inbox_id, Contact.address],
            set_={"stopped": stopped, "decided_at": at},
            where=(
                (Contact.stopped != stopped)
                & or_(Contact.decided_at.is_(None), Contact.decided_at <= at)
            ),
        )
        changed = db.session.execute(statement.returning(Contact.address)).first() is not None
        if changed:
            audit.record(by, f"consent.{wish}", "inbox", inbox_id, address=address)
    return changed


def told_by_provider(inbox: Inbox, event: Consent) -> None:
    decide(inbox.id, event.address, event.wish, event.at or clock.now(), by=SYSTEM)


def is_stopped(inbox_id: UUID, address: str) -> bool:
    found = contacts.contact(inbox_id, address)
    return found is not None and found.stopped


def willing(inbox_id: UUID, addresses: Sequence[str]) -> list[str]:
    """Those that have not said that they want no more."""
    if not addresses:
        return []
    query = select(Contact.address).where(
        Contact.inbox_id == inbox_id, Contact.address.in_(addresses), Contact.stopped
    )
    stopped = set(db.session.scalars(query))
    return [each for each in addresses if each not in stopped]


def answered(
    said: Said | None, conversation: Conversation, message: Message, contact: Contact
) -> bool:
    """Do what a word of consent says, and tell her so once. False when it is for somebody else:
    no such word, or one that means nothing here."""
    at, inbox = message.at, conversation.inbox
    address = contact.address
    if said is Said.STOP:
        if decide(inbox.id, address, Wish.STOP, at, by=SYSTEM):
            _tell(conversation, message, _stop_words(conversation.language))
        return True
    if said is Said.START and contact.stopped:
        decide(inbox.id, address, Wish.START, at, by=SYSTEM)
        _tell(conversation, message, _start_words(conversation.language))
        return True
    if said is Said.HELP and (contact.stopped or inbox.channel == "sms"):
        _tell(conversation, message, help_words(conversation.language, inbox.name))
        return True
    return False


def _tell(conversation: Conversation, message: Message, words: str) -> None:
    say(
        conversation.id,
        words,
        by=SYSTEM,
        client_key=f"consent:{message.id}",
        extra={"always": True},
    )


def _stop_words(language: str) -> str:
    with speaking(language):
        return _("You will get no more messages from us here. Answer START to get them again.")


def _start_words(language: str) -> str:
    with speaking(language):
        return _("You will get our messages again. Answer STOP to end them.")


def help_words(language: str, name: str) -> str:
    """Whose number this is, and how to be left in peace: what carriers want to be answered."""
    with speaking(language):
        return _(
            "%(name)s: write what you need and we answer. Answer STOP to get no more messages.",
            name=name,
        )

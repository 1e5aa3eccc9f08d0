"""A delivery as its provider is handed it."""

from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select

from app.conversations.models import Inbox, Message
from app.conversations.service import attachments
from app.core import db
from app.core.actor import SYSTEM
from app.core.i18n import gettext as _
from app.core.i18n import speaking
from app.markets import queries as markets
from app.messaging import switch, threads
from app.messaging.models import Arrival, Delivery
from app.messaging.service import consent, enclosures, links
from channels.port import Button, Media, Outbound, Template, Thread

_MOST_REFERENCES = 10
_LONGEST_QUOTE = 4000


def outbound(delivery: Delivery, inbox: Inbox) -> Outbound:
    """Raises NotFound when a file of it is gone."""
    shape = delivery.shape
    provider = switch.provider_of(inbox)
    mail = provider is not None and provider.abilities.subjects
    by_link = provider is not None and provider.abilities.media_links
    is_notice = delivery.notice_id is not None
    return Outbound(
        key=delivery.key,
        recipient=delivery.address,
        text=delivery.text,
        buttons=tuple(Button(title, payload) for title, payload in shape.get("buttons", [])),
        media=(
            *(_media(UUID(each), by_link=by_link) for each in shape.get("files", [])),
            *(_enclosed(UUID(each)) for each in shape.get("enclosed", [])),
        ),
        template=_template(delivery),
        thread=_thread(delivery, inbox) if mail else None,
        language=delivery.language,
        by_person=bool(shape.get("by_person")),
        notice=is_notice,
        unsubscribe=switch.leave_address(inbox, delivery.address) if is_notice else "",
    )


def _media(attachment_id: UUID, *, by_link: bool) -> Media:
    opened = attachments.open_attachment(SYSTEM, attachment_id)
    if by_link:
        return Media(opened.media_type, name=opened.name, url=links.address_of(attachment_id))
    return Media(opened.media_type, name=opened.name, content=opened.content)


def _enclosed(enclosure_id: UUID) -> Media:
    file = enclosures.opened(enclosure_id)
    return Media(file.media_type, name=file.name, content=file.content)


def _template(delivery: Delivery) -> Template | None:
    chosen = delivery.shape.get("template")
    if chosen is None:
        return None
    return Template(chosen["name"], chosen["language"], tuple(chosen["values"]))


def _thread(delivery: Delivery, inbox: Inbox) -> Thread:
    if delivery.conversation_id is None:
        return Thread(subject=delivery.shape.get("subject") or inbox.name)
    known = _references(delivery.conversation_id, delivery.inbox_id)
    quoted, quoted_from = _quoted(delivery, inbox)
    return Thread(
        subject=delivery.shape.get("subject") or inbox.name,
        token=threads.token_of(delivery.conversation_id),
        message_id=known[-1] if known else "",
        references=tuple(known),
        quoted=quoted,
        quoted_from=quoted_from,
        # Somebody may have said STOP since.
        copied=tuple(consent.willing(inbox.id, delivery.shape.get("copied", ()))),
    )


def _quoted(delivery: Delivery, inbox: Inbox) -> tuple[str, str]:
    """The words that a person answers, and whose they are. What writes by itself quotes nothing:
    the sender may be forged, and somebody else would get his words from us."""
    if "answers" not in delivery.shape:
        return "", ""
    asked = db.session.get_one(Message, UUID(delivery.shape["answers"]))
    zone = ZoneInfo(markets.market(inbox.market_code).timezone)
    with speaking(delivery.language):
        said = _(
            "On %(day)s at %(time)s, %(name)s wrote:",
            day=f"{asked.at.astimezone(zone):%Y-%m-%d}",
            time=f"{asked.at.astimezone(zone):%H:%M}",
            name=asked.author_name or delivery.address,
        )
    return asked.body[:_LONGEST_QUOTE], said


def _references(conversation_id: UUID, inbox_id: UUID) -> list[str]:
    """The mails of the conversation that came through this inbox, the last one last."""
    query = (
        select(Arrival.provider_id)
        .where(Arrival.conversation_id == conversation_id, Arrival.inbox_id == inbox_id)
        .order_by(Arrival.came_at.desc())
        .limit(_MOST_REFERENCES)
    )
    return list(reversed(db.session.scalars(query).all()))

"""One thing from elsewhere becomes one of ours: quietly. Nothing is announced, so nobody is told,
no rule acts, and nothing is sent to a customer. Each joins the caller's transaction."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert

from app.audit import service as audit
from app.conversations import queries as conversations
from app.conversations.cleaning import shortened
from app.conversations.models import (
    Author,
    Conversation,
    Inbox,
    MessageKind,
    Status,
    Verification,
)
from app.conversations.models import Message as StoredMessage
from app.conversations.service import canned, inboxes
from app.core import bulk, clock, db
from app.core.actor import SYSTEM, Actor
from app.core.i18n import gettext as _
from app.core.ids import new_id
from app.core.references import next_number, reference
from app.customers import contact
from app.customers import queries as customers
from app.customers.models import Customer, CustomerKind
from app.customers.service import open_account
from app.markets import queries as markets
from app.markets.models import Market
from app.tickets import models as tickets
from app.tickets import tags
from app.tickets.errors import BadTag
from app.transfer import records, wording
from app.transfer.models import Job, Origin, Source, What
from app.transfer.records import Broken
from kb.models import Audience
from kb.queries.shelves import categories
from kb.service import writing as kb

_CHANNELS = {Source.ZENDESK: "email", Source.CHATWOOT: "webchat", Source.CSV: "webchat"}
_NAMES = {Source.ZENDESK: "Zendesk", Source.CHATWOOT: "Chatwoot", Source.CSV: "CSV"}
_LONGEST_MESSAGE = 4000
_SUMMARY = 200


def write(record: records.Record, job: Job, *, by: Actor) -> bool:
    """Whether it is new; what has come before is left as it is. Raises Broken, or what the domain
    that it becomes part of refuses."""
    what = _KINDS[type(record)][0]
    if _ours(job.source, what, record.external_id) is not None:
        return False
    made, is_new = _KINDS[type(record)][1](record, job, by)
    _remember(job, what, record.external_id, made)
    return is_new


def _customer(record: records.Customer, job: Job, by: Actor) -> tuple[UUID, bool]:
    """One of the same e-mail address is she."""
    home = _market(job)
    for name, value in (("email", record.email), ("phone", record.phone)):
        if not value:
            raise Broken(_("%(name)s is missing.", name=name))
    email = contact.email_address(record.email)
    known = customers.by_email(email)
    if known is not None:
        return known.id, False
    customer = Customer(
        id=new_id(),
        reference=reference("C", next_number("customer")),
        kind=CustomerKind.PERSON,
        market_code=home.code,
        region=home.region,
        name=contact.plain_text(record.name, field="name"),
        email=email,
        phone=contact.phone_number(record.phone, home.code),
        language=record.language or home.language,
        segment="consumer",
        city=record.city,
        created_at=_past(record.created_at),
    )
    db.session.add(customer)
    db.session.flush()
    audit.record(by, "customer.registered", "customer", customer.id, market=home.code)
    open_account(customer.id, by=by, billing_day=clock.today(home.timezone).day)
    return customer.id, True


def _ticket(record: records.Ticket, job: Job, by: Actor) -> tuple[UUID, bool]:
    owner = _owner(record.customer, job)
    talk_id = None
    if record.said:
        talk = records.Conversation(
            record.external_id, record.customer, record.created_at, record.said
        )
        talk_id = _ours(job.source, What.CONVERSATIONS, record.external_id)
        if talk_id is None:
            talk_id, _is_new = _conversation(talk, job, by)
            _remember(job, What.CONVERSATIONS, record.external_id, talk_id)
    moment = _past(record.created_at)
    status = tickets.Status(record.status)
    # What was promised there is not promised here: no clock runs, nobody is called for a late one.
    promised = clock.now() if status is tickets.Status.NEW else moment
    ticket = tickets.Ticket(
        id=new_id(),
        reference=_next_reference(owner.market),
        market_code=owner.market_code,
        customer_id=owner.id,
        conversation_id=talk_id,
        subject=shortened(record.subject, 200) or "—",
        topic=tickets.Topic.OTHER,
        priority=tickets.Priority(record.priority),
        language=owner.language,
        status=status,
        context={},
        summary=shortened(record.description, _LONGEST_MESSAGE),
        created_at=moment,
        respond_by=promised,
        resolve_by=promised,
        resolved_at=None if status is tickets.Status.NEW else moment,
    )
    db.session.add(ticket)
    db.session.flush()
    for tag in {_tag(each) for each in record.tags} - {""}:
        db.session.add(tickets.TicketTag(ticket_id=ticket.id, tag=tag, at=clock.now()))
    audit.record(by, "ticket.opened", "ticket", ticket.id, reference=ticket.reference)
    return ticket.id, True


def _conversation(record: records.Conversation, job: Job, by: Actor) -> tuple[UUID, bool]:
    owner = _owner(record.customer, job)
    said = sorted(record.said, key=lambda each: each.at)
    last = said[-1].at
    talk = Conversation(
        id=new_id(),
        inbox_id=_inbox(job, owner.market_code).id,
        channel=_CHANNELS[job.source],
        market_code=owner.market_code,
        customer_id=owner.id,
        visitor_id=new_id(),
        visitor_name=owner.name,
        language=owner.language,
        status=Status.RESOLVED,
        verification=Verification.NONE,
        last_seq=len(said),
        bot_seq=len(said),
        customer_read_seq=len(said),
        staff_read_seq=len(said),
        created_at=_past(record.created_at or said[0].at),
        last_message_at=_past(last),
        resolved_at=_past(last),
    )
    db.session.add(talk)
    db.session.flush()
    bulk.insert(
        StoredMessage,
        [_message(talk.id, seq, each, owner) for seq, each in enumerate(said, start=1)],
    )
    audit.record(by, "conversation.started", "conversation", talk.id, source=_NAMES[job.source])
    return talk.id, True


def _message(talk_id: UUID, seq: int, said: records.Said, owner: Customer) -> dict[str, Any]:
    hers = said.author == "customer"
    return {
        "id": new_id(),
        "conversation_id": talk_id,
        "seq": seq,
        "kind": (MessageKind.NOTE if said.note else MessageKind.TEXT).value,
        "author": (Author.CUSTOMER if hers else Author.AGENT).value,
        "author_id": owner.id if hers else None,
        "author_name": said.name or (owner.name if hers else ""),
        "body": shortened(said.text, _LONGEST_MESSAGE) or "—",
        "extra": {},
        "client_key": f"import:{seq}",
        "at": _past(said.at),
    }


def _article(record: records.Article, job: Job, by: Actor) -> tuple[UUID, bool]:
    shelves = [each.code for each in categories()]
    if not shelves:
        raise Broken(_("There is no shelf for articles yet."))
    version = kb.write(
        wording.address(f"{job.source.value}-{record.external_id}"),
        record.language or _market(job).language,
        by=by,
        title=record.title[:_SUMMARY],
        summary=" ".join(record.body.split())[:_SUMMARY],
        body=record.body,
        category=record.category if record.category in shelves else shelves[0],
        audience=Audience.PUBLIC if record.public else Audience.STAFF,
        publish=record.public,
    )
    return version.id, True


def _reply(record: records.Reply, job: Job, by: Actor) -> tuple[UUID, bool]:
    name = wording.shortcut(record.shortcut)
    language = record.language or _market(job).language
    known = conversations.every_canned_reply().get(name, {})
    if language in known:
        raise Broken(_("There is a reply /%(name)s already.", name=name))
    made = canned.write(name, language, title=record.title, body=wording.ours(record.text), by=by)
    return made.id, True


_KINDS: Mapping[type, tuple[What, Callable[[Any, Job, Actor], tuple[UUID, bool]]]] = {
    records.Customer: (What.CUSTOMERS, _customer),
    records.Ticket: (What.TICKETS, _ticket),
    records.Conversation: (What.CONVERSATIONS, _conversation),
    records.Article: (What.ARTICLES, _article),
    records.Reply: (What.REPLIES, _reply),
}


def _ours(source: Source, what: What, external_id: str) -> UUID | None:
    query = select(Origin.ours).where(
        Origin.source == source, Origin.what == what, Origin.external_id == external_id
    )
    return db.session.scalar(query)


def _remember(job: Job, what: What, external_id: str, ours: UUID) -> None:
    statement = insert(Origin).values(
        id=new_id(),
        source=job.source,
        what=what,
        external_id=external_id,
        ours=ours,
        job_id=job.id,
    )
    db.session.execute(statement)


def _owner(name: str, job: Job) -> Customer:
    """By what she was called there, or by her e-mail address; of the job's market alone."""
    ours = _ours(job.source, What.CUSTOMERS, name)
    found = db.session.get(Customer, ours) if ours else customers.by_email(name.lower())
    if found is None or found.market_code != job.market_code:
        raise Broken(_("The customer %(name)s is not known: bring in customers first.", name=name))
    return found


def _inbox(job: Job, market_code: str) -> Inbox:
    """Where talks from elsewhere are kept: nothing comes in or goes out there."""
    name = f"{_NAMES[job.source]} (import)"
    query = select(Inbox).where(Inbox.market_code == market_code, Inbox.name == name)
    found = db.session.scalar(query.order_by(Inbox.id).limit(1))
    if found is not None:
        return found
    made = inboxes.open_inbox(
        by=SYSTEM,
        channel=_CHANNELS[job.source],
        name=name,
        market_code=market_code,
        language=_market(job).language,
        bot_on=False,
    )
    inboxes.change(made, by=SYSTEM, is_on=False)
    return made


def _market(job: Job) -> Market:
    if job.market_code is None:
        raise Broken(_("%(name)s is missing.", name="market"))
    return markets.market(job.market_code)


def _next_reference(market: Market) -> str:
    year = clock.today(market.timezone).year
    return reference(f"TT-{year}", next_number(f"ticket:{year}"))


def _past(moment: datetime | None) -> datetime:
    """Nothing has been said tomorrow."""
    now = clock.now()
    return min(moment, now) if moment else now


def _tag(text: str) -> str:
    """As ours are written; one that cannot be is left out."""
    try:
        return tags.written(text.replace("_", "-"))
    except BadTag:
        return ""

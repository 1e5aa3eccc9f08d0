"""An agent goes on with a customer elsewhere: the same conversation, another channel."""

from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from app.conversations import access as conversations
from app.conversations.errors import NotYourConversation
from app.conversations.models import Conversation, Inbox, Message, Status
from app.conversations.service import moving
from app.conversations.service.messages import say
from app.core import db, turns
from app.core.actor import Actor
from app.core.errors import NotFound
from app.customers import queries as customers
from app.customers.models import Customer
from app.messaging import access, switch
from app.messaging.errors import NothingToRepeat, NoWayThere, TemplateNotApproved
from app.messaging.models import Delivery, DeliveryState, MessageTemplate, Place, TemplateState
from app.messaging.service import consent, finding, queueing, repairing, templates
from app.messaging.service.recognising import BY_NUMBER
from app.subscriptions import queries as lines
from app.subscriptions.models import LineStatus


@dataclass(frozen=True, slots=True)
class Way:
    """An inbox in which the customer can be reached, and where. `stopped`: she wants no more."""

    inbox: Inbox
    address: str
    stopped: bool

    @property
    def key(self) -> str:
        return f"{self.inbox.id}:{self.address}"


def ways(conversation: Conversation) -> list[Way]:
    """Where the conversation may go on, beside where it is. A stranger has only the places she
    wrote from, and the mail address that she left in the chat."""
    addresses = _addresses(conversation)
    query = select(Inbox).where(Inbox.market_code == conversation.market_code, Inbox.is_on)
    here = (conversation.inbox_id, conversation.address)
    return [
        Way(inbox, address, consent.is_stopped(inbox.id, address))
        for inbox in db.session.scalars(query.order_by(Inbox.channel, Inbox.name)).all()
        if switch.is_served(inbox)
        for address in sorted(addresses.get(inbox.channel, set()))
        if (inbox.id, address) != here
    ]


def go_on(conversation_id: UUID, way_key: str, *, by: Actor) -> Conversation:
    """The next words leave there. Raises NoWayThere, NotYourConversation."""
    with db.transaction():
        conversation = owned(conversation_id, by)
        way = _way(conversation, way_key)
        turns.take_turn(f"place:{way.inbox.id}:{way.address}")
        if conversation.address is not None:
            finding.stay(conversation.id, conversation.inbox_id, conversation.address)
        finding.stay(conversation.id, way.inbox.id, way.address)
        moving.move(conversation, way.inbox, way.address, by=by)
    return conversation


def send_again(delivery_id: UUID, *, by: Actor) -> None:
    """The owner of the conversation wants what failed to be tried once more, where it was."""
    with db.transaction():
        delivery = _own_delivery(delivery_id, by)
        repairing.queue_again(delivery, by=by)


def send_elsewhere(delivery_id: UUID, way_key: str, *, by: Actor) -> None:
    """What failed goes to the customer by another way, and so does what follows."""
    with db.transaction():
        delivery = _own_delivery(delivery_id, by)
        if delivery.state is not DeliveryState.FAILED or delivery.conversation_id is None:
            raise NothingToRepeat
        conversation = go_on(delivery.conversation_id, way_key, by=by)
        message = db.session.get_one(Message, delivery.message_id)
        address = conversation.address or ""
        known = select(Delivery.id).where(
            Delivery.message_id == message.id,
            Delivery.inbox_id == conversation.inbox_id,
            Delivery.address == address,
        )
        if db.session.scalar(known) is not None:
            raise NothingToRepeat
        queueing.queue(message, conversation, conversation.inbox, address)


def send_template(
    conversation_id: UUID, template_id: UUID, values: list[str], *, by: Actor, client_key: str
) -> Message:
    """Words that may be sent whenever the customer wrote last."""
    with db.transaction():
        conversation = owned(conversation_id, by)
        template = db.session.get(MessageTemplate, template_id)
        if template is None or template.inbox_id != conversation.inbox_id:
            raise NotFound
        if template.state is not TemplateState.APPROVED:
            raise TemplateNotApproved
        text = templates.filled(template, values)
        message = say(conversation.id, text, by=by, client_key=client_key)
        chosen = {"name": template.name, "language": template.language, "values": values}
        query = select(Delivery).where(Delivery.message_id == message.id)
        for delivery in db.session.scalars(query):
            delivery.shape = {**delivery.shape, "template": chosen}
    return message


def owned(conversation_id: UUID, by: Actor) -> Conversation:
    """Held, for whoever has it or assigns conversations. Raises NotYourConversation."""
    conversation = conversations.conversation_for(
        by, conversation_id, "conversations.reply", lock=True
    )
    owns = conversation.status is Status.OPEN and conversation.assignee_id == by.id
    if not owns and not by.may("conversations.assign"):
        raise NotYourConversation
    return conversation


def _own_delivery(delivery_id: UUID, by: Actor) -> Delivery:
    delivery = access.delivery_for(by, delivery_id, "conversations.reply")
    if delivery.conversation_id is None:
        raise NotFound
    owned(delivery.conversation_id, by)
    return delivery


def _way(conversation: Conversation, way_key: str) -> Way:
    found = next((way for way in ways(conversation) if way.key == way_key), None)
    if found is None or found.stopped:
        raise NoWayThere
    return found


def _addresses(conversation: Conversation) -> dict[str, set[str]]:
    """By channel."""
    query = select(Inbox.channel, Place.address).join(Place, Place.inbox_id == Inbox.id)
    rows = db.session.execute(query.where(Place.conversation_id == conversation.id))
    found: dict[str, set[str]] = {}
    for channel, address in rows:
        found.setdefault(channel, set()).add(address)
    if conversation.visitor_email:
        found.setdefault("email", set()).add(conversation.visitor_email)
    if conversation.customer is not None:
        for channel, address in _of_customer(conversation.customer):
            found.setdefault(channel, set()).add(address)
    return found


def _of_customer(customer: Customer) -> list[tuple[str, str]]:
    """Verified addresses, what she wrote down for us to reach her, and her mobile lines."""
    known = [
        (each.channel, each.value)
        for each in customers.addresses_of(customer.id)
        if each.verified_at is not None
    ]
    mobile = [
        each.number
        for each in lines.lines_of(customer.id)
        if each.status is LineStatus.ACTIVE and each.number.startswith("+")
    ]
    numbers = {customer.phone, *mobile}
    by_number = [(channel, number) for channel in sorted(BY_NUMBER) for number in sorted(numbers)]
    return [*known, ("email", customer.email.lower()), *by_number]

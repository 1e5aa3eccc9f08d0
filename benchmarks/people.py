"""Customers in conversation with agents, by the thousand: rows in bulk, nothing said yet."""

from dataclasses import dataclass
from typing import Any
from uuid import UUID

from sqlalchemy import insert

from app.conversations.models import Conversation, Inbox, Status, Verification, WidgetSession
from app.core import clock, db
from app.core.ids import new_id
from app.core.secrets import new_token, token_hash
from app.customers.models import Customer, CustomerKind
from app.identity.models import Session, SessionKind, Staff
from app.markets.models import Market
from tests.factories.conversations import InboxFactory
from tests.factories.markets import MarketFactory

COOKIE = "__Host-dialtone-staff"


@dataclass(frozen=True, slots=True)
class Talker:
    """A customer with her widget's token, and the agent who owns her conversation, if any."""

    customer_id: UUID
    conversation_id: UUID
    token: str
    agent_id: UUID | None


@dataclass(frozen=True, slots=True)
class Talkers:
    """Everybody, as the load generator wants to know them."""

    talkers: list[Talker]
    agents: dict[UUID, str]

    def for_stack(self) -> dict[str, Any]:
        return {"customers": [each.token for each in self.talkers], "agents": self._agents()}

    def for_bare(self) -> dict[str, Any]:
        """There the conversation's id is the token."""
        customers = [str(each.conversation_id) for each in self.talkers]
        return {"customers": customers, "agents": self._agents()}

    def _agents(self) -> list[dict[str, Any]]:
        followed: dict[UUID, list[str]] = {each: [] for each in self.agents}
        for each in self.talkers:
            if each.agent_id is not None:
                followed[each.agent_id].append(str(each.conversation_id))
        return [
            {"cookie": f"{COOKIE}={token}", "conversations": followed[agent]}
            for agent, token in self.agents.items()
        ]


def talking(*, agents: int, customers: int, origin: str) -> Talkers:
    """Agents who each own an equal share of the customers' open conversations, signed in now."""
    market = MarketFactory()
    inbox = InboxFactory(market=market, allowed_origins=[origin])
    tokens = {new_id(): new_token() for _ in range(agents)}
    ids = list(tokens)
    made = [
        Talker(new_id(), new_id(), new_token(), ids[number % len(ids)] if ids else None)
        for number in range(customers)
    ]
    with db.transaction():
        _insert(Staff, [_staff(each) for each in ids])
        _insert(Session, [_session(agent, token) for agent, token in tokens.items()])
        _insert(Customer, [_customer(each, market) for each in made])
        _insert(Conversation, [_conversation(each, inbox) for each in made])
        _insert(WidgetSession, [_widget_session(each, inbox) for each in made])
    return Talkers(made, tokens)


def with_bot(customer: Customer, *, origin: str) -> Talker:
    """A conversation of this customer's with the bot."""
    inbox = InboxFactory(
        market=customer.market, language=customer.language, allowed_origins=[origin]
    )
    talker = Talker(customer.id, new_id(), new_token(), None)
    with db.transaction():
        _insert(Conversation, [_conversation(talker, inbox)])
        _insert(WidgetSession, [_widget_session(talker, inbox)])
    return talker


def _insert(model: type, rows: list[dict[str, Any]]) -> None:
    if rows:
        db.session.execute(insert(model), rows)


def _staff(staff_id: UUID) -> dict[str, Any]:
    return {
        "id": staff_id,
        "email": f"{staff_id}@aurora.example",
        "name": "Ana Ruiz",
        "language": "es",
        "speaks": ["es"],
        "roles": ["agent"],
        "markets": ["MX"],
        "password_hash": "nobody signs in with it",
        "totp_secret_sealed": Staff.totp_secret.cell(staff_id, "JBSWY3DPEHPK3PXP"),
        "created_at": clock.now(),
    }


def _session(staff_id: UUID, token: str) -> dict[str, Any]:
    moment = clock.now()
    return {
        "token_hash": token_hash(token),
        "kind": SessionKind.STAFF,
        "owner_id": staff_id,
        "created_at": moment,
        "active_at": moment,
        "verified_at": moment,
        "user_agent": "benchmark",
        "address": "127.0.0.1",
    }


def _customer(talker: Talker, market: Market) -> dict[str, Any]:
    return {
        "id": talker.customer_id,
        "reference": f"C-{talker.customer_id}",
        "kind": CustomerKind.PERSON,
        "market_code": market.code,
        "region": market.region,
        "name": "Valeria Soto",
        "email": f"{talker.customer_id}@example.com",
        "phone": "+525512345678",
        "language": market.language,
        "segment": "consumer",
        "city": "Puebla",
        "created_at": clock.now(),
    }


def _conversation(talker: Talker, inbox: Inbox) -> dict[str, Any]:
    moment = clock.now()
    accepted_at = moment if talker.agent_id else None
    return {
        "id": talker.conversation_id,
        "inbox_id": inbox.id,
        "channel": inbox.channel,
        "market_code": inbox.market_code,
        "customer_id": talker.customer_id,
        "visitor_id": talker.customer_id,
        "visitor_name": "Valeria Soto",
        "language": inbox.language,
        "status": Status.OPEN if talker.agent_id else Status.BOT,
        "known_by": Verification.IDENTITY,
        "assignee_id": talker.agent_id,
        "created_at": moment,
        "last_message_at": moment,
        "handed_over_at": accepted_at,
        "accepted_at": accepted_at,
    }


def _widget_session(talker: Talker, inbox: Inbox) -> dict[str, Any]:
    moment = clock.now()
    return {
        "token_hash": token_hash(talker.token),
        "inbox_id": inbox.id,
        "visitor_id": talker.customer_id,
        "customer_id": talker.customer_id,
        "conversation_id": talker.conversation_id,
        "created_at": moment,
        "verified_at": moment,
    }

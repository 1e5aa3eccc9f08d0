"""Numbers that leave: a code for the customer, the other operator's request, the hand-over."""

import secrets
import string
from collections.abc import Sequence
from datetime import datetime, timedelta
from uuid import UUID

from sqlalchemy import select, update

from app.audit import service as audit
from app.billing import porting, queries
from app.billing.errors import MayNotLeave, TooLateToStay
from app.billing.porting import PortFacts, Rule
from app.billing.service import final
from app.billing.service.leaving import carry_out_disconnection
from app.catalog.models import Service
from app.core import clock, db, events
from app.core.actor import SYSTEM, Actor
from app.core.errors import NotFound
from app.core.ids import new_id
from app.core.secrets import same
from app.core.sweeps import one_by_one
from app.markets.queries import market as market_of
from app.network import switch
from app.network.events import (
    NumberHandedOver,
    PortCodeIssued,
    PortOutCancelled,
    PortOutRequested,
)
from app.network.models import PortOut, PortOutStatus
from app.network.port import NetworkDown, OrderRefused, Wanted
from app.subscriptions import access as lines
from app.subscriptions import service as subscriptions
from app.subscriptions.models import Leaving, Line, LineStatus
from app.subscriptions.service.leaving import pending_of
from app.subscriptions.service.standing import refuse_gone

OPEN = (PortOutStatus.CODE_ISSUED, PortOutStatus.REQUESTED)
# Without letters and digits that are taken for each other.
_LETTERS = "ABCDEFGHJKMNPQRSTUVWXYZ"


def port_out_rules(line_id: UUID, *, by: Actor) -> list[Rule]:
    """Every rule of the market, and whether the line fulfils it."""
    line = lines.line_for(by, line_id, "subscriptions.port")
    return _rules(line)


def ask_port_code(line_id: UUID, *, by: Actor) -> PortOut:
    """A code with which another operator may ask for the number; the valid one, if there is one.

    Raises MayNotLeave with every rule against it, LinePorted, LineDisconnected.
    """
    with db.transaction():
        line = lines.line_for(by, line_id, "subscriptions.port", lock=True)
        refuse_gone(line)
        expire_codes(line.id)
        if found := open_port(line.id):
            return found
        if failing := _failing(line):
            raise MayNotLeave(rules=failing)
        now = clock.now()
        policy = market_of(line.market_code).policies_at(now)
        port = PortOut(
            id=new_id(),
            line_id=line.id,
            number=line.number,
            code=_new_code(),
            status=PortOutStatus.CODE_ISSUED,
            issued_at=now,
            valid_until=now + timedelta(days=policy.port_code_days),
        )
        db.session.add(port)
        db.session.flush()  # the errand reads it
        audit.record(by, "number.port_code_issued", "line", line.id, until=port.valid_until)
        events.announce(PortCodeIssued(port.id, line.id, line.customer_id, port.valid_until))
    return port


def show_port_code(line_id: UUID, *, by: Actor) -> PortOut:
    """The move whose code the customer has or may read out now. Looking is written down.

    Raises NotFound when there is none, or another operator has used it.
    """
    with db.transaction():
        line = lines.line_for(by, line_id, "subscriptions.port")
        port = open_port(line.id)
        now = clock.now()
        if port is None or port.status is not PortOutStatus.CODE_ISSUED or port.valid_until <= now:
            raise NotFound
        audit.record(by, "number.port_code_viewed", "line", line.id)
    return port


def cancel_port_out(port_out_id: UUID, *, by: Actor) -> PortOut:
    """The number stays. Cancelling twice changes nothing. Raises TooLateToStay."""
    with db.transaction():
        port = _locked(port_out_id)
        line = lines.line_for(by, port.line_id, "subscriptions.port")
        if port.status is PortOutStatus.CANCELLED:
            return port
        now = clock.now()
        in_time = port.cancel_until is None or now <= port.cancel_until
        if port.status not in OPEN or not in_time:
            raise TooLateToStay
        port.status, port.ended_at = PortOutStatus.CANCELLED, now
        audit.record(by, "number.port_out_cancelled", "line", line.id)
        events.announce(PortOutCancelled(port.id, line.id, line.customer_id))
    return port


def open_port(line_id: UUID) -> PortOut | None:
    query = select(PortOut).where(PortOut.line_id == line_id, PortOut.status.in_(OPEN))
    return db.session.scalar(query.execution_options(populate_existing=True))


def expire_codes(line_id: UUID | None = None) -> int:
    """Codes nobody used in time are worth nothing."""
    stale = update(PortOut).where(
        PortOut.status == PortOutStatus.CODE_ISSUED, PortOut.valid_until <= clock.now()
    )
    if line_id is not None:
        stale = stale.where(PortOut.line_id == line_id)
    with db.transaction():
        ended = stale.values(status=PortOutStatus.EXPIRED, ended_at=clock.now())
        return len(db.session.scalars(ended.returning(PortOut.id)).all())


def take_requests() -> int:
    """Answer what other operators ask us for; how many may go. A silent house is asked later."""
    try:
        wanted: Sequence[Wanted] = switch.clearing_house().wanted()
    except (NetworkDown, OrderRefused):
        return 0
    asked = {each.ref: each for each in wanted}
    return one_by_one(lambda ref: _answer(asked[ref]), asked)


def receive_request(wanted: Wanted) -> tuple[PortOut | None, str]:
    """Whether the number may go, by its code: the move, or the name of the rule against it.

    The same request again gives the same answer.
    """
    with db.transaction():
        query = select(PortOut.id).where(PortOut.number == wanted.number, PortOut.status.in_(OPEN))
        port_out_id = db.session.scalar(query)
        if port_out_id is None:
            return None, "wrong_code"
        port = _locked(port_out_id)
        if port.house_ref == wanted.ref:
            return port, ""
        now = clock.now()
        if port.status is not PortOutStatus.CODE_ISSUED:
            return None, "asked_already"
        if not same(port.code, wanted.code) or port.valid_until <= now:
            return None, "wrong_code"
        line = db.session.get_one(Line, port.line_id)
        if failing := _failing(line):
            return None, failing[0]
        _accept(port, line, wanted)
    return port, ""


def hand_over_due() -> int:
    """Numbers whose day has come leave: final bill, dues, network, and the house is told."""
    query = select(PortOut.id).where(
        PortOut.status == PortOutStatus.REQUESTED, PortOut.move_at <= clock.now()
    )
    return one_by_one(_hand_over, db.session.scalars(query).all())


def _accept(port: PortOut, line: Line, wanted: Wanted) -> None:
    now = clock.now()
    policy = market_of(line.market_code).policies_at(now)
    port.status, port.requested_at = PortOutStatus.REQUESTED, now
    port.recipient, port.house_ref = wanted.recipient[:100], wanted.ref
    port.cancel_until = now + timedelta(hours=policy.port_cancel_hours)
    port.move_at = now + timedelta(days=policy.port_hand_over_days)
    audit.record(
        SYSTEM, "number.port_out_asked", "line", line.id, by=port.recipient, on=port.move_at
    )
    events.announce(
        PortOutRequested(port.id, line.id, line.customer_id, port.recipient, port.move_at)
    )


def _answer(wanted: Wanted) -> bool:
    port, rule = receive_request(wanted)
    try:
        switch.clearing_house().answer(
            wanted.ref, move_at=port.move_at if port else None, reason=rule
        )
    except (NetworkDown, OrderRefused):
        return False  # it is still wanted, so we shall be asked again
    return port is not None


def _hand_over(port_out_id: UUID) -> bool:
    with db.transaction():
        leaves = select(Line.account_id).join(PortOut, PortOut.line_id == Line.id)
        final.take_turn(db.session.scalars(leaves.where(PortOut.id == port_out_id)).one())
        port = _locked(port_out_id)
        now = clock.now()
        if port.status is not PortOutStatus.REQUESTED or port.move_at is None or port.move_at > now:
            return False
        line = db.session.get_one(Line, port.line_id)
        port.status, port.ended_at = PortOutStatus.HANDED_OVER, now
        if line.status is not LineStatus.CLOSED:
            order = subscriptions.order_disconnection(line.id, Leaving.PORTED_OUT, now, by=SYSTEM)
            order.reason, order.due_at = Leaving.PORTED_OUT, now
            db.session.flush()  # it is read again under its lock
            carry_out_disconnection(order.id, by=SYSTEM)
        events.announce(NumberHandedOver(port.id, line.id, line.customer_id))
    return True


def _failing(line: Line) -> list[str]:
    return [rule.name for rule in _rules(line) if not rule.fulfilled]


def _rules(line: Line) -> list[Rule]:
    market = market_of(line.market_code)
    today = clock.today(market.timezone)
    owed = queries.undisputed(line.account_id)
    facts = PortFacts(
        is_active=line.status is LineStatus.ACTIVE,
        is_mobile=line.service is Service.MOBILE,
        activated_at=_active_since(line),
        sim_changed_at=line.sim_changed_at,
        owner_changed_at=line.owner_changed_at,
        contract_until=line.contract_until,
        unpaid_bills=len(owed),
        overdue_bills=sum(each.due_on < today for each in owed),
        barred_by_court=any(
            block.reason.partition(":")[0] == "court" and block.lifted_at is None
            for block in line.blocks
        ),
        is_leaving=pending_of(line.id) is not None,
    )
    now = clock.now()
    return porting.rules(facts, market.policies_at(now), now, today)


def _active_since(line: Line) -> datetime | None:
    """Also on the accounts that it was on before: another owner is another rule."""
    while line.came_from_id is not None:
        line = db.session.get_one(Line, line.came_from_id)
    return line.activated_at


def _locked(port_out_id: UUID) -> PortOut:
    """The line first, as every command takes them. Raises NotFound."""
    line_id = db.session.scalar(select(PortOut.line_id).where(PortOut.id == port_out_id))
    if line_id is None:
        raise NotFound
    lines.line_for(SYSTEM, line_id, lock=True)
    query = select(PortOut).where(PortOut.id == port_out_id)
    return db.session.scalars(query.execution_options(populate_existing=True)).one()


def _new_code() -> str:
    """Two letters and six digits, as customers read it out."""
    letters = "".join(secrets.choice(_LETTERS) for _ in range(2))
    return letters + "".join(secrets.choice(string.digits) for _ in range(6))

"""Reading lines: what is on them now, and what restricts them."""

import re
from collections.abc import Sequence
from datetime import datetime
from uuid import UUID

from sqlalchemy import exists, func, literal, select
from sqlalchemy.orm import joinedload, selectinload

from app.catalog.models import OfferKind, OfferVersion
from app.core import clock, db
from app.core.actor import Actor
from app.core.errors import NotFound
from app.core.pages import Page, newest_first
from app.core.reach import in_markets_of
from app.customers.models import Account, Address, Customer
from app.subscriptions.blocking import MISSING_SIM
from app.subscriptions.models import (
    Activation,
    ActivationStatus,
    Block,
    BlockEffect,
    ChangeStatus,
    Disconnection,
    FamilyMember,
    Line,
    LineStatus,
    LineTransfer,
    OrderStatus,
    PlanRequest,
    RequestStatus,
    ScheduledChange,
    Sim,
    SimStatus,
    StockBatch,
    StockCard,
    StockNumber,
    StockState,
    Subscription,
)

_STRENGTH = list(BlockEffect)
_FEWEST_DIGITS = 4


def lines_of(customer_id: UUID, *, limit: int | None = None, offset: int = 0) -> list[Line]:
    """The lines of a customer, closed ones last, with who pays, subscriptions, versions, SIMs and
    blocks loaded in a constant number of statements; allowances of versions only when asked for."""
    subscribed = selectinload(Line.subscriptions)
    query = (
        select(Line)
        .where(Line.customer_id == customer_id)
        .options(
            joinedload(Line.account, innerjoin=True).joinedload(Account.customer, innerjoin=True),
            selectinload(Line.sims),
            subscribed.joinedload(Subscription.version).lazyload(OfferVersion.allowances),
            selectinload(Line.blocks),
        )
        .order_by(Line.closed_at.is_not(None), Line.created_at, Line.id)
        .limit(limit)
        .offset(offset)
        .execution_options(populate_existing=True)
    )
    return list(db.session.scalars(query))


def user_of_number(number: str) -> Customer | None:
    """Who uses the active line of this number."""
    query = select(Customer).join(Line, Line.customer_id == Customer.id)
    return db.session.scalar(
        query.where(
            Line.number == number,
            Line.closed_at.is_(None),
            Line.status == LineStatus.ACTIVE,
            Customer.deceased_at.is_(None),
        )
    )


def lines_by_number(actor: Actor, text: str, limit: int = 20) -> list[Line]:
    """Lines in use whose number ends with these digits; at least four are needed."""
    actor.must("customers.read")
    digits = "".join(re.findall(r"[0-9]", text))
    if len(digits) < _FEWEST_DIGITS:
        return []
    query = select(Line).where(
        Line.closed_at.is_(None), func.reverse(Line.number).startswith(digits[::-1])
    )
    if actor.is_customer:
        query = query.where(Line.customer_id == actor.id)
    query = query.where(in_markets_of(actor, Line.market_code))
    return list(db.session.scalars(query.order_by(Line.number).limit(limit)))


def lines_on(version_ids: Sequence[UUID]) -> dict[UUID, int]:
    """How many lines have each version of an offer now, without an end; none are left out."""
    query = (
        select(Subscription.offer_version_id, func.count())
        .where(Subscription.offer_version_id.in_(version_ids), Subscription.ends_at.is_(None))
        .group_by(Subscription.offer_version_id)
    )
    return {row[0]: row[1] for row in db.session.execute(query)}


def current_plan(line: Line) -> Subscription:
    """The plan the line is on; of a closed line the last one it had."""
    plans = [each for each in line.subscriptions if each.kind is OfferKind.PLAN]
    if not plans:
        raise NotFound(line=str(line.id))
    return next((each for each in plans if each.ends_at is None), plans[-1])


def plan_at(line: Line, moment: datetime) -> Subscription | None:
    """The plan in force at a moment; None for a line that has none then."""
    for each in line.subscriptions:
        in_force = each.starts_at <= moment and (each.ends_at is None or each.ends_at > moment)
        if each.kind is OfferKind.PLAN and in_force:
            return each
    return None


def add_ons_in_force(line: Line) -> list[Subscription]:
    now = clock.now()
    return [
        each
        for each in line.subscriptions
        if each.kind is OfferKind.ADD_ON and (each.ends_at is None or each.ends_at > now)
    ]


def line_of_account(account_id: UUID, number: str) -> Line:
    """The line in use of an account whose number ends with these digits. Raises NotFound."""
    digits = "".join(re.findall(r"[0-9]", number[:40]))
    if len(digits) < _FEWEST_DIGITS:
        raise NotFound
    query = select(Line).where(
        Line.account_id == account_id,
        Line.closed_at.is_(None),
        func.reverse(Line.number).startswith(digits[::-1]),
    )
    found = db.session.scalars(query.limit(2)).all()
    if len(found) != 1:
        raise NotFound
    return found[0]


def current_sim(line: Line) -> Sim | None:
    """None for services without a card."""
    return next((each for each in line.sims if each.status is SimStatus.ACTIVE), None)


def effect_in_force(line: Line) -> BlockEffect | None:
    """The strongest block on the line."""
    effects = [each.effect for each in line.blocks if each.lifted_at is None]
    return max(effects, key=_STRENGTH.index, default=None)


def activations(
    actor: Actor,
    *,
    status: ActivationStatus | None = None,
    customer_id: UUID | None = None,
    after: str | None = None,
    size: int = 50,
) -> Page[Activation]:
    """Orders for new lines in the actor's markets, the latest first."""
    query = select(Activation).options(
        joinedload(Activation.customer), joinedload(Activation.version)
    )
    if status is not None:
        query = query.where(Activation.status == status)
    if customer_id is not None:
        query = query.where(Activation.customer_id == customer_id)
    query = query.where(in_markets_of(actor, Activation.market_code))
    return newest_first(query, Activation.id, after=after, size=size)


def activations_of(customer_id: UUID, limit: int = 10) -> list[Activation]:
    """Her orders for new lines, the latest first."""
    query = (
        select(Activation)
        .where(Activation.customer_id == customer_id)
        .options(joinedload(Activation.version).lazyload(OfferVersion.allowances))
        .order_by(Activation.id.desc())
        .limit(limit)
    )
    return list(db.session.scalars(query))


def some_numbers(market_code: str, limit: int = 6) -> list[str]:
    """Numbers a customer may choose from now; choosing one reserves it."""
    query = select(StockNumber.number).where(
        StockNumber.market_code == market_code, StockNumber.state == StockState.AVAILABLE
    )
    return list(db.session.scalars(query.order_by(StockNumber.number).limit(limit)))


def stock_counts(actor: Actor) -> dict[tuple[str, str], dict[StockState, int]]:
    """How many of each kind (sim, esim, number) a market has in each state, by (market, kind)."""
    found: dict[tuple[str, str], dict[StockState, int]] = {}
    cards = select(StockCard.market_code, StockCard.form, StockCard.state, func.count()).group_by(
        StockCard.market_code, StockCard.form, StockCard.state
    )
    numbers = select(
        StockNumber.market_code, literal("number"), StockNumber.state, func.count()
    ).group_by(StockNumber.market_code, StockNumber.state)
    for query in (cards, numbers):
        for market_code, kind, state, count in db.session.execute(query):
            if actor.sees_market(market_code):
                found.setdefault((market_code, kind), {})[state] = count
    return dict(sorted(found.items()))


def stock_batches(actor: Actor, limit: int = 30) -> list[StockBatch]:
    """The latest deliveries first."""
    query = select(StockBatch).where(in_markets_of(actor, StockBatch.market_code))
    return list(db.session.scalars(query.order_by(StockBatch.id.desc()).limit(limit)))


def waiting_of(
    line_ids: Sequence[UUID],
) -> dict[UUID, tuple[ScheduledChange | None, Disconnection | None]]:
    """The change of plan and the disconnection that wait on each line, in one statement."""
    query = (
        select(Line.id, ScheduledChange, Disconnection)
        .outerjoin(
            ScheduledChange,
            (ScheduledChange.line_id == Line.id) & (ScheduledChange.status == ChangeStatus.PENDING),
        )
        .outerjoin(
            Disconnection,
            (Disconnection.line_id == Line.id) & (Disconnection.status == OrderStatus.PENDING),
        )
        .where(Line.id.in_(line_ids))
        .options(joinedload(ScheduledChange.version).lazyload(OfferVersion.allowances))
    )
    return {row[0]: (row[1], row[2]) for row in db.session.execute(query)}


def scheduled_of(line_ids: Sequence[UUID]) -> dict[UUID, ScheduledChange]:
    """The change of plan that waits on each line, in one statement."""
    query = select(ScheduledChange).where(
        ScheduledChange.line_id.in_(line_ids), ScheduledChange.status == ChangeStatus.PENDING
    )
    return {each.line_id: each for each in db.session.scalars(query)}


def leaving_of(line_ids: Sequence[UUID]) -> dict[UUID, Disconnection]:
    """The disconnection that waits on each line, in one statement."""
    query = select(Disconnection).where(
        Disconnection.line_id.in_(line_ids), Disconnection.status == OrderStatus.PENDING
    )
    return {each.line_id: each for each in db.session.scalars(query)}


def families_of(line_ids: Sequence[UUID]) -> list[FamilyMember]:
    """The memberships in force of these lines, as owner or as member, with both lines loaded."""
    query = (
        select(FamilyMember)
        .where(
            FamilyMember.left_at.is_(None),
            FamilyMember.line_id.in_(line_ids) | FamilyMember.owner_line_id.in_(line_ids),
        )
        .options(joinedload(FamilyMember.line), joinedload(FamilyMember.owner))
        .order_by(FamilyMember.joined_at, FamilyMember.id)
    )
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def requests_for(company_ids: Sequence[UUID], limit: int = 50) -> list[PlanRequest]:
    """What employees of these companies and departments asked for: undecided first, then newest."""
    query = (
        select(PlanRequest)
        .where(PlanRequest.company_id.in_(company_ids))
        .options(
            joinedload(PlanRequest.line),
            joinedload(PlanRequest.requester),
            joinedload(PlanRequest.company),
        )
        .order_by(PlanRequest.status != RequestStatus.PENDING, PlanRequest.created_at.desc())
        .limit(limit)
    )
    return list(db.session.scalars(query.execution_options(populate_existing=True)))


def requests_by(customer_id: UUID, limit: int = 20) -> list[PlanRequest]:
    """What she asked her company for, newest first."""
    query = (
        select(PlanRequest)
        .where(PlanRequest.requested_by == customer_id)
        .options(joinedload(PlanRequest.line), joinedload(PlanRequest.company))
        .order_by(PlanRequest.created_at.desc())
        .limit(limit)
    )
    return list(db.session.scalars(query))


def is_undecided(request: PlanRequest) -> bool:
    return request.status is RequestStatus.PENDING and request.expires_at > clock.now()


def addresses_beside(line: Line) -> list[Address]:
    """Verified addresses of the line's user that the missing SIM cannot read."""
    query = select(Address).where(
        Address.customer_id == line.customer_id,
        Address.verified_at.is_not(None),
        Address.channel.in_(("sms", "email")),
        Address.value != line.number,
    )
    return list(db.session.scalars(query.order_by(Address.channel, Address.value)))


def transfers_of(account_ids: Sequence[UUID], limit: int = 20) -> list[LineTransfer]:
    """Lines that came to some accounts or left them, or are to; the latest first."""
    query = (
        select(LineTransfer)
        .where(
            LineTransfer.from_account_id.in_(account_ids)
            | LineTransfer.to_account_id.in_(account_ids)
        )
        .options(
            joinedload(LineTransfer.line),
            joinedload(LineTransfer.from_account).joinedload(Account.customer),
            joinedload(LineTransfer.to_account).joinedload(Account.customer),
        )
        .order_by(LineTransfer.asked_at.desc())
        .limit(limit)
    )
    return list(db.session.scalars(query))


def proving_addresses(customer: Customer) -> list[tuple[str, str]]:
    """Where a code reaches this customer and nobody else, as (channel, address), the best first:
    what she has verified, then what we have on file; never a SIM that is lost or stolen."""
    verified = select(Address.channel, Address.value).where(
        Address.customer_id == customer.id,
        Address.verified_at.is_not(None),
        Address.channel.in_(("sms", "email")),
    )
    known = [(each.channel, each.value) for each in db.session.execute(verified)]
    known += [("sms", customer.phone), ("email", customer.email)]
    missing = set(
        db.session.scalars(
            select(Line.number)
            .join(Block, Block.line_id == Line.id)
            .where(
                Line.customer_id == customer.id,
                Block.reason.in_(MISSING_SIM),
                Block.lifted_at.is_(None),
            )
        )
    )
    usable = [each for each in dict.fromkeys(known) if each[1] and each[1] not in missing]
    return sorted(usable, key=lambda each: each[0] != "sms")


def is_missing(number: str) -> bool:
    """Whether the SIM of this number is reported as lost or stolen."""
    query = exists().where(
        Line.number == number,
        Line.closed_at.is_(None),
        Block.line_id == Line.id,
        Block.reason.in_(MISSING_SIM),
        Block.lifted_at.is_(None),
    )
    return bool(db.session.scalar(select(query)))


def lines_paid_by(account_ids: Sequence[UUID], limit: int = 200) -> list[Line]:
    """The lines in use of some accounts, whoever uses them."""
    query = (
        select(Line)
        .where(Line.account_id.in_(account_ids), Line.closed_at.is_(None))
        .options(
            joinedload(Line.customer), joinedload(Line.account), selectinload(Line.subscriptions)
        )
        .order_by(Line.cost_centre.nulls_last(), Line.number)
        .limit(limit)
    )
    return list(db.session.scalars(query))

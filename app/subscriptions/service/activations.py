"""Bringing a mobile line to life: papers, card and number, the network's word, and the customer's.

RECEIVED → KYC_PENDING → KYC_REJECTED | PROVISIONING → ACTIVE | ESCALATED. Each step is taken in
the transaction of what caused it, so that an order never stands still between two of them.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from uuid import UUID

from sqlalchemy import select

from app.audit import service as audit
from app.catalog import queries as catalog
from app.catalog.errors import OfferNotAvailable
from app.catalog.models import Mode, OfferKind, OfferVersion, Service
from app.core import clock, db, events
from app.core.actor import SYSTEM, Actor
from app.core.errors import Conflict, Invalid
from app.core.ids import new_id
from app.core.references import next_number, reference
from app.customers import kyc
from app.customers.models import Account, CheckStatus
from app.customers.notices import notify
from app.customers.papers import PaperKind
from app.subscriptions import access, msisdn
from app.subscriptions.eligible import check_eligible
from app.subscriptions.errors import ActivationOver, KycNeeded, NotEscalated
from app.subscriptions.events import (
    ActivationEscalated,
    ActivationMoved,
    LineActivated,
    LineOrdered,
    PlanStarted,
)
from app.subscriptions.models import (
    Activation,
    ActivationStatus,
    Line,
    LineStatus,
    Subscription,
)
from app.subscriptions.queries import current_plan
from app.subscriptions.service import stock
from app.subscriptions.service.lines import close_line
from app.subscriptions.service.sims import FORMS, issue_sim


@dataclass(frozen=True, slots=True)
class Paper:
    """What the customer shows: the number as it stands on it, and pictures or a PDF."""

    kind: PaperKind
    number: str
    documents: Sequence[bytes] = field(default_factory=tuple)


def activate(
    account_id: UUID,
    *,
    by: Actor,
    offer_code: str,
    mode: Mode | str,
    effect_key: str,
    sim_form: str = "sim",
    iccid: str | None = None,
    number: str | None = None,
    paper: Paper | None = None,
) -> Activation:
    """Order a mobile line. Card and number are reserved at once: those asked for, or the next.

    A customer whose identity is confirmed, or is being checked, needs no paper. The same
    `effect_key` again gives the same order. Raises OfferNotAvailable, NotEligible, KycNeeded, what
    `kyc.show_paper` and `stock` raise.
    """
    with db.transaction():
        account = access.account_to_grow(by, account_id)
        _take_turns(account)
        if done := _done_before(account, effect_key):
            return done
        if sim_form not in FORMS:
            raise Invalid(field="sim_form")
        order = _received(account, _plan(account, offer_code, mode), sim_form, effect_key)
        card = stock.reserve_card(account.market_code, sim_form, iccid, order.id)
        order.iccid, order.sim_form = card.iccid, card.form
        order.number = stock.reserve_number(account.market_code, number, order.id).number
        audit.record(by, "activation.received", "activation", order.id, number=order.number)
        _move(order, ActivationStatus.RECEIVED)
        _go_on(order, paper, by)
    return order


def retry(activation_id: UUID, *, by: Actor) -> Activation:
    """Ask the network once more. Raises NotEscalated."""
    with db.transaction():
        order = access.activation_for(by, activation_id, "subscriptions.activate", lock=True)
        if order.status is not ActivationStatus.ESCALATED or order.line_id is None:
            raise NotEscalated
        audit.record(by, "activation.retried", "activation", order.id)
        _move(order, ActivationStatus.PROVISIONING)
        events.announce(LineOrdered(order.line_id, order.id))
    return order


def cancel(activation_id: UUID, *, by: Actor) -> Activation:
    """Give it up: what was reserved goes back, a line that never worked is closed.

    Not while the network is at work. Raises ActivationOver.
    """
    with db.transaction():
        order = access.activation_for(by, activation_id, "subscriptions.activate", lock=True)
        if order.status not in {ActivationStatus.KYC_PENDING, ActivationStatus.ESCALATED}:
            raise ActivationOver
        audit.record(by, "activation.cancelled", "activation", order.id)
        if order.line_id is not None:
            stock.put_in_use(order.id)
            close_line(order.line_id, by=SYSTEM, reason="activation cancelled")
        else:
            stock.free(order.id)
        _move(order, ActivationStatus.CANCELLED)
    return order


def identity_verified(check_id: UUID) -> None:
    """The service said yes: what waited for this paper goes to the network."""
    for order in _waiting_for(check_id):
        _provision(order)


def identity_rejected(check_id: UUID, reason: str) -> None:
    for order in _waiting_for(check_id):
        stock.free(order.id)
        _move(order, ActivationStatus.KYC_REJECTED, reason)


def network_did_it(line_id: UUID, at: datetime) -> None:
    """The network's word: a pending line is active from now. Others are left alone."""
    with db.transaction():
        order = _order_of(line_id)
        if order is None:
            return
        line = access.line_for(SYSTEM, line_id, lock=True)
        if line.status is not LineStatus.PENDING:
            return
        plan = current_plan(line)
        line.status, line.activated_at, plan.starts_at = LineStatus.ACTIVE, at, at
        stock.put_in_use(order.id)
        audit.record(
            SYSTEM, "line.opened", "line", line.id, number=line.number, plan=_code(order.version)
        )
        db.session.flush()  # listeners read the line as it is now
        ids = (line.id, line.account_id, plan.id, order.version.id)
        events.announce(LineActivated(*ids, at))
        events.announce(PlanStarted(*ids, at))
        _move(order, ActivationStatus.ACTIVE)
        _tell(order)


def network_refused_it(line_id: UUID, reason: str) -> None:
    """Three times in vain, or a plain no: somebody must look."""
    with db.transaction():
        order = _order_of(line_id)
        if order is None or order.status is not ActivationStatus.PROVISIONING:
            return
        _move(order, ActivationStatus.ESCALATED, reason)
        events.announce(
            ActivationEscalated(order.id, order.customer_id, order.reference, reason, clock.now())
        )


def _go_on(order: Activation, paper: Paper | None, by: Actor) -> None:
    # Looked for first: a paper decided meanwhile is then among the verified ones.
    check = kyc.waiting_check(order.customer_id) if paper is None else None
    known = kyc.latest_check(order.customer_id, CheckStatus.VERIFIED)
    if known is not None:
        order.check_id = known.id
        _provision(order)
        return
    if paper is not None:
        check = kyc.show_paper(
            order.customer_id,
            by=by,
            paper=paper.kind,
            number=paper.number,
            documents=paper.documents,
        )
    if check is None:
        raise KycNeeded
    order.check_id = check.id
    _move(order, ActivationStatus.KYC_PENDING)


def _provision(order: Activation) -> None:
    """A line that is not active yet, with its card and plan, and an order to the network."""
    moment = clock.now()
    line = Line(
        id=new_id(),
        account=order.account,
        customer_id=order.customer_id,
        market_code=order.market_code,
        service=Service.MOBILE,
        mode=order.version.offer.mode,
        number=order.number,
        status=LineStatus.PENDING,
        created_at=moment,
    )
    plan = Subscription(
        id=new_id(), line=line, version=order.version, kind=OfferKind.PLAN, starts_at=moment
    )
    db.session.add_all([line, plan])
    issue_sim(line, order.iccid, order.sim_form, moment, reserved=True)
    db.session.flush()  # the order points to the line
    order.line_id = line.id
    _move(order, ActivationStatus.PROVISIONING)
    events.announce(LineOrdered(line.id, order.id))


def _move(order: Activation, status: ActivationStatus, reason: str | None = None) -> None:
    moment = clock.now()
    order.status, order.reason = status, reason
    step = {"status": status.value, "at": moment.isoformat(), "note": reason or ""}
    order.history = [*order.history, step]
    order.finished_at = None if order.is_moving else moment
    if len(order.history) > 1:
        audit.record(SYSTEM, "activation.moved", "activation", order.id, status=status)
    events.announce(ActivationMoved(order.id, order.customer_id, status.value, moment))


def _tell(order: Activation) -> None:
    number = msisdn.for_people(order.number)
    key = f"activation:{order.id}"
    notify(
        order.customer_id,
        "line_active",
        by=SYSTEM,
        effect_key=f"{key}:active",
        number=number,
        plan=order.version.offer.name,
    )
    if order.sim_form == "esim":
        notify(order.customer_id, "esim_ready", by=SYSTEM, effect_key=f"{key}:esim", number=number)


def _received(
    account: Account, version: OfferVersion, sim_form: str, effect_key: str
) -> Activation:
    order = Activation(
        id=new_id(),
        reference=reference("ACT", next_number("activation")),
        customer_id=account.customer_id,
        account=account,
        market_code=account.market_code,
        version=version,
        sim_form=sim_form,
        iccid="",
        number="",
        status=ActivationStatus.RECEIVED,
        history=[],
        effect_key=effect_key,
        created_at=clock.now(),
    )
    db.session.add(order)
    db.session.flush()  # what is reserved for it points to it
    return order


def _take_turns(account: Account) -> None:
    """The same command at the same instant finds the first one's order."""
    query = select(Account.id).where(Account.id == account.id)
    db.session.execute(query.with_for_update(key_share=True))


def _plan(account: Account, offer_code: str, mode: Mode | str) -> OfferVersion:
    version = catalog.current_version(account.market_code, offer_code, mode)
    if (version.offer.service, version.offer.kind) != (Service.MOBILE, OfferKind.PLAN):
        raise OfferNotAvailable(offer=offer_code)
    check_eligible(account.id, version, clock.now())
    return version


def _done_before(account: Account, effect_key: str) -> Activation | None:
    done = db.session.scalar(select(Activation).where(Activation.effect_key == effect_key))
    if done is not None and done.account_id != account.id:
        raise Conflict(field="effect_key")
    return done


def _waiting_for(check_id: UUID) -> Sequence[Activation]:
    query = select(Activation).where(
        Activation.check_id == check_id, Activation.status == ActivationStatus.KYC_PENDING
    )
    return db.session.scalars(query.order_by(Activation.id).with_for_update()).all()


def _order_of(line_id: UUID) -> Activation | None:
    query = select(Activation).where(Activation.line_id == line_id).with_for_update()
    return db.session.scalar(query.execution_options(populate_existing=True))


def _code(version: OfferVersion) -> str:
    return version.offer.code

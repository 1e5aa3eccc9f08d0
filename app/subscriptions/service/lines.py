"""Opening and closing a line."""

from datetime import date, datetime
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from app.audit import service as audit
from app.catalog import queries as catalog
from app.catalog.errors import OfferNotAvailable
from app.catalog.models import Mode, OfferKind, OfferVersion, Service
from app.core import clock, db, events
from app.core.actor import Actor, Kind
from app.core.errors import NotFound
from app.core.ids import new_id
from app.customers.contact import plain_text
from app.customers.models import Account
from app.customers.queries import above
from app.subscriptions import access, msisdn
from app.subscriptions.eligible import check_eligible
from app.subscriptions.errors import BackDated, NumberInUse
from app.subscriptions.events import LineActivated, LineClosed, NumberReleased, PlanStarted
from app.subscriptions.models import Line, LineStatus, SimStatus, Subscription
from app.subscriptions.service import stock, waiting
from app.subscriptions.service.family import leave_family
from app.subscriptions.service.sims import issue_sim
from app.subscriptions.service.standing import refuse_gone


def open_line(
    account_id: UUID,
    *,
    by: Actor,
    service: Service | str,
    mode: Mode | str,
    number: str,
    offer_code: str,
    iccid: str | None = None,
    sim_form: str = "sim",
    activated_at: datetime | None = None,
    user_id: UUID | None = None,
    cost_centre: str | None = None,
    contract_until: date | None = None,
) -> Line:
    """An active line with its first plan and, when it is mobile, a SIM.

    Without `iccid` the next card of the market is taken. `user_id` is who uses it when somebody
    above her in the company pays. Raises OfferNotAvailable, NumberInUse, BadNumber, BadIccid,
    SimInUse, BackDated.
    """
    with db.transaction():
        account = access.account_to_grow(by, account_id)
        now = clock.now()
        moment = activated_at or now
        # Only the system may tell of a moment that is over: what the network did by itself.
        if moment < now and by.kind is not Kind.SYSTEM:
            raise BackDated
        version = catalog.current_version(account.market_code, offer_code, mode, moment)
        if (version.offer.service, version.offer.kind) != (Service(service), OfferKind.PLAN):
            raise OfferNotAvailable(offer=offer_code)
        check_eligible(account.id, version, moment)
        line = _new_line(account, version, number, moment)
        line.customer_id = _user(account, user_id)
        line.cost_centre, line.contract_until = checked_cost_centre(cost_centre), contract_until
        plan = Subscription(
            id=new_id(), line=line, version=version, kind=OfferKind.PLAN, starts_at=moment
        )
        db.session.add(plan)
        _write_number(line)
        if line.service is Service.MOBILE:
            stock.take_number(line.number)
            issue_sim(line, iccid, sim_form, moment)
        audit.record(by, "line.opened", "line", line.id, number=line.number, plan=offer_code)
        ids = (line.id, account.id, plan.id, version.id)
        events.announce(LineActivated(*ids, moment))
        events.announce(PlanStarted(*ids, moment))
    return line


def close_line(line_id: UUID, *, by: Actor, reason: str) -> Line:
    """End the line, everything on it and its SIM. Closing twice changes nothing."""
    with db.transaction():
        line = access.line_for(by, line_id, "subscriptions.cancel", lock=True)
        if line.status is LineStatus.CLOSED:
            return line
        moment = clock.now()
        before, line.status, line.closed_at = line.status, LineStatus.CLOSED, moment
        line.closed_reason = reason
        for subscription in line.subscriptions:
            if subscription.ends_at is None or subscription.ends_at > moment:
                subscription.ends_at = max(moment, subscription.starts_at)
        for sim in line.sims:
            if sim.status is SimStatus.ACTIVE:
                sim.status = SimStatus.BLOCKED
        waiting.supersede(line, by)
        leave_family(line)
        audit.record(
            by, "line.closed", "line", line.id, status=(before, line.status), reason=reason
        )
        events.announce(LineClosed(line.id, line.account_id, reason, moment))
        if line.service is Service.MOBILE:
            events.announce(NumberReleased(line.id, line.market_code, line.number, reason, moment))
    return line


def set_cost_centre(line_id: UUID, cost_centre: str | None, *, by: Actor) -> Line:
    """On whose costs the line is, as the company writes it; None or empty for nobody's."""
    with db.transaction():
        line = access.line_for(by, line_id, "subscriptions.change", lock=True)
        refuse_gone(line)
        before, line.cost_centre = line.cost_centre, checked_cost_centre(cost_centre)
        audit.record(
            by, "line.cost_centre_set", "line", line.id, cost_centre=(before, line.cost_centre)
        )
    return line


def note_owner_change(line_id: UUID, *, by: Actor) -> Line:
    """The line has another owner from now on; the papers are on the customer."""
    with db.transaction():
        line = access.line_for(by, line_id, "subscriptions.transfer", lock=True)
        refuse_gone(line)
        before, line.owner_changed_at = line.owner_changed_at, clock.now()
        audit.record(
            by, "line.owner_changed", "line", line.id, owner_since=(before, line.owner_changed_at)
        )
    return line


def checked_cost_centre(text: str | None) -> str | None:
    text = (text or "").strip()
    return plain_text(text, field="cost_centre", longest=60) if text else None


def _user(account: Account, user_id: UUID | None) -> UUID:
    """Raises NotFound for somebody who does not belong to whoever pays."""
    if user_id is None or user_id == account.customer_id:
        return account.customer_id
    if account.customer_id not in above(user_id):
        raise NotFound
    return user_id


def _new_line(account: Account, version: OfferVersion, number: str, moment: datetime) -> Line:
    offer = version.offer
    mobile = offer.service is Service.MOBILE
    return Line(
        id=new_id(),
        account=account,
        customer_id=account.customer_id,
        market_code=account.market_code,
        service=offer.service,
        mode=offer.mode,
        number=(
            msisdn.checked(number, account.market_code)
            if mobile
            else plain_text(number, field="number", longest=40)
        ),
        status=LineStatus.ACTIVE,
        activated_at=moment,
        created_at=moment,
    )


def _write_number(line: Line) -> None:
    try:
        db.session.flush()  # here, so that a number already in use is this command's refusal
    except IntegrityError as error:
        if "uq_line_number_in_use" in str(error.orig):
            raise NumberInUse(number=line.number) from error
        raise

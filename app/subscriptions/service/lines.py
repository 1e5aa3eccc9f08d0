"""Opening and closing a line."""

from datetime import datetime
from uuid import UUID

from sqlalchemy.exc import IntegrityError

from app.audit import service as audit
from app.catalog import queries as catalog
from app.catalog.errors import OfferNotAvailable
from app.catalog.models import Mode, OfferKind, OfferVersion, Service
from app.core import clock, db, events
from app.core.actor import Actor
from app.core.ids import new_id
from app.customers.access import account_for
from app.customers.contact import plain_text
from app.customers.models import Account
from app.subscriptions import access, msisdn
from app.subscriptions.errors import NumberInUse
from app.subscriptions.events import LineActivated, LineClosed, PlanStarted
from app.subscriptions.models import Line, LineStatus, SimStatus, Subscription
from app.subscriptions.service import stock
from app.subscriptions.service.sims import issue_sim


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
) -> Line:
    """An active line with its first plan and, when it is mobile, a SIM.

    Without `iccid` the next card of the market is taken. Raises OfferNotAvailable, NumberInUse,
    BadNumber, BadIccid, SimInUse.
    """
    with db.transaction():
        account = account_for(by, account_id, "subscriptions.activate")
        moment = activated_at or clock.now()
        version = catalog.current_version(account.market_code, offer_code, mode, moment)
        if (version.offer.service, version.offer.kind) != (Service(service), OfferKind.PLAN):
            raise OfferNotAvailable(offer=offer_code)
        line = _new_line(account, version, number, moment)
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
        for subscription in line.subscriptions:
            if subscription.ends_at is None or subscription.ends_at > moment:
                subscription.ends_at = moment
        for sim in line.sims:
            if sim.status is SimStatus.ACTIVE:
                sim.status = SimStatus.BLOCKED
        audit.record(
            by, "line.closed", "line", line.id, status=(before, line.status), reason=reason
        )
        events.announce(LineClosed(line.id, line.account_id, reason, moment))
    return line


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

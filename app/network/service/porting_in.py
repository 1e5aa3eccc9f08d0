"""Numbers that come to us: asked for through the clearing house, a line of ours on their day."""

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select

from app.audit import service as audit
from app.catalog import queries as catalog
from app.catalog.errors import OfferNotAvailable
from app.catalog.models import Mode, OfferKind, Service
from app.core import clock, db, events
from app.core.actor import SYSTEM, Actor
from app.core.errors import Conflict, NotFound, Refusal
from app.core.ids import new_id
from app.core.sweeps import one_by_one
from app.core.turns import take_turn
from app.customers.access import account_for
from app.customers.contact import plain_text
from app.customers.models import Account
from app.network import switch
from app.network.errors import BadPortDate, PortInEndedAlready, PortInOpen
from app.network.events import PortInEnded
from app.network.models import PortIn, PortInStatus
from app.network.port import NetworkDown, OrderRefused
from app.subscriptions import msisdn
from app.subscriptions import service as subscriptions
from app.subscriptions.eligible import check_eligible
from app.subscriptions.errors import NumberInUse
from app.subscriptions.iccid import checked as checked_iccid
from app.subscriptions.models import Line

FARTHEST = timedelta(days=90)
_OPEN = (PortInStatus.NEW, PortInStatus.ASKED, PortInStatus.ACCEPTED)


def request_port_in(
    account_id: UUID,
    *,
    by: Actor,
    number: str,
    donor_code: str,
    offer_code: str,
    mode: Mode | str,
    port_on: date,
    effect_key: str,
    iccid: str | None = None,
) -> PortIn:
    """Ask for a number with the code of the operator it is with now. Same key, same request.

    Raises BadNumber, NumberInUse, BadIccid, BadPortDate, PortInOpen, OfferNotAvailable and
    NotEligible: what is refused once the donor has let go leaves a number with nobody.
    """
    with db.transaction():
        account = account_for(by, account_id, "subscriptions.port")
        query = select(PortIn).where(PortIn.effect_key == effect_key)
        if found := db.session.scalar(query):
            if found.account_id != account.id:
                raise Conflict(field="effect_key")
            return found
        number = msisdn.checked(number, account.market_code)
        take_turn(f"port_in:{number}")
        _check_day(port_on, clock.today(account.market.timezone))
        version = catalog.current_version(account.market_code, offer_code, mode)
        if (version.offer.service, version.offer.kind) != (Service.MOBILE, OfferKind.PLAN):
            raise OfferNotAvailable(offer=offer_code)
        check_eligible(account.id, version, clock.now())
        if _open(number):
            raise PortInOpen
        if _is_ours(number):
            raise NumberInUse(number=number)
        new = PortIn(
            id=new_id(),
            account_id=account.id,
            number=number,
            donor_code=plain_text(donor_code, field="donor_code", longest=40),
            offer_code=offer_code,
            mode=Mode(mode).value,
            iccid=checked_iccid(iccid) if iccid else None,
            port_on=port_on,
            status=PortInStatus.NEW,
            ordered_by=by.name,
            effect_key=effect_key,
            created_at=clock.now(),
        )
        db.session.add(new)
        audit.record(by, "number.asked_for", "account", account.id, number=number, on=port_on)
    return new


def cancel_port_in(port_in_id: UUID, *, by: Actor) -> PortIn:
    """It stays where it is. Cancelling twice changes nothing."""
    with db.transaction():
        found = _locked(port_in_id)
        if found is None:
            raise NotFound
        account_for(by, found.account_id, "subscriptions.port")
        if found.status is PortInStatus.CANCELLED:
            return found
        if found.status not in _OPEN:
            raise PortInEndedAlready
        _end(found, PortInStatus.CANCELLED, "", by)
    return found


def follow_port_ins() -> int:
    """Ask, hear, and open the lines whose day has come; how many came."""
    query = select(PortIn.id).where(PortIn.status.in_(_OPEN)).order_by(PortIn.created_at)
    return one_by_one(_follow, db.session.scalars(query).all())


def _follow(port_in_id: UUID) -> bool:
    """Talk outside any transaction; a house that does not answer is asked again next time."""
    request = db.session.get_one(PortIn, port_in_id)
    house = switch.clearing_house()
    try:
        if request.status is PortInStatus.NEW:
            house.ask(request.id, request.number, request.donor_code, request.port_on)
            _note(port_in_id, PortInStatus.ASKED, "")
        standing = house.standing(request.id)
    except NetworkDown:
        return False
    except OrderRefused as error:
        _note(port_in_id, PortInStatus.REFUSED, str(error)[:200])
        return False
    if standing.answer == "refused":
        _note(port_in_id, PortInStatus.REFUSED, standing.reason)
    elif standing.answer == "accepted":
        _note(port_in_id, PortInStatus.ACCEPTED, "")
        return _open_line(port_in_id)
    return False


def _note(port_in_id: UUID, status: PortInStatus, refusal: str) -> None:
    with db.transaction():
        request = _locked(port_in_id)
        if request is None or request.status not in _OPEN or request.status is status:
            return
        if status is PortInStatus.REFUSED:
            _end(request, status, refusal, SYSTEM)
        else:
            request.status = status


def _open_line(port_in_id: UUID) -> bool:
    try:
        with db.transaction():
            request = _locked(port_in_id)
            if request is None or request.status is not PortInStatus.ACCEPTED:
                return False
            account = db.session.get_one(Account, request.account_id)
            if clock.today(account.market.timezone) < request.port_on:
                return False
            line = subscriptions.open_line(
                account.id,
                by=SYSTEM,
                service=Service.MOBILE,
                mode=request.mode,
                number=request.number,
                offer_code=request.offer_code,
                iccid=request.iccid,
            )
            request.line_id = line.id
            _end(request, PortInStatus.ACTIVE, "", SYSTEM)
    except Refusal as refusal:
        _note(port_in_id, PortInStatus.REFUSED, refusal.code)
        return False
    return True


def _end(request: PortIn, status: PortInStatus, refusal: str, by: Actor) -> None:
    request.status, request.refusal, request.ended_at = status, refusal or None, clock.now()
    account = db.session.get_one(Account, request.account_id)
    audit.record(
        by,
        f"number.port_in_{status.value}",
        "account",
        account.id,
        number=request.number,
        why=refusal,
    )
    events.announce(
        PortInEnded(
            request.id, account.id, account.customer_id, status.value, refusal, request.ended_at
        )
    )


def _locked(port_in_id: UUID) -> PortIn | None:
    query = select(PortIn).where(PortIn.id == port_in_id).with_for_update()
    return db.session.scalar(query.execution_options(populate_existing=True))


def _open(number: str) -> bool:
    query = select(PortIn.id).where(PortIn.number == number, PortIn.status.in_(_OPEN))
    return db.session.scalar(query) is not None


def _is_ours(number: str) -> bool:
    query = select(Line.id).where(Line.number == number, Line.closed_at.is_(None))
    return db.session.scalar(query) is not None


def _check_day(port_on: date, today: date) -> None:
    if not today < port_on <= today + FARTHEST:
        raise BadPortDate

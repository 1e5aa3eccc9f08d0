"""What a prepaid session costs: the tariff of its line's plan, worked out as far as is asked."""

from collections.abc import Iterable
from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from sqlalchemy import select

from app.catalog.models import OfferVersion
from app.core import db
from app.core.ids import new_id
from app.markets.calendars import holidays_of
from app.markets.policies import Policies
from app.markets.queries import policies_at
from app.subscriptions.models import Line
from app.usage import later
from app.usage.charging import Pricing, Terms, Traffic, boundary_of
from app.usage.metering import UNPRICED, Meter, PlanTerm
from app.usage.models import ChargingSession
from app.usage.records import Use
from app.usage.tariffs import Calendar, Call, Stretch

_LONG_AGO = timedelta(days=3660)
_NO_PRICE = "{NULL}"


def opening(terms: Terms, traffic: Traffic, moment: datetime, policies: Policies) -> Pricing:
    """Of a session that begins."""
    pricing = _pricing(terms, traffic, Call(moment, 0), policies)
    within = pricing.tariff.concat_within
    if within and traffic.lasts and traffic.other_party:
        call = _call_before(terms, traffic, moment, pricing.calendar, policies)
        return _pricing(terms, traffic, call, policies)
    return pricing


def of(session: ChargingSession) -> Pricing:
    """As it was when the session began."""
    query = (
        select(Line.market_code, OfferVersion.rates)
        .join(OfferVersion, OfferVersion.id == session.offer_version_id)
        .where(Line.id == session.line_id)
    )
    market_code, rates = db.session.execute(query).one()
    terms = Terms(session.line_id, market_code, session.offer_version_id, rates, session.currency)
    traffic = Traffic(session.kind, session.other_party, session.network)
    call = Call(session.priced_from, session.before)
    return _pricing(terms, traffic, call, policies_at(market_code, session.opened_at))


def further(key: str, units: int) -> dict[str, Any]:
    """The stretches of a session that goes on for so many units more."""
    with db.transaction():
        query = select(ChargingSession).where(ChargingSession.key == key)
        session = db.session.scalars(query.execution_options(populate_existing=True)).one()
        return written(of(session), session.used + units)


def written(pricing: Pricing, units: int) -> dict[str, Any]:
    """As the function in the database takes them: as text, which is read there faster than a list
    is written here."""
    known = pricing.known(units)
    return {
        "ats": _array(each.at for each in known.stretches),
        "prices": _NO_PRICE if pricing.tariff is UNPRICED else _prices(known.stretches),
        "pers": _array(each.per for each in known.stretches),
        "minima": _array(each.minimum for each in known.stretches),
        "increments": _array(each.increment for each in known.stretches),
        "known_until": known.until,
    }


def _prices(stretches: Iterable[Stretch]) -> str:
    return _array(each.price for each in stretches)


def _array(numbers: Iterable[int | Decimal]) -> str:
    return f"{{{','.join(map(str, numbers))}}}"


def _pricing(terms: Terms, traffic: Traffic, call: Call, policies: Policies) -> Pricing:
    calendar = Calendar(policies.timezone, holidays_of(terms.market_code))
    return Pricing(
        terms.tariff(traffic), call, calendar, boundary_of(traffic, policies.tariff_boundary)
    )


def _call_before(
    terms: Terms, traffic: Traffic, moment: datetime, calendar: Calendar, policies: Policies
) -> Call:
    """Calls to the same number that follow each other closely are one: what came before."""
    plan = PlanTerm(moment - _LONG_AGO, None, terms.rates)
    meter = Meter(terms.currency, [plan], {}, calendar, lambda _at: policies)
    use = Use(new_id(), terms.line_id, traffic.kind, moment, 0, other_party=traffic.other_party)
    with db.transaction():
        for each in later.before([(use, meter.looks_back(use))]):
            meter.remember(each)
    return meter.follows(use)

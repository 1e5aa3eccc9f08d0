"""Issuing and replacing SIM cards."""

import secrets
from datetime import datetime
from uuid import UUID

from app.audit import service as audit
from app.core import clock, db, events, references
from app.core.actor import Actor
from app.core.errors import Invalid
from app.subscriptions import access, iccid, msisdn
from app.subscriptions.errors import SimInUse
from app.subscriptions.events import SimReplaced
from app.subscriptions.mobile_countries import network_codes
from app.subscriptions.models import Line, Sim, SimStatus
from app.subscriptions.service import esims, stock
from app.subscriptions.service.standing import refuse_without_sim

FORMS = ("sim", "esim")
_TEST_NETWORK = "001"


def replace_sim(line_id: UUID, new_iccid: str | None = None, *, by: Actor) -> Sim:
    """Put another card into the line; the old one stops at once. None takes the next card.

    Raises NoSim, LineNotActive and its kinds, BadIccid, SimInUse, UnknownSim.
    """
    with db.transaction():
        line = access.line_for(by, line_id, "subscriptions.sim", lock=True)
        refuse_without_sim(line)
        form = line.sims[-1].form if line.sims else FORMS[0]
        for old in line.sims:
            if old.status is SimStatus.ACTIVE:
                old.status = SimStatus.REPLACED
        sim = issue_sim(line, new_iccid, form, clock.now())
        line.sim_changed_at = sim.issued_at
        audit.record(by, "line.sim_replaced", "line", line.id, iccid=sim.iccid)
        events.announce(SimReplaced(line.id, sim.iccid, sim.issued_at))
    return sim


def issue_sim(
    line: Line, number: str | None, form: str, moment: datetime, *, reserved: bool = False
) -> Sim:
    """A fresh active card in the line, inside the caller's transaction; an eSIM with its profile.

    `reserved` says that the stock keeps this card for this line. What the stock knows of its form
    goes before `form`. Raises BadIccid, SimInUse, UnknownSim.
    """
    if form not in FORMS:
        raise Invalid(field="sim_form")
    number = iccid.checked(number) if number else _next_card(line.market_code)
    if db.session.get(Sim, number) is not None:
        raise SimInUse
    if not reserved and (card := stock.take_card(number, line.market_code)):
        form = card.form
    mobile_country = next(iter(network_codes(line.market_code)), _TEST_NETWORK)
    sim = Sim(
        iccid=number,
        line=line,
        form=form,
        imsi=f"{mobile_country}01{number[-11:-1]}",
        puk=stock.puk_of(number) or f"{secrets.randbelow(10**8):08d}",
        status=SimStatus.ACTIVE,
        issued_at=moment,
    )
    db.session.add(sim)
    if form == "esim":
        esims.release(sim, line.market_code)
    return sim


def _next_card(market_code: str) -> str:
    serial = references.next_number(f"sim:{market_code}")
    return iccid.numbered(msisdn.country_code(market_code), serial)

"""Cards and numbers in stock: taken in by the batch, reserved singly, rested when given back."""

import csv
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from io import StringIO
from typing import Any
from uuid import UUID

from sqlalchemy import select, text, update
from sqlalchemy.dialects.postgresql import insert

from app.audit import service as audit
from app.core import clock, db
from app.core.actor import Actor
from app.core.errors import Invalid, NotFound
from app.core.ids import new_id
from app.customers.contact import plain_text
from app.markets.queries import market, policies_at
from app.subscriptions import iccid, msisdn
from app.subscriptions.errors import (
    BadIccid,
    BadNumber,
    BadRows,
    KnownRows,
    NoNumberLeft,
    NoSimLeft,
    NumberInUse,
    SimInUse,
    UnknownSim,
    UnknownStockNumber,
    WrongCount,
)
from app.subscriptions.models import (
    Line,
    Sim,
    StockBatch,
    StockCard,
    StockNumber,
    StockState,
)

HOLDS = ("sim", "esim", "number")
MOST_ROWS = 100_000
_SHOWN = 10
_PUK_DIGITS = 8
_CARDS = text(
    """
    INSERT INTO stock_card (iccid, puk, market_code, form, batch_id, state, changed_at)
    SELECT value, puk, :market_code, :form, :batch_id, 'available', :moment
    FROM unnest(CAST(:values AS text[]), CAST(:puks AS bytea[])) AS card (value, puk)
    ON CONFLICT DO NOTHING RETURNING iccid
    """
)
_NUMBERS = text(
    """
    INSERT INTO stock_number (number, market_code, batch_id, state, changed_at)
    SELECT value, :market_code, :batch_id, 'available', :moment
    FROM unnest(CAST(:values AS text[])) AS value
    ON CONFLICT DO NOTHING RETURNING number
    """
)


def import_batch(
    *, by: Actor, market_code: str, holds: str, name: str, rows: str, count: int
) -> StockBatch:
    """Take in a list, one ICCID or number a line (CSV: the first column; a heading is fine). A
    column under the heading `puk` has the PUK of each card, eight digits or nothing.

    `count` is the control count of the delivery. All or nothing: raises WrongCount, BadRows,
    KnownRows with the first ten that are wrong, Invalid.
    """
    with db.transaction():
        by.must("stock.manage")
        home = market(market_code)
        if not by.sees_market(home.code):
            raise NotFound(market=market_code)
        if holds not in HOLDS:
            raise Invalid(field="holds")
        values, puks = _checked_rows(rows, holds, home.code)
        if len(values) != count:
            raise WrongCount(len(values), count)
        batch = StockBatch(
            id=new_id(),
            market_code=home.code,
            name=plain_text(name, field="name"),
            holds=holds,
            count=count,
            imported_by=by.name,
            imported_at=clock.now(),
        )
        db.session.add(batch)
        db.session.flush()  # its rows point to it
        _write(batch, values, puks)
        audit.record(by, "stock.imported", "stock_batch", batch.id, count=count, holds=holds)
    return batch


def reserve_card(market_code: str, form: str, wanted: str | None, activation_id: UUID) -> StockCard:
    """The card asked for, or the next of its form, inside the caller's transaction.

    Raises BadIccid, SimInUse, UnknownSim, NoSimLeft. Two at once never get the same one.
    """
    if wanted is not None:
        card = _wanted_card(iccid.checked(wanted), market_code)
    else:
        query = select(StockCard).where(
            StockCard.market_code == market_code,
            StockCard.form == form,
            StockCard.state == StockState.AVAILABLE,
        )
        found = db.session.scalar(_next(query.order_by(StockCard.iccid)))
        if found is None:
            raise NoSimLeft(form=form)
        card = found
    _give(card, StockState.RESERVED, activation_id)
    return card


def reserve_number(market_code: str, wanted: str | None, activation_id: UUID) -> StockNumber:
    """As `reserve_card`. Raises BadNumber, NumberInUse, UnknownStockNumber, NoNumberLeft."""
    if wanted is not None:
        number = _wanted_number(msisdn.checked(wanted, market_code), market_code)
    else:
        query = select(StockNumber).where(
            StockNumber.market_code == market_code, StockNumber.state == StockState.AVAILABLE
        )
        found = db.session.scalar(_next(query.order_by(StockNumber.number)))
        if found is None:
            raise NoNumberLeft
        number = found
    _give(number, StockState.RESERVED, activation_id)
    return number


def free(activation_id: UUID) -> None:
    """Put back what was reserved for an order that came to nothing."""
    _move(activation_id, {"state": StockState.AVAILABLE, "activation_id": None})


def put_in_use(activation_id: UUID) -> None:
    _move(activation_id, {"state": StockState.IN_USE})


def puk_of(number: str) -> str | None:
    """The PUK that a card came with; None where nobody told us."""
    card = db.session.get(StockCard, number)
    return card.puk if card else None


def take_card(number: str, market_code: str) -> StockCard | None:
    """A card that is issued without an order leaves the stock; None for one that is not in it.

    Raises SimInUse when it is kept for somebody, UnknownSim when it is another market's.
    """
    card = db.session.get(StockCard, number, with_for_update=True, populate_existing=True)
    if card is None:
        return None
    if card.market_code != market_code:
        raise UnknownSim(iccid=number)
    if card.state is StockState.RESERVED:
        raise SimInUse(iccid=number)
    card.state, card.changed_at = StockState.IN_USE, clock.now()
    return card


def take_number(number: str) -> None:
    """As `take_card`. Raises NumberInUse, also while it rests."""
    found = db.session.get(StockNumber, number, with_for_update=True, populate_existing=True)
    if found is None:
        return
    rests = found.quarantined_until is not None and found.quarantined_until > clock.now()
    if found.state is StockState.RESERVED or rests:
        raise NumberInUse(number=number)
    found.state, found.quarantined_until = StockState.IN_USE, None
    found.changed_at = clock.now()


def rest_number(line: Line, at: datetime, *, ported_out: bool) -> None:
    """The number of a closed line: quarantined by the market's policy, or gone to another
    operator."""
    days = policies_at(line.market_code, clock.now()).quarantine_days
    values: dict[str, Any] = {
        "state": StockState.PORTED_OUT if ported_out else StockState.QUARANTINED,
        "quarantined_until": None if ported_out else at + timedelta(days=days),
        "activation_id": None,
        "changed_at": at,
    }
    row = {"number": line.number, "market_code": line.market_code, **values}
    statement = insert(StockNumber).values(row)
    db.session.execute(statement.on_conflict_do_update(index_elements=["number"], set_=values))


def recycle(limit: int = 1000) -> int:
    """Numbers that have rested long enough are available again: how many."""
    with db.transaction():
        moment = clock.now()
        rested = (
            select(StockNumber.number)
            .where(
                StockNumber.state == StockState.QUARANTINED,
                StockNumber.quarantined_until <= moment,
            )
            .limit(limit)
            .with_for_update(skip_locked=True)
        )
        statement = (
            update(StockNumber)
            .where(StockNumber.number.in_(rested))
            .values(state=StockState.AVAILABLE, quarantined_until=None, changed_at=moment)
            .returning(StockNumber.number)
            .execution_options(synchronize_session=False)
        )
        return len(db.session.scalars(statement).all())


def _checked_rows(rows: str, holds: str, market_code: str) -> tuple[list[str], list[str]]:
    """The ICCIDs or numbers, and the PUK of each card, empty where there is none."""
    listed = _listed(rows)
    check: Callable[[str], str] = (
        (lambda value: msisdn.checked(value, market_code)) if holds == "number" else iccid.checked
    )
    good: list[str] = []
    puks: list[str] = []
    bad: list[str] = []
    for place, (value, puk) in enumerate(listed, start=1):
        try:
            good.append(check(value))
            puks.append(_checked_puk(puk) if holds != "number" else "")
        except (BadIccid, BadNumber, ValueError):
            bad.append(f"{place}: {value[:40]}")
    bad += [value for value, times in Counter(good).items() if times > 1]
    if bad:
        raise BadRows(bad[:_SHOWN], len(bad))
    return good, puks


def _listed(rows: str) -> list[tuple[str, str]]:
    """What stands first in each row that says something, and its PUK where the heading has one."""
    try:
        read = [[cell.strip() for cell in row] for row in csv.reader(StringIO(rows))]
    except csv.Error:
        raise Invalid(field="rows") from None
    listed = [row for row in read if row and row[0]]
    column = len(max(listed, key=len, default=[]))
    if listed and listed[0][0].lower() in {"iccid", "number", "msisdn"}:
        heading = [name.lower() for name in listed.pop(0)]
        column = heading.index("puk") if "puk" in heading else column
    if len(listed) > MOST_ROWS:
        raise Invalid(field="rows")
    return [(row[0], row[column] if column < len(row) else "") for row in listed]


def _checked_puk(puk: str) -> str:
    """Eight digits, or nothing. Raises ValueError, which never names it: it is a secret."""
    if puk and not (puk.isascii() and puk.isdigit() and len(puk) == _PUK_DIGITS):
        raise ValueError
    return puk


def _write(batch: StockBatch, values: Sequence[str], puks: Sequence[str]) -> None:
    if batch.holds == "number":
        issued = select(Line.number).where(Line.closed_at.is_(None), Line.number.in_(values))
    else:
        issued = select(Sim.iccid).where(Sim.iccid.in_(values))
    known = set(db.session.scalars(issued))
    more: dict[str, Any] = {}
    if batch.holds != "number":
        more["form"] = batch.holds
        more["puks"] = [
            StockCard.puk.cell(value, puk) if puk else None
            for value, puk in zip(values, puks, strict=True)
        ]
    fresh = set(
        db.session.scalars(
            _NUMBERS if batch.holds == "number" else _CARDS,
            {
                "values": list(values),
                "market_code": batch.market_code,
                "batch_id": batch.id,
                "moment": batch.imported_at,
                **more,
            },
        )
    )
    known |= set(values) - fresh
    if known:
        raise KnownRows(sorted(known)[:_SHOWN], len(known))


def _wanted_card(number: str, market_code: str) -> StockCard:
    card = db.session.get(StockCard, number, with_for_update=True, populate_existing=True)
    if db.session.get(Sim, number) is not None:
        raise SimInUse(iccid=number)
    if card is None or card.market_code != market_code:
        raise UnknownSim(iccid=number)
    if card.state is not StockState.AVAILABLE:
        raise SimInUse(iccid=number)
    return card


def _wanted_number(number: str, market_code: str) -> StockNumber:
    found = db.session.get(StockNumber, number, with_for_update=True, populate_existing=True)
    if found is None or found.market_code != market_code:
        in_use = select(Line.id).where(Line.number == number, Line.closed_at.is_(None))
        raise NumberInUse if db.session.scalar(in_use) else UnknownStockNumber(number=number)
    if found.state is not StockState.AVAILABLE:
        raise NumberInUse(number=number)
    return found


def _next(query: Any) -> Any:
    return (
        query.limit(1).with_for_update(skip_locked=True).execution_options(populate_existing=True)
    )


def _give(thing: StockCard | StockNumber, state: StockState, activation_id: UUID) -> None:
    thing.state, thing.activation_id, thing.changed_at = state, activation_id, clock.now()


def _move(activation_id: UUID, values: dict[str, Any]) -> None:
    for kind in (StockCard, StockNumber):
        db.session.execute(
            update(kind)
            .where(kind.activation_id == activation_id, kind.state == StockState.RESERVED)
            .values(changed_at=clock.now(), **values)
        )

"""Vouchers for prepaid credit: generated in batches, told once, redeemed once."""

import secrets as random
from datetime import date
from uuid import UUID

from sqlalchemy import func, insert, select, update
from sqlalchemy.exc import IntegrityError

from app.audit import service as audit
from app.core import clock, db, events
from app.core.actor import Actor
from app.core.errors import Conflict, Invalid, NotFound
from app.core.i18n import lazy
from app.core.ids import new_id
from app.core.money import Money
from app.core.reach import in_markets_of
from app.core.secrets import keyed_hash
from app.customers.contact import plain_text
from app.identity import lockout
from app.markets.queries import market as market_of
from app.payments.amounts import checked
from app.payments.errors import VoucherNotValid
from app.payments.events import VoucherRedeemed
from app.payments.models import Voucher, VoucherBatch
from app.subscriptions import access as lines
from app.subscriptions.service.standing import refuse_gone
from app.usage import service as usage

DIGITS = 16
MOST = 10_000


class NameTaken(Conflict):
    code = "name_taken"
    message = lazy("There is a batch of this name already.")


def generate(
    market_code: str, *, by: Actor, name: str, value: Money, count: int, expires_on: date
) -> tuple[VoucherBatch, list[str]]:
    """A batch and its codes, which are told here and never again.

    Raises NameTaken, AmountOutOfBounds, and Invalid for a count or a day that makes no sense.
    """
    with db.transaction():
        by.must("vouchers.manage")
        market = market_of(market_code)
        if not by.sees_market(market_code):
            raise NotFound
        if not 1 <= count <= MOST:
            raise Invalid(field="count")
        if expires_on <= clock.today(market.timezone):
            raise Invalid(field="expires_on")
        value = checked(value, market.currency)
        name = plain_text(name, field="name", longest=80)
        batch = VoucherBatch(
            id=new_id(),
            name=name,
            market_code=market_code,
            value=value.amount,
            currency=value.currency,
            count=count,
            expires_on=expires_on,
            created_at=clock.now(),
        )
        db.session.add(batch)
        try:
            db.session.flush()  # its vouchers point to it
        except IntegrityError:
            raise NameTaken from None
        codes = _codes(count)
        rows = [{"id": new_id(), "batch_id": batch.id, "code_hash": keyed_hash(c)} for c in codes]
        db.session.execute(insert(Voucher), rows)
        audit.record(by, "vouchers.generated", "voucher_batch", batch.id, value=value, count=count)
    return batch, codes


def stop(batch_id: UUID, *, by: Actor) -> VoucherBatch:
    """None of the batch is good any more: it was stolen, or never sold."""
    with db.transaction():
        batch = _batch_for(by, batch_id)
        if batch.stopped_at is None:
            batch.stopped_at = clock.now()
            audit.record(by, "vouchers.stopped", "voucher_batch", batch.id)
    return batch


def redeem(code: str, line_id: UUID, *, by: Actor) -> Money:
    """Add a voucher's value to a prepaid line, once, however many try at the same instant.

    Raises VoucherNotValid, alike for what is unknown, used, expired, stopped or of another market;
    Locked after five of them, also at the same instant; NotPrepaid, LinePorted, LineDisconnected.
    Whoever calls it inside a transaction that a refusal ends takes the count back with it.
    """
    line = lines.line_for(by, line_id, "payments.take")
    refuse_gone(line)
    guesser = f"voucher:{by.id}"
    lockout.attempt(guesser)
    # Whatever refuses leaves the voucher as it was, also where the refusal becomes an answer.
    with db.transaction(), db.savepoint():
        lockout.forget(guesser)  # locked before the voucher, as `attempt` does
        voucher, batch = _taken(_plain(code), line.id, line.market_code)
        usage.top_up(line.id, batch.money, by=by, effect_key=f"voucher:{voucher}")
        audit.record(by, "voucher.redeemed", "line", line.id, amount=batch.money)
        events.announce(
            VoucherRedeemed(voucher, line.id, line.customer_id, batch.value, batch.currency)
        )
    return batch.money


def redeem_once(code: str, line_id: UUID, *, by: Actor) -> Money:
    """As `redeem`, for what may be sent twice: what this code has added to this very line is said
    again, and counts as no try."""
    try:
        return _redeemed_on(code, line_id) or redeem(code, line_id, by=by)
    except VoucherNotValid:
        if added := _redeemed_on(code, line_id):  # by a copy, just now
            return added
        raise


def batches(by: Actor) -> list[tuple[VoucherBatch, int]]:
    """Newest first, each with how many were redeemed."""
    by.must("vouchers.manage")
    redeemed = func.count(Voucher.redeemed_at)
    query = (
        select(VoucherBatch, redeemed)
        .join(Voucher)
        .where(in_markets_of(by, VoucherBatch.market_code))
        .group_by(VoucherBatch.id)
    )
    rows = db.session.execute(query.order_by(VoucherBatch.id.desc()).limit(100))
    return [(row[0], row[1]) for row in rows]


def _redeemed_on(code: str, line_id: UUID) -> Money | None:
    """What this code has added to this very line before; None for all others, alike."""
    query = (
        select(VoucherBatch)
        .join(Voucher, Voucher.batch_id == VoucherBatch.id)
        .where(Voucher.code_hash == keyed_hash(_plain(code)), Voucher.line_id == line_id)
    )
    batch = db.session.scalar(query)
    return batch.money if batch else None


def _batch_for(by: Actor, batch_id: UUID) -> VoucherBatch:
    query = select(VoucherBatch).where(VoucherBatch.id == batch_id).with_for_update()
    batch = db.session.scalar(query)
    if batch is None or not by.is_staff or not by.sees_market(batch.market_code):
        raise NotFound
    by.must("vouchers.manage")
    return batch


def _taken(code: str, line_id: UUID, market_code: str) -> tuple[UUID, VoucherBatch]:
    """Mark it as used by this line. The database lets one of many through."""
    today = clock.today(market_of(market_code).timezone)
    statement = (
        update(Voucher)
        .where(
            Voucher.code_hash == keyed_hash(code),
            Voucher.redeemed_at.is_(None),
            VoucherBatch.id == Voucher.batch_id,
            VoucherBatch.market_code == market_code,
            VoucherBatch.expires_on >= today,
            VoucherBatch.stopped_at.is_(None),
        )
        .values(redeemed_at=clock.now(), line_id=line_id)
        .returning(Voucher.id, Voucher.batch_id)
    )
    row = db.session.execute(statement, execution_options={"synchronize_session": False}).first()
    if row is None:
        raise VoucherNotValid
    return row.id, db.session.get_one(VoucherBatch, row.batch_id)


def _plain(code: str) -> str:
    """As people type it: in groups, with dashes."""
    return "".join(each for each in code[:100] if each.isascii() and each.isdigit())


def _codes(count: int) -> list[str]:
    """Different, and never what a card number could be: those are cut out of conversations."""
    codes: set[str] = set()
    while len(codes) < count:
        code = f"{random.randbelow(10**DIGITS):0{DIGITS}d}"
        if not _passes_luhn(code):
            codes.add(code)
    return sorted(codes)


def _passes_luhn(code: str) -> bool:
    doubled = (int(each) * (1 + place % 2) for place, each in enumerate(reversed(code)))
    return sum(each - 9 if each > 9 else each for each in doubled) % 10 == 0

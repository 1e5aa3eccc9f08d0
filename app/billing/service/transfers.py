"""Carrying out that a line moves to another account: each pays for its own days.

The account that gives it gets the days back that it had paid in advance, and its final bill when
that was its last line; the one that takes it is charged from the day on, by its next bill.
"""

from datetime import date
from functools import partial
from uuid import UUID

from sqlalchemy import select

from app.billing.service import charges, final
from app.billing.service.leaving import final_charges
from app.billing.service.porting_out import open_port
from app.core import clock, db
from app.core.actor import SYSTEM, Actor
from app.core.errors import Refusal
from app.core.sweeps import one_by_one
from app.markets.queries import market as market_of
from app.subscriptions.errors import NotTransferable
from app.subscriptions.models import LineTransfer, TransferStatus
from app.subscriptions.service import moving, transfers
from app.usage.service import charging


def ask_transfer(
    line_id: UUID,
    to_account_id: UUID,
    *,
    by: Actor,
    giver_proof: str,
    taker_proof: str | None = None,
    on: date | None = None,
) -> LineTransfer:
    """As subscriptions' own, which is moved at once when nobody else is to agree and its day has
    come. Raises NotTransferable also while the number leaves."""
    with db.transaction():
        transfer = transfers.ask_transfer(
            line_id, to_account_id, by=by, giver_proof=giver_proof, taker_proof=taker_proof, on=on
        )
        if open_port(transfer.line_id) is not None:
            raise NotTransferable(rule="porting")
    carry_out_transfer(transfer.id, by=by)
    return transfer


def agree_transfer(transfer_id: UUID, *, by: Actor) -> LineTransfer:
    """The receiving customer agrees; when its day has come, the line moves at once."""
    transfer = transfers.agree_transfer(transfer_id, by=by)
    carry_out_transfer(transfer.id, by=by)
    return transfer


def carry_out_transfers(*, by: Actor, limit: int = 500) -> int:
    """Every one whose day has come; how many moved."""
    transfers.expire_transfers()
    query = select(LineTransfer.id).where(LineTransfer.status == TransferStatus.AGREED)
    waiting = db.session.scalars(query.order_by(LineTransfer.day).limit(limit)).all()
    return one_by_one(partial(carry_out_transfer, by=by), waiting)


def carry_out_transfer(transfer_id: UUID, *, by: Actor) -> bool:
    """All of it or nothing; False when it is not agreed or due, or has been done.

    What is against it by then ends it, with the reason.
    """
    with db.transaction():
        from_account = select(LineTransfer.from_account_id).where(LineTransfer.id == transfer_id)
        account_id = db.session.scalars(from_account).one()
        final.take_turn(account_id)
        transfer = transfers.transfer_for(SYSTEM, transfer_id, lock=True)
        line = transfer.line
        db.session.refresh(line)
        market = market_of(line.market_code)
        is_due = transfer.day <= clock.today(market.timezone)
        if transfer.status is not TransferStatus.AGREED or not is_due:
            return False
        try:
            transfers.check_transferable(line, transfer.to_account)
        except Refusal as refusal:
            transfers.end(transfer, TransferStatus.CANCELLED, by, refusal.code)
            return False
        charging.end_sessions(line.id)
        moving.move_line(transfer, by=by)
        charges.write((account_id, each) for each in final_charges(line, market))
        final.bill_at_once(account_id, market, by=by)
    return True

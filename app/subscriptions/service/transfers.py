"""A line is to move to another account: asked for, and agreed by the receiving side.

Moving it is `moving`; carrying that out is billing's, which knows what is charged:
billing.service.transfers.
"""

from datetime import date, timedelta
from uuid import UUID

from sqlalchemy import select, update

from app.audit import service as audit
from app.catalog.models import Mode
from app.core import clock, db, events
from app.core.actor import Actor, Kind
from app.core.errors import NotFound
from app.core.i18n import lazy
from app.core.ids import new_id
from app.customers.access import account_for
from app.customers.contact import plain_text
from app.customers.models import Account
from app.markets.policies import PrepaidTransfer
from app.markets.queries import market as market_of
from app.markets.queries import policies_at
from app.subscriptions import access
from app.subscriptions.eligible import check_eligible
from app.subscriptions.errors import (
    BackDated,
    LineBlocked,
    NotPending,
    NotTransferable,
    TransferUnderWay,
)
from app.subscriptions.events import TransferAsked, TransferEnded
from app.subscriptions.models import (
    FamilyMember,
    Line,
    LineTransfer,
    TransferStatus,
)
from app.subscriptions.queries import current_plan
from app.subscriptions.service import leaving
from app.subscriptions.service.standing import refuse_unusable

PERMISSION = "subscriptions.transfer"
FARTHEST = timedelta(days=90)
VALID_FOR = timedelta(days=14)


def ask_transfer(
    line_id: UUID,
    to_account_id: UUID,
    *,
    by: Actor,
    giver_proof: str,
    taker_proof: str | None = None,
    on: date | None = None,
) -> LineTransfer:
    """Have the line moved on a day, by default today. Asked again for the same, it is the same.

    Without `taker_proof` it waits until the receiving customer agrees, unless both accounts are
    hers. Raises BackDated, NotTransferable, TransferUnderWay, LineBlocked, LineLeaving and their
    kinds, and OfferNotAvailable when that account may not have the plan.
    """
    with db.transaction():
        line = access.line_for(by, line_id, PERMISSION, lock=True)
        account = account_for(by, to_account_id, PERMISSION)
        if known := pending_of(line.id):
            if known.to_account_id != account.id:
                raise TransferUnderWay
            return known
        day = _day(line, on)
        check_transferable(line, account)
        transfer = _asked(line, account, day, giver_proof, taker_proof, by)
        db.session.add(transfer)
        db.session.flush()  # listeners may ask for it
        proofs = {"giver_proof": transfer.giver_proof, "taker_proof": transfer.taker_proof}
        audit.record(
            by, "line.transfer_asked", "line", line.id, to=account.reference, on=day, **proofs
        )
        if transfer.status is TransferStatus.WAITING:
            events.announce(TransferAsked(transfer.id, line.id, account.customer_id))
    return transfer


def agree_transfer(transfer_id: UUID, *, by: Actor) -> LineTransfer:
    """By the receiving customer herself. Agreeing twice changes nothing. Raises NotPending."""
    with db.transaction():
        transfer = transfer_for(by, transfer_id, lock=True)
        if not by.is_customer or transfer.to_account.customer_id != by.id:
            raise NotFound
        if transfer.status in {TransferStatus.AGREED, TransferStatus.DONE}:
            return transfer
        if transfer.status is not TransferStatus.WAITING or transfer.expires_at <= clock.now():
            raise NotPending
        transfer.status, transfer.agreed_by = TransferStatus.AGREED, by.name
        audit.record(by, "line.transfer_agreed", "line", transfer.line_id)
    return transfer


def end_transfer(transfer_id: UUID, *, by: Actor, why: str) -> LineTransfer:
    """The line stays: the receiving customer refuses, or staff take it back. Raises NotPending."""
    with db.transaction():
        transfer = transfer_for(by, transfer_id, lock=True)
        if by.is_customer and transfer.to_account.customer_id != by.id:
            raise NotFound
        if not by.is_customer:
            by.must(PERMISSION)
        if not transfer.is_pending:
            raise NotPending
        refused = TransferStatus.REFUSED if by.is_customer else TransferStatus.CANCELLED
        end(transfer, refused, by, plain_text(why, field="why", longest=300))
    return transfer


def end(transfer: LineTransfer, status: TransferStatus, by: Actor, why: str) -> None:
    """In the caller's transaction, the transfer locked."""
    transfer.status, transfer.ended_at, transfer.why = status, clock.now(), why
    audit.record(by, f"line.transfer_{status.value}", "line", transfer.line_id, why=why)
    events.announce(TransferEnded(transfer.id, transfer.line_id, status.value))


def expire_transfers() -> int:
    """What nobody agreed to in time; how many."""
    with db.transaction():
        stale = (
            update(LineTransfer)
            .where(
                LineTransfer.status == TransferStatus.WAITING,
                LineTransfer.expires_at <= clock.now(),
            )
            .values(status=TransferStatus.EXPIRED, ended_at=clock.now())
            .returning(LineTransfer)
        )
        gone = db.session.scalars(stale).all()
        for each in gone:
            events.announce(TransferEnded(each.id, each.line_id, each.status.value))
    return len(gone)


def transfer_for(by: Actor, transfer_id: UUID, *, lock: bool = False) -> LineTransfer:
    """For staff of its market and the customers of both sides; others are NotFound.

    Locked, its line is too, which goes first as in every command.
    """
    transfer = db.session.get(LineTransfer, transfer_id)
    if transfer is None or not _sees(by, transfer):
        raise NotFound
    if lock:
        query = select(Line.id).where(Line.id == transfer.line_id)
        db.session.execute(query.with_for_update(key_share=True))
        db.session.refresh(transfer, with_for_update=True)
    return transfer


def pending_of(line_id: UUID) -> LineTransfer | None:
    query = select(LineTransfer).where(
        LineTransfer.line_id == line_id,
        LineTransfer.status.in_((TransferStatus.WAITING, TransferStatus.AGREED)),
    )
    return db.session.scalar(query.execution_options(populate_existing=True))


def check_transferable(line: Line, account: Account) -> None:
    """Raises what `ask_transfer` does; asked again on the day."""
    refuse_unusable(line)
    for block in line.blocks:
        if block.lifted_at is None:
            raise LineBlocked(rule=block.reason.partition(":")[0])
    leaving.refuse_leaving(line)
    if line.account_id == account.id:
        raise NotTransferable(lazy("The line is on this account already."), rule="same_account")
    if line.market_code != account.market_code:
        raise NotTransferable(lazy("That account is of another market."), rule="market")
    if line.mode is Mode.PREPAID and rule_of_prepaid(line) is PrepaidTransfer.REFUSED:
        raise NotTransferable(lazy("Only postpaid lines move to another account."), rule="prepaid")
    if account.customer.deceased_at is not None:
        raise NotTransferable(rule="deceased")
    shares = select(FamilyMember.id).where(
        FamilyMember.owner_line_id == line.id, FamilyMember.left_at.is_(None)
    )
    if db.session.scalar(shares.limit(1)) is not None:
        raise NotTransferable(
            lazy("Other lines share the plan of this one. End that first."), rule="family"
        )
    check_eligible(account.id, current_plan(line).version, clock.now())


def rule_of_prepaid(line: Line) -> PrepaidTransfer:
    """What its market lets go along with a prepaid line."""
    return policies_at(line.market_code, clock.now()).prepaid_transfer


def _asked(
    line: Line,
    account: Account,
    day: date,
    giver_proof: str,
    taker_proof: str | None,
    by: Actor,
) -> LineTransfer:
    """Agreed already where somebody has shown the taker's word, or both accounts are hers."""
    hers = account.customer_id == line.account.customer_id
    taker = _proof(taker_proof, "taker_proof") if (taker_proof or "").strip() else None
    now = clock.now()
    return LineTransfer(
        id=new_id(),
        line_id=line.id,
        from_account_id=line.account_id,
        to_account_id=account.id,
        status=TransferStatus.AGREED if hers or taker else TransferStatus.WAITING,
        day=day,
        giver_proof=_proof(giver_proof, "giver_proof"),
        taker_proof=taker,
        asked_by=by.name,
        asked_at=now,
        expires_at=now + VALID_FOR,
        agreed_by=by.name if hers or taker else None,
    )


def _day(line: Line, on: date | None) -> date:
    today = clock.today(market_of(line.market_code).timezone)
    day = on or today
    if not today <= day <= today + FARTHEST:
        raise BackDated
    return day


def _proof(text: str | None, field: str) -> str:
    return plain_text(text or "", field=field, longest=300)


def _sees(by: Actor, transfer: LineTransfer) -> bool:
    if by.is_staff:
        return by.sees_market(transfer.line.market_code)
    if by.is_customer:
        return by.id in {transfer.from_account.customer_id, transfer.to_account.customer_id}
    return by.kind is Kind.SYSTEM

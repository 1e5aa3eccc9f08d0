"""AutoPay as the customer orders it: set up, changed, paused, ended; each with her consent."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from sqlalchemy import Select, select, update

from app.audit import service as audit
from app.catalog.models import Mode
from app.core import clock, db, events
from app.core.actor import Actor
from app.core.errors import Invalid, NotFound
from app.core.money import Money
from app.customers.models import Account
from app.payments import access, consent
from app.payments.amounts import checked
from app.payments.errors import AutoPayOver, ConsentNeeded, MethodNotOffered, NotPrepaid
from app.payments.events import AutoPayChanged
from app.payments.models import (
    AutoPayDebit,
    AutoPayKind,
    AutoPayMandate,
    DebitStatus,
    SavedMethod,
)
from app.payments.switch import is_known
from app.subscriptions import access as subscriptions


def set_up_autopay(
    account_id: UUID,
    *,
    by: Actor,
    method_id: UUID,
    max_amount: Money,
    day: int | None = None,
    consent_version: str,
) -> AutoPayMandate:
    """Bills are paid by themselves from now on; what was set up before is changed.

    `day` is a day of the month (1–31), None the due date. Raises ConsentNeeded, AmountOutOfBounds.
    """
    if day is not None and not 1 <= day <= 31:
        raise Invalid(field="day")
    with db.transaction():
        by.must("payments.methods")
        account = _account(account_id, by)
        values = {
            "max_amount": checked(max_amount, account.currency).amount,
            "day": day,
        }
        active = select(AutoPayMandate).where(
            AutoPayMandate.account_id == account.id, AutoPayMandate.line_id.is_(None)
        )
        mandate = _current(active) or AutoPayMandate(
            kind=AutoPayKind.BILLS, account_id=account.id, currency=account.currency
        )
        return _agreed(mandate, values, account, method_id, consent_version, by)


def set_up_top_up(
    line_id: UUID,
    *,
    by: Actor,
    method_id: UUID,
    threshold: Money,
    amount: Money,
    daily_cap: Money,
    renews: bool = False,
    consent_version: str,
) -> AutoPayMandate:
    """A prepaid line's balance is kept above `threshold`, at most `daily_cap` a day.

    With `renews` also what the plan needs when its period ends. Raises NotPrepaid, Invalid,
    ConsentNeeded, AmountOutOfBounds.
    """
    with db.transaction():
        by.must("payments.methods")
        line = subscriptions.line_for(by, line_id, "payments.methods")
        account = _account(line.account_id, by)
        if line.mode != Mode.PREPAID:
            raise NotPrepaid
        each, most = checked(amount, account.currency), checked(daily_cap, account.currency)
        if each > most:
            raise Invalid(field="daily_cap")
        values = {
            "threshold": checked(threshold, account.currency).amount,
            "top_up_amount": each.amount,
            "daily_cap": most.amount,
            "max_amount": most.amount,
            "renews": renews,
        }
        mandate = _current(select(AutoPayMandate).where(AutoPayMandate.line_id == line.id))
        mandate = mandate or AutoPayMandate(
            kind=AutoPayKind.TOP_UP,
            account_id=account.id,
            line_id=line.id,
            currency=account.currency,
        )
        return _agreed(mandate, values, account, method_id, consent_version, by)


def pause_autopay(mandate_id: UUID, *, by: Actor) -> AutoPayMandate:
    """Nothing is taken until it is resumed; what was announced waits."""
    with db.transaction():
        mandate = _open(mandate_id, by)
        if mandate.paused_at is None:
            mandate.paused_at, mandate.paused_because = clock.now(), "customer"
            _changed(mandate, "autopay.paused", by)
    return mandate


def resume_autopay(mandate_id: UUID, *, by: Actor) -> AutoPayMandate:
    with db.transaction():
        mandate = _open(mandate_id, by)
        if mandate.paused_at is not None:
            mandate.paused_at = mandate.paused_because = None
            _changed(mandate, "autopay.resumed", by)
    return mandate


def revoke_autopay(mandate_id: UUID, *, by: Actor) -> AutoPayMandate:
    """For good, and at once: what was announced is dropped."""
    with db.transaction():
        mandate = access.mandate_for(by, mandate_id, "payments.methods", lock=True)
        if mandate.revoked_at is None:
            mandate.revoked_at = clock.now()
            drop_planned(mandate.id, mandate.revoked_at)
            _changed(mandate, "autopay.revoked", by)
    return mandate


def drop_planned(mandate_id: UUID, now: datetime) -> None:
    planned = update(AutoPayDebit).where(
        AutoPayDebit.mandate_id == mandate_id, AutoPayDebit.status == DebitStatus.PLANNED
    )
    db.session.execute(planned.values(status=DebitStatus.DROPPED, reason="ended", decided_at=now))


def _open(mandate_id: UUID, by: Actor) -> AutoPayMandate:
    mandate = access.mandate_for(by, mandate_id, "payments.methods", lock=True)
    if mandate.revoked_at is not None:
        raise AutoPayOver
    return mandate


def _account(account_id: UUID, by: Actor) -> Account:
    """Locked, so that two clicks at once make one mandate; a debit may go on meanwhile."""
    account = db.session.get(Account, account_id, with_for_update={"key_share": True})
    if account is None or not access.sees_account(by, account_id):
        raise NotFound
    return account


def _current(query: Select[AutoPayMandate]) -> AutoPayMandate | None:
    query = query.where(AutoPayMandate.revoked_at.is_(None)).with_for_update()
    return db.session.scalar(query.execution_options(populate_existing=True))


def _agreed(
    mandate: AutoPayMandate,
    values: Mapping[str, object],
    account: Account,
    method_id: UUID,
    version: str,
    by: Actor,
) -> AutoPayMandate:
    if version != consent.CURRENT:
        raise ConsentNeeded
    method = access.saved_method_for(by, method_id)
    if method.customer_id != account.customer_id or not is_known(method.provider):
        raise MethodNotOffered
    is_new = mandate.id is None
    for name, value in values.items():
        setattr(mandate, name, value)
    mandate.saved_method_id = method.id
    mandate.consent_version, mandate.consented_at = version, clock.now()
    db.session.add(mandate)
    db.session.flush()
    _changed(mandate, "autopay.set_up" if is_new else "autopay.changed", by, method=method)
    return mandate


def _changed(
    mandate: AutoPayMandate, action: str, by: Actor, method: SavedMethod | None = None
) -> None:
    told = {"method": method.method, "most": mandate.most} if method else {}
    if method:
        told["consent"] = mandate.consent_version
    audit.record(by, action, "autopay_mandate", mandate.id, **told)
    customer_id = db.session.get_one(Account, mandate.account_id).customer_id
    events.announce(AutoPayChanged(mandate.id, mandate.account_id, customer_id))

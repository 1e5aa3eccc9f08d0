"""Erasing a person: asked for, agreed to by a second person, carried out table by table.

What the law wants stays and says nothing of her; what each domain says of its tables decides. A
step is a transaction that also notes itself, so what was cut off goes on, and twice is once.
"""

import json
from collections.abc import Iterator
from typing import Any
from uuid import UUID

from sqlalchemy import CursorResult, TextClause, select, text

from app.audit import service as audit
from app.billing.models import Invoice
from app.core import clock, db
from app.core.actor import SYSTEM, Actor
from app.core.errors import NotFound
from app.core.personal import Blank, Delete, Keep, Personal, Sql
from app.core.sweeps import one_by_one
from app.customers.access import customer_for
from app.customers.models import Account
from app.privacy import register
from app.privacy.errors import (
    AlreadyAsked,
    ReasonNeeded,
    RequestDecided,
    SecondPersonNeeded,
    StillCustomer,
    UnderLegalHold,
)
from app.privacy.models import ErasureRequest, ErasureStatus
from app.privacy.service import holds
from app.subscriptions.models import Line

_OPEN = (ErasureStatus.WAITING, ErasureStatus.APPROVED)
_FILES = "files and the bot's memory"


def ask(customer_id: UUID, why: str, *, by: Actor) -> ErasureRequest:
    """By the customer herself, or by the staff for her. Raises what stands against it."""
    permission = "portal.enter" if by.is_customer else "privacy.manage"
    with db.transaction():
        customer = customer_for(by, customer_id, permission, lock=True)
        _check(customer.id)
        if _open_of(customer.id) is not None:
            raise AlreadyAsked
        request = ErasureRequest(
            customer_id=customer.id,
            market_code=customer.market_code,
            why=why.strip()[:2000],
            asked_by=by.id,
            asked_by_kind=by.kind.value,
            asked_by_name=by.name,
            asked_at=clock.now(),
        )
        db.session.add(request)
        audit.record(by, "erasure.asked", "customer", customer.id)
    return request


def waiting(request_id: UUID, *, by: Actor) -> None:
    """Raises what stands against deciding about it."""
    with db.transaction():
        _waiting(request_id, by)


def latest_of(customer_id: UUID) -> ErasureRequest | None:
    query = select(ErasureRequest).where(ErasureRequest.customer_id == customer_id)
    return db.session.scalar(query.order_by(ErasureRequest.asked_at.desc()).limit(1))


def approve(request_id: UUID, *, by: Actor) -> ErasureRequest:
    """By somebody else than who asked. From now on a worker carries it out."""
    with db.transaction():
        request = _waiting(request_id, by)
        _check(request.customer_id)
        _decide(request, ErasureStatus.APPROVED, by)
    return request


def refuse(request_id: UUID, why: str, *, by: Actor) -> ErasureRequest:
    with db.transaction():
        request = _waiting(request_id, by)
        if not why.strip():
            raise ReasonNeeded
        request.refusal = why.strip()[:2000]
        _decide(request, ErasureStatus.REFUSED, by)
    return request


def carry_out_approved() -> int:
    """Every request that a second person agreed to; how many are done now."""
    query = select(ErasureRequest.id).where(ErasureRequest.status == ErasureStatus.APPROVED)
    waiting = list(db.session.scalars(query.order_by(ErasureRequest.asked_at)))
    return one_by_one(carry_out, waiting)


def carry_out(request_id: UUID) -> bool:
    """Whether it is done. A hold placed meanwhile stops it before its next step, and a customer who
    came back before its first one is not taken away."""
    for step in _steps():
        with db.transaction():
            request = _locked(request_id)
            if request.status is not ErasureStatus.APPROVED or holds.standing(request.customer_id):
                return False
            if not request.done and _is_customer(request.customer_id):
                return False
            if step in request.done:
                continue
            gone = _take(step, request.customer_id)
            request.done = {**request.done, step: gone}
    with db.transaction():
        request = _locked(request_id)
        if request.status is ErasureStatus.APPROVED:
            request.status, request.done_at = ErasureStatus.DONE, clock.now()
            request.asked_by_name = (
                "—" if request.asked_by_kind == "customer" else (request.asked_by_name)
            )
            audit.record(SYSTEM, "customer.erased", "customer", request.customer_id)
    return True


def would_take(customer_id: UUID) -> list[tuple[Personal, int]]:
    """A dry run: how many rows of each table would go, be emptied, or stay."""
    found = []
    for said in register.children_first():
        query = f"SELECT count(*) FROM {said.table} WHERE {register.hers(said.table)}"
        count = db.session.scalar(text(query), {"customer": customer_id}) or 0
        if count:
            found.append((said, count))
    return found


def _steps() -> Iterator[str]:
    yield _FILES
    for said in register.children_first():
        if not isinstance(said.erasing, Keep):
            yield said.table


def _take(step: str, customer_id: UUID) -> int:
    if step == _FILES:
        return sum(erase(customer_id, SYSTEM) for erase in register.erasers())
    statement, given = _statement(register.personal()[step])
    db.session.execute(text("SET LOCAL statement_timeout = 0"))
    done = db.session.execute(statement, {"customer": customer_id, **given})
    return done.rowcount if isinstance(done, CursorResult) else 0


def _statement(said: Personal) -> tuple[TextClause, dict[str, Any]]:
    """Names are those of our own tables; values are bound."""
    condition = register.hers(said.table)
    if isinstance(said.erasing, Delete):
        # nosemgrep: tests.security.rules.no-sql-put-together-at-run-time - names of ours
        return text(f"DELETE FROM {said.table} WHERE {condition}"), {}
    assert isinstance(said.erasing, Blank)  # noqa: S101 - what stays is no step
    sets, given = [], {}
    for name, value in said.erasing.columns.items():
        if isinstance(value, Sql):
            sets.append(f"{name} = {value.expression}")
        else:
            given[f"new_{name}"] = json.dumps(value) if isinstance(value, dict | list) else value
            kind = "CAST(:new_{0} AS jsonb)" if isinstance(value, dict | list) else ":new_{0}"
            sets.append(f"{name} = {kind.format(name)}")
    # nosemgrep: tests.security.rules.no-sql-put-together-at-run-time - names of ours
    return text(f"UPDATE {said.table} SET {', '.join(sets)} WHERE {condition}"), given


def _check(customer_id: UUID) -> None:
    if holds.standing(customer_id):
        raise UnderLegalHold
    if _is_customer(customer_id):
        raise StillCustomer


def _is_customer(customer_id: UUID) -> bool:
    """Whether she has a line that is not closed, or a bill that is not paid."""
    lines = select(Line.id).where(Line.customer_id == customer_id, Line.closed_at.is_(None))
    bills = (
        select(Invoice.id)
        .join(Account, Account.id == Invoice.account_id)
        .where(Account.customer_id == customer_id, Invoice.paid_at.is_(None))
    )
    return bool(db.session.scalar(lines.limit(1)) or db.session.scalar(bills.limit(1)))


def _open_of(customer_id: UUID) -> ErasureRequest | None:
    query = select(ErasureRequest).where(
        ErasureRequest.customer_id == customer_id, ErasureRequest.status.in_(_OPEN)
    )
    return db.session.scalar(query)


def _waiting(request_id: UUID, by: Actor) -> ErasureRequest:
    by.must("privacy.manage")
    request = _locked(request_id)
    customer_for(by, request.customer_id, "privacy.manage")
    if request.status is not ErasureStatus.WAITING:
        raise RequestDecided
    if request.asked_by == by.id:
        raise SecondPersonNeeded
    return request


def _decide(request: ErasureRequest, status: ErasureStatus, by: Actor) -> None:
    request.status = status
    request.decided_by, request.decided_by_name = by.id, by.name
    request.decided_at = clock.now()
    audit.record(by, f"erasure.{status.value}", "customer", request.customer_id)


def _locked(request_id: UUID) -> ErasureRequest:
    query = select(ErasureRequest).where(ErasureRequest.id == request_id)
    locked = query.with_for_update(of=ErasureRequest).execution_options(populate_existing=True)
    request = db.session.scalar(locked)
    if request is None:
        raise NotFound
    return request

"""Who a customer is: papers shown, asked of the identity service, kept sealed.

A paper is a row until the service has said yes, or no twice: a no is logged and asked once more.
A service that does not answer is nobody's fault and is asked again with growing pauses.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from uuid import UUID

import structlog
from sqlalchemy import select
from sqlalchemy.orm import selectinload

from app.audit import service as audit
from app.core import clock, db, events
from app.core.actor import SYSTEM, Actor
from app.core.errors import NotFound
from app.core.ids import new_id
from app.customers import access, papers, switch
from app.customers.errors import BadDocument, TooManyPapers
from app.customers.events import IdentityCheckAsked, IdentityRejected, IdentityVerified, PaperSeen
from app.customers.models import CheckStatus, IdentityCheck, IdentityDocument
from app.customers.notices import notify
from app.customers.papers import PaperKind
from app.customers.port import IdentityServiceDown, Verdict

log = structlog.get_logger(__name__)

MOST_REJECTIONS = 2
MOST_DOCUMENTS = 4
LARGEST_DOCUMENT = 8 * 1024 * 1024
_FIRST_WAIT = timedelta(seconds=10)
_LONGEST_WAIT = timedelta(minutes=10)
# Longer than a call to the service takes: after it, whoever had the check is dead.
_LEASE = timedelta(seconds=30)
_BEGINNINGS = (
    (b"%PDF-", "application/pdf"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"\xff\xd8\xff", "image/jpeg"),
)


@dataclass(frozen=True, slots=True)
class _Question:
    attempt: int
    paper: str
    number: str
    name: str
    country: str


def show_paper(
    customer_id: UUID,
    *,
    by: Actor,
    paper: PaperKind | str,
    number: str,
    documents: Sequence[bytes] = (),
) -> IdentityCheck:
    """Keep a paper and have it checked, soon. Needs `kyc.submit`.

    Raises PaperNotTaken, BadPaper, PaperExpired, BadDocument, TooManyPapers.
    """
    with db.transaction():
        customer = access.customer_for(by, customer_id, "kyc.submit")
        kind, moment = PaperKind(paper), clock.now()
        check = IdentityCheck(
            id=new_id(),
            customer_id=customer.id,
            paper=kind,
            number=papers.checked(
                kind, number, customer.market_code, on=clock.today(customer.market.timezone)
            ),
            status=CheckStatus.PENDING,
            created_at=moment,
            due_at=moment,
        )
        check.documents = _documents(documents)
        db.session.add(check)
        db.session.flush()  # what waits for it points to it
        audit.record(by, "customer.paper_shown", "customer", customer.id, paper=kind)
        events.announce(IdentityCheckAsked(check.id))
    return check


def ask(check_id: UUID) -> bool:
    """Ask the service about one paper, outside any transaction: whether it is decided now."""
    question = _claim(check_id)
    if question is None:
        return False
    try:
        verdict = switch.identity_service().check(
            check_id,
            question.attempt,
            paper=question.paper,
            number=question.number,
            name=question.name,
            country=question.country,
        )
    except IdentityServiceDown as error:
        _put_off(check_id, error)
        return False
    return _decide(check_id, verdict, question.attempt)


def latest_check(customer_id: UUID, status: CheckStatus | None = None) -> IdentityCheck | None:
    query = select(IdentityCheck).where(IdentityCheck.customer_id == customer_id)
    if status is not None:
        query = query.where(IdentityCheck.status == status)
    return db.session.scalar(query.order_by(IdentityCheck.id.desc()).limit(1))


def waiting_check(customer_id: UUID) -> IdentityCheck | None:
    """The latest paper that is still being checked, locked: it is not decided meanwhile."""
    query = select(IdentityCheck).where(
        IdentityCheck.customer_id == customer_id, IdentityCheck.status == CheckStatus.PENDING
    )
    locked = query.order_by(IdentityCheck.id.desc()).limit(1).with_for_update()
    return db.session.scalar(locked.execution_options(populate_existing=True))


def checks_of(customer_id: UUID, limit: int = 10) -> list[IdentityCheck]:
    """The latest first. Numbers in them are for `reveal` only."""
    query = select(IdentityCheck).where(IdentityCheck.customer_id == customer_id)
    query = query.options(selectinload(IdentityCheck.documents))
    return list(db.session.scalars(query.order_by(IdentityCheck.id.desc()).limit(limit)))


def check_for(by: Actor, check_id: UUID) -> IdentityCheck:
    """For who may see the whole of it. Raises NotFound, Forbidden."""
    check = db.session.get(IdentityCheck, check_id)
    if check is None:
        raise NotFound
    access.customer_for(by, check.customer_id, "kyc.view")
    return check


def check_of_document(by: Actor, document_id: UUID) -> IdentityCheck:
    """What a document belongs to, for who may see it. Raises NotFound, Forbidden."""
    document = db.session.get(IdentityDocument, document_id)
    if document is None:
        raise NotFound
    return check_for(by, document.check_id)


def reveal(check_id: UUID, *, by: Actor) -> str:
    """The whole number of a paper. Needs `kyc.view`; looking is written down."""
    with db.transaction():
        check = check_for(by, check_id)
        audit.record(by, "customer.paper_viewed", "customer", check.customer_id, paper=check.paper)
        events.announce(PaperSeen(check.customer_id, by.id))
        return check.number


def open_document(document_id: UUID, *, by: Actor) -> IdentityDocument:
    """A document for somebody who may see it. Needs `kyc.view`; looking is written down."""
    with db.transaction():
        check = check_of_document(by, document_id)
        audit.record(
            by, "customer.document_viewed", "customer", check.customer_id, document=document_id
        )
        events.announce(PaperSeen(check.customer_id, by.id))
        return db.session.get_one(IdentityDocument, document_id)


def due(limit: int = 100) -> list[UUID]:
    """Papers that wait to be asked about, or whose worker died."""
    query = select(IdentityCheck.id).where(
        IdentityCheck.status == CheckStatus.PENDING, IdentityCheck.due_at <= clock.now()
    )
    return list(db.session.scalars(query.order_by(IdentityCheck.due_at).limit(limit)))


def media_type_of(content: bytes) -> str:
    """By its first bytes. Raises BadDocument."""
    for begin, media_type in _BEGINNINGS:
        if content.startswith(begin):
            return media_type
    raise BadDocument


def _documents(contents: Sequence[bytes]) -> list[IdentityDocument]:
    if len(contents) > MOST_DOCUMENTS or any(len(each) > LARGEST_DOCUMENT for each in contents):
        raise TooManyPapers
    return [
        IdentityDocument(
            id=new_id(), media_type=media_type_of(each), content=each, created_at=clock.now()
        )
        for each in contents
    ]


def _claim(check_id: UUID) -> _Question | None:
    with db.transaction():
        mine = _locked(check_id)
        moment = clock.now()
        if mine is None or mine.status is not CheckStatus.PENDING or mine.due_at > moment:
            return None
        mine.due_at = moment + _LEASE
        customer = mine.customer
        return _Question(
            mine.rejections + 1,
            mine.paper.value,
            mine.number,
            customer.name,
            customer.market_code,
        )


def _decide(check_id: UUID, verdict: Verdict, attempt: int) -> bool:
    with db.transaction():
        mine = _locked(check_id)
        if mine is None or mine.status is not CheckStatus.PENDING or mine.rejections >= attempt:
            return False
        moment, mine.last_error = clock.now(), None
        if verdict.verified:
            mine.status, mine.decided_at = CheckStatus.VERIFIED, moment
            audit.record(SYSTEM, "customer.identity_verified", "customer", mine.customer_id)
            events.announce(IdentityVerified(mine.customer_id, mine.id, moment))
            return True
        return _reject(mine, verdict.reason or "unknown")


def _reject(mine: IdentityCheck, reason: str) -> bool:
    """Logged and asked once more; the second no is final."""
    moment = clock.now()
    mine.rejections += 1
    mine.reason = reason
    log.warning("identity_rejected", check_id=str(mine.id), attempt=mine.rejections, reason=reason)
    if mine.rejections < MOST_REJECTIONS:
        mine.due_at = moment + _FIRST_WAIT
        return False
    mine.status, mine.decided_at = CheckStatus.REJECTED, moment
    audit.record(SYSTEM, "customer.identity_rejected", "customer", mine.customer_id, reason=reason)
    notify(mine.customer_id, "identity_rejected", by=SYSTEM, effect_key=f"identity_check:{mine.id}")
    events.announce(IdentityRejected(mine.customer_id, mine.id, reason, moment))
    return True


def _put_off(check_id: UUID, error: Exception) -> None:
    with db.transaction():
        mine = _locked(check_id)
        if mine is None or mine.status is not CheckStatus.PENDING:
            return
        mine.failures += 1
        mine.last_error = f"{type(error).__name__}: {error}"[:500]
        wait = _FIRST_WAIT * 2 ** min(mine.failures - 1, 10)
        mine.due_at = clock.now() + min(wait, _LONGEST_WAIT)


def _locked(check_id: UUID) -> IdentityCheck | None:
    query = select(IdentityCheck).where(IdentityCheck.id == check_id).with_for_update()
    return db.session.scalar(query.execution_options(populate_existing=True))

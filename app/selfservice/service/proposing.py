"""Whatever costs or changes something is proposed first, and done once she accepts."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import select

from app.audit import service as audit
from app.core import clock, db, turns
from app.core.errors import NotFound, Refusal
from app.core.ids import new_id
from app.selfservice.asker import Asker
from app.selfservice.errors import ProposalExpired, ProposalUnderWay
from app.selfservice.models import Proposal
from app.selfservice.proposals.kind import Done, Kind
from app.selfservice.proposals.kinds import KINDS

VALID_FOR = timedelta(minutes=10)


def propose(name: str, wanted: Mapping[str, Any], *, by: Asker) -> Proposal:
    """Keep what `wanted` would mean for her. Raises NotFound for an unknown kind, NotVerified, and
    what the domains refuse."""
    kind = KINDS.get(name)
    if kind is None:
        raise NotFound(kind=name)
    _may(kind, by)
    with db.transaction():
        proposed = kind.prepare(by, wanted)
        now = clock.now()
        proposal = Proposal(
            id=new_id(),
            conversation_id=by.conversation.id,
            customer_id=by.customer.id,
            kind=kind.name,
            title=proposed.title,
            sentence=proposed.sentence,
            terms=dict(proposed.terms),
            created_at=now,
            valid_until=now + VALID_FOR,
        )
        db.session.add(proposal)
    return proposal


def accept(proposal_id: UUID, *, by: Asker) -> Done:
    """Do it, once: accepted again, it only says again what was said. Raises NotFound for another's,
    ProposalExpired, ProposalOutdated, and what the domains refuse; a refusal leaves it open."""
    kind = KINDS[_hers(proposal_id, by).kind]
    _may(kind, by)
    if not kind.asks_outside:
        with db.transaction():
            return _accepted_once(proposal_id, kind, by)
    with turns.alone(proposal_id.bytes) as free:
        if not free:
            raise ProposalUnderWay
        return _accepted_once(proposal_id, kind, by)


def _accepted_once(proposal_id: UUID, kind: Kind, by: Asker) -> Done:
    """Whoever calls holds the proposal: by its row's lock, or by a turn of her own."""
    with db.transaction():
        proposal = _hers(proposal_id, by, lock=not kind.asks_outside)
        if proposal.answer is not None:
            return Done(**proposal.answer)
        # What was accepted in time and cut off, or its answer lost, is finished however late it is.
        if proposal.accepted_at is None and clock.now() >= proposal.valid_until:
            raise ProposalExpired
        proposal.accepted_at = proposal.accepted_at or clock.now()
    try:
        done = kind.carry_out(by, {**proposal.terms, "proposal_id": str(proposal.id)})
    except Refusal:
        with db.transaction():
            proposal.accepted_at = None
        raise
    with db.transaction():
        proposal.answer = {"sentence": done.sentence, "custom": dict(done.custom)}
        audit.record(
            by.actor,
            "proposal.accepted",
            "proposal",
            proposal.id,
            kind=proposal.kind,
            conversation=str(proposal.conversation_id),
        )
    return done


def _hers(proposal_id: UUID, by: Asker, *, lock: bool = False) -> Proposal:
    query = select(Proposal).where(
        Proposal.id == proposal_id,
        Proposal.conversation_id == by.conversation.id,
        Proposal.customer_id == by.customer.id,
    )
    if lock:
        query = query.with_for_update()
    found = db.session.scalar(query.execution_options(populate_existing=True))
    if found is None:
        raise NotFound
    return found


def _may(kind: Kind, by: Asker) -> None:
    by.must_prove(kind.proof)
    by.actor.must(kind.permission)

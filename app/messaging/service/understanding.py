"""What kept calls say: each is read once, in the order in which an inbox got them.

Several of one inbox are read in one transaction; when one of them is at fault nothing of that is
kept and each is read alone. What cannot be understood is marked with its fault and passed by.
"""

from collections.abc import Callable, Sequence
from uuid import UUID

import structlog
from sqlalchemy import select, update
from sqlalchemy.exc import DBAPIError

from app.conversations.cards import without_card_numbers
from app.conversations.models import Inbox
from app.core import clock, db, turns
from app.messaging import switch
from app.messaging.models import CallStatus, ProviderCall
from app.messaging.service import arriving, consent, receipts, templates
from channels.port import (
    Consent,
    Edited,
    Event,
    Inbound,
    Moved,
    PassedBy,
    Receipt,
    TemplateJudged,
    Withdrawn,
)

log = structlog.get_logger(__name__)

_MOST_ATTEMPTS = 5
_AT_ONCE = 50
_TOGETHER = 10
_MOST_IN_ONE_GO = 2000


def read_waiting() -> int:
    """Read what waits, one inbox at a time; inboxes that another worker reads are left to it."""
    done = 0
    for inbox_id in _inboxes_waiting():
        with turns.alone(b"read:" + inbox_id.bytes) as free:
            while free and done < _MOST_IN_ONE_GO and (calls := _next_calls(inbox_id)):
                if not _read_all(calls):
                    break  # the database was away: the sweep comes again
                done += len(calls)
    return done


def _read_all(calls: Sequence[UUID]) -> bool:
    for begin in range(0, len(calls), _TOGETHER):
        few = calls[begin : begin + _TOGETHER]
        if not _read_together(few) and not all(read(each) for each in few):
            return False
    return True


def _read_together(calls: Sequence[UUID]) -> bool:
    """All of them, or nothing is changed."""
    if len(calls) < 2:
        return False
    try:
        with db.transaction():
            for call_id in calls:
                _read_one(call_id)
    except Exception as error:  # noqa: BLE001 - whichever it was is found when each is read alone
        log.info("calls_read_one_by_one", error=type(error).__name__)
        return False
    return True


def read(call_id: UUID) -> bool:
    """Read one call, however many do so at once. False when it is to be tried again."""
    try:
        with db.transaction():
            _read_one(call_id)
    except DBAPIError as error:
        log.warning("call_put_off", call_id=str(call_id), error=str(error.orig))
        return False
    except Exception as error:  # noqa: BLE001 - a poison call must not stop those behind it
        _pass_by(call_id, error)
    return True


def _read_one(call_id: UUID) -> None:
    kept = _locked(call_id)
    if kept is None or kept.status is not CallStatus.WAITING:
        return
    inbox = db.session.get_one(Inbox, kept.inbox_id)
    for event in switch.opened(inbox).read(kept.call):
        _act(event, inbox)
    _end(kept, CallStatus.DONE)


def _end(kept: ProviderCall, status: CallStatus, error: str | None = None) -> None:
    kept.status, kept.error, kept.done_at = status, error, clock.now()


_ACTS: dict[type, Callable[..., None]] = {
    Inbound: lambda event, inbox: arriving.arrive(inbox, event),
    Edited: lambda event, inbox: arriving.edit(inbox, event),
    Withdrawn: lambda event, inbox: arriving.withdraw(inbox, event),
    Moved: lambda event, inbox: arriving.move_address(inbox, event),
    Receipt: lambda event, inbox: receipts.note(inbox.id, event),
    Consent: lambda event, inbox: consent.told_by_provider(inbox, event),
    TemplateJudged: lambda event, inbox: templates.judged(inbox, event),
    PassedBy: lambda _event, _inbox: None,
}


def _act(event: Event, inbox: Inbox) -> None:
    _ACTS[type(event)](event, inbox)


def _pass_by(call_id: UUID, error: Exception) -> None:
    """One of several things that a call says may be at fault: the others count nevertheless."""
    log.warning("call_not_understood", call_id=str(call_id), error=repr(error))
    faults = _one_by_one(call_id) or [error]
    with db.transaction():
        kept = _locked(call_id)
        if kept is not None and kept.status is CallStatus.WAITING:
            _end(kept, CallStatus.FAILED, _words_of(faults))


def _one_by_one(call_id: UUID) -> list[Exception]:
    """Each event in a transaction of its own; copies of what was done before do nothing."""
    faults: list[Exception] = []
    for place, _ in enumerate(_events_of(call_id)):
        try:
            with db.transaction():
                kept = db.session.get_one(ProviderCall, call_id)
                inbox = db.session.get_one(Inbox, kept.inbox_id)
                _act(switch.opened(inbox).read(kept.call)[place], inbox)
        except Exception as error:  # noqa: BLE001 - kept on the row, shown to people
            faults.append(error)
    return faults


def _events_of(call_id: UUID) -> Sequence[Event]:
    try:
        with db.transaction():
            kept = db.session.get_one(ProviderCall, call_id)
            inbox = db.session.get_one(Inbox, kept.inbox_id)
            events = switch.opened(inbox).read(kept.call)
    except Exception:  # noqa: BLE001 - it cannot be read at all, which the caller knows
        return ()
    return events if len(events) > 1 else ()


def _words_of(faults: Sequence[Exception]) -> str:
    told = "; ".join(f"{type(each).__name__}: {each}" for each in faults)
    return without_card_numbers(told.replace("\0", ""))[:2000]


def _inboxes_waiting() -> list[UUID]:
    query = select(ProviderCall.inbox_id).where(ProviderCall.status == CallStatus.WAITING)
    return list(db.session.scalars(query.group_by(ProviderCall.inbox_id)))


def _next_calls(inbox_id: UUID) -> list[UUID]:
    """The next calls in their order, each counted as tried before it is: what kills its reader is
    found out, alone, and passed by in the end."""
    with db.transaction():
        waiting = (
            ProviderCall.inbox_id == inbox_id,
            ProviderCall.status == CallStatus.WAITING,
        )
        query = select(ProviderCall.id, ProviderCall.attempts).where(*waiting)
        found = db.session.execute(query.order_by(ProviderCall.number).limit(_AT_ONCE)).all()
        if not found:
            return []
        fresh = [call_id for call_id, attempts in found if not attempts]
        chosen = [found[0].id] if found[0].attempts else fresh
        count = update(ProviderCall).where(ProviderCall.id.in_(chosen))
        db.session.execute(count.values(attempts=ProviderCall.attempts + 1))
        worn_out = found[0].attempts >= _MOST_ATTEMPTS
    if worn_out:
        _give_up(chosen[0])
    return chosen


def _give_up(call_id: UUID) -> None:
    with db.transaction():
        kept = _locked(call_id)
        if kept is not None:
            _end(kept, CallStatus.FAILED, f"tried {kept.attempts} times")


def _locked(call_id: UUID) -> ProviderCall | None:
    query = select(ProviderCall).where(ProviderCall.id == call_id)
    return db.session.scalar(query.with_for_update().execution_options(populate_existing=True))

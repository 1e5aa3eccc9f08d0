"""Our statuses and those of TM Forum's trouble ticket (TMF621), one to one. Pure."""

from collections.abc import Mapping

from app.tickets.models import Status, Ticket, TmfState

# What each status is called there, unless the operator has a status of its own.
TMF_OF: Mapping[Status, TmfState] = {
    Status.NEW: TmfState.ACKNOWLEDGED,
    Status.OPEN: TmfState.IN_PROGRESS,
    Status.PENDING: TmfState.PENDING,
    Status.RESOLVED: TmfState.RESOLVED,
    Status.CLOSED: TmfState.CLOSED,
}

# Within which of ours a status that means one of theirs may stand.
WITHIN: Mapping[TmfState, frozenset[Status]] = {
    TmfState.ACKNOWLEDGED: frozenset({Status.NEW}),
    TmfState.IN_PROGRESS: frozenset({Status.OPEN}),
    TmfState.PENDING: frozenset({Status.PENDING}),
    TmfState.HELD: frozenset({Status.OPEN, Status.PENDING}),
    TmfState.RESOLVED: frozenset({Status.RESOLVED}),
    TmfState.REJECTED: frozenset({Status.RESOLVED}),
    TmfState.CANCELLED: frozenset({Status.RESOLVED}),
    TmfState.CLOSED: frozenset({Status.CLOSED}),
}


def tmf_state_of(ticket: Ticket) -> TmfState:
    """Of the operator's own status, else of ours."""
    return ticket.own_status.tmf_state if ticket.own_status else TMF_OF[ticket.status]

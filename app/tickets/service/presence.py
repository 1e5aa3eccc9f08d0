"""Who says that she is available while her chair is empty: nothing is offered to her any more."""

from sqlalchemy import text

from app.conversations.models import Availability
from app.conversations.service import ownership
from app.core import clock, db
from app.core.actor import SYSTEM

# Of several markets the most patient counts. Whoever is on the phone need not touch anything.
_ABSENT = text("""
SELECT state.staff_id, seen.at
FROM agent_state AS state JOIN staff ON staff.id = state.staff_id
JOIN LATERAL (
    SELECT CASE WHEN min(absent_after) > 0 THEN max(absent_after) END AS seconds
    FROM routing_plan
    WHERE distribution = 'offer' AND (staff.markets = '[]' OR staff.markets ? market_code)
) AS patience ON patience.seconds IS NOT NULL
CROSS JOIN LATERAL (
    SELECT greatest(state.since, state.seen_at, (
        SELECT max(active_at) FROM session WHERE kind = 'staff' AND owner_id = staff.id
    )) AS at
) AS seen
WHERE state.availability = 'available'
    AND seen.at <= :now - make_interval(secs => patience.seconds)
    AND NOT EXISTS (
        SELECT FROM ticket JOIN conversation ON conversation.id = ticket.conversation_id
        WHERE ticket.assignee_id = staff.id AND ticket.status = 'open'
            AND conversation.channel = 'voice' AND conversation.status = 'open'
    )
FOR UPDATE OF state SKIP LOCKED
""")


def note_absent() -> int:
    """Available until something was seen of her last, absent from then on: that is how it was. What
    is offered to her goes to the next. Returns how many."""
    with db.transaction():
        gone = db.session.execute(_ABSENT, {"now": clock.now()}).all()
        for staff_id, seen_at in gone:
            ownership.set_availability(staff_id, Availability.ABSENT, by=SYSTEM, since=seen_at)
    return len(gone)

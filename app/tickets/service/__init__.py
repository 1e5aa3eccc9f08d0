"""What can be done to a ticket, one module a topic; called as `tickets.service.accept`."""

from app.tickets.service.assignment import accept, transfer
from app.tickets.service.classifying import assess, classify, fill_fields, set_due, set_status
from app.tickets.service.commenting import comment, log_time
from app.tickets.service.deadlines import aim_anew, tell_due
from app.tickets.service.escalating import take_due
from app.tickets.service.following import follow, read_news, unfollow
from app.tickets.service.handing_back import hand_back
from app.tickets.service.lifecycle import (
    change_priority,
    close_settled,
    reopen,
    resolve,
    set_pending,
)
from app.tickets.service.merging import merge, undo_merge
from app.tickets.service.offering import decline, distribute
from app.tickets.service.opening import open, requeue  # noqa: A004 - a ticket is opened
from app.tickets.service.planning import plan_routing, set_hours, set_skills
from app.tickets.service.promising import decide, end
from app.tickets.service.relating import link, set_parent, unlink
from app.tickets.service.resting import snooze, wake, wake_due
from app.tickets.service.sorting import change_topic, tag, untag
from app.tickets.service.splitting import split

__all__ = [
    "accept",
    "aim_anew",
    "assess",
    "change_priority",
    "change_topic",
    "classify",
    "close_settled",
    "comment",
    "decide",
    "decline",
    "distribute",
    "end",
    "fill_fields",
    "follow",
    "hand_back",
    "link",
    "log_time",
    "merge",
    "open",
    "plan_routing",
    "read_news",
    "reopen",
    "requeue",
    "resolve",
    "set_due",
    "set_hours",
    "set_parent",
    "set_pending",
    "set_skills",
    "set_status",
    "snooze",
    "split",
    "tag",
    "take_due",
    "tell_due",
    "transfer",
    "undo_merge",
    "unfollow",
    "unlink",
    "untag",
    "wake",
    "wake_due",
]

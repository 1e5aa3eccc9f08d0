"""What beat runs, and how often in seconds. Tasks are named, so this imports nothing of ours."""

from typing import Any

MINUTE = 60.0
HOUR = 60 * MINUTE


def every(seconds: float, task: str) -> dict[str, Any]:
    """A run that waited longer than its period is not worth running: the next one comes."""
    return {"task": task, "schedule": seconds, "options": {"expires": seconds}}


SCHEDULE: dict[str, dict[str, Any]] = {
    "sweep the outbox": every(2, "outbox.sweep"),
    "hand over who waits for a silent bot": every(1, "conversations.hand_over_the_waiting"),
    "drop uploads nobody sent": every(HOUR, "conversations.drop_unsent_uploads"),
    "read what providers told us": every(2, "messaging.read_calls"),
    "send what waits": every(5, "messaging.send_due"),
    "take on notices": every(10, "messaging.take_on_notices"),
    "mail answers nobody read": every(30, "messaging.mail_unread"),
    "fetch files of messages": every(15, "messaging.fetch_files"),
    "ask mailboxes": every(30, "messaging.ask_mailboxes"),
    "forget raw calls": every(HOUR, "messaging.forget"),
    "begin periods": every(MINUTE, "usage.renew_due"),
    "free what silent sessions hold": every(30, "usage.expire_silent_sessions"),
    "take in usage files": every(15, "mediation.take_in"),
    "look for missing parts": every(15 * MINUTE, "mediation.flag_missing_parts"),
    "make tables for usage": every(24 * HOUR, "usage.make_months"),
    "try network orders again": every(15, "network.carry_out_due"),
    "ask about papers": every(15, "customers.ask_about_papers"),
    "recycle numbers": every(HOUR, "subscriptions.recycle_numbers"),
    "forget answers of the API": every(HOUR, "api.forget_answers"),
    "bill": every(HOUR, "billing.run"),
    "work off billing runs": every(3, "billing.work_off_runs"),
    "dun": every(HOUR, "billing.dun"),
    "make scheduled plan changes": every(MINUTE, "subscriptions.carry_out_changes"),
    "expire requests for approval": every(HOUR, "subscriptions.expire_requests"),
    "disconnect": every(HOUR, "billing.disconnect"),
    "move lines to other accounts": every(HOUR, "billing.transfer"),
    "let numbers go": every(MINUTE, "billing.port_out"),
    "let numbers come": every(MINUTE, "network.follow_port_ins"),
    "read payments back": every(30, "payments.reconcile"),
    "end payment plans": every(HOUR, "payments.check_plans"),
    "expire approvals": every(10 * MINUTE, "identity.expire_approvals"),
    "write the books": every(10, "ledger.sweep"),
    "write what prepaid lines used": every(HOUR, "ledger.post_prepaid_days"),
    "prove the books": every(24 * HOUR, "ledger.prove"),
    "pay by itself": every(MINUTE, "payments.autopay"),
    "close what is settled": every(24 * HOUR, "tickets.close_settled"),
}

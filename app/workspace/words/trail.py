"""Codes that people meet in the trail alone."""

from typing import Any

from app.catalog.errors import NotEligible, OfferNotAvailable
from app.conversations import activity
from app.core.i18n import lazy
from app.mediation import refusal_words
from app.subscriptions import errors as lines
from app.usage.errors import InsufficientBalance, NotPrepaid
from app.web.privacy_words import PURPOSES
from app.web.step_up import DEEDS
from app.web.words import ALERTS, AUTOMATION, DUNNING, PORT_RULES, PREPAID_TRANSFER

# Why a planned change or a number that should come was not possible on its day.
_REFUSALS = (
    InsufficientBalance, NotEligible, NotPrepaid, OfferNotAvailable, lines.ApprovalNeeded,
    lines.LineBlocked,
    lines.LineDisconnected, lines.LineLeaving, lines.LineNotActive, lines.LinePorted,
    lines.NumberInUse, lines.SamePlan, lines.SimInUse,
)  # fmt: skip

TRAIL: dict[str, dict[str, Any]] = {
    "alert": ALERTS,
    "audience": {
        "public": lazy("Everybody"),
        "customers": lazy("Customers who are signed in"),
        "staff": lazy("Staff only"),
    },
    "automation": AUTOMATION,
    "call_result": activity.CALL_RESULTS,
    "code_purpose": {
        "sign-in": lazy("To sign in"),
        "step-up": lazy("To confirm something"),
        "new_email": lazy("For a new e-mail address"),
        "missing_sim": lazy("To report a SIM missing"),
        "conversation": lazy("To prove who writes"),
    },
    "code_try": {
        "wrong": lazy("Wrong code"),
        "failed": lazy("Wrong code too often"),
        "expired": lazy("Code too late"),
    },
    "confirmed": DEEDS,
    "dunning_step": DUNNING,
    "file_refusal": refusal_words.FILES,
    "grant_end": {
        "code_failed": lazy("The code of the application was wrong"),
        "code_reused": lazy("A code was used twice"),
        "refresh_reused": lazy("A token was used twice"),
        "withdrawn": lazy("Taken back by its owner"),
        "person_ended": lazy("Ended by the person"),
        "given_back": lazy("Given back by the application"),
    },
    "network_action": {
        "activate": lazy("Switch the line on"),
        "deactivate": lazy("Switch the line off"),
        "change_plan": lazy("Set the plan"),
        "throttle": lazy("Slow the line down"),
        "block_outgoing": lazy("Bar outgoing use"),
        "block_all": lazy("Block the line"),
        "unblock": lazy("Unblock the line"),
    },
    "prepaid_transfer": PREPAID_TRANSFER,
    "proposal": {
        "block_line": lazy("Block the line"),
        "buy_addon": lazy("Buy an add-on"),
        "change_city": lazy("Change contact details"),
        "change_plan": lazy("Change the plan"),
        "dispute_charge": lazy("Dispute a charge"),
        "end_autopay": lazy("End automatic payment"),
        "keep_number": lazy("Keep the number here"),
        "pause_line": lazy("Pause the line"),
        "pay_bills": lazy("Pay the bill"),
        "port_out_code": lazy("Let a number leave"),
        "replace_sim": lazy("Replace a SIM"),
        "request_refund": lazy("Get a refund"),
        "resume_autopay": lazy("Go on with automatic payment"),
        "start_autopay": lazy("Set up automatic payment"),
        "top_up": lazy("Top up"),
    },
    "purpose": {name: title for name, (title, _sentence) in PURPOSES.items()},
    "record_reason": {code: each.name for code, each in refusal_words.RECORDS.items()},
    "refusal": {**PORT_RULES, **{each.code: each.message for each in _REFUSALS}},
    "registry": {
        "not_found": lazy("Nobody is registered with this number"),
        "name_differs": lazy("Another name is registered"),
        "unknown": lazy("The registry gave no reason"),
    },
    "switch": {"on": lazy("yes"), "off": lazy("no")},
    "verification": {
        "none": lazy("Not verified"),
        "address": lazy("Known by the address"),
        "present": lazy("Telephone confirmed"),
        "identity": lazy("Verified"),
    },
}

"""Whatever is written into the trail has words for people: read from the code that writes it."""

import ast
import re
from functools import cache

from app.assist.models import Kind as Suggestion
from app.assist.models import Target, Verdict
from app.billing.models import BadDebtKind, DisputeState, RunState
from app.catalog.models import Service
from app.conversations import activity
from app.conversations.models import Availability, Verification
from app.conversations.models import Status as ConversationStatus
from app.core.i18n import LANGUAGES
from app.customers.notice_kinds import KINDS
from app.customers.papers import PaperKind
from app.identity.models import ApprovalStatus
from app.identity.permissions import PERMISSIONS, ROLES
from app.insights.models.quality import Response
from app.insights.models.reports import Cadence
from app.markets.policies import Action as DunningAction
from app.markets.policies import PrepaidTransfer
from app.mediation import refusal_words
from app.mediation.models import Decision
from app.network.models import PortInStatus
from app.network.port import Action as NetworkAction
from app.oversight.models import AlertStatus
from app.payments.methods import Method
from app.payments.models import ChargebackStatus, PaymentStatus, PlanStatus
from app.privacy.models import ErasureStatus, Purpose
from app.selfservice.models import Result
from app.selfservice.proposals.kinds import KINDS as PROPOSALS
from app.subscriptions.blocking import RULES as BLOCKS
from app.subscriptions.models import (
    ActivationStatus,
    BlockEffect,
    Leaving,
    LineStatus,
    ProfileState,
    RequestStatus,
    TransferStatus,
)  # fmt: skip
from app.subscriptions.service.stock import HOLDS
from app.tickets.models import (
    Distribution,
    FieldKind,
    Goal,
    JobKind,
    Level,
    LinkKind,
    Occasion,
    Priority,
    Required,
    Sharing,
    TicketType,
    Topic,
)  # fmt: skip
from app.tickets.models import Status as TicketStatus
from app.tickets.models.sla import Deed
from app.web.step_up import DEEDS
from app.web.trail_codes import WORDS, words_of
from app.web.trail_fields import FIELDS, THINGS
from app.web.trail_words import ACTIONS
from app.workspace.words import LABELS
from channels.port import Wish
from kb.models import Audience
from tests.conftest import ROOT

# What an action that is put together may end in.
ENDINGS = {
    "approval.": (*ApprovalStatus, *RequestStatus),
    "chargeback.": ChargebackStatus,
    "consent.": Wish,
    "erasure.": (ErasureStatus.APPROVED, ErasureStatus.REFUSED),
    "invoice.debt_": BadDebtKind,
    "line.transfer_": (TransferStatus.CANCELLED, TransferStatus.EXPIRED, TransferStatus.REFUSED),
    "number.port_in_": PortInStatus,
    "outage_case.": JobKind,
    "payment_plan.": PlanStatus,
    "quality.": (Response.ACKNOWLEDGED, Response.DISAGREED),
    "usage_anomaly.": Decision,
}
NEVER_RECORDED = {"approval.waiting", "approval.pending", "usage_anomaly.open"}
_ACTION = re.compile(r"[a-z_]+\.[a-z_]+")


@cache
def code():
    """(path, tree) of each module."""
    paths = sorted([*ROOT.glob("app/**/*.py"), *ROOT.glob("kb/**/*.py")])
    return [(path, ast.parse(path.read_text())) for path in paths]


def recorded():
    """(where, action) of each; an action in a variable is all of its module that looks like one."""
    for path, tree in code():
        for call in filter(writes, ast.walk(tree)):
            where = f"{path.relative_to(ROOT)}:{call.lineno}"
            yield from ((where, action) for action in actions_of(call.args[1], tree))
        for call in filter(looks, ast.walk(tree)):
            where = f"{path.relative_to(ROOT)}:{call.lineno}"
            yield where, f"customer.{call.args[1].value}_viewed"


def writes(node):
    """`audit.record(by, action, …)` and `audit.record_all(…)`."""
    if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)):
        return False
    owner = node.func.value
    is_audit = isinstance(owner, ast.Name) and owner.id == "audit"
    return is_audit and node.func.attr in {"record", "record_all"}


def looks(node):
    """`views.seen(by, area, customer)`."""
    return isinstance(node, ast.Call) and ast.unparse(node.func) == "views.seen"


def actions_of(action, tree):
    if isinstance(action, ast.Constant):
        return [action.value]
    if isinstance(action, ast.JoinedStr):
        beginning = action.values[0].value
        return [beginning + each.value for each in ENDINGS[beginning]]
    literals = (each.value for each in ast.walk(tree) if isinstance(each, ast.Constant))
    named = {each for each in literals if isinstance(each, str) and _ACTION.fullmatch(each)}
    return sorted(named - PERMISSIONS.keys())


def test_every_action_that_is_recorded_has_words():
    without = [
        f"{where}: {action}"
        for where, action in recorded()
        if action not in ACTIONS and action not in NEVER_RECORDED
    ]

    assert without == []


def details():
    """(where, name) of each detail and each kind of thing that is written out in the code."""
    for path, tree in code():
        for call in filter(writes, ast.walk(tree)):
            where = f"{path.relative_to(ROOT)}:{call.lineno}"
            thing = call.args[2]
            if isinstance(thing, ast.Constant):
                yield where, thing.value, THINGS
            yield from ((where, each.arg, FIELDS) for each in call.keywords if each.arg)


def test_every_detail_and_thing_has_words():
    assert [f"{where}: {name}" for where, name, known in details() if name not in known] == []


def test_no_words_are_kept_for_what_nobody_does():
    assert set(ACTIONS) - {action for _where, action in recorded()} == set()


# What a detail that is a code may be, by the same key as its words.
CODES = {
    ("access_alert", "state"): AlertStatus,
    ("activation", "status"): ActivationStatus,
    ("article", "audience"): Audience,
    ("balance.moved", "method"): PrepaidTransfer,
    ("bill_run", "state"): RunState,
    ("conversation", "result"): Result,
    ("conversation", "status"): ConversationStatus,
    ("conversation", "sureness"): Verification,
    ("customer", "kind"): KINDS,
    ("customer", "purpose"): Purpose,
    ("invoice", "state"): DisputeState,
    ("invoice.dunned", "action"): DunningAction,
    ("line", "action"): NetworkAction,
    ("line", "effect"): BlockEffect,
    ("line", "reason"): BLOCKS,
    ("line", "state"): ProfileState,
    ("line", "status"): LineStatus,
    ("line.closed", "reason"): Leaving,
    ("line.disconnected", "reason"): Leaving,
    ("line.leaving", "reason"): Leaving,
    ("market", "method"): Method,
    ("operator", "*"): Priority,
    ("payment", "status"): PaymentStatus,
    ("proposal", "kind"): PROPOSALS,
    ("report", "cadence"): Cadence,
    ("session", "action"): DEEDS,
    ("staff", "availability"): Availability,
    ("stock_batch", "holds"): HOLDS,
    ("suggestion.answered", "kind"): Suggestion,
    ("suggestion_model", "target"): Target,
    ("suggestion_model", "verdict"): Verdict,
    ("ticket", "deed"): Deed,
    ("ticket", "status"): TicketStatus,
    ("ticket", "type"): TicketType,
    ("ticket.linked", "kind"): LinkKind,
    ("ticket_field", "kind"): FieldKind,
    ("ticket_field", "required"): Required,
    ("ticket_view", "sharing"): Sharing,
    ("usage_anomaly", "reason"): refusal_words.RECORDS,
    ("usage_file", "reason"): refusal_words.FILES,
    ("", "channel"): activity.CHANNELS,
    ("", "distribution"): Distribution,
    ("", "goal"): Goal,
    ("", "impact"): Level,
    ("", "language"): LANGUAGES,
    ("", "occasion"): Occasion,
    ("", "paper"): PaperKind,
    ("", "permissions"): PERMISSIONS,
    ("", "priority"): Priority,
    ("", "roles"): ROLES,
    ("", "services"): Service,
    ("", "topics"): Topic,
}  # fmt: skip


def test_every_code_that_a_detail_may_be_has_words():
    without = []
    for key, codes in CODES.items():
        known = LABELS[WORDS[key]]
        without += [f"{key}: {each}" for each in map(str, codes) if each not in known]

    assert without == []


def test_the_words_of_every_code_are_there():
    assert [kind for kind in WORDS.values() if kind not in LABELS] == []


def test_what_is_written_from_an_enumeration_is_known_to_be_a_code():
    """An expression like `kind=kind.value` writes a code, whatever it is called."""
    without = []
    for path, tree in code():
        for call in filter(writes, ast.walk(tree)):
            action, thing = call.args[1], call.args[2]
            for each in call.keywords:
                if each.arg and ast.unparse(each.value).endswith(".value"):
                    names = [getattr(of, "value", "") for of in (action, thing)]
                    if words_of(*names, each.arg) is None:
                        without.append(f"{path.relative_to(ROOT)}:{call.lineno}: {each.arg}")

    assert without == []

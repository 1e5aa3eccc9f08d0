"""Whatever is written into the trail has words for people: read from the code that writes it."""

import ast
import re
from functools import cache

from app.billing.models import BadDebtKind
from app.identity.models import ApprovalStatus
from app.identity.permissions import PERMISSIONS
from app.insights.models.quality import Response
from app.mediation.models import Decision
from app.network.models import PortInStatus
from app.payments.models import ChargebackStatus, PlanStatus
from app.privacy.models import ErasureStatus
from app.subscriptions.models import RequestStatus, TransferStatus
from app.tickets.models import JobKind
from app.web.trail_fields import FIELDS, THINGS
from app.web.trail_words import ACTIONS
from channels.port import Wish
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

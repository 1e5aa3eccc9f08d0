"""Numbers that may leave, and numbers that are to come."""

from typing import Any

from flask import request

from app.api.bot import bp
from app.api.bot.asking import Answer, on_behalf
from app.api.bot.leaving import dues_told
from app.billing import service
from app.billing.porting import Rule
from app.billing.service.porting_out import open_port
from app.conversations.models import Verification
from app.conversations.secret_words import blank
from app.core import clock
from app.core.i18n import gettext as _
from app.core.i18n import lazy
from app.customers.queries import accounts_of
from app.network.models import PortIn, PortInStatus, PortOutStatus
from app.network.queries import port_ins_of
from app.network.service.porting_in import FARTHEST
from app.selfservice.asker import Asker
from app.selfservice.figures import day_text, label, last_day, moment_text, spoken
from app.subscriptions.msisdn import for_people

_AGAINST: dict[str, Any] = {
    "line_active": lazy("the line is not an active mobile line"),
    "active_long_enough": lazy("it has not been with us long enough"),
    "bills_paid": lazy("a bill is not paid"),
    "sim_not_changed": lazy("the SIM was changed a few days ago"),
    "owner_not_changed": lazy("the owner changed lately"),
    "no_contract": lazy("a contract still binds it"),
    "no_court_order": lazy("a court bars it"),
    "not_leaving": lazy("it is about to be disconnected"),
}
_STANDING: dict[PortInStatus, Any] = {
    PortInStatus.NEW: lazy("we are asking the other operator"),
    PortInStatus.ASKED: lazy("the other operator has been asked"),
    PortInStatus.ACCEPTED: lazy("the other operator agreed"),
    PortInStatus.ACTIVE: lazy("it is with us"),
    PortInStatus.REFUSED: lazy("the other operator refused"),
    PortInStatus.CANCELLED: lazy("cancelled"),
}


@bp.get("/conversations/<uuid:conversation_id>/port-out")
@on_behalf("subscriptions.port")
def port_out(asker: Asker) -> Answer:
    """Whether it may leave, what is against it, what is owed, and a code that is out already."""
    line = asker.line(request.args.get("line_id"))
    failing = [
        each for each in service.port_out_rules(line.id, by=asker.actor) if not each.fulfilled
    ]
    port = open_port(line.id)
    policies = asker.market.policies_at(clock.now())
    dues = dues_told(line, asker)
    return {
        "line_id": str(line.id),
        "label": label(line),
        "may_leave": not failing,
        "against": [_against(each, asker) for each in failing],
        "owed": str(dues.rounded().amount),
        "owed_text": spoken(dues, asker),
        "code_days": policies.port_code_days,
        "cancel_hours": policies.port_cancel_hours,
        "under_way": port.status.value if port else None,
        "moves_on_text": moment_text(port.move_at, asker) if port and port.move_at else None,
        "may_stay": port is not None
        and port.status in {PortOutStatus.CODE_ISSUED, PortOutStatus.REQUESTED}
        and (port.cancel_until is None or clock.now() <= port.cancel_until),
    }


@bp.get("/conversations/<uuid:conversation_id>/port-out/code")
@on_behalf("subscriptions.port")
def port_out_code(asker: Asker) -> Answer:
    """A blank for the code that is out. Looking is written down. Raises NotFound without one."""
    asker.must_prove(Verification.IDENTITY)
    line = asker.line(request.args.get("line_id"))
    port = service.show_port_code(line.id, by=asker.actor)
    return {
        "label": label(line),
        "code": blank(port.code, asker.conversation.id),
        "valid_until_text": day_text(last_day(port.valid_until, asker), asker),
        "cancel_hours": asker.market.policies_at(port.issued_at).port_cancel_hours,
    }


@bp.get("/conversations/<uuid:conversation_id>/port-in")
@on_behalf("catalog.read")
def port_in(asker: Asker) -> Answer:
    """How far ahead a day may be, and her own numbers on their way; strangers have none."""
    accounts = [each.id for each in accounts_of(asker.customer.id)] if asker.verified else []
    return {
        "days_ahead": FARTHEST.days,
        "under_way": [_coming(each, asker) for each in port_ins_of(accounts, limit=5)],
    }


def _against(rule: Rule, asker: Asker) -> str:
    told = str(_AGAINST[rule.name])
    if rule.until is None:
        return told
    return _("%(rule)s (until %(day)s)", rule=told, day=day_text(rule.until, asker))


def _coming(port: PortIn, asker: Asker) -> Answer:
    return {
        "number": for_people(port.number),
        "status": port.status.value,
        "status_text": str(_STANDING[port.status]),
        "day_text": day_text(port.port_on, asker),
    }

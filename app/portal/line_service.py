"""What a customer does with a line herself: pause it, share it, block a lost SIM, leave with it."""

from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.billing import service as billing
from app.billing.parting import changes_with
from app.billing.service.porting_out import open_port
from app.core.errors import Invalid
from app.core.secrets import masked_address
from app.portal import bp
from app.portal.me import me
from app.subscriptions import access, queries, service
from app.subscriptions.blocking import MISSING_SIM, family_of
from app.subscriptions.models import BlockEffect, Line, LineStatus
from app.subscriptions.msisdn import for_people
from app.usage.sharing import shares_of
from app.web.fields import bytes_of, id_field
from app.web.input import takes
from app.web.locale import locale
from app.web.login import current_actor, customer_with
from app.web.step_up import confirmed

PAUSE = "request"


@bp.get("/my/lines/<uuid:line_id>/service")
@customer_with("customers.read")
def line_service(line_id: UUID) -> ResponseReturnValue:
    me()
    line = access.line_for(current_actor(), line_id)
    return render_template("portal/lines/service.html", **_shown(line), done=_done())


@bp.post("/my/lines/<uuid:line_id>/pause")
@customer_with("subscriptions.block")
@takes()
def pause_line(line_id: UUID) -> ResponseReturnValue:
    """Bars outgoing use until she ends it herself."""
    service.place_block(line_id, PAUSE, BlockEffect.OUTGOING, by=current_actor())
    return _back(line_id, "paused")


@bp.post("/my/lines/<uuid:line_id>/resume")
@customer_with("subscriptions.block")
@takes()
def resume_line(line_id: UUID) -> ResponseReturnValue:
    service.lift_block(line_id, PAUSE, by=current_actor())
    return _back(line_id, "resumed")


@bp.post("/my/lines/<uuid:line_id>/missing/code")
@customer_with("subscriptions.block")
@takes("reason", "address_id")
def send_missing_code(line_id: UUID) -> ResponseReturnValue:
    """A code to another address of hers; the page on which she enters it."""
    me()
    line = access.line_for(current_actor(), line_id)
    reason = _reason()
    sent = service.send_code(line.id, id_field("address_id"), by=current_actor())
    return render_template(
        "portal/lines/code.html",
        line_id=line_id,
        reason=reason,
        code_id=sent.id,
        address=masked_address(sent.address),
    )


@bp.post("/my/lines/<uuid:line_id>/missing")
@customer_with("subscriptions.block")
@takes("reason", "code_id", "code")
def report_missing(line_id: UUID) -> ResponseReturnValue:
    line = access.line_for(current_actor(), line_id)
    service.report_with_code(
        line.id,
        _reason(),
        id_field("code_id"),
        request.form.get("code", "")[:20],
        by=current_actor(),
    )
    return _back(line_id, "missing")


@bp.post("/my/lines/<uuid:line_id>/family")
@customer_with("subscriptions.change")
@takes("member_id", "cap")
def share_plan(line_id: UUID) -> ResponseReturnValue:
    line = access.line_for(current_actor(), line_id)
    service.share_with(
        line.id,
        id_field("member_id"),
        by=current_actor(),
        cap=bytes_of(request.form.get("cap", ""), field="cap"),
    )
    return _back(line_id, "shared")


@bp.post("/my/lines/<uuid:line_id>/family/leave")
@customer_with("subscriptions.change")
@takes()
def stop_sharing(line_id: UUID) -> ResponseReturnValue:
    """`line_id` is the member's."""
    line = access.line_for(current_actor(), line_id, "subscriptions.change")
    member = service.stop_sharing(line.id, by=current_actor())
    return _back(member.owner_line_id if member else line.id, "unshared")


@bp.post("/my/lines/<uuid:line_id>/port-out")
@customer_with("subscriptions.port")
@takes()
def ask_port_code(line_id: UUID) -> ResponseReturnValue:
    line = access.line_for(current_actor(), line_id, "subscriptions.port")
    confirmed("subscriptions.port", line.id)
    billing.ask_port_code(line.id, by=current_actor())
    return _back(line_id, "code")


@bp.post("/my/port-outs/<uuid:port_out_id>/cancel")
@customer_with("subscriptions.port")
@takes()
def cancel_port_out(port_out_id: UUID) -> ResponseReturnValue:
    port = billing.cancel_port_out(port_out_id, by=current_actor())
    return _back(port.line_id, "stays")


@bp.post("/my/scheduled-changes/<uuid:change_id>/cancel")
@customer_with("subscriptions.change")
@takes()
def unschedule_plan(change_id: UUID) -> ResponseReturnValue:
    change = service.unschedule(change_id, by=current_actor())
    return _back(change.line_id, "unscheduled")


def _shown(line: Line) -> dict[str, Any]:
    ids = [line.id]
    family = queries.families_of(ids)
    plan = queries.current_plan(line).version
    members = {each.line_id for each in family}
    others = queries.lines_paid_by([line.account_id]) if plan.shared_with else []
    return {
        "line": line,
        "number": for_people(line.number),
        "plan": plan,
        "usable": line.status is LineStatus.ACTIVE,
        "blocks": [each for each in line.blocks if each.lifted_at is None],
        "paused": any(family_of(b.reason) == PAUSE and not b.lifted_at for b in line.blocks),
        "scheduled": queries.scheduled_of(ids).get(line.id),
        "leaving": queries.leaving_of(ids).get(line.id),
        "family": family,
        "shares": shares_of(line.id),
        "others": [
            each
            for each in others
            if each.id not in {*members, line.id} and access.may_see(current_actor(), each)
        ],
        "addresses": [
            (each, masked_address(each.value)) for each in queries.addresses_beside(line)
        ],
        "port": open_port(line.id),
        "rules": billing.port_out_rules(line.id, by=current_actor()),
        "changes": changes_with(line, locale(), by=current_actor()),
    }


def _back(line_id: UUID, done: str) -> ResponseReturnValue:
    return redirect(url_for("portal.line_service", line_id=line_id, done=done), 303)


def _done() -> str:
    return request.args.get("done", "")[:20]


def _reason() -> str:
    reason = request.form.get("reason", "")
    if reason not in MISSING_SIM:
        raise Invalid(field="reason")
    return reason

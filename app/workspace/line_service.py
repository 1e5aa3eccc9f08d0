"""What becomes of a line: its plan later, its SIM, its number, its family, and its end."""

from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.billing import queries as bills
from app.billing import service as billing
from app.billing.parting import changes_with
from app.billing.service.porting_out import open_port
from app.core import clock
from app.core.errors import Invalid
from app.core.i18n import gettext as _
from app.markets.queries import market
from app.subscriptions import access, queries, service
from app.subscriptions.blocking import MISSING_SIM
from app.subscriptions.models import Leaving
from app.subscriptions.msisdn import for_people
from app.usage.sharing import shares_of
from app.web.fields import bytes_of, day, id_field
from app.web.filters import money
from app.web.htmx import told
from app.web.input import takes
from app.web.locale import locale
from app.web.login import current_actor, staff_with
from app.web.step_up import confirmed
from app.workspace import bp, doors
from app.workspace.labels import may_lift

CHANGED = "customer-changed"
# Why an agent may end a line; the other reasons have ways of their own.
ENDS = (Leaving.REQUEST, Leaving.FRAUD)


@bp.get("/desk/lines/<uuid:line_id>/service")
@staff_with("customers.read")
def line_service(line_id: UUID) -> ResponseReturnValue:
    """Everything that holds, waits or may be done, in one sheet."""
    line = doors.line_for(line_id, "customers.read")
    ids = [line.id]
    by = current_actor()
    may_port = by.may("subscriptions.port")
    return render_template(
        "workspace/lines/_service.html",
        line=line,
        is_for_managers=access.is_for_managers(by, line.account),
        number=for_people(line.number),
        plan=queries.current_plan(line).version,
        add_ons=queries.add_ons_in_force(line),
        scheduled=queries.scheduled_of(ids).get(line.id),
        leaving=queries.leaving_of(ids).get(line.id),
        blocks=[
            (each, each.lifted_at is None and may_lift(each.reason))
            for each in reversed(line.blocks)
        ],
        family=queries.families_of(ids),
        shares=shares_of(line.id) if by.may("usage.read") else [],
        port=open_port(line.id),
        rules=billing.port_out_rules(line.id, by=by) if may_port else [],
        changes=changes_with(line, locale(), by=by) if may_port else [],
    )


@bp.post("/desk/lines/<uuid:line_id>/plan/later")
@staff_with("subscriptions.change")
@takes("offer_version_id", "key")
def schedule_plan(line_id: UUID) -> ResponseReturnValue:
    version_id = id_field("offer_version_id")
    key = id_field("key")
    billing.schedule_plan_change(line_id, version_id, by=current_actor(), effect_key=f"later:{key}")
    return told(_("The plan will change at the end of the period."), changed=CHANGED)


@bp.post("/desk/scheduled-changes/<uuid:change_id>/cancel")
@staff_with("subscriptions.change")
@takes()
def unschedule_plan(change_id: UUID) -> ResponseReturnValue:
    service.unschedule(change_id, by=current_actor())
    return told(_("The plan stays as it is."), changed=CHANGED)


@bp.post("/desk/add-ons/<uuid:subscription_id>/cancel")
@staff_with("subscriptions.change")
@takes()
def cancel_add_on(subscription_id: UUID) -> ResponseReturnValue:
    service.cancel_add_on(subscription_id, by=current_actor())
    return told(_("The add-on has ended."), changed=CHANGED)


@bp.post("/desk/lines/<uuid:line_id>/sim/missing")
@staff_with("subscriptions.block")
@takes("reason")
def report_sim(line_id: UUID) -> ResponseReturnValue:
    reason = request.form.get("reason", "")
    if reason not in MISSING_SIM:
        raise Invalid(field="reason")
    service.report_missing(line_id, reason, by=current_actor())
    return told(_("The SIM is blocked."), changed=CHANGED)


@bp.post("/desk/lines/<uuid:line_id>/sim/found")
@staff_with("subscriptions.block")
@takes()
def sim_found(line_id: UUID) -> ResponseReturnValue:
    service.found_again(line_id, by=current_actor())
    return told(_("The SIM works again, unless something else blocks the line."), changed=CHANGED)


@bp.post("/desk/lines/<uuid:line_id>/sim/replace")
@staff_with("subscriptions.sim")
@takes("iccid")
def replace_sim(line_id: UUID) -> ResponseReturnValue:
    iccid = request.form.get("iccid", "").strip()
    line = doors.line_for(line_id, "subscriptions.sim")
    confirmed("subscriptions.sim", line.id)
    sim = service.replace_missing(line.id, iccid or None, by=current_actor())
    return told(_("The line has a new SIM: %(iccid)s", iccid=sim.iccid), changed=CHANGED)


@bp.post("/desk/blocks/<uuid:block_id>/credit")
@staff_with("billing.credit")
@takes()
def credit_blocked(block_id: UUID) -> ResponseReturnValue:
    block = access.block_for(current_actor(), block_id, "billing.credit")
    confirmed("billing.credit", block.id)
    credit = billing.credit_blocked_days(block.id, by=current_actor())
    return told(_("%(amount)s is on the next bill.", amount=money(credit)), changed=CHANGED)


@bp.post("/desk/lines/<uuid:line_id>/port-out")
@staff_with("subscriptions.port")
@takes()
def ask_port_code(line_id: UUID) -> ResponseReturnValue:
    line = doors.line_for(line_id, "subscriptions.port")
    confirmed("subscriptions.port", line.id)
    port = billing.ask_port_code(line.id, by=current_actor())
    return told(_("The code is %(code)s.", code=port.code), changed=CHANGED)


@bp.post("/desk/port-outs/<uuid:port_out_id>/cancel")
@staff_with("subscriptions.port")
@takes()
def cancel_port_out(port_out_id: UUID) -> ResponseReturnValue:
    billing.cancel_port_out(port_out_id, by=current_actor())
    return told(_("The number stays."), changed=CHANGED)


@bp.get("/desk/lines/<uuid:line_id>/disconnection")
@staff_with("subscriptions.cancel")
def ask_disconnection(line_id: UUID) -> ResponseReturnValue:
    """What it means, and what is owed, before it is ordered."""
    line = doors.line_for(line_id, "subscriptions.cancel")
    return render_template(
        "workspace/lines/_disconnect.html",
        line=line,
        ends=ENDS,
        dues=bills.dues_of(line.account_id),
        changes=[
            each
            for each in changes_with(line, locale(), by=current_actor())
            if each.name != "dues_stay"  # `dues` say it
        ],
        deposits=[each for each in bills.deposits_of([line.account_id]) if not each.returned_at],
        policies=market(line.market_code).policies_at(clock.now()),
    )


@bp.post("/desk/lines/<uuid:line_id>/disconnection")
@staff_with("subscriptions.cancel")
@takes("reason", "on")
def order_disconnection(line_id: UUID) -> ResponseReturnValue:
    reason = request.form.get("reason", "")
    if reason not in ENDS:
        raise Invalid(field="reason")
    line = doors.line_for(line_id, "subscriptions.cancel")
    on = day(request.form.get("on", ""), field="on")
    confirmed("subscriptions.cancel", line.id)
    billing.disconnect_line(line.id, reason, by=current_actor(), on=on)
    return told(_("The line will be disconnected."), changed=CHANGED)


@bp.post("/desk/disconnections/<uuid:order_id>/take-back")
@staff_with("subscriptions.cancel")
@takes("why")
def take_back_disconnection(order_id: UUID) -> ResponseReturnValue:
    service.take_back(order_id, by=current_actor(), why=request.form.get("why", ""))
    return told(_("The line stays."), changed=CHANGED)


@bp.post("/desk/lines/<uuid:line_id>/family")
@staff_with("subscriptions.change")
@takes("number", "cap")
def share_plan(line_id: UUID) -> ResponseReturnValue:
    """With the line of the same account whose number ends so."""
    line = doors.line_for(line_id, "subscriptions.change")
    member = queries.line_of_account(line.account_id, request.form.get("number", ""))
    service.share_with(
        line.id,
        member.id,
        by=current_actor(),
        cap=bytes_of(request.form.get("cap", ""), field="cap"),
    )
    return told(_("The plan is shared."), changed=CHANGED)


@bp.post("/desk/lines/<uuid:line_id>/family/leave")
@staff_with("subscriptions.change")
@takes()
def stop_sharing(line_id: UUID) -> ResponseReturnValue:
    line = doors.line_for(line_id, "subscriptions.change")
    service.stop_sharing(line.id, by=current_actor())
    return told(_("The plan is no longer shared with this line."), changed=CHANGED)


@bp.post("/desk/lines/<uuid:line_id>/owner-change")
@staff_with("subscriptions.transfer")
@takes()
def note_owner_change(line_id: UUID) -> ResponseReturnValue:
    line = doors.line_for(line_id, "subscriptions.transfer")
    confirmed("subscriptions.transfer", line.id)
    service.note_owner_change(line_id, by=current_actor())
    return told(_("The change of owner is noted."), changed=CHANGED)


@bp.post("/desk/lines/<uuid:line_id>/cost-centre")
@staff_with("subscriptions.change")
@takes("cost_centre")
def set_cost_centre(line_id: UUID) -> ResponseReturnValue:
    service.set_cost_centre(line_id, request.form.get("cost_centre", ""), by=current_actor())
    return told(_("The cost centre is saved."), changed=CHANGED)

"""What the agent does to a line: change its plan, block and unblock it, look at its usage."""

from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.audit import views
from app.billing import service as billing
from app.billing.simulating import price_after_change
from app.catalog import queries as catalog
from app.catalog.models import OfferKind, OfferVersion, UsageKind
from app.core import db
from app.core.errors import Invalid
from app.core.i18n import gettext as _
from app.core.i18n import language
from app.core.money import Money
from app.markets.queries import market
from app.subscriptions import queries, service
from app.subscriptions.blocking import RULES
from app.subscriptions.eligible import hindrances
from app.subscriptions.models import BlockEffect
from app.subscriptions.msisdn import for_people
from app.subscriptions.service.puks import puk_for
from app.usage import queries as usage
from app.web.charts import usage_chart, used
from app.web.fields import choice, choice_field, id_field
from app.web.htmx import told
from app.web.input import takes
from app.web.login import current_actor, staff_with
from app.web.step_up import confirmed
from app.workspace import bp, doors

CHANGED = "customer-changed"
# Why an agent may block a line.
REASONS = ("lost", "stolen", "request", "fraud", "court")


@bp.get("/desk/lines/<uuid:line_id>/plan")
@staff_with("subscriptions.change")
def ask_plan(line_id: UUID) -> ResponseReturnValue:
    line = doors.line_for(line_id, "subscriptions.change")
    place, current = market(line.market_code), queries.current_plan(line).version
    on_sale = catalog.offers(
        line.market_code, service=line.service, mode=line.mode, kind=OfferKind.PLAN
    )
    offers = [
        (version, catalog.allowances_text(version, language(), place.locale_for(language())))
        for version in on_sale
    ]
    against = hindrances([line.account_id], on_sale)
    return render_template(
        "workspace/lines/_plans.html",
        line=line,
        current=current,
        offers=offers,
        reasons={version_id: reasons for (_, version_id), reasons in against.items()},
    )


@bp.post("/desk/lines/<uuid:line_id>/plan/quote")
@staff_with("subscriptions.change")
@takes("offer_version_id")
def quote_plan(line_id: UUID) -> ResponseReturnValue:
    """What the change costs now; nothing is changed yet."""
    version_id = id_field("offer_version_id")
    quote = billing.quote_plan_change(line_id, version_id, by=current_actor())
    line = doors.line_for(line_id, "subscriptions.change")
    return render_template(
        "workspace/lines/_quote.html",
        line=line,
        quote=quote,
        old=queries.current_plan(line).version,
        new=db.session.get_one(OfferVersion, quote.offer_version_id),
        credit=Money(quote.credit, quote.currency),
        charge=Money(quote.charge, quote.currency),
        to_pay=Money(quote.charge - quote.credit, quote.currency),
        reduced=price_after_change(quote),
    )


@bp.post("/desk/quotes/<uuid:quote_id>/take-up")
@staff_with("subscriptions.change")
@takes()
def take_up_quote(quote_id: UUID) -> ResponseReturnValue:
    billing.take_up_quote(quote_id, by=current_actor())
    return told(_("The plan is changed."), changed=CHANGED)


@bp.get("/desk/lines/<uuid:line_id>/block")
@staff_with("subscriptions.block")
def ask_block(line_id: UUID) -> ResponseReturnValue:
    line = doors.line_for(line_id, "subscriptions.block")
    mine = [each for each in REASONS if RULES[each].may_place(current_actor())]
    return render_template(
        "workspace/lines/_block.html", line=line, reasons=mine, effects=list(BlockEffect)
    )


@bp.post("/desk/lines/<uuid:line_id>/block")
@staff_with("subscriptions.block")
@takes("reason", "effect")
def block_line(line_id: UUID) -> ResponseReturnValue:
    reason = _reason()
    effect = choice_field("effect", BlockEffect)
    service.place_block(line_id, reason, effect, by=current_actor())
    return told(_("The line is blocked."), changed=CHANGED)


@bp.post("/desk/lines/<uuid:line_id>/puk")
@staff_with("subscriptions.block")
@takes()
def show_puk(line_id: UUID) -> ResponseReturnValue:
    """Masked until somebody proves that it is she; looking is written down."""
    actor = current_actor()
    line = doors.line_for(line_id, "subscriptions.block")
    confirmed("subscriptions.puk", line.id)
    sim = puk_for(line.id, by=actor, permission="subscriptions.block")
    return render_template("workspace/lines/_puk.html", sim=sim, number=for_people(line.number))


@bp.post("/desk/lines/<uuid:line_id>/unblock")
@staff_with("subscriptions.block")
@takes("reason")
def unblock_line(line_id: UUID) -> ResponseReturnValue:
    service.lift_block(line_id, request.form.get("reason", ""), by=current_actor())
    return told(_("The block is lifted."), changed=CHANGED)


@bp.get("/desk/lines/<uuid:line_id>/usage")
@staff_with("usage.read")
def line_usage(line_id: UUID) -> ResponseReturnValue:
    """Thirty days as a chart."""
    line = doors.line_for(line_id, "usage.read")
    kind = choice(UsageKind, request.args.get("kind", UsageKind.DATA), field="kind")
    views.seen(current_actor(), "usage", line.customer_id)
    days = usage.daily(line.id, days=30)
    return render_template(
        "workspace/lines/_usage.html",
        line=line,
        kind=kind,
        kinds=list(UsageKind),
        chart=usage_chart(days, kind),
        total=used(days, kind),
    )


def _reason() -> str:
    reason = request.form.get("reason", "")
    if reason not in REASONS:
        raise Invalid(field="reason")
    return reason

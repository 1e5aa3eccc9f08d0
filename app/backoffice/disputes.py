"""The queue of disputes, and deciding them."""

from uuid import UUID

from flask import g, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.backoffice import bp
from app.billing import access, queries, service
from app.billing.explaining import explain, label
from app.core.errors import Invalid
from app.core.i18n import language
from app.core.money import Money
from app.web.fields import amount
from app.web.login import current_actor, staff_with
from app.web.step_up import confirmed


@bp.get("/disputes")
@staff_with("billing.read")
def disputes() -> ResponseReturnValue:
    found = queries.open_disputes(current_actor().markets)
    labels = {each.id: label(each.charge) for each in found}
    return render_template("backoffice/disputes/disputes.html", disputes=found, labels=labels)


@bp.get("/disputes/<uuid:dispute_id>")
@staff_with("billing.read")
def dispute(dispute_id: UUID) -> ResponseReturnValue:
    found = access.dispute_for(current_actor(), dispute_id)
    account = found.invoice.account
    g.timezone = account.market.timezone
    return render_template(
        "backoffice/disputes/dispute.html",
        dispute=found,
        account=account,
        label=label(found.charge),
        why=explain(found.charge, account.market.locale_for(language())),
        with_tax=queries.with_tax(found.invoice, found.charge),
        creditable=queries.creditable(found.invoice),
    )


@bp.post("/disputes/<uuid:dispute_id>/decide")
@staff_with("billing.credit")
def decide_dispute(dispute_id: UUID) -> ResponseReturnValue:
    actor = current_actor()
    found = access.dispute_for(actor, dispute_id, "billing.credit")
    credited = {
        "upheld": found.money,
        "partly": amount(request.form.get("credited", ""), found.currency, field="credited"),
        "refused": Money.zero(found.currency),
    }.get(request.form["outcome"])
    if credited is None:
        raise Invalid(field="credited")
    if credited:
        confirmed("billing.credit", found.id, credited)
    service.decide(dispute_id, credited, request.form["answer"], by=actor)
    return redirect(url_for("backoffice.dispute", dispute_id=dispute_id), 303)

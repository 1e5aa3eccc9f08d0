"""Records that were put aside: what came, why it was not rated, and what is to be done with it."""

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from flask import g, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.audit import queries as audit
from app.backoffice import bp
from app.backoffice.usage_words import usage_word
from app.catalog.models import UsageKind
from app.core import dates
from app.core.errors import Invalid
from app.core.i18n import gettext as _
from app.core.i18n import ngettext
from app.customers.access import customer_for
from app.markets.queries import market
from app.mediation import access, queries, refusal_words, service
from app.mediation.models import Anomaly
from app.mediation.queries import Filters
from app.web import htmx
from app.web.fields import id_of
from app.web.htmx import told
from app.web.input import takes
from app.web.login import current_actor, staff_with

CHANGED = "review-changed"
FIELDS = ("number", "kind", "started_at", "quantity", "other_party")


@bp.get("/usage")
@staff_with("usage.review")
def review() -> ResponseReturnValue:
    actor, filters = current_actor(), Filters.read(request.args)
    after = request.args.get("after")
    return htmx.show(
        "backoffice/review/review.html",
        "backoffice/review/_anomalies.html",
        found=queries.anomalies(actor, filters, after=after),
        filters=filters,
        counts=queries.counts(actor),
        suspects=[] if after else queries.suspects(actor),
        sources=queries.sources(actor),
        reasons=refusal_words.RECORDS,
        is_first=not after,
    )


@bp.get("/usage/counts")
@staff_with("usage.review")
def review_counts() -> ResponseReturnValue:
    """How many wait, by reason; the page asks again and again."""
    counts = queries.counts(current_actor())
    return render_template("backoffice/review/_counts.html", counts=counts)


@bp.get("/usage/<uuid:anomaly_id>")
@staff_with("usage.review")
def anomaly(anomaly_id: UUID) -> ResponseReturnValue:
    found = access.anomaly_for(current_actor(), anomaly_id, "usage.review")
    g.timezone = market(found.market_code).timezone
    return htmx.show(
        "backoffice/review/anomaly.html",
        "backoffice/review/_anomaly.html",
        anomaly=found,
        record=_shown(found),
        kinds=list(UsageKind),
        timezone=g.timezone,
        may_accept=found.reason in service.ACCEPTABLE,
        may_correct=found.reason not in service.UNCORRECTABLE,
        suspect=queries.suspect(found.customer_id),
        odd_records=queries.odd_records_of(found.customer_id) if found.customer_id else 0,
        trail=audit.latest(object_kind="usage_anomaly", object_id=str(found.id)),
    )


@bp.post("/usage/<uuid:anomaly_id>/accept")
@staff_with("usage.review")
@takes()
def accept_anomaly(anomaly_id: UUID) -> ResponseReturnValue:
    service.accept(anomaly_id, by=current_actor())
    return _done(anomaly_id, _("The record is rated."))


@bp.post("/usage/<uuid:anomaly_id>/correct")
@staff_with("usage.review")
@takes(*FIELDS)
def correct_anomaly(anomaly_id: UUID) -> ResponseReturnValue:
    actor = current_actor()
    found = access.anomaly_for(actor, anomaly_id, "usage.review")
    fields = {name: request.form.get(name, "").strip() for name in FIELDS}
    fields["started_at"] = _moment(fields["started_at"], market(found.market_code).timezone)
    service.correct(anomaly_id, fields, by=actor)
    return _done(anomaly_id, _("The corrected record is rated."))


@bp.get("/usage/<uuid:anomaly_id>/reject")
@staff_with("usage.review")
def ask_rejection(anomaly_id: UUID) -> ResponseReturnValue:
    found = access.anomaly_for(current_actor(), anomaly_id, "usage.review")
    return render_template("backoffice/review/_reject.html", anomaly=found)


@bp.post("/usage/<uuid:anomaly_id>/reject")
@staff_with("usage.review")
@takes("note")
def reject_anomaly(anomaly_id: UUID) -> ResponseReturnValue:
    service.reject(anomaly_id, request.form.get("note", ""), by=current_actor())
    return _done(anomaly_id, _("The record is rejected."))


@bp.get("/usage/many")
@staff_with("usage.review")
def ask_many() -> ResponseReturnValue:
    """What is about to happen to the chosen ones; nothing happens yet."""
    return render_template(
        "backoffice/review/_many.html",
        chosen=[str(each) for each in _ids(request.args.getlist("id"))],
        decision=_decision(request.args.get("decision", "")),
    )


@bp.post("/usage/many")
@staff_with("usage.review")
@takes("id", "decision", "note")
def decide_many() -> ResponseReturnValue:
    chosen, by = _ids(request.form.getlist("id")), current_actor()
    if _decision(request.form.get("decision", "")) == "accept":
        outcome = service.accept_all(chosen, by=by)
    else:
        outcome = service.reject_all(chosen, request.form.get("note", ""), by=by)
    sentences = [
        ngettext("%(num)s record is decided.", "%(num)s records are decided.", outcome.done)
    ]
    sentences += [
        f"{count}: {usage_word(code, 'code')}." for code, count in outcome.refused.items()
    ]
    return told(" ".join(sentences), changed=CHANGED)


@bp.get("/usage/customers/<uuid:customer_id>/flag")
@staff_with("usage.review")
def ask_flag(customer_id: UUID) -> ResponseReturnValue:
    customer = customer_for(current_actor(), customer_id, "customers.read")
    return render_template(
        "backoffice/review/_flag.html", customer=customer, suspect=queries.suspect(customer.id)
    )


@bp.post("/usage/customers/<uuid:customer_id>/flag")
@staff_with("usage.review")
@takes("note")
def flag_customer(customer_id: UUID) -> ResponseReturnValue:
    service.flag_customer(customer_id, request.form.get("note", ""), by=current_actor())
    return told(_("The customer is flagged."), changed=CHANGED)


@bp.post("/usage/customers/<uuid:customer_id>/clear")
@staff_with("usage.review")
@takes()
def clear_customer(customer_id: UUID) -> ResponseReturnValue:
    service.clear_customer(customer_id, by=current_actor())
    return told(_("The customer is not watched any more."), changed=CHANGED)


def _done(anomaly_id: UUID, text: str) -> ResponseReturnValue:
    if htmx.wanted():
        return told(text, changed=CHANGED)
    return htmx.done("", url_for("backoffice.anomaly", anomaly_id=anomaly_id))


def _shown(found: Anomaly) -> dict[str, str]:
    """The record for the form: its beginning by the market's clock, where it is a time."""
    record = {name: str(text) for name, text in found.record.items() if text != "complete"}
    try:
        begun = datetime.fromisoformat(record.get("started_at", ""))
        if begun.tzinfo is not None:
            begun = begun.astimezone(ZoneInfo(g.timezone)).replace(tzinfo=None)
    except (ValueError, OverflowError):
        return record
    return {**record, "started_at": begun.isoformat(" ")}


def _moment(text: str, timezone: str) -> str:
    try:
        return dates.moment(text, timezone).isoformat()
    except ValueError:
        raise Invalid(_("The beginning must be a date and a time."), field="started_at") from None


def _ids(texts: list[str]) -> list[UUID]:
    return [id_of(each, field="id") for each in texts]


def _decision(text: str) -> str:
    if text not in {"accept", "reject"}:
        raise Invalid(field="decision")
    return text

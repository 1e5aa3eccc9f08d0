"""Odd looks at people's data, the review of who looked, and the monthly report."""

from collections.abc import Iterator
from datetime import date
from typing import Any
from uuid import UUID

from flask import current_app, make_response, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core import clock, db
from app.core.errors import NotFound
from app.core.i18n import gettext as _
from app.core.i18n import lazy
from app.core.months import month_of
from app.customers.queries import by_reference
from app.oversight import queries, report, service
from app.oversight.models import AlertStatus, AuditReport
from app.supervision import bp
from app.web import fields, sheets
from app.web.filters import spoken
from app.web.input import takes
from app.web.locale import locale
from app.web.login import current_actor, staff_with
from app.web.trail_words import action_words
from app.web.words import ALERTS

RULES: dict[str, Any] = {
    "bulk": lazy("Many customers in an hour"),
    "odd_hours": lazy("At an odd hour"),
    "watched": lazy("A watched customer"),
    "relative": lazy("Perhaps a relative or herself"),
    "enumeration": lazy("One number after the other"),
}


class _Words:
    """What the report on paper calls things."""

    action = staticmethod(action_words)

    @staticmethod
    def rule(name: str) -> str:
        return str(RULES[name])

    @staticmethod
    def state(name: str) -> str:
        return str(ALERTS[name])


bp.add_app_template_filter(spoken(_Words.rule), "access_rule")
bp.add_app_template_filter(spoken(_Words.state), "alert_state")


@bp.get("/audit/alerts")
@staff_with("audit.read")
def access_alerts() -> ResponseReturnValue:
    actor = current_actor()
    status = fields.choice(AlertStatus, request.args.get("status", "open"), field="status")
    return render_template(
        "supervision/oversight/alerts.html",
        tab="supervision.access_alerts",
        alerts=queries.alerts(actor, status),
        counts=queries.counts(actor),
        status=status,
        watched=queries.watched(actor),
    )


@bp.post("/audit/alerts/<uuid:alert_id>/take")
@staff_with("audit.review")
@takes()
def take_alert(alert_id: UUID) -> ResponseReturnValue:
    service.assign(alert_id, by=current_actor())
    return redirect(url_for("supervision.access_alerts"), 303)


@bp.post("/audit/alerts/<uuid:alert_id>/decide")
@staff_with("audit.review")
@takes("status", "note")
def decide_alert(alert_id: UUID) -> ResponseReturnValue:
    status = fields.choice_field("status", AlertStatus)
    service.decide(alert_id, status, request.form.get("note", ""), by=current_actor())
    return redirect(url_for("supervision.access_alerts"), 303)


@bp.post("/audit/watched")
@staff_with("audit.review")
@takes("customer", "reason")
def watch_customer() -> ResponseReturnValue:
    """`customer` is the number that people say."""
    reference = request.form.get("customer", "").strip()
    found = by_reference(reference) if reference.isprintable() else None
    if found is None:
        raise NotFound
    service.watch(found.id, request.form.get("reason", ""), by=current_actor())
    return redirect(url_for("supervision.access_alerts"), 303)


@bp.post("/audit/watched/<uuid:customer_id>/drop")
@staff_with("audit.review")
@takes()
def stop_watching(customer_id: UUID) -> ResponseReturnValue:
    service.stop_watching(customer_id, by=current_actor())
    return redirect(url_for("supervision.access_alerts"), 303)


@bp.get("/audit/access")
@staff_with("audit.read")
def access_review() -> ResponseReturnValue:
    """Who signed in, and who saw whose data; `actor` shows at whom one of them looked."""
    month = _month(request.args.get("month", ""))
    actor_id = fields.id_or_none(request.args.get("actor", ""), field="actor")
    return render_template(
        "supervision/oversight/access.html",
        tab="supervision.access_review",
        month=month,
        readers=queries.access_review(month, current_actor().markets),
        looks=queries.looks_of(current_actor(), actor_id, month) if actor_id else [],
        actor_id=actor_id,
    )


@bp.get("/audit/reports")
@staff_with("audit.read")
def audit_reports() -> ResponseReturnValue:
    return render_template(
        "supervision/oversight/reports.html",
        tab="supervision.audit_reports",
        reports=report.reports(),
    )


@bp.get("/audit/reports/<month>.pdf")
@staff_with("audit.read")
def audit_report_paper(month: str) -> ResponseReturnValue:
    found = _report(month)
    paper = make_response(
        report.pdf_of(
            found,
            report.told_to(current_actor(), found),
            words=_Words,
            locale=str(locale()),
            operator=current_app.config["DIALTONE"].operator_name,
        )
    )
    paper.mimetype = "application/pdf"
    paper.headers["Content-Disposition"] = f'attachment; filename="audit-{found.month:%Y-%m}.pdf"'
    return paper


@bp.get("/audit/reports/<month>.csv")
@staff_with("audit.read")
def audit_report_sheet(month: str) -> ResponseReturnValue:
    found = _report(month)
    head = (_("Part"), _("What"), _("Details"), _("How many"))
    return sheets.download(
        f"audit-{found.month:%Y-%m}.csv", head, _rows(report.told_to(current_actor(), found))
    )


def _rows(told: dict[str, Any]) -> Iterator[tuple[object, ...]]:
    yield (_("Trail"), _("Entries in all"), "", told["entries_in_all"])
    yield (_("Trail"), _("Breaks"), "", told["broken"])
    for rule, state, count in told["alerts"]:
        yield (_("Odd looks at data"), _Words.rule(rule), _Words.state(state), count)
    for each in told["readers"]:
        yield (_("Sign-ins"), each["name"], "", each["sign_ins"])
        yield (_("Customers looked at"), each["name"], "", each["customers"])
    for action, count in told["actions"]:
        yield (_("What was done"), action_words(action), action, count)


def _month(given: str) -> date:
    """The present one where none is named."""
    found = fields.day(f"{given}-01" if given else "", field="month")
    return found or month_of(clock.now())


def _report(month: str) -> AuditReport:
    found = db.session.get(AuditReport, _month(month))
    if found is None:
        raise NotFound
    return found

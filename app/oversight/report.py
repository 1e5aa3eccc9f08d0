"""The monthly report of the trail: what was done, who looked at whose data, and that it is whole.

The figures are kept as they were when the month had ended; the paper is drawn from them.
"""

from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from babel.dates import format_date, format_datetime
from jinja2 import Environment, FileSystemLoader, Template
from sqlalchemy import select

from app.audit import checkpoints, verifying
from app.core import clock, db, turns
from app.core.i18n import gettext, language, ngettext
from app.core.months import month_of, plus
from app.oversight import queries
from app.oversight.models import AuditReport

_APP = Path(__file__).resolve().parents[1]
# What a reader of the report looks for first, by the beginning of what was done.
_SENSITIVE = ("approval.", "data.exported", "payment.refund", "trail.", "staff.", "api_client.")


def make_due() -> bool:
    """The report of the month that ended last, once."""
    month = plus(month_of(clock.now()), -1)
    if _kept(month) is not None:
        return False
    told = figures(month)
    with db.transaction():
        turns.take_turn("oversight.report")
        if _kept(month) is None:
            db.session.add(AuditReport(month=month, made_at=clock.now(), figures=told))
    return True


def figures(month: date) -> dict[str, Any]:
    """Plain JSON. Walks the whole trail, so a worker does it."""
    count = verifying.Count()
    with db.reading() as connection:
        broken = sum(1 for _ in verifying.breaks(connection, count))
    last = checkpoints.latest()
    return {
        "entries_in_all": count.entries,
        "broken": broken,
        "checkpoint": {"number": last.number, "hash": last.hash.hex()} if last else None,
        "actions": [[action, often] for action, often in queries.figures(month)],
        "readers": [
            {
                "name": each.name,
                "sign_ins": each.sign_ins,
                "customers": each.customers,
                "identity": each.identity,
            }
            for each in queries.access_review(month)
        ],
        "alerts": [list(each) for each in queries.alerts_of(month)],
    }


def reports() -> list[AuditReport]:
    return list(db.session.scalars(select(AuditReport).order_by(AuditReport.month.desc())))


def pdf_of(report: AuditReport, *, words: Any, locale: str, operator: str) -> bytes:
    """`words` says what was done, a rule and a state, as the screens say them."""
    from weasyprint import CSS, HTML

    page = _template().render(
        report=report,
        told=report.figures,
        sensitive=[each for each in report.figures["actions"] if each[0].startswith(_SENSITIVE)],
        words=words,
        operator=operator,
        language=language(),
        month=format_date(report.month, "MMMM y", locale=locale),
        made_at=format_datetime(report.made_at, "medium", locale=locale),
    )
    style = CSS(filename=_APP / "static" / "css" / "report_paper.css")
    return bytes(HTML(string=page, url_fetcher=_nothing).write_pdf(stylesheets=[style]))


@cache
def _template() -> Template:
    loader = FileSystemLoader(_APP / "templates")
    environment = Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.globals.update(_=gettext, ngettext=ngettext)
    return environment.get_template("documents/audit_report.html")


def _kept(month: date) -> AuditReport | None:
    return db.session.get(AuditReport, month)


def _nothing(url: str, *_: object, **__: object) -> dict[str, Any]:
    """The page is complete in itself."""
    raise ValueError(f"{url} is not ours")

"""The monthly report of the trail: what was done, who looked at whose data, and that it is whole.

The figures are kept as they were when the month had ended, of everything and of each market; the
paper is drawn from those that its reader may see.
"""

from collections import Counter
from collections.abc import Collection, Iterable
from datetime import date
from functools import cache
from pathlib import Path
from typing import Any

from babel.dates import format_date, format_datetime
from jinja2 import Environment, FileSystemLoader, Template
from sqlalchemy import select

from app.audit import checkpoints, verifying
from app.core import clock, db, turns
from app.core.actor import Actor
from app.core.i18n import gettext, language, ngettext
from app.core.months import month_of, plus
from app.markets.queries import all_markets
from app.oversight import queries
from app.oversight.models import AuditReport

_APP = Path(__file__).resolve().parents[1]
# What a reader of the report looks for first, by the beginning of what was done.
_SENSITIVE = ("approval.", "data.exported", "payment.refund", "trail.", "staff.", "api_client.")
_COUNTED = ("sign_ins", "customers", "identity")


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
        **_done(month, ()),
        "markets": {each.code: _done(month, (each.code,)) for each in all_markets()},
    }


def _done(month: date, markets: Collection[str]) -> dict[str, Any]:
    return {
        "actions": [[action, often] for action, often in queries.figures(month, markets)],
        "readers": [
            {
                "id": str(each.actor_id),
                "name": each.name,
                "sign_ins": each.sign_ins,
                "customers": each.customers,
                "identity": each.identity,
            }
            for each in queries.access_review(month, markets)
        ],
        "alerts": [list(each) for each in queries.alerts_of(month, markets)],
    }


def told_to(by: Actor, report: AuditReport) -> dict[str, Any]:
    """The figures of the reader's markets, added up; that the trail is whole is one for all."""
    if not by.markets:
        return report.figures
    kept = report.figures.get("markets", {})
    hers = [kept[code] for code in sorted(by.markets) if code in kept]
    return report.figures | {
        "actions": _added(each for one in hers for each in one["actions"]),
        "readers": _readers(each for one in hers for each in one["readers"]),
        "alerts": _added(each for one in hers for each in one["alerts"]),
    }


def _added(rows: Iterable[list[Any]]) -> list[list[Any]]:
    """Rows that end with how many, the most first."""
    counted: Counter[tuple[str, ...]] = Counter()
    for *what, often in rows:
        counted[tuple(what)] += often
    return [[*what, often] for what, often in counted.most_common()]


def _readers(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """A customer is of one market, so those of several markets add up."""
    people: dict[str, dict[str, Any]] = {}
    for row in rows:
        one = people.setdefault(row["id"], row | dict.fromkeys(_COUNTED, 0))
        one |= {name: one[name] + row[name] for name in _COUNTED}
    return sorted(people.values(), key=lambda each: -each["customers"])


def reports() -> list[AuditReport]:
    return list(db.session.scalars(select(AuditReport).order_by(AuditReport.month.desc())))


def pdf_of(
    report: AuditReport, told: dict[str, Any], *, words: Any, locale: str, operator: str
) -> bytes:
    """`told` is what its reader may see; `words` says what was done, a rule and a state, as the
    screens say them."""
    from weasyprint import CSS, HTML

    page = _template().render(
        report=report,
        told=told,
        sensitive=[each for each in told["actions"] if each[0].startswith(_SENSITIVE)],
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

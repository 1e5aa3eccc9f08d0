"""Usage rated against billed, revenue by plan, and what is owed how long."""

from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.backoffice import asked, bp
from app.billing import reports
from app.billing.reports import Revenue
from app.catalog.models import UsageKind
from app.core import clock
from app.core.errors import Invalid
from app.core.i18n import gettext as _
from app.core.money import Money
from app.web import sheets
from app.web.charts import Chart, Series
from app.web.login import staff_with

_MONTHS = 12
# More plans than these share one colour in the picture; the table has them all.
_SHOWN = 6


@bp.get("/reconciliation")
@staff_with("billing.read")
def reconciliation() -> ResponseReturnValue:
    market = asked.market()
    this_month = clock.today(market.timezone).replace(day=1)
    since = asked.month("since", asked.months_before(this_month, 5))
    return render_template(
        "backoffice/figures/reconciliation.html",
        rows=reports.reconciliation(market, since, asked.month_after(this_month)),
        waiting=reports.not_billed_yet(market),
        market=market,
        markets=asked.markets(),
        since=since,
    )


@bp.get("/reconciliation/lines")
@staff_with("billing.read")
def reconciled_lines() -> ResponseReturnValue:
    market = asked.market()
    kind = request.args.get("kind", "")
    if kind not in set(UsageKind):
        raise Invalid(field="kind")
    month = asked.month("month", clock.today(market.timezone))
    return render_template(
        "backoffice/figures/lines.html",
        lines=reports.reconciled_lines(market, month, asked.month_after(month), kind),
        market=market,
        month=month,
        kind=kind,
    )


@bp.get("/revenue")
@staff_with("billing.read")
def revenue() -> ResponseReturnValue:
    market = asked.market()
    rows = reports.revenue(market, _since(market.timezone))
    months = sorted({row.month for row in rows})
    plans = _plans(rows)
    amounts = {(row.month, row.plan): row.amount for row in rows}
    return render_template(
        "backoffice/figures/revenue.html",
        market=market,
        markets=asked.markets(),
        months=months,
        plans=plans,
        amounts=amounts,
        chart=_chart(months, plans, amounts),
        tax_inclusive=market.policies_at(clock.now()).tax_inclusive,
    )


@bp.get("/revenue.csv")
@staff_with("billing.read")
def revenue_sheet() -> ResponseReturnValue:
    market = asked.market()
    rows = reports.revenue(market, _since(market.timezone))
    head = (_("Month"), _("Plan"), _("Amount"), _("Currency"), _("Lines"))
    made = (
        (
            row.month,
            row.plan or _("Usage"),
            Money(row.amount, market.currency).rounded().amount,
            market.currency,
            row.lines,
        )
        for row in rows
    )
    return sheets.download(f"revenue-{market.code}.csv", head, list(made))


@bp.get("/receivables")
@staff_with("billing.read")
def receivables() -> ResponseReturnValue:
    market = asked.market()
    ages = reports.ages(market, clock.today(market.timezone))
    return render_template(
        "backoffice/figures/receivables.html",
        market=market,
        markets=asked.markets(),
        ages=ages,
        total=sum((each.due for each in ages), Decimal(0)),
        bad=reports.bad_debt(market),
        names=[
            _("Not due yet"),
            _("1 to 30 days"),
            _("31 to 60 days"),
            _("61 to 90 days"),
            _("More than 90 days"),
        ],
    )


def _since(timezone: str) -> date:
    return asked.months_before(clock.today(timezone).replace(day=1), _MONTHS - 1)


def _plans(rows: Sequence[Revenue]) -> list[str]:
    """By what they brought in, the most first."""
    sums: dict[str, Decimal] = {}
    for row in rows:
        sums[row.plan] = sums.get(row.plan, Decimal(0)) + row.amount
    return sorted(sums, key=lambda plan: (-sums[plan], plan))


def _chart(
    months: Sequence[date], plans: Sequence[str], amounts: dict[tuple[date, str], Decimal]
) -> Chart:
    groups = [(plan or _("Usage"), [plan]) for plan in plans[:_SHOWN]]
    if rest := plans[_SHOWN:]:
        groups.append((_("Others"), list(rest)))
    series = [
        Series(
            name,
            [
                float(sum((amounts.get((month, plan), Decimal(0)) for plan in of), Decimal(0)))
                for month in months
            ],
        )
        for name, of in groups
    ]
    return Chart([month.strftime("%Y-%m") for month in months], series, stacked=True)

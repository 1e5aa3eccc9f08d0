"""What-if: what each account would be billed, before anything is."""

from collections.abc import Iterator
from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from app.backoffice import asked, bp
from app.billing import service
from app.billing.periods import period_containing
from app.billing.service.simulation import Forecast
from app.core import clock, db
from app.core.errors import NotFound
from app.core.i18n import gettext as _
from app.core.money import Money, total
from app.customers.models import Account
from app.markets.models import Market
from app.web import sheets
from app.web.exports import confirmed_export
from app.web.input import takes
from app.web.login import current_actor, staff_with

# A page is a sample; the whole market is a file.
SAMPLE = 300


@bp.get("/simulation")
@staff_with("billing.run")
def simulation() -> ResponseReturnValue:
    market = asked.market()
    forecasts = list(_forecasts(market, SAMPLE)) if "reference" in request.args else None
    return render_template(
        "backoffice/simulation/simulation.html",
        market=market,
        markets=asked.markets(),
        today=clock.today(market.timezone),
        asked={"day": request.args.get("day", ""), "reference": asked.text("reference")},
        forecasts=forecasts,
        sums=_sums(forecasts or [], market.currency),
        sample=SAMPLE,
    )


@bp.post("/simulation.csv")
@staff_with("data.export")
@takes("market", "day", "reference")
def simulation_sheet() -> ResponseReturnValue:
    market = asked.market()
    with confirmed_export("simulation", market.code):
        forecasts = _forecasts(market, None)
    head = (
        _("Account"),
        _("Customer"),
        _("From"),
        _("Until"),
        _("Net"),
        _("Tax"),
        _("Total"),
        _("Last bill"),
        _("Currency"),
        _("Compared"),
    )
    rows = (_row(each) for each in forecasts)
    return sheets.download(f"simulation-{market.code}.csv", head, rows)


def _forecasts(market: Market, most: int | None) -> Iterator[Forecast]:
    """Of one account up to the end of its running period, or of all due by the day."""
    today = clock.today(market.timezone)
    account_ids: list[UUID] | None = None
    on = today
    if reference := asked.text("reference"):
        account = _account(reference, market)
        account_ids = [account.id]
        on = period_containing(today, account.billing_day).end
    return service.simulate(
        market.code,
        asked.day("day", on),
        by=current_actor(),
        account_ids=account_ids,
        most=most,
    )


def _account(reference: str, market: Market) -> Account:
    query = select(Account).where(
        Account.reference == reference.upper(), Account.market_code == market.code
    )
    found = db.session.scalar(query)
    if found is None:
        raise NotFound
    return found


def _sums(forecasts: list[Forecast], currency: str) -> dict[str, Money]:
    return {
        "total": total((each.total for each in forecasts), currency),
        "before": total((each.before for each in forecasts if each.before), currency),
    }


def _row(each: Forecast) -> tuple[object, ...]:
    return (
        each.reference,
        each.customer,
        each.period.start,
        each.period.end,
        each.net.amount,
        each.tax.amount,
        each.total.amount,
        each.before.amount if each.before else None,
        each.total.currency,
        each.standing.value,
    )

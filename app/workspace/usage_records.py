"""A line's usage record by record, and why each costs what it costs."""

from collections.abc import Callable
from datetime import date, datetime, timedelta
from decimal import Decimal
from uuid import UUID

from babel.numbers import format_currency, format_decimal
from flask import g, render_template, request
from flask.typing import ResponseReturnValue

from app.audit import views
from app.catalog.models import UsageKind
from app.core import clock
from app.core.money import Money
from app.core.volumes import quantity_text
from app.markets.queries import market
from app.subscriptions import access
from app.subscriptions.models import Line
from app.usage import queries
from app.usage.explaining import FromBucket, steps_of
from app.web.fields import choice
from app.web.fields import day as day_of
from app.web.locale import locale
from app.web.login import current_actor, staff_with
from app.workspace import bp

AT_ONCE = 20


@bp.get("/desk/lines/<uuid:line_id>/records")
@staff_with("usage.read")
def line_records(line_id: UUID) -> ResponseReturnValue:
    """The last ones first; of one kind and one day of the market when asked."""
    line = access.line_for(current_actor(), line_id, "usage.read")
    asked = request.args.get("kind", "")
    kind = choice(UsageKind, asked, field="kind") if asked else None
    day = day_of(request.args.get("day", ""), field="day")
    since, until = _bounds(day, market(line.market_code).timezone)
    after = request.args.get("after")
    page = queries.records_of(
        line.id, kind=kind, since=since, until=until, after=after, size=AT_ONCE
    )
    _look_at(line)
    return render_template(
        "workspace/records/_more.html" if after else "workspace/records/_records.html",
        line=line,
        money=_money(line),
        page=page,
        kind=kind,
        kinds=list(UsageKind),
        day=day,
    )


@bp.get("/desk/lines/<uuid:line_id>/records/<uuid:identity>")
@staff_with("usage.read")
def why_record(line_id: UUID, identity: UUID) -> ResponseReturnValue:
    line = access.line_for(current_actor(), line_id, "usage.read")
    record = queries.record_of(line.id, identity)
    _look_at(line)
    steps = steps_of(record)
    drawn = [step.bucket_id for step in steps if isinstance(step, FromBucket)]
    return render_template(
        "workspace/records/_why.html",
        record=record,
        steps=[(type(step).__name__, step) for step in steps],
        buckets=queries.buckets_named(drawn),
        money=_money(line),
    )


def _look_at(line: Line) -> None:
    """Written down once it is clear that something is shown."""
    views.seen(current_actor(), "usage", line.customer_id)
    g.timezone = market(line.market_code).timezone


def _money(line: Line) -> Callable[[Decimal], Money]:
    currency = market(line.market_code).currency
    return lambda amount: Money(amount, currency)


def _bounds(day: date | None, timezone: str) -> tuple[datetime | None, datetime | None]:
    """The moments between which it is this day there."""
    if day is None:
        return None, None
    return clock.midnight(day, timezone), clock.midnight(day + timedelta(days=1), timezone)


def units(quantity: int, kind: str) -> str:
    """As they are rated: calls by the second."""
    if kind == UsageKind.VOICE:
        return f"{format_decimal(quantity, locale=locale())} s"
    return quantity_text(kind, quantity, locale())


def exactly(amount: Money) -> str:
    """With the decimals that are there, up to six: a price for one unit may be small."""
    return format_currency(
        amount.amount,
        amount.currency,
        format="¤#,##0.00####",
        locale=locale(),
        currency_digits=False,
    )


bp.add_app_template_filter(units)
bp.add_app_template_filter(exactly)

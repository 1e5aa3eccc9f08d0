"""Cards and numbers in stock: how many are left, and taking in a delivery."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.backoffice import bp
from app.core.errors import Invalid
from app.markets.queries import markets_of
from app.subscriptions import queries
from app.subscriptions.models import StockState
from app.subscriptions.service import stock as service
from app.web import htmx
from app.web.fields import whole
from app.web.input import takes
from app.web.login import current_actor, staff_with

# Below this a market is about to run dry.
LOW = 20
_LARGEST = 4 * 1024 * 1024


@bp.get("/stock")
@staff_with("stock.read")
def stock() -> ResponseReturnValue:
    actor = current_actor()
    return render_template(
        "backoffice/stock/stock.html",
        counts=queries.stock_counts(actor),
        batches=queries.stock_batches(actor),
        states=list(StockState),
        markets=markets_of(actor),
        holds=service.HOLDS,
        low=LOW,
        taken=request.args.get("taken", "")[:80],
    )


@bp.post("/stock")
@staff_with("stock.manage")
@takes("market", "holds", "file", "count")
def take_in_stock() -> ResponseReturnValue:
    file = request.files.get("file")
    name = (file.filename if file else "") or ""
    if file is None or not name:
        raise Invalid(field="file")
    batch = service.import_batch(
        by=current_actor(),
        market_code=request.form.get("market", ""),
        holds=request.form.get("holds", ""),
        name="".join(sign for sign in name if sign.isprintable())[:120] or "file",
        rows=_text(file.read(_LARGEST + 1)),
        count=whole(request.form.get("count", ""), field="count", digits=7),
    )
    return htmx.go(url_for(".stock", taken=batch.name))


def _text(content: bytes) -> str:
    if len(content) > _LARGEST:
        raise Invalid(field="file")
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise Invalid(field="file") from None

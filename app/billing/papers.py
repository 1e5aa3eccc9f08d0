"""An invoice laid out for paper: the document and its annex as HTML, and that as PDF."""

from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from babel.dates import format_date, format_datetime
from jinja2 import Environment, FileSystemLoader, Template
from markupsafe import Markup

from app.billing.annex import annex_of
from app.billing.documents import document_of
from app.billing.paying import qr_svg
from app.billing.queries import invoice_with_lines
from app.billing.sight import Sight
from app.core import clock, site
from app.core.i18n import gettext, ngettext, speaking
from app.core.money import Money
from app.core.volumes import quantity_text

_APP = Path(__file__).resolve().parents[1]


def html_of(invoice_id: UUID, language: str, sight: Sight = Sight.ALL) -> str:
    """For a reader of `language`. Whoever shows it went through access."""
    invoice = invoice_with_lines(invoice_id)
    market = invoice.account.market
    document = document_of(invoice_id, language)
    settings = market.settings_at(clock.now())
    with speaking(language):
        page: str = _template().render(
            document=document,
            annex=annex_of(invoice, sight),
            sight=sight,
            market=market,
            operator=settings.get("operator") or market.name,
            language=language,
            link=f"{site.url()}/my/bills/{invoice.number}",
            qr=_drawn(document.code.text) if document.code else "",
            words=_Words(market.locale_for(language), market.timezone),
        )
    return page


def pdf_of(invoice_id: UUID, language: str, sight: Sight = Sight.ALL) -> bytes:
    """Takes seconds when the annex is long: for workers."""
    from weasyprint import CSS, HTML

    style = CSS(filename=_APP / "static" / "css" / "invoice_paper.css")
    page = HTML(string=html_of(invoice_id, language, sight), url_fetcher=_nothing_from_outside)
    return bytes(page.write_pdf(stylesheets=[style]))


def _drawn(code: str) -> Markup:
    return Markup(qr_svg(code).decode())  # noqa: S704 - drawn here


class _Words:
    """Money, days and quantities as the reader writes them."""

    def __init__(self, locale: str, timezone: str) -> None:
        self._locale, self._zone = locale, ZoneInfo(timezone)

    def money(self, value: Money) -> str:
        return value.format(self._locale)

    def day(self, value: date | datetime) -> str:
        if isinstance(value, datetime):
            value = value.astimezone(self._zone).date()
        return format_date(value, "medium", locale=self._locale)

    def moment(self, value: datetime) -> str:
        return format_datetime(value, "short", tzinfo=self._zone, locale=self._locale)

    def quantity(self, value: int, kind: str) -> str:
        return quantity_text(kind, value, self._locale)


@cache
def _template() -> Template:
    loader = FileSystemLoader(_APP / "templates")
    environment = Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.globals.update(_=gettext, ngettext=ngettext)
    return environment.get_template("documents/invoice.html")


def _nothing_from_outside(url: str, *_: object, **__: object) -> dict[str, Any]:
    """Only what is in the page itself: a name or reason must not make us fetch anything."""
    if url.startswith("data:"):
        from weasyprint import default_url_fetcher

        return dict(default_url_fetcher(url))
    raise ValueError(f"{url} is not ours")

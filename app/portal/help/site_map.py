"""What search engines may visit: every public article of every market, in its languages."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import groupby

from flask import Response, current_app, render_template, url_for

from app.markets import queries as markets
from app.portal import bp
from app.portal.help.place import reader_in
from app.web.login import open_to_all
from kb import queries


@dataclass(frozen=True, slots=True)
class Page:
    address: str
    changed: datetime
    languages: list[tuple[str, str]]


@bp.get("/help/sitemap.xml")
@open_to_all
def help_map() -> Response:
    body = render_template("portal/help/sitemap.xml", pages=list(_pages()))
    return Response(body, mimetype="application/xml")


def _pages() -> Iterator[Page]:
    """A customer who asks is shown no more than a stranger: the map is for machines."""
    base = current_app.config["DIALTONE"].public_url
    for market in markets.all_markets():
        shown = queries.all_shown(reader_in(market.code, None))
        for slug, group in groupby(shown, key=lambda each: each.slug):
            written = list(group)

            def address(code: str, slug: str = slug, market: str = market.code.lower()) -> str:
                path = url_for("portal.help_article", market=market, language=code, slug=slug)
                return f"{base}{path}"

            languages = [(each.language, address(each.language)) for each in written]
            for each in written:
                yield Page(address(each.language), each.updated_at, languages)

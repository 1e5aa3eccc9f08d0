"""Shelves and articles as readers see them."""

from uuid import UUID

from flask import current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.core import i18n
from app.core.errors import NotFound
from app.markets import queries as markets
from app.portal import bp
from app.portal.help.place import HelpPlace, place
from app.web import htmx
from app.web.input import takes
from app.web.limits import limited
from app.web.login import open_to_all
from kb import access, queries, service
from kb.render import to_html
from kb.shown import Shown

MOST_FOUND = 20
_LONGEST_QUESTION = 200


@bp.get("/help/<market>/<language>/")
@open_to_all
def help_home(market: str, language: str) -> ResponseReturnValue:
    here = place(market, language)
    words = request.args.get("q", "").strip()[:_LONGEST_QUESTION]
    hits = queries.search(here.actor, words, here.language, limit=MOST_FOUND) if words else []
    shelves = queries.shelves(here.actor, here.language)
    return htmx.show(
        "portal/help/help.html",
        "portal/help/_results.html",
        here=here,
        base=_base(),
        markets=markets.all_markets(),
        words=words,
        hits=hits,
        shelves=[each for each in shelves if each.parent is None],
        addresses=here.other_languages(lambda code: here.url("help_home", language=code)),
    )


@bp.get("/help/<market>/<language>/shelf/<category>")
@open_to_all
def help_shelf(market: str, language: str, category: str) -> ResponseReturnValue:
    here = place(market, language)
    path = queries.path_to(category)
    if not path:
        raise NotFound
    shelves = queries.shelves(here.actor, here.language)
    return render_template(
        "portal/help/shelf.html",
        here=here,
        base=_base(),
        path=path,
        shelf=path[-1],
        shelves=[each for each in shelves if each.parent == category],
        articles=queries.articles_in(here.actor, category, here.language),
        addresses=here.other_languages(
            lambda code: here.url("help_shelf", category=category, language=code)
        ),
    )


@bp.get("/help/<market>/<language>/<slug>")
@open_to_all
def help_article(market: str, language: str, slug: str) -> ResponseReturnValue:
    here = place(market, language)
    shown = access.article_for(here.actor, slug, here.language)
    return render_template("portal/help/article.html", **_page(here, shown))


@bp.post("/help/<market>/<language>/<slug>/rating")
@open_to_all
@limited("help-rating", times=30, seconds=60, open_without=True)
@takes("helpful")
def rate_article(market: str, language: str, slug: str) -> ResponseReturnValue:
    here = place(market, language)
    helpful = request.form.get("helpful") == "yes"
    service.rate(slug, here.language, helpful, by=here.actor)
    back = here.url("help_article", slug=slug)
    return htmx.done("portal/help/_thanks.html", back, helpful=helpful)


def file_address(file_id: UUID) -> str:
    return url_for("portal.help_file", kept_id=file_id)


def _base() -> str:
    return str(current_app.config["DIALTONE"].public_url)


def _page(here: HelpPlace, shown: Shown) -> dict[str, object]:
    languages = queries.languages_of(here.actor, shown.slug)
    # The renderer lets nothing through that could act.
    body = Markup(to_html(shown.body, file_address))  # noqa: S704
    return {
        "here": here,
        "base": _base(),
        "article": shown,
        "body": body,
        "path": queries.path_to(shown.category),
        "related": queries.related(here.actor, shown),
        "canonical": here.url("help_article", slug=shown.slug, language=shown.language),
        "addresses": [
            (code, here.url("help_article", slug=shown.slug, language=code))
            for code in i18n.LANGUAGES
        ],
        "written_in": languages,
    }

"""Help for everybody: search, shelves, articles."""

from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.core import i18n
from app.core.actor import Actor, Kind
from app.core.errors import NotFound
from app.identity.permissions import VISITOR
from app.portal import bp, me
from app.web import htmx
from app.web.input import takes
from app.web.limits import limited
from app.web.login import open_to_all
from kb import access, queries, service
from kb.categories import CATEGORIES
from kb.models import Audience
from kb.render import to_html

STRANGER = Actor(Kind.VISITOR, UUID(int=0), "", VISITOR)
MOST_FOUND = 20


@bp.get("/help")
@open_to_all
def help() -> ResponseReturnValue:  # noqa: A001 - the page's name and address
    me.actor()
    words = request.args.get("q", "").strip()[:200]
    found = queries.search(words, i18n.language(), audience=Audience.PUBLIC, limit=MOST_FOUND)
    return htmx.show(
        "portal/help/help.html",
        "portal/help/_results.html",
        words=words,
        hits=found if words else [],
        shelves=queries.categories(i18n.language(), audience=Audience.PUBLIC),
    )


@bp.get("/help/shelf/<category>")
@open_to_all
def shelf(category: str) -> ResponseReturnValue:
    me.actor()
    if category not in CATEGORIES:
        raise NotFound
    articles = queries.articles_in(category, i18n.language(), audience=Audience.PUBLIC)
    return render_template("portal/help/shelf.html", name=CATEGORIES[category], articles=articles)


@bp.get("/help/<slug>")
@open_to_all
def article(slug: str) -> ResponseReturnValue:
    me.actor()
    found = access.article_for(STRANGER, slug, i18n.language())
    # The renderer lets nothing through that could act.
    body = Markup(to_html(found.body))  # noqa: S704
    return render_template("portal/help/article.html", article=found, body=body)


@bp.post("/help/<slug>/rating")
@open_to_all
@limited("help-rating", times=30, seconds=60, open_without=True)
@takes("helpful")
def rate_article(slug: str) -> ResponseReturnValue:
    me.actor()
    found = access.article_for(STRANGER, slug, i18n.language())
    service.rate(found.id, request.form.get("helpful") == "yes")
    return htmx.done("portal/help/_thanks.html", url_for("portal.article", slug=slug))

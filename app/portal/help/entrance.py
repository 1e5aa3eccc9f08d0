"""Short addresses of the help, without market and language: they lead to the long ones."""

from flask import redirect, request
from flask.typing import ResponseReturnValue

from app.portal import bp
from app.portal.help.place import home_place
from app.web.login import open_to_all
from kb import access


@bp.get("/help")
@open_to_all
def help() -> ResponseReturnValue:  # noqa: A001 - the page's name and address
    words = request.args.get("q", "").strip()[:200]
    return redirect(home_place().url("help_home", **({"q": words} if words else {})))


@bp.get("/help/<slug>")
@open_to_all
def article(slug: str) -> ResponseReturnValue:
    here = home_place()
    shown = access.article_for(here.actor, slug, here.language)
    return redirect(here.url("help_article", slug=shown.slug))

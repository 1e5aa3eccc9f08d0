"""The knowledge base for agents: searching, browsing, and the panel beside a conversation."""

from flask import current_app, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core.i18n import LANGUAGES, language
from app.web import htmx
from app.web.login import current_actor, staff_with
from app.workspace import bp
from kb import access, queries
from kb.render import to_html, to_text

_MOST = 20
_LONGEST_QUESTION = 200
# A message holds 4,000 characters; the agent adds some of their own.
_LONGEST_ANSWER = 3000


@bp.get("/desk/kb")
@staff_with("kb.read")
def knowledge() -> ResponseReturnValue:
    category = request.args.get("category", "")
    audience = access.audience_of(current_actor())
    return htmx.show(
        "workspace/kb/knowledge.html",
        "workspace/kb/_results.html",
        **_found(),
        category=category,
        shelves=queries.categories(_language(), audience=audience),
        articles=queries.articles_in(category, _language(), audience=audience) if category else [],
    )


@bp.get("/desk/kb/panel")
@staff_with("kb.read")
def kb_panel() -> ResponseReturnValue:
    """Search beside the conversation; `about` is what the conversation is about."""
    return render_template("workspace/kb/_panel.html", **_found(request.args.get("about", "")))


@bp.get("/desk/kb/panel/results")
@staff_with("kb.read")
def kb_panel_results() -> ResponseReturnValue:
    return render_template("workspace/kb/_panel_results.html", **_found())


@bp.get("/desk/kb/<slug>")
@staff_with("kb.read")
def article(slug: str) -> ResponseReturnValue:
    found = access.article_for(current_actor(), slug, _language())
    return htmx.show(
        "workspace/kb/article.html",
        "workspace/kb/_article_sheet.html",
        article=found,
        html=to_html(found.body),
        text=to_text(found.body)[:_LONGEST_ANSWER],
        link=current_app.config["DIALTONE"].public_url + url_for("portal.article", slug=found.slug),
    )


def _found(otherwise: str = "") -> dict[str, object]:
    asked = (request.args.get("q") or otherwise).strip()[:_LONGEST_QUESTION]
    audience = access.audience_of(current_actor())
    hits = queries.search(asked, _language(), audience=audience, limit=_MOST) if asked else []
    return {"hits": hits, "asked": asked, "searched_language": _language()}


def _language() -> str:
    wanted = request.args.get("language", "")
    return wanted if wanted in LANGUAGES else language()

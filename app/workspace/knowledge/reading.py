"""Searching, browsing and reading."""

from collections.abc import Sequence
from uuid import UUID

from flask import current_app, request, url_for
from flask.typing import ResponseReturnValue
from markupsafe import Markup

from app.core.i18n import LANGUAGES, language
from app.markets import queries as markets
from app.web import htmx
from app.web.login import current_actor, staff_with
from app.workspace import bp
from kb import access, queries
from kb.models import Audience
from kb.render import to_html, to_text
from kb.search.port import Hit
from kb.shown import Shown

MOST = 20
LONGEST_QUESTION = 200
# A message holds 4,000 characters; the agent adds some of their own.
_LONGEST_ANSWER = 3000


@bp.get("/desk/kb")
@staff_with("kb.read")
def knowledge() -> ResponseReturnValue:
    actor, category = current_actor(), request.args.get("category", "")
    asked = asked_for()
    shelves = queries.shelves(actor, wanted_language())
    path = queries.path_to(category) if category else []
    return htmx.show(
        "workspace/kb/knowledge.html",
        "workspace/kb/_results.html",
        asked=asked,
        hits=found(asked),
        searched_language=wanted_language(),
        category=category,
        path=path,
        shelves=[each for each in shelves if each.parent == (category if path else None)],
        articles=queries.articles_in(actor, category, wanted_language()) if path else [],
        due=queries.due_count(actor) if actor.may("kb.write") else 0,
    )


@bp.get("/desk/kb/<slug>")
@staff_with("kb.read")
def article(slug: str) -> ResponseReturnValue:
    """Beside a conversation it offers to insert its text there."""
    shown = access.article_for(current_actor(), slug, wanted_language())
    return htmx.show(
        "workspace/kb/article.html",
        "workspace/kb/_article_sheet.html",
        article=shown,
        html=as_html(shown.body),
        text=to_text(shown.body)[:_LONGEST_ANSWER],
        link=public_address(shown),
        conversation=request.args.get("conversation", ""),
        languages_written=queries.languages_of(current_actor(), shown.slug),
        path=queries.path_to(shown.category),
    )


def found(asked: str) -> list[Hit]:
    if not asked:
        return []
    return queries.search(current_actor(), asked, wanted_language(), limit=MOST)


def asked_for(otherwise: str = "") -> str:
    return (request.args.get("q") or otherwise).strip()[:LONGEST_QUESTION]


def wanted_language() -> str:
    wanted = request.args.get("language", "")
    return wanted if wanted in LANGUAGES else language()


def as_html(markdown: str) -> Markup:
    # The renderer lets nothing through that could act.
    return Markup(to_html(markdown, _file_address))  # noqa: S704


def addresses(hits: Sequence[Hit]) -> dict[str, str]:
    """Where customers read what was found; nothing for what is for staff."""
    shown = queries.shown_hits(current_actor(), hits)
    return {each.slug: public_address(each) for each in shown}


def public_address(shown: Shown) -> str:
    """Where customers read it; empty for what is for staff."""
    if shown.audience is Audience.STAFF:
        return ""
    known = markets.markets_of(current_actor())
    home = next((each for each in known if each.language == shown.language), None)
    if home is None and not known:
        return ""
    path = url_for(
        "portal.help_article",
        market=(home or known[0]).code.lower(),
        language=shown.language,
        slug=shown.slug,
    )
    return f"{current_app.config['DIALTONE'].public_url}{path}"


def _file_address(file_id: UUID) -> str:
    return url_for("workspace.kb_file", kept_id=file_id)

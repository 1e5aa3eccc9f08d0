"""The shelves that articles stand on, and the words that mean the same."""

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.core.i18n import LANGUAGES, language
from app.web import htmx
from app.web.fields import whole
from app.web.input import takes
from app.web.login import current_actor, staff_with
from app.workspace import bp
from kb import queries
from kb.errors import ArticleInvalid
from kb.search import synonyms as words
from kb.service import shelves

_LONGEST_LIST = 60_000


@bp.get("/desk/kb/care/shelves")
@staff_with("kb.write")
def kb_shelves() -> ResponseReturnValue:
    held = queries.shelves(current_actor(), language())
    return render_template(
        "workspace/kb/shelves.html",
        tree=queries.categories(),
        articles={each.category: each.articles for each in held},
    )


@bp.post("/desk/kb/care/shelves")
@staff_with("kb.write")
@takes("code", "parent", "position", *(f"name_{code}" for code in LANGUAGES))
def put_up_shelf() -> ResponseReturnValue:
    given = request.form
    shelves.put_up(
        given.get("code", "").strip(),
        by=current_actor(),
        names={code: given.get(f"name_{code}", "") for code in LANGUAGES},
        parent=given.get("parent") or None,
        position=whole(given.get("position") or "0", field="position", digits=4),
    )
    return htmx.go(url_for("workspace.kb_shelves"))


@bp.post("/desk/kb/care/shelves/<shelf>/take-down")
@staff_with("kb.write")
@takes()
def take_down_shelf(shelf: str) -> ResponseReturnValue:
    shelves.take_down(shelf.replace("\0", ""), by=current_actor())
    return htmx.go(url_for("workspace.kb_shelves"))


@bp.get("/desk/kb/care/words")
@staff_with("kb.write")
def kb_words() -> ResponseReturnValue:
    chosen = request.args.get("language", "")
    chosen = chosen if chosen in LANGUAGES else language()
    return render_template(
        "workspace/kb/words.html", spoken=chosen, text=words.written(queries.synonyms(chosen))
    )


@bp.post("/desk/kb/care/words/<language>")
@staff_with("kb.write")
@takes("groups")
def write_words(language: str) -> ResponseReturnValue:
    text = request.form.get("groups", "")
    if len(text) > _LONGEST_LIST:
        raise ArticleInvalid(field="groups")
    shelves.write_synonyms(language, words.read(text), by=current_actor())
    return htmx.go(url_for("workspace.kb_words", language=language))

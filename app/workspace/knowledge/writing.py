"""Writing an article: the editor with its preview, publishing, and where the article stands."""

from datetime import timedelta

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import select

from app.core import clock, db
from app.core.errors import Conflict
from app.core.i18n import LANGUAGES, language
from app.identity.models import Staff
from app.markets import queries as markets
from app.web import htmx
from app.web.fields import choice_field, day, id_or_none, whole
from app.web.input import takes
from app.web.login import current_actor, staff_with
from app.workspace import bp
from app.workspace.knowledge.reading import as_html
from kb import access, queries, service
from kb.checking import LIMITS, check_place
from kb.errors import ArticleInvalid, ArticleNotFound
from kb.models import Article, Audience

_TEXTS = ("title", "summary", "body", "search_words")
_LONGEST_GIVEN = 200
REVIEW_AFTER = timedelta(days=180)


@bp.get("/desk/kb/write/new")
@staff_with("kb.write")
def new_article() -> ResponseReturnValue:
    """May be begun from a question that nothing answered."""
    given = {
        name: request.args.get(name, "")[:_LONGEST_GIVEN] for name in ("title", "search_words")
    }
    return render_template(
        "workspace/kb/new.html", given=given, language_chosen=_language(), **_choices()
    )


@bp.post("/desk/kb/write/new")
@staff_with("kb.write")
@takes("slug", "language", "category", "audience", *_TEXTS)
def begin_article() -> ResponseReturnValue:
    slug, spoken = request.form.get("slug", "").strip(), _language()
    check_place(slug, spoken)
    if db.session.scalar(select(Article.id).where(Article.slug == slug)) is not None:
        raise Conflict(field="slug")
    actor = current_actor()
    service.write(
        slug,
        spoken,
        by=actor,
        category=request.form.get("category", ""),
        audience=choice_field("audience", Audience),
        owner_id=actor.id,
        markets=sorted(actor.markets),
        publish=False,
        **_texts(),
    )
    return htmx.go(url_for("workspace.edit_article", slug=slug, language=spoken))


@bp.get("/desk/kb/<slug>/edit/<language>")
@staff_with("kb.write")
def edit_article(slug: str, language: str) -> ResponseReturnValue:
    """A language that is new begins with the words of the source, to be translated."""
    actor = current_actor()
    article = access.kept_article(actor, slug)
    if language not in LANGUAGES:
        raise ArticleNotFound(slug=slug)
    source = queries.latest(article, article.source_language)
    own = queries.latest(article, language)
    start = own or source
    return render_template(
        "workspace/kb/edit.html",
        article=article,
        spoken=language,
        version=own,
        given=start,
        source=source if language != article.source_language else None,
        renditions=queries.renditions(article),
        html=as_html(start.body if start else ""),
        files=queries.files_of(article.id),
        path=queries.path_to(article.category),
        **_choices(),
    )


@bp.post("/desk/kb/<slug>/edit/<language>")
@staff_with("kb.write")
@takes("seen", "then", *_TEXTS)
def save_article(slug: str, language: str) -> ResponseReturnValue:
    """Save a draft; `then` publishes it at once, as a change or as a minor one."""
    seen = whole(request.form.get("seen", "0"), field="seen", digits=9)
    saved = service.save(slug, language, by=current_actor(), seen=seen, **_texts())
    then = request.form.get("then", "")
    if then in {"publish", "minor"} and saved.state != "published":
        service.publish(
            slug, language, by=current_actor(), number=saved.number, minor=then == "minor"
        )
    if then in {"publish", "minor"}:
        return htmx.go(url_for("workspace.article", slug=slug, language=language))
    return htmx.go(url_for("workspace.edit_article", slug=slug, language=language))


@bp.post("/desk/kb/preview")
@staff_with("kb.write")
@takes("seen", "then", "slug", "language", "category", "audience", *_TEXTS)
def preview_article() -> ResponseReturnValue:
    """The text as readers will see it, made by the same renderer."""
    body = request.form.get("body", "")
    if len(body) > LIMITS["body"]:
        raise ArticleInvalid(field="body")
    return render_template(
        "workspace/kb/_preview.html",
        title=request.form.get("title", ""),
        summary=request.form.get("summary", ""),
        html=as_html(body),
    )


@bp.post("/desk/kb/<slug>/arrange")
@staff_with("kb.write")
@takes("category", "audience", "markets", "owner_id", "review_on")
def arrange_article(slug: str) -> ResponseReturnValue:
    article = service.arrange(
        slug,
        by=current_actor(),
        category=request.form.get("category", ""),
        audience=choice_field("audience", Audience),
        markets=request.form.getlist("markets"),
        owner_id=id_or_none(request.form.get("owner_id", ""), field="owner_id"),
        review_on=day(request.form.get("review_on", ""), field="review_on"),
    )
    back = url_for("workspace.edit_article", slug=slug, language=article.source_language)
    return htmx.go(back)


@bp.post("/desk/kb/<slug>/reviewed")
@staff_with("kb.write")
@takes("review_on")
def article_reviewed(slug: str) -> ResponseReturnValue:
    chosen = day(request.form.get("review_on", ""), field="review_on")
    next_on = chosen or (clock.now() + REVIEW_AFTER).date()
    service.reviewed(slug, by=current_actor(), next_on=next_on)
    return htmx.go(url_for("workspace.kb_due"))


def _texts() -> dict[str, str]:
    return {name: request.form.get(name, "") for name in _TEXTS}


def _language() -> str:
    wanted = request.values.get("language", "")
    return wanted if wanted in LANGUAGES else language()


def _choices() -> dict[str, object]:
    actor = current_actor()
    return {
        "categories": queries.categories(),
        "audiences": list(Audience),
        "markets": markets.markets_of(actor),
        "owners": _owners(),
    }


def _owners() -> list[Staff]:
    """Who may write articles, by name."""
    query = select(Staff).where(Staff.disabled_at.is_(None)).order_by(Staff.name)
    return [each for each in db.session.scalars(query) if _may_write(each)]


def _may_write(person: Staff) -> bool:
    return "kb.write" in person.permissions

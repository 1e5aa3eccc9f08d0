"""What an article said before: every version, two of them side by side, and going back."""

from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.web import htmx
from app.web.fields import whole
from app.web.input import takes
from app.web.login import current_actor, staff_with
from app.workspace import bp
from app.workspace.knowledge.reading import as_html
from kb import access, queries, service
from kb.comparing import changes
from kb.errors import ArticleNotFound
from kb.models import ArticleVersion

_COMPARED = ("title", "summary", "body", "search_words")


@bp.get("/desk/kb/<slug>/versions/<language>")
@staff_with("kb.write")
def article_versions(slug: str, language: str) -> ResponseReturnValue:
    article = access.kept_article(current_actor(), slug)
    versions = queries.versions(article, language)
    if not versions:
        raise ArticleNotFound(slug=slug)
    return render_template(
        "workspace/kb/versions.html", article=article, spoken=language, versions=versions
    )


@bp.get("/desk/kb/<slug>/versions/<language>/<uuid:edition_id>")
@staff_with("kb.write")
def article_version(slug: str, language: str, edition_id: UUID) -> ResponseReturnValue:
    """What it said, and what changed since the version before it, or since `against`."""
    article = access.kept_article(current_actor(), slug)
    version = queries.version(article, language, edition_id)
    versions = queries.versions(article, language)
    before = _compared_with(version, versions)
    return render_template(
        "workspace/kb/version.html",
        slug=slug,
        spoken=language,
        version=version,
        before=before,
        versions=versions,
        html=as_html(version.body),
        changed=[
            (name, changes(getattr(before, name), getattr(version, name)))
            for name in _COMPARED
            if before is not None and getattr(before, name) != getattr(version, name)
        ],
    )


@bp.post("/desk/kb/<slug>/versions/<language>/<uuid:edition_id>/restore")
@staff_with("kb.write")
@takes()
def restore_article(slug: str, language: str, edition_id: UUID) -> ResponseReturnValue:
    article = access.kept_article(current_actor(), slug)
    number = queries.version(article, language, edition_id).number
    service.restore(slug, language, by=current_actor(), number=number)
    return htmx.go(url_for("workspace.edit_article", slug=slug, language=language))


@bp.post("/desk/kb/<slug>/versions/<language>/publish")
@staff_with("kb.write")
@takes("number")
def publish_article(slug: str, language: str) -> ResponseReturnValue:
    number = whole(request.form.get("number", ""), field="number", digits=9)
    service.publish(slug, language, by=current_actor(), number=number)
    return htmx.go(url_for("workspace.article", slug=slug, language=language))


@bp.post("/desk/kb/<slug>/versions/<language>/withdraw")
@staff_with("kb.write")
@takes()
def withdraw_article(slug: str, language: str) -> ResponseReturnValue:
    service.withdraw(slug, language, by=current_actor())
    return htmx.go(url_for("workspace.article_versions", slug=slug, language=language))


def _compared_with(
    version: ArticleVersion, versions: list[ArticleVersion]
) -> ArticleVersion | None:
    """What was chosen, else the version before; none for the first."""
    wanted = request.args.get("against", "")
    chosen = next((each for each in versions if str(each.id) == wanted), None)
    return chosen or next((each for each in versions if each.number < version.number), None)

"""Files of articles: they go through the same checks as files of conversations."""

from uuid import UUID

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.conversations import storage
from app.conversations.service import attachments
from app.core.errors import Invalid, NotFound
from app.web.input import takes
from app.web.login import current_actor, staff_with
from app.web.served import stored
from app.workspace import bp
from kb import access, queries
from kb.service import files


@bp.post("/desk/kb/<slug>/files")
@staff_with("kb.write")
@takes("file")
def add_article_file(slug: str) -> ResponseReturnValue:
    actor = current_actor()
    article = access.kept_article(actor, slug)
    sent = request.files.get("file")
    if sent is None:
        raise Invalid(field="file")
    upload = attachments.checked(sent.stream, sent.filename)
    files.attach(
        slug,
        by=actor,
        name=upload.name,
        media_type=upload.media_type,
        size=len(upload.content),
        stored_as=storage.write(upload.content),
    )
    return _shown(article.slug, article.id)


@bp.post("/desk/kb/<slug>/files/<uuid:kept_id>/remove")
@staff_with("kb.write")
@takes()
def remove_article_file(slug: str, kept_id: UUID) -> ResponseReturnValue:
    article = access.kept_article(current_actor(), slug)
    if kept_id not in {each.id for each in queries.files_of(article.id)}:
        raise NotFound
    storage.remove(files.remove(kept_id, by=current_actor()))
    return _shown(article.slug, article.id)


@bp.get("/desk/kb/files/<uuid:kept_id>")
@staff_with("kb.read")
def kb_file(kept_id: UUID) -> ResponseReturnValue:
    """Shown in the browser only when it is a kind that cannot do anything there."""
    kept = access.file_for(current_actor(), kept_id)
    return stored(kept.stored_as, kept.media_type, kept.name)


def _shown(slug: str, article_id: UUID) -> ResponseReturnValue:
    return render_template(
        "workspace/kb/_files.html", slug=slug, files=queries.files_of(article_id)
    )

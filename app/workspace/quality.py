"""Reviews of the reader's own conversations, and what she says of them."""

from uuid import UUID

from flask import render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.insights import quality
from app.insights.models.quality import Response
from app.web import htmx
from app.web.fields import choice_field
from app.web.input import takes
from app.web.login import current_actor, staff_with
from app.workspace import bp


@bp.get("/desk/quality")
@staff_with("conversations.reply")
def my_reviews() -> ResponseReturnValue:
    return render_template(
        "workspace/quality/index.html", reviews=quality.of_agent(current_actor())
    )


@bp.post("/desk/quality/<uuid:review_id>")
@staff_with("conversations.reply")
@takes("response", "words")
def respond_to_review(review_id: UUID) -> ResponseReturnValue:
    quality.respond(
        review_id,
        choice_field("response", Response),
        request.form.get("words", ""),
        by=current_actor(),
    )
    return htmx.go(url_for("workspace.my_reviews"))

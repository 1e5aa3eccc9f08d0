"""Quality review: what is to be reviewed, score cards, and how it went over the weeks."""

from collections.abc import Mapping
from typing import Any
from uuid import UUID

from flask import redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue

from app.conversations import access
from app.conversations.presentation import as_message
from app.core.errors import Invalid
from app.insights import listening, quality, scoring
from app.insights.models import ScoreCard
from app.insights.quality import Answer
from app.supervision import bp
from app.web import htmx
from app.web.fields import id_field, id_or_none, whole
from app.web.input import takes
from app.web.login import current_actor, staff_with

KEYS = tuple(f"q{place}" for place in range(1, scoring.MOST_QUESTIONS + 1))
_ANSWERS = tuple(f"{part}_{key}" for key in KEYS for part in ("points", "comment", "message"))
_QUESTIONS = tuple(f"{part}_{key}" for key in KEYS for part in ("words", "weight", "fatal"))
_ROOM = 3


@bp.get("/quality")
@staff_with(quality.PERMISSION)
def quality_reviews() -> ResponseReturnValue:
    actor = current_actor()
    by_team = request.args.get("by") == "team"
    return render_template(
        "supervision/quality/index.html",
        samples=quality.to_review(actor),
        latest=quality.latest(actor),
        averages=quality.averages(actor, by_team=by_team),
        by_team=by_team,
        cards=quality.cards(),
    )


@bp.get("/quality/cards")
@staff_with(quality.PERMISSION)
def score_cards() -> ResponseReturnValue:
    found = quality.cards(all_versions=True)
    chosen = next((each for each in found if str(each.id) == request.args.get("card")), None)
    return render_template(
        "supervision/quality/cards.html", cards=found, chosen=chosen, keys=KEYS, room=_room(chosen)
    )


@bp.post("/quality/cards")
@staff_with(quality.PERMISSION)
@takes("name", *_QUESTIONS)
def write_score_card() -> ResponseReturnValue:
    quality.write_card(request.form.get("name", ""), _questions(request.form), by=current_actor())
    return htmx.go(url_for("supervision.score_cards"))


@bp.post("/quality/cards/<uuid:card_id>/retire")
@staff_with(quality.PERMISSION)
@takes()
def retire_score_card(card_id: UUID) -> ResponseReturnValue:
    quality.retire_card(card_id, by=current_actor())
    return htmx.go(url_for("supervision.score_cards"))


@bp.get("/quality/conversations/<uuid:conversation_id>")
@staff_with(quality.PERMISSION)
def quality_form(conversation_id: UUID) -> ResponseReturnValue:
    """The conversation beside the card; and how others saw it."""
    actor = current_actor()
    listening.listen(conversation_id, by=actor)
    heard = listening.overheard(conversation_id, by=actor)
    cards = quality.cards()
    wanted = request.args.get("card", "")
    card = next((each for each in cards if str(each.id) == wanted), next(iter(cards), None))
    return render_template(
        "supervision/quality/form.html",
        talk=heard.conversation,
        messages=[as_message(each, True) for each in heard.messages],
        cards=cards,
        card=card,
        others=quality.calibrated(actor, conversation_id),
        most=scoring.MOST_POINTS,
    )


@bp.post("/quality/conversations/<uuid:conversation_id>")
@staff_with(quality.PERMISSION)
@takes("card", "calibration", *_ANSWERS)
def review_quality(conversation_id: UUID) -> ResponseReturnValue:
    access.conversation_for(current_actor(), conversation_id, quality.PERMISSION)
    made = quality.review(
        conversation_id,
        id_field("card"),
        _answers(request.form),
        by=current_actor(),
        calibration=request.form.get("calibration") == "yes",
    )
    return redirect(url_for("supervision.quality_review", review_id=made.id), 303)


@bp.get("/quality/reviews/<uuid:review_id>")
@staff_with(quality.PERMISSION)
def quality_review(review_id: UUID) -> ResponseReturnValue:
    found = quality.review_for(current_actor(), review_id)
    return render_template("supervision/quality/review.html", review=found)


def _room(card: ScoreCard | None) -> int:
    """As many lines as the card has, and a few more."""
    return min(len(card.questions) if card else 0, scoring.MOST_QUESTIONS - _ROOM) + _ROOM


def _questions(form: Mapping[str, str]) -> list[dict[str, Any]]:
    """Lines without words are no questions."""
    return [
        {
            "words": form.get(f"words_{key}", ""),
            "weight": whole(form.get(f"weight_{key}", ""), field="weight", digits=3),
            "fatal": form.get(f"fatal_{key}") == "yes",
        }
        for key in KEYS
        if form.get(f"words_{key}", "").strip()
    ]


def _answers(form: Mapping[str, str]) -> dict[str, Answer]:
    found = {}
    for key in KEYS:
        given = form.get(f"points_{key}", "")
        if not given:
            continue
        points = None if given == "none" else whole(given, field=f"points_{key}", digits=1)
        message = id_or_none(form.get(f"message_{key}", ""), field=f"message_{key}")
        found[key] = Answer(points, form.get(f"comment_{key}", ""), message)
    if not found:
        raise Invalid(field="points")
    return found

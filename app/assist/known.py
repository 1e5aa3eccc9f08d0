"""The models in use, read once by each process and version."""

import structlog
from cryptography.exceptions import InvalidTag
from sqlalchemy import select

from app.assist.classifier import Classifier, unpacked
from app.assist.models import SuggestionModel, Target
from app.core import db

log = structlog.get_logger(__name__)

_read: dict[tuple[Target, str], tuple[SuggestionModel, Classifier]] = {}


def in_use(language: str) -> dict[Target, tuple[SuggestionModel, Classifier]]:
    """One statement; another one for each version that is new to this process. What does not open
    is left out: suggestions are never worth a broken page."""
    query = select(SuggestionModel).where(
        SuggestionModel.language == language, SuggestionModel.in_use
    )
    found = {each.target: _known(each) for each in db.session.scalars(query)}
    return {target: pair for target, pair in found.items() if pair is not None}


def _known(model: SuggestionModel) -> tuple[SuggestionModel, Classifier] | None:
    place = (model.target, model.language)
    if place in _read and _read[place][0].id == model.id:
        return model, _read[place][1]
    chosen = select(SuggestionModel.numbers_sealed).where(SuggestionModel.id == model.id)
    stored = db.session.scalar(chosen)
    if stored is None:  # another took its place in this moment
        return None
    try:
        classifier = unpacked(model.opened(stored))
    except InvalidTag:
        log.exception("suggestion_model_broken", model=str(model.id), target=model.target.value)
        return None
    _read[place] = (model, classifier)
    return model, classifier

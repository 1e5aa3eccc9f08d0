"""Learning anew from solved tickets: measured on the latest, and used only where it is better."""

from collections.abc import Sequence

from sqlalchemy import func, select

from app.assist import corpus, known, quality
from app.assist.classifier import Classifier, packed
from app.assist.corpus import Example
from app.assist.models import SuggestionModel, Target, Verdict
from app.assist.parting import parted
from app.assist.quality import Quality
from app.audit import service as audit
from app.core import clock, db
from app.core.actor import Actor
from app.core.i18n import LANGUAGES
from app.core.turns import take_turn


def train(*, by: Actor) -> list[SuggestionModel]:
    """Every target in every language of which there is enough, each in a transaction of its own."""
    made = [train_one(target, each, by=by) for target in Target for each in LANGUAGES]
    return [each for each in made if each is not None]


def train_one(target: Target, language: str, *, by: Actor) -> SuggestionModel | None:
    """A new version, put to use where it beats the one in use and who always says the most
    frequent; None where too little is known, or nothing new since the last one."""
    learnt, later = parted(corpus.solved(target, language))
    if not learnt or _is_known(target, language, later):
        return None
    from app.assist import fitting  # heavy, and only who learns needs it

    texts, truth = [each.text for each in later], [each.label for each in later]
    labels = [each.label for each in learnt]
    fitted = fitting.fit([each.text for each in learnt], labels)
    model = SuggestionModel(
        target=target,
        language=language,
        trained_at=clock.now(),
        learnt=len(learnt),
        threshold=fitted.threshold,
    )
    with db.transaction():
        take_turn(f"suggestion_model:{target}:{language}")
        before = _in_use(target, language)
        rival = _of_the_one_in_use(language, target, texts, truth)
        mine = _measured(fitted.classifier, texts, truth, fitted.threshold)
        base = quality.always(quality.most_frequent(labels), truth)
        _judge(model, mine, base, rival)
        db.session.add(model)
        db.session.flush()  # its numbers are sealed with its id
        if model.verdict is Verdict.TAKEN:
            _replace(before, model, fitted.classifier)
        audit.record(
            by,
            "suggestion_model.trained",
            "suggestion_model",
            model.id,
            target=target.value,
            language=language,
            verdict=model.verdict.value,
        )
    return model


def _judge(model: SuggestionModel, mine: Quality, base: Quality, rival: Quality | None) -> None:
    model.quality, model.baseline = mine.plain(), base.plain()
    model.rival = rival.plain() if rival else None
    if not mine.beats(base):
        model.verdict = Verdict.BELOW_BASELINE
    elif rival is not None and not mine.beats(rival):
        model.verdict = Verdict.NOT_BETTER
    else:
        model.verdict = Verdict.TAKEN
    model.in_use = False


def _replace(
    before: SuggestionModel | None, model: SuggestionModel, classifier: Classifier
) -> None:
    if before is not None:
        before.in_use, before.numbers_sealed = False, None
        db.session.flush()  # one of a kind is in use at a time
    model.in_use = True
    model.seal(packed(classifier))


def _measured(
    classifier: Classifier, texts: Sequence[str], truth: Sequence[str], threshold: float
) -> Quality:
    return quality.measure(truth, [classifier.guess(each) for each in texts], threshold)


def _of_the_one_in_use(
    language: str, target: Target, texts: Sequence[str], truth: Sequence[str]
) -> Quality | None:
    """On the same tickets; those were solved after all that it has learnt from."""
    pair = known.in_use(language).get(target)
    return None if pair is None else _measured(pair[1], texts, truth, pair[0].threshold)


def _is_known(target: Target, language: str, later: Sequence[Example]) -> bool:
    """Whether no ticket was solved since the last version learnt."""
    query = select(func.max(SuggestionModel.trained_at)).where(
        SuggestionModel.target == target, SuggestionModel.language == language
    )
    last = db.session.scalar(query)
    return last is not None and last >= later[-1].at


def _in_use(target: Target, language: str) -> SuggestionModel | None:
    query = select(SuggestionModel).where(
        SuggestionModel.target == target,
        SuggestionModel.language == language,
        SuggestionModel.in_use,
    )
    return db.session.scalar(query.with_for_update())

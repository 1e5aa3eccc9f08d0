"""What a ticket seems to be, by what was learnt from solved ones: its category and its weight."""

from collections.abc import Mapping
from dataclasses import dataclass
from uuid import UUID

from sqlalchemy import select

from app.assist import corpus, known
from app.assist.classifier import Guess
from app.assist.models import Kind, SuggestionAnswer, Target, offered_weight
from app.core import db
from app.tickets import setup
from app.tickets.models import Level, Priority, Ticket
from app.tickets.priorities import priority_of

_MOST_WORDS = 4


@dataclass(frozen=True, slots=True)
class Because:
    """How sure, of 1, the words that spoke for it most, and which model said so."""

    probability: float
    words: tuple[str, ...]
    model_id: UUID


@dataclass(frozen=True, slots=True)
class CategorySuggestion:
    category_id: UUID
    path: str
    because: Because


@dataclass(frozen=True, slots=True)
class WeightSuggestion:
    """`priority` is what the operator's matrix makes of it."""

    impact: Level
    urgency: Level
    priority: Priority
    because: Because

    @property
    def offered(self) -> str:
        return offered_weight(self.impact, self.urgency)


@dataclass(frozen=True, slots=True)
class Suggestions:
    category: CategorySuggestion | None = None
    weight: WeightSuggestion | None = None

    @property
    def some(self) -> bool:
        return self.category is not None or self.weight is not None


def for_ticket(ticket: Ticket) -> Suggestions:
    """Of an open ticket, what it is not yet and nobody has turned down."""
    if not ticket.is_open:
        return Suggestions()
    found = for_text(corpus.text_of(ticket), ticket.language, ticket.market_code)
    category, weight, declined = found.category, found.weight, _declined(ticket.id)
    if category and (
        category.category_id == ticket.category_id
        or (Kind.CATEGORY, str(category.category_id)) in declined
    ):
        category = None
    if weight and (
        (ticket.impact, ticket.urgency) == (weight.impact, weight.urgency)
        or (Kind.WEIGHT, weight.offered) in declined
    ):
        weight = None
    return Suggestions(category, weight)


def for_text(text: str, language: str, market_code: str) -> Suggestions:
    """Only what a ticket of this market may have, and only where a model is sure enough."""
    guesses = _guesses(text, language)
    return Suggestions(
        _category(guesses.get(Target.CATEGORY), market_code),
        _weight(guesses.get(Target.IMPACT), guesses.get(Target.URGENCY)),
    )


def _guesses(text: str, language: str) -> Mapping[Target, tuple[Guess, UUID]]:
    found = {}
    for target, (model, classifier) in known.in_use(language).items():
        guess = classifier.guess(text)
        if guess is not None and guess.probability >= model.threshold:
            found[target] = (guess, model.id)
    return found


def _category(found: tuple[Guess, UUID] | None, market_code: str) -> CategorySuggestion | None:
    if found is None:
        return None
    guess, model_id = found
    category_id = UUID(guess.label)
    paths = {each.category.id: each.path for each in setup.tree(market_codes=[market_code])}
    if category_id not in paths:
        return None
    return CategorySuggestion(category_id, paths[category_id], _because([guess], model_id))


def _weight(
    impact: tuple[Guess, UUID] | None, urgency: tuple[Guess, UUID] | None
) -> WeightSuggestion | None:
    if impact is None or urgency is None:
        return None
    levels = Level(impact[0].label), Level(urgency[0].label)
    because = _because([impact[0], urgency[0]], impact[1])
    return WeightSuggestion(*levels, priority_of(*levels, setup.matrix()), because)


def _because(guesses: list[Guess], model_id: UUID) -> Because:
    words = dict.fromkeys(each for guess in guesses for each in guess.words)
    return Because(min(e.probability for e in guesses), tuple(words)[:_MOST_WORDS], model_id)


def _declined(ticket_id: UUID) -> set[tuple[Kind, str]]:
    query = select(SuggestionAnswer.kind, SuggestionAnswer.offered).where(
        SuggestionAnswer.ticket_id == ticket_id, SuggestionAnswer.accepted.is_(False)
    )
    return {(kind, offered) for kind, offered in db.session.execute(query)}

"""What authors have to look after: what is due, what is a draft, and what nobody found."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import and_, case, func, select
from sqlalchemy.orm import aliased

from app.core import clock, db
from app.core.actor import Actor
from app.identity.models import Staff
from kb.models import Article, ArticleSearch, ArticleVersion, State, Translation
from kb.reach import reach_of, within

_MOST = 200


@dataclass(frozen=True, slots=True)
class Due:
    """An article that somebody should read again. `owner` is None when it has none."""

    slug: str
    title: str
    language: str
    owner: str | None
    review_on: date
    days_over: int

    @property
    def is_over(self) -> bool:
        return self.days_over > 0


@dataclass(frozen=True, slots=True)
class Gap:
    """A question that articles did not answer: how often nothing was found, or nothing opened."""

    language: str
    words: str
    asked: int
    without_result: int
    without_click: int
    last_at: datetime

    @property
    def unanswered(self) -> int:
        return self.without_result + self.without_click


def due(actor: Actor, *, within_days: int = 0, mine: bool = False) -> list[Due]:
    """Published articles whose day has come, or comes soon; those longest over first."""
    actor.must("kb.write")
    today = clock.now().date()
    query = (
        select(
            Article.slug,
            Article.source_language,
            Article.review_on,
            ArticleVersion.title,
            Staff.name,
        )
        .join(
            Translation,
            and_(
                Translation.article_id == Article.id,
                Translation.language == Article.source_language,
            ),
        )
        .join(
            ArticleVersion,
            and_(
                ArticleVersion.translation_id == Translation.id,
                ArticleVersion.state == State.PUBLISHED,
            ),
        )
        .join(Staff, Staff.id == Article.owner_id, isouter=True)
        .where(
            within(reach_of(actor)),
            Article.review_on <= today + timedelta(days=within_days),
        )
        .order_by(Article.review_on, Article.slug)
        .limit(_MOST)
    )
    if mine:
        query = query.where(Article.owner_id == actor.id)
    return [
        Due(slug, title, language, owner, day, (today - day).days)
        for slug, language, day, title, owner in db.session.execute(query)
        if day is not None
    ]


def due_count(actor: Actor) -> int:
    """How many are due today: for the badge."""
    return len(due(actor))


@dataclass(frozen=True, slots=True)
class Draft:
    slug: str
    language: str
    title: str
    saved_by: str
    saved_at: datetime
    is_new: bool


def drafts(actor: Actor) -> list[Draft]:
    """Versions that nobody has published yet, the latest first."""
    actor.must("kb.write")
    shown = aliased(ArticleVersion)
    query = (
        select(Article.slug, Translation.language, ArticleVersion, shown.id)
        .join(Translation, Translation.article_id == Article.id)
        .join(ArticleVersion, ArticleVersion.translation_id == Translation.id)
        .join(
            shown,
            and_(shown.translation_id == Translation.id, shown.state == State.PUBLISHED),
            isouter=True,
        )
        .where(ArticleVersion.state == State.DRAFT, within(reach_of(actor)))
        .order_by(ArticleVersion.saved_at.desc())
        .limit(_MOST)
    )
    return [
        Draft(slug, language, draft.title, draft.saved_by, draft.saved_at, published is None)
        for slug, language, draft, published in db.session.execute(query)
    ]


def gaps(actor: Actor, *, since: datetime, language: str = "") -> list[Gap]:
    """Questions of the actor's markets grouped by what they ask, the most often in vain first."""
    actor.must("kb.write")
    nothing = func.sum(case((ArticleSearch.found == 0, 1), else_=0))
    untouched = func.sum(
        case((and_(ArticleSearch.found > 0, ArticleSearch.opened.is_(False)), 1), else_=0)
    )
    query = (
        select(
            ArticleSearch.language,
            func.mode().within_group(ArticleSearch.words),
            func.count(),
            nothing,
            untouched,
            func.max(ArticleSearch.at),
        )
        .where(ArticleSearch.at >= since)
        .group_by(ArticleSearch.language, ArticleSearch.gist)
        .having(nothing + untouched > 0)
        .order_by((nothing * 2 + untouched).desc(), func.max(ArticleSearch.at).desc())
        .limit(_MOST)
    )
    if actor.markets:
        query = query.where(
            ArticleSearch.market.is_(None) | ArticleSearch.market.in_(actor.markets)
        )
    if language:
        query = query.where(ArticleSearch.language == language)
    return [Gap(*row) for row in db.session.execute(query)]

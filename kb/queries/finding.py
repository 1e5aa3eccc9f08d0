"""Finding articles: by search, and by what somebody said."""

from collections.abc import Sequence

from sqlalchemy import tuple_

from app.core import db
from app.core.actor import Actor
from app.core.i18n import LANGUAGES
from kb import switch
from kb.models import Article, Synonyms, Translation
from kb.reach import reach_of
from kb.search import synonyms as shipped
from kb.search.port import Hit
from kb.shown import Shown, as_shown, shown_to

_MOST = 50
_RELATED = 4
# A hit that scores less says little about what was asked.
_SUGGESTED_FROM = 0.2


def search(actor: Actor, text: str, language: str, *, limit: int = 5) -> list[Hit]:
    """Articles in this language that answer `text`, best first. Never fails on what was typed.

    Whatever an index says, only what this actor may read now is given.
    """
    most = max(1, min(limit, _MOST))
    hits = _asked(text, language, actor, most)
    readable = {(each.slug, each.language) for each in shown_hits(actor, hits)}
    return [hit for hit in hits if (hit.slug, hit.language) in readable]


def suggestions(actor: Actor, said: Sequence[str], language: str, *, limit: int = 3) -> list[Hit]:
    """What may answer somebody's latest words, the last said first; nothing rather than anything.

    Each saying is asked alone, for people begin with a greeting and come to the point later.
    """
    best: dict[str, Hit] = {}
    for saying in said:
        for hit in search(actor, saying, language, limit=limit):
            known = best.get(hit.slug)
            if hit.score >= _SUGGESTED_FROM and (known is None or hit.score > known.score):
                best[hit.slug] = hit
    return sorted(best.values(), key=lambda hit: -hit.score)[:limit]


def shown_hits(actor: Actor, hits: Sequence[Hit]) -> list[Shown]:
    """The articles found, as far as this actor may read them now."""
    named = [(hit.slug, hit.language) for hit in hits]
    if not named:
        return []
    query = shown_to(actor).where(tuple_(Article.slug, Translation.language).in_(named))
    return as_shown(db.session.execute(query))


def related(actor: Actor, shown: Shown) -> list[Hit]:
    """Others that somebody who reads this one may want to read."""
    hits = search(actor, f"{shown.title} {shown.summary} ", shown.language, limit=_RELATED + 1)
    return [hit for hit in hits if hit.slug != shown.slug][:_RELATED]


def languages_of(actor: Actor, slug: str) -> list[str]:
    """In which languages this actor may read the article."""
    query = shown_to(actor).where(Article.slug == slug)
    return sorted(db.session.scalars(query.with_only_columns(Translation.language)))


def all_shown(actor: Actor) -> list[Shown]:
    """Every article in every language, for a map of the site."""
    return sorted(
        as_shown(db.session.execute(shown_to(actor))),
        key=lambda each: (each.slug, each.language),
    )


def synonyms(language: str) -> list[list[str]]:
    """Groups of words that mean the same: as they were written, else those that are shipped."""
    written = db.session.get(Synonyms, language)
    return written.groups if written else shipped.shipped(language)


def _asked(text: str, language: str, actor: Actor, most: int) -> list[Hit]:
    reach = reach_of(actor)
    if not reach.audiences or language not in LANGUAGES or not text.strip():
        return []
    groups = shipped.touched(text, synonyms(language))
    return switch.index().search(text, language, reach=reach, limit=most, synonyms=groups)

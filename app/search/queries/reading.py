"""Articles, as the knowledge base finds them, in the language of the reader or the one chosen."""

from app.core.actor import Actor
from app.core.i18n import LANGUAGES, language
from app.search.asked import Asked, Count, Found, Thing
from app.search.snippets import snippet
from app.search.wording import Typed
from kb import queries as kb

_MOST = 50


def look(actor: Actor, asked: Asked, words: Typed, limit: int) -> tuple[list[Found], Count]:
    if asked.is_narrowed or not (actor.is_staff and actor.may("kb.read")):
        return [], Count()
    spoken = asked.language if asked.language in LANGUAGES else language()
    hits = kb.search(actor, words.text, spoken, limit=_MOST)
    found = [
        Found(
            Thing.ARTICLE,
            hit.slug,
            hit.title,
            detail=hit.summary,
            language=hit.language,
            snippet=snippet(hit.snippet or hit.summary, words.words),
        )
        for hit in hits[:limit]
    ]
    return found, Count(len(hits))

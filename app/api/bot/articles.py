"""What the knowledge base says: to a customer who has proved who she is, what is for customers."""

from dataclasses import replace

from flask import current_app, request

from app.api.bot import bp
from app.api.bot.asking import Answer, on_behalf
from app.core.actor import BOT, Actor
from app.selfservice.asker import Asker
from kb import queries, service
from kb.models import Place

_MOST = 3
_LONGEST_QUESTION = 300


@bp.get("/conversations/<uuid:conversation_id>/articles")
@on_behalf("kb.read")
def articles(asker: Asker) -> Answer:
    words = request.args.get("q", "").replace("\x00", " ").strip()[:_LONGEST_QUESTION]
    hits = queries.search(_reader(asker), words, asker.language, limit=_MOST)
    service.note_search(
        words,
        asker.language,
        place=Place.BOT,
        found=len(hits),
        market=asker.market.code,
        opened=bool(hits),
    )
    base = f"{current_app.config['DIALTONE'].public_url}/help/{asker.market.code.lower()}"
    return {
        "articles": [
            {
                "title": each.title,
                "summary": each.summary,
                "score": each.score,
                "url": f"{base}/{asker.language}/{each.slug}",
            }
            for each in hits
        ]
    }


def _reader(asker: Asker) -> Actor:
    if asker.verified:
        return asker.actor
    return replace(BOT, permissions=frozenset({"kb.read"}), markets=frozenset({asker.market.code}))

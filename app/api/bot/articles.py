"""What the public knowledge base says. Needs no customer."""

from flask import current_app, request

from app.api.bot import bp
from app.api.bot.asking import Answer, Asked, on_behalf
from kb import queries
from kb.models import Audience

_MOST = 3
_LONGEST_QUESTION = 300


@bp.get("/conversations/<uuid:conversation_id>/articles")
@on_behalf("kb.read")
def articles(asked: Asked) -> Answer:
    words = request.args.get("q", "").replace("\x00", " ").strip()[:_LONGEST_QUESTION]
    hits = queries.search(words, asked.language, audience=Audience.PUBLIC, limit=_MOST)
    base = current_app.config["DIALTONE"].public_url
    return {
        "articles": [
            {
                "title": each.title,
                "summary": each.summary,
                "url": f"{base}/help/{each.slug}?language={asked.language}",
            }
            for each in hits
        ]
    }

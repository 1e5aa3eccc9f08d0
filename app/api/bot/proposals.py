"""What the bot may do for her: propose it, and carry it out once she has accepted."""

from typing import Any
from uuid import UUID

from pydantic import BaseModel, ConfigDict, Field

from app.api.bot import bp
from app.api.bot.asking import Answer, body_of, on_behalf
from app.selfservice.asker import Asker
from app.selfservice.service import proposing


class Wish(BaseModel):
    """`wanted` is checked by its kind."""

    model_config = ConfigDict(extra="forbid")

    kind: str = Field(max_length=40)
    wanted: dict[str, Any] = Field(max_length=20)


@bp.post("/conversations/<uuid:conversation_id>/proposals")
@on_behalf("conversations.reply")
def propose(asker: Asker) -> Answer:
    wish = body_of(Wish)
    proposal = proposing.propose(wish.kind, wish.wanted, by=asker)
    return {
        "proposal_id": str(proposal.id),
        "title": proposal.title,
        "sentence": proposal.sentence,
    }


@bp.post("/conversations/<uuid:conversation_id>/proposals/<uuid:proposal_id>/accept")
@on_behalf("conversations.reply")
def accept(asker: Asker, proposal_id: UUID) -> Answer:
    done = proposing.accept(proposal_id, by=asker)
    return {"sentence": done.sentence, "custom": dict(done.custom)}

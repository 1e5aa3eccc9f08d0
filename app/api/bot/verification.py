"""How sure we are who writes, and asking for a proof. The code itself never comes here: she writes
it in the conversation, and the bot is told what came of it."""

from pydantic import BaseModel, ConfigDict, Field

from app.api.bot import bp
from app.api.bot.asking import Answer, body_of, on_behalf
from app.conversations.models import Verification
from app.conversations.service import proving
from app.core.actor import BOT
from app.selfservice.asker import Asker


class WantedCode(BaseModel):
    """`number` is what a stranger says is hers; worth nothing where we know the customer."""

    model_config = ConfigDict(extra="forbid")

    number: str = Field(default="", max_length=40)


@bp.get("/conversations/<uuid:conversation_id>/verification")
@on_behalf("conversations.read")
def verification(asker: Asker) -> Answer:
    """What would prove enough for facts, or for what costs money."""
    return {
        "verified": asker.verified,
        "proof": asker.conversation.verification.value,
        "for_facts": asker.missing(Verification.ADDRESS),
        "for_money": asker.missing(Verification.IDENTITY),
    }


@bp.post("/conversations/<uuid:conversation_id>/verification/code")
@on_behalf("conversations.reply")
def send_code(asker: Asker) -> Answer:
    wanted = body_of(WantedCode)
    sent = proving.ask(asker.conversation.id, by=BOT, number=wanted.number)
    return {"to": sent.to, "minutes": sent.minutes, "tries": sent.tries}

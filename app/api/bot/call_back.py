"""She would rather be called than write on."""

from pydantic import BaseModel, ConfigDict, Field

from app.api.bot import bp
from app.api.bot.asking import Answer, body_of, on_behalf
from app.api.bot.handover import standing
from app.conversations.models import Status
from app.selfservice.asker import Asker
from app.selfservice.service import call_backs
from app.subscriptions.msisdn import for_people


class WantedCall(BaseModel):
    model_config = ConfigDict(extra="forbid")

    number: str | None = Field(default=None, max_length=40)
    intent: str = Field(default="call_back", max_length=80)
    topic: str = Field(default="other", max_length=40)
    tried: list[str] = Field(default_factory=list, max_length=100)
    summary: str = Field(default="", max_length=4000)


@bp.post("/conversations/<uuid:conversation_id>/call-back")
@on_behalf("conversations.reply", also=Status.WAITING)
def call_back(asker: Asker) -> Answer:
    """The bot goes on in what she writes. Raises NumberNeeded when we know none, BadNumber."""
    told = body_of(WantedCall)
    number = call_backs.number_for(asker, told.number)
    call = call_backs.ask(
        asker, number, intent=told.intent, topic=told.topic, tried=told.tried, said=told.summary
    )
    return {"number_text": for_people(number), **standing(asker, call.conversation_id)}

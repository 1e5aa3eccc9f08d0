"""Another e-mail address: a code goes to it, and it counts once she has told the code."""

from pydantic import BaseModel, ConfigDict, Field

from app.api.bot import bp
from app.api.bot.asking import Answer, body_of, on_behalf
from app.conversations.models import Verification
from app.core.i18n import gettext as _
from app.core.ids import as_id
from app.selfservice.asker import Asker
from app.selfservice.service import new_email


class WantedAddress(BaseModel):
    model_config = ConfigDict(extra="forbid")

    email: str = Field(max_length=300)


class ToldCode(BaseModel):
    model_config = ConfigDict(extra="forbid")

    code_id: str
    code: str = Field(max_length=20)


@bp.post("/conversations/<uuid:conversation_id>/email/code")
@on_behalf("customers.read")
def send_email_code(asker: Asker) -> Answer:
    asker.must_prove(Verification.IDENTITY)
    wanted = body_of(WantedAddress)
    sent = new_email.send_code(asker.customer.id, wanted.email, by=asker.actor)
    return {"code_id": str(sent.id), "email": sent.address}


@bp.post("/conversations/<uuid:conversation_id>/email")
@on_behalf("customers.read")
def change_email(asker: Asker) -> Answer:
    """Telling the code is her yes; it works once."""
    asker.must_prove(Verification.IDENTITY)
    told = body_of(ToldCode)
    customer = new_email.confirm(asker.customer.id, as_id(told.code_id), told.code, by=asker.actor)
    return {
        "email": customer.email,
        "sentence": _("Your e-mail is %(email)s now.", email=customer.email),
    }

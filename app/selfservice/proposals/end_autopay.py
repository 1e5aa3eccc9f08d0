"""AutoPay switched off, or on again after a pause."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from app.conversations.models import Verification
from app.core.i18n import gettext as _
from app.core.ids import as_id
from app.payments import access
from app.payments import service as payments
from app.payments.errors import AutoPayOver
from app.payments.models import AutoPayMandate
from app.selfservice.asker import Asker
from app.selfservice.proposals.kind import Done, Kind, Proposed, read
from app.selfservice.standing import autopay_of_text


class WantedMandate(BaseModel):
    model_config = ConfigDict(extra="forbid")

    mandate_id: str = Field(max_length=40)


class EndAutoPay(Kind):
    name = "end_autopay"
    permission = "payments.methods"
    proof = Verification.IDENTITY

    def prepare(self, asker: Asker, wanted: Mapping[str, Any]) -> Proposed:
        mandate = _hers(asker, wanted)
        sentence = _(
            "AutoPay for %(what)s ends at once; nothing more is taken from %(method)s. What is "
            "due you pay yourself.",
            **_words(mandate),
        )
        return Proposed(_("AutoPay"), sentence, {"mandate_id": str(mandate.id)})

    def carry_out(self, asker: Asker, terms: Mapping[str, Any]) -> Done:
        mandate = payments.revoke_autopay(as_id(terms["mandate_id"]), by=asker.actor)
        return Done(_("AutoPay for %(what)s is off.", **_words(mandate)))


class ResumeAutoPay(Kind):
    name = "resume_autopay"
    permission = "payments.methods"
    proof = Verification.IDENTITY

    def prepare(self, asker: Asker, wanted: Mapping[str, Any]) -> Proposed:
        mandate = _hers(asker, wanted)
        sentence = _(
            "AutoPay for %(what)s goes on, with %(method)s, as you had set it up.",
            **_words(mandate),
        )
        return Proposed(_("AutoPay"), sentence, {"mandate_id": str(mandate.id)})

    def carry_out(self, asker: Asker, terms: Mapping[str, Any]) -> Done:
        mandate = payments.resume_autopay(as_id(terms["mandate_id"]), by=asker.actor)
        return Done(_("AutoPay for %(what)s is on again.", **_words(mandate)))


def _hers(asker: Asker, wanted: Mapping[str, Any]) -> AutoPayMandate:
    said = read(WantedMandate, wanted)
    mandate = access.mandate_for(asker.actor, as_id(said.mandate_id), "payments.methods")
    if mandate.revoked_at is not None:
        raise AutoPayOver
    return mandate


def _words(mandate: AutoPayMandate) -> dict[str, str]:
    return {"what": autopay_of_text(mandate), "method": mandate.saved_method.name}

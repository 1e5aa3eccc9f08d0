"""Where she lives, as it stands on her account."""

from collections.abc import Mapping
from typing import Any

from pydantic import BaseModel, ConfigDict, Field

from app.conversations.models import Verification
from app.core.i18n import gettext as _
from app.customers import contact, service
from app.selfservice.asker import Asker
from app.selfservice.errors import SameCity
from app.selfservice.proposals.kind import Done, Kind, Proposed, read


class Wanted(BaseModel):
    model_config = ConfigDict(extra="forbid")

    city: str = Field(max_length=200)


class ChangeCity(Kind):
    name = "change_city"
    permission = "customers.read"
    proof = Verification.IDENTITY

    def prepare(self, asker: Asker, wanted: Mapping[str, Any]) -> Proposed:
        city = contact.plain_text(read(Wanted, wanted).city, field="city", longest=100)
        if city.casefold() == asker.customer.city.casefold():
            raise SameCity
        return Proposed(
            title=_("Change of address"),
            sentence=_(
                "The city on your account changes from %(before)s to %(city)s.",
                before=asker.customer.city,
                city=city,
            ),
            terms={"city": city},
        )

    def carry_out(self, asker: Asker, terms: Mapping[str, Any]) -> Done:
        service.change_contact(asker.customer.id, by=asker.actor, city=terms["city"])
        return Done(_("The city on your account is %(city)s.", city=terms["city"]))

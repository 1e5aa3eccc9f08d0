"""Activating a SIM: ordered here, followed until the network has switched the line on."""

import base64
import binascii
from datetime import datetime
from typing import Annotated, Literal, cast
from uuid import UUID

from pydantic import Field, StringConstraints, model_validator

from app.api.v1 import bp, finding
from app.api.v1.asking import Sending, Shown, client_with, commands, reads
from app.api.v1.words import Name, Start, only_now
from app.catalog.models import Mode
from app.core.errors import Invalid
from app.core.i18n import lazy
from app.customers.papers import PaperKind
from app.subscriptions import access
from app.subscriptions import service as subscriptions
from app.subscriptions.models import Activation, ActivationStatus
from app.subscriptions.service.activations import Paper
from app.web.login import current_actor

# Two papers of eight megabytes, in base64.
_LARGEST = 24 * 1024 * 1024
# As the steps are called everywhere outside.
Status = Literal[
    "RECEIVED",
    "KYC_PENDING",
    "KYC_REJECTED",
    "PROVISIONING",
    "ACTIVE",
    "ESCALATED",
    "CANCELLED",
]
_Document = Annotated[
    str,
    Field(description="JPEG, PNG or PDF in base64, 8 MB at most.", max_length=12_000_000),
]


class Kyc(Sending):
    """The paper that the customer shows."""

    paper: PaperKind
    number: Annotated[str, StringConstraints(min_length=1, max_length=200)]
    documents: Annotated[list[_Document], Field(max_length=4)] = []


class ActivateSim(Sending):
    """Whose line it will be: an account, or a customer (id or reference) and her first account.

    Without `iccid` or `number` the next one in stock is taken. `kyc` may be left out for a
    customer whose identity is known.
    """

    customer: Name | None = None
    account_id: UUID | None = None
    offer: Name
    mode: Mode
    sim: Literal["sim", "esim"] = "sim"
    iccid: Name | None = None
    number: Name | None = None
    kyc: Kyc | None = None
    starts_at: Start | None = None

    @model_validator(mode="after")
    def _somebody(self) -> "ActivateSim":
        if self.customer is None and self.account_id is None:
            raise ValueError(lazy("customer or account_id is needed"))
        return self


class Step(Shown):
    status: Status
    at: datetime
    note: str


class ActivationShown(Shown):
    """`reason` says why it was rejected or stands still."""

    id: UUID
    reference: str
    status: Status
    reason: str | None
    customer_id: UUID
    account_id: UUID
    line_id: UUID | None
    offer: str
    mode: Mode
    sim: str
    iccid: str
    number: str
    steps: list[Step]
    created_at: datetime
    finished_at: datetime | None


@bp.post("/activate-sim")
@client_with("subscriptions.activate")
@commands(ActivationShown, body=ActivateSim, status=202, largest=_LARGEST)
def activate_sim(wanted: ActivateSim, *, key: str) -> ActivationShown:
    """Order a mobile line. It is ACTIVE once identity and network have said yes."""
    only_now(wanted.starts_at)
    by = current_actor()
    account = finding.account_of(
        wanted.customer, wanted.account_id, "subscriptions.activate", by=by
    )
    order = subscriptions.activate(
        account.id,
        by=by,
        offer_code=wanted.offer,
        mode=wanted.mode,
        effect_key=key,
        sim_form=wanted.sim,
        iccid=wanted.iccid,
        number=wanted.number,
        paper=_paper(wanted.kyc),
    )
    return _shown(order)


@bp.get("/activations/<uuid:activation_id>")
@client_with("subscriptions.activate")
@reads(ActivationShown)
def activation(activation_id: UUID) -> ActivationShown:
    """How an activation stands."""
    return _shown(access.activation_for(current_actor(), activation_id, "subscriptions.activate"))


def _paper(kyc: Kyc | None) -> Paper | None:
    if kyc is None:
        return None
    return Paper(kyc.paper, kyc.number, [_decoded(each) for each in kyc.documents])


def _decoded(text: str) -> bytes:
    try:
        return base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        raise Invalid(field="kyc.documents") from None


def _shown(order: Activation) -> ActivationShown:
    return ActivationShown(
        id=order.id,
        reference=order.reference,
        status=_status(order.status),
        reason=order.reason,
        customer_id=order.customer_id,
        account_id=order.account_id,
        line_id=order.line_id,
        offer=order.version.offer.code,
        mode=order.version.offer.mode,
        sim=order.sim_form,
        iccid=order.iccid,
        number=order.number,
        steps=[
            Step.model_validate({**each, "status": _status(each["status"])})
            for each in order.history
        ],
        created_at=order.created_at,
        finished_at=order.finished_at,
    )


def _status(stored: str) -> Status:
    return cast("Status", ActivationStatus(stored).name)

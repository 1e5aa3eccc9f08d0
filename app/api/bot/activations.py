"""How her orders for new lines stand, and whether the number on a SIM card is one of them."""

from typing import Any

from flask import current_app, request

from app.api.bot import bp
from app.api.bot.asking import Answer, on_behalf
from app.core.i18n import lazy
from app.selfservice.asker import Asker
from app.subscriptions import iccid, msisdn
from app.subscriptions.errors import BadIccid
from app.subscriptions.models import Activation, ActivationStatus
from app.subscriptions.queries import activations_of

_MOST = 5
_STATES: dict[ActivationStatus, Any] = {
    ActivationStatus.RECEIVED: lazy("received"),
    ActivationStatus.KYC_PENDING: lazy("your identity paper is being checked"),
    ActivationStatus.KYC_REJECTED: lazy("your identity paper was not accepted"),
    ActivationStatus.PROVISIONING: lazy("the network is switching it on"),
    ActivationStatus.ACTIVE: lazy("active"),
    ActivationStatus.ESCALATED: lazy("stuck in the network: a person is on it"),
    ActivationStatus.CANCELLED: lazy("cancelled"),
}
_NEXT: dict[ActivationStatus, Any] = {
    ActivationStatus.RECEIVED: lazy("It goes on by itself; we tell you when it works."),
    ActivationStatus.KYC_PENDING: lazy("It goes on by itself once the check is done."),
    ActivationStatus.KYC_REJECTED: lazy(
        "Please show another valid paper in a shop or to a person."
    ),
    ActivationStatus.PROVISIONING: lazy("Usually a few minutes. Then restart the phone."),
    ActivationStatus.ACTIVE: lazy("If there is no signal, restart the phone with the SIM in it."),
    ActivationStatus.ESCALATED: lazy("You need not do anything; we tell you when it works."),
    ActivationStatus.CANCELLED: lazy("It can be ordered again."),
}


@bp.get("/conversations/<uuid:conversation_id>/activations")
@on_behalf("customers.read")
def activations(asker: Asker) -> Answer:
    """`iccid` is told to be hers, unknown to her orders, or misread; others' are unknown too."""
    found = activations_of(asker.customer.id, limit=_MOST)
    typed = request.args.get("iccid", "")
    card, meant = _card(typed, found)
    return {
        "card": card,
        "activations": [_told(each) for each in ([meant] if meant else found)],
        "shop_url": f"{current_app.config['DIALTONE'].public_url}/my/",
    }


def _card(typed: str, orders: list[Activation]) -> tuple[str | None, Activation | None]:
    if not typed:
        return None, None
    try:
        number = iccid.checked(typed)
    except BadIccid:
        return "misread", None
    meant = next((each for each in orders if each.iccid == number), None)
    return ("hers" if meant else "unknown"), meant


def _told(order: Activation) -> Answer:
    return {
        "reference": order.reference,
        "status": order.status.value,
        "status_text": str(_STATES[order.status]),
        "next_text": str(_NEXT[order.status]),
        "number": msisdn.for_people(order.number),
        "plan": order.version.offer.name,
        "iccid_end": order.iccid[-4:],
    }

"""How AutoPay stands, line by line."""

from flask import current_app

from app.api.bot import bp
from app.api.bot.asking import Answer, on_behalf
from app.catalog.models import Mode
from app.core.i18n import gettext as _
from app.payments import queries
from app.payments.models import AutoPayMandate
from app.selfservice.asker import Asker
from app.selfservice.figures import label, spoken
from app.selfservice.standing import autopay_of_text
from app.subscriptions.models import LineStatus
from app.subscriptions.queries import lines_of


@bp.get("/conversations/<uuid:conversation_id>/autopay")
@on_behalf("payments.read")
def autopay(asker: Asker) -> Answer:
    mandates = queries.mandates_of(asker.customer.id)
    bills = {each.account_id: each for each in mandates if each.line_id is None}
    credit = {each.line_id: each for each in mandates if each.line_id is not None}
    lines = [each for each in lines_of(asker.customer.id) if each.status is LineStatus.ACTIVE]
    return {
        "lines": [
            {
                "line_id": str(line.id),
                "label": label(line),
                "mode": line.mode.value,
                "autopay": _mandate(
                    credit.get(line.id)
                    if line.mode is Mode.PREPAID
                    else bills.get(line.account_id),
                    asker,
                ),
            }
            for line in lines
        ],
        "methods": [
            {"id": str(each.id), "name": each.name}
            for each in queries.saved_methods_of(asker.customer.id)
        ],
        "url": f"{current_app.config['DIALTONE'].public_url}/my/paying",
    }


def _mandate(mandate: AutoPayMandate | None, asker: Asker) -> Answer | None:
    if mandate is None:
        return None
    words = {"what": autopay_of_text(mandate), "method": mandate.saved_method.name}
    text = (
        _("AutoPay for %(what)s is on, with %(method)s.", **words)
        if mandate.is_active
        else _("AutoPay for %(what)s is paused.", **words)
    )
    return {
        "mandate_id": str(mandate.id),
        "state": "on" if mandate.is_active else "paused",
        "text": text,
        "limit_text": spoken(mandate.most, asker),
    }

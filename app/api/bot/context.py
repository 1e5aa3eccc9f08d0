"""With whom the bot speaks, and what she has."""

from app.api.bot import bp
from app.api.bot.asking import Answer, on_behalf
from app.selfservice.asker import Asker
from app.selfservice.figures import label, tax_text
from app.subscriptions.models import Line, LineStatus
from app.subscriptions.queries import current_plan, lines_of


@bp.get("/conversations/<uuid:conversation_id>/context")
@on_behalf("conversations.read")
def context(asker: Asker) -> Answer:
    customer = asker.customer if asker.verified else None
    lines = lines_of(customer.id) if customer else []
    return {
        "conversation_id": str(asker.conversation.id),
        "language": asker.language,
        "market": asker.market.code,
        "currency": asker.market.currency,
        "tax_text": tax_text(asker),
        "verified": asker.verified,
        "customer": {"id": str(customer.id), "first_name": customer.first_name}
        if customer
        else None,
        "lines": [_line(each) for each in lines if each.status is not LineStatus.CLOSED],
    }


def _line(line: Line) -> Answer:
    offer = current_plan(line).version.offer
    return {
        "id": str(line.id),
        "label": label(line),
        "msisdn": line.number,
        "service": line.service.value,
        "mode": line.mode.value,
        "status": line.status.value,
        "plan": {"code": offer.code, "name": offer.name},
    }

"""The PUK of her SIM: for nobody but her whom we know."""

from flask import request

from app.api.bot import bp
from app.api.bot.asking import Answer, on_behalf
from app.conversations.models import Verification
from app.conversations.secret_words import blank
from app.selfservice.asker import Asker
from app.selfservice.figures import label
from app.subscriptions.service.puks import puk_for


@bp.get("/conversations/<uuid:conversation_id>/puk")
@on_behalf("customers.read")
def puk(asker: Asker) -> Answer:
    """Looking is written down, as everybody's is. The bot gets a blank for it."""
    asker.must_prove(Verification.IDENTITY)
    line = asker.line(request.args.get("line_id"))
    sim = puk_for(line.id, by=asker.actor, permission="customers.read")
    return {
        "line_id": str(line.id),
        "label": label(line),
        "puk": blank(sim.puk, asker.conversation.id),
        "iccid_end": sim.iccid[-4:],
    }

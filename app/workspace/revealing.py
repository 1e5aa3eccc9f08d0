"""Looking at one hidden field: asked for with a reason, shown for some minutes, written down."""

from collections.abc import Callable

from flask import render_template, request
from flask.typing import ResponseReturnValue

from app.billing import access as bills
from app.billing.documents import document_of
from app.core import db
from app.core.actor import Actor
from app.core.errors import Invalid
from app.core.i18n import gettext as _
from app.core.i18n import language
from app.core.ids import as_id
from app.customers import access as customers
from app.customers.models import Account
from app.identity import reveals
from app.identity.reveals import SHOWN_FOR
from app.payments import access as payments
from app.subscriptions import access as lines
from app.usage import queries as usage
from app.web.fields import id_of
from app.web.input import takes
from app.web.login import current_actor, current_session, staff_with
from app.workspace import bp

DIALOG, SHOWN = "workspace/revealing/ask.html", "workspace/revealing/shown.html"


@bp.get("/desk/reveal")
@staff_with("fields.reveal")
def ask_to_reveal() -> ResponseReturnValue:
    field, object_id = request.args.get("field", ""), _plain(request.args.get("object_id", ""))
    _found(field, object_id, current_actor())
    minutes = int(SHOWN_FOR.total_seconds() // 60)
    return render_template(DIALOG, field=field, object_id=object_id, minutes=minutes)


@bp.post("/desk/reveal")
@staff_with("fields.reveal")
@takes("field", "object_id", "why")
def reveal_field() -> ResponseReturnValue:
    form, actor = request.form, current_actor()
    field, object_id = form.get("field", ""), _plain(form.get("object_id", ""))
    market_code, value = _found(field, object_id, actor)
    reveals.reveal(
        field,
        object_id,
        form.get("why", ""),
        by=actor,
        session_id=current_session().id,
        market_code=market_code,
    )
    return render_template(SHOWN, value=value)


def _found(field: str, object_id: str, actor: Actor) -> tuple[str, str]:
    """The market and the value, for who may see the thing. Raises NotFound, Forbidden, Invalid."""
    if field not in _FINDERS:
        raise Invalid(field="field")
    return _FINDERS[field](object_id, actor)


def _customer(attribute: str) -> Callable[[str, Actor], tuple[str, str]]:
    def find(object_id: str, actor: Actor) -> tuple[str, str]:
        customer = customers.customer_for(actor, id_of(object_id, field="object_id"))
        return customer.market_code, str(getattr(customer, attribute))

    return find


def _payment(object_id: str, actor: Actor) -> tuple[str, str]:
    payment = payments.payment_for(actor, id_of(object_id, field="object_id"), "payments.read")
    account = db.session.get_one(Account, payment.account_id)
    return account.market_code, payment.transaction_id or ""


def _invoice_lines(object_id: str, actor: Actor) -> tuple[str, str]:
    invoice = bills.invoice_for(actor, id_of(object_id, field="object_id"))
    rows = document_of(invoice.id, language()).rows
    return invoice.account.market_code, ", ".join(
        sorted({each.number or "" for each in rows} - {""})
    )


def _invoice_calls(object_id: str, actor: Actor) -> tuple[str, str]:
    """They stand in the paper and the file, not on a page: those show them for as long."""
    invoice = bills.invoice_for(actor, id_of(object_id, field="object_id"))
    actor.must("usage.read")
    return invoice.account.market_code, _("in the paper and the file, for some minutes")


def _other_party(object_id: str, actor: Actor) -> tuple[str, str]:
    line_id, _sign, identity = object_id.partition(":")
    line = lines.line_for(actor, as_id(line_id), "usage.read")
    record = usage.record_of(line.id, as_id(identity))
    return line.market_code, record.other_party or ""


def _plain(given: str) -> str:
    """An id, or two, as the trail writes them: whoever looks for them there must find them."""
    return ":".join(str(id_of(each, field="object_id")) for each in given.split(":"))


_FINDERS: dict[str, Callable[[str, Actor], tuple[str, str]]] = {
    "customer.email": _customer("email"),
    "customer.phone": _customer("phone"),
    "payment.reference": _payment,
    "usage.other_party": _other_party,
    "invoice.lines": _invoice_lines,
    "invoice.calls": _invoice_calls,
}

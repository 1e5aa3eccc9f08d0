"""Confirming that it is you, for one deed: by a passkey or a code of six digits, customers by a
passkey, their password or, without one, by a code that is sent to them.

A view calls `confirmed("payments.refund", payment.id, amount)` before what it guards. Without a
fresh confirmation the answer says `step_up_needed`; the page asks, and the very same request is
repeated with the proof in it.
"""

from typing import Any
from uuid import UUID

from flask import Response, after_this_request, g, make_response, render_template, request
from flask.typing import ResponseReturnValue

from app.core import db
from app.core.i18n import gettext as _
from app.core.i18n import lazy
from app.core.money import Money
from app.core.secrets import masked_address
from app.customers.models import Customer
from app.identity import sessions, step_up
from app.identity.errors import StepUpNeeded, TooManyCodes
from app.identity.models import SessionKind
from app.identity.step_up import Deed
from app.subscriptions.queries import proving_addresses
from app.web import came_from, csrf, htmx, login

HEADER, FIELD = "X-Confirmation", "confirmation"
# Before the answer of a passkey, which is JSON in base64url.
PASSKEY = "passkey:"
LONGEST_PROOF = 8192
# What the page must send from now on: its form tokens belong to the session's old id.
FRESH_TOKEN = "X-Fresh-CSRF-Token"  # noqa: S105 - the name of a header
LONGEST_FIELD = 10_000

# What people read for a deed.
DEEDS: dict[str, Any] = {
    "approvals.decide": lazy("Approve what somebody else asked for"),
    "api.manage": lazy("Give a machine access"),
    "billing.credit": lazy("Credit an invoice"),
    "billing.debit": lazy("Add to an invoice"),
    "billing.run": lazy("Start a billing run"),
    "billing.undo_write_off": lazy("Take a write-off back"),
    "billing.write_off": lazy("Write off a debt"),
    "cash.return": lazy("Send money back"),
    "care_pin.choose": lazy("Choose a care PIN"),
    "catalog.discount": lazy("Offer a discount"),
    "catalog.publish": lazy("Publish a price"),
    "configuration.export": lazy("Take the whole configuration out"),
    "configuration.import": lazy("Bring a file in"),
    "customers.close_deceased": lazy("Close the lines of a customer who has died"),
    "data.export": lazy("Take data out as a table"),
    "deposits.give_back": lazy("Give a deposit back"),
    "deposits.take": lazy("Take a deposit"),
    "disputes.decide": lazy("Credit a disputed charge"),
    "grants.allow": lazy("Let an application act in your name"),
    "inboxes.manage": lazy("Change how an inbox is set up"),
    "kyc.view": lazy("See a whole identity paper"),
    "payments.autopay": lazy("Change AutoPay"),
    "payments.manage": lazy("Choose who processes payments"),
    "payments.methods": lazy("Change the ways to pay"),
    "outages.credit": lazy("Credit everybody whom a disturbance hits"),
    "payments.refund": lazy("Refund a payment"),
    "payments.reconcile": lazy("Decide about a payment"),
    "policies.change": lazy("Change the rules of a market"),
    "factors.change": lazy("Change what proves that it is you"),
    "staff.manage": lazy("Change who may work here, and as what"),
    "privacy.erase": lazy("Erase a person"),
    "privacy.export": lazy("Take out everything about a person"),
    "privacy.hold": lazy("Lift a legal hold"),
    "subscriptions.cancel": lazy("Disconnect a line"),
    "subscriptions.esim": lazy("See the code of an eSIM"),
    "subscriptions.port": lazy("Let a number leave"),
    "subscriptions.puk": lazy("See the PUK of a SIM"),
    "subscriptions.sim": lazy("Replace a SIM"),
    "subscriptions.transfer": lazy("Move a line to another account"),
    "vouchers.manage": lazy("Generate vouchers"),
}


def confirmed(action: str, object_id: object, amount: Money | None = None) -> None:
    """Go on only when the person has just proved who she is, for this deed and no other.

    Raises StepUpNeeded, BadCode, and Locked after five failures. The session gets a new id.
    """
    deed = Deed(action, str(object_id), amount.rounded() if amount else None)
    session = login.current_session()
    proof = request.headers.get(HEADER) or request.form.get(FIELD, "")
    if session.kind is SessionKind.CUSTOMER:
        sessions.note_high_risk(session)
    if proof:
        _prove(session.id, deed, proof[:LONGEST_PROOF])
        _renew(step_up.confirm(session.id, deed, by=login.current_actor()))
    step_up.use(session.id, deed)


def _prove(session_id: UUID, deed: Deed, proof: str) -> None:
    actor = login.current_actor()
    if proof.startswith(PASSKEY):
        step_up.prove_by_passkey(session_id, deed, proof.removeprefix(PASSKEY), by=actor)
    elif not actor.is_customer:
        step_up.prove_staff(actor, proof)
    else:
        stored = db.session.get_one(Customer, actor.id).password_hash
        if stored is None:
            step_up.prove_by_code(session_id, deed, proof, by=actor)
        else:
            step_up.prove_customer(actor, proof, stored)


def ask(needed: StepUpNeeded) -> ResponseReturnValue:
    """The question: as a dialog's content, or as a page whose form repeats the request."""
    details = needed.details
    amount = None
    if "amount" in details:
        amount = Money.of(str(details["amount"]), str(details["currency"]))
    deed = Deed(str(details["action"]), str(details["object_id"]), amount)
    context = {
        "deed": DEEDS.get(str(details["action"]), needed.message),
        "amount": amount,
        "is_customer": login.current_actor().is_customer,
        "field": FIELD,
        "passkey": step_up.ask_passkey(login.current_session().id, deed, by=login.current_actor()),
        **_what_she_has(deed),
    }
    if htmx.wanted():
        answer = make_response(render_template("web/_step_up.html", **context))
        answer.headers["HX-Reswap"] = "none"
        answer.headers["X-Refusal"] = needed.code
    else:
        sent = [
            (name, value)
            for name, value in request.form.items(multi=True)
            if name not in {FIELD, came_from.FIELD, "csrf_token"} and len(value) <= LONGEST_FIELD
        ]
        back = came_from.form_page()
        answer = make_response(render_template("web/step_up.html", sent=sent, back=back, **context))
    answer.status_code = needed.status
    return answer


def _what_she_has(deed: Deed) -> dict[str, Any]:
    """How she can prove it: `by` is authenticator, password, code or nothing."""
    actor = login.current_actor()
    if not actor.is_customer:
        return {"by": "authenticator"}
    customer = db.session.get_one(Customer, actor.id)
    if customer.password_hash is not None:
        return {"by": "password"}
    reached = proving_addresses(customer)
    if not reached:
        return {"by": "nothing", "sorry": _("We know no number or mail address of yours.")}
    channel, address = reached[0]
    session = login.current_session()
    try:
        step_up.send_code(session.id, deed, by=actor, channel=channel, address=address)
    except TooManyCodes as refusal:
        return {"by": "nothing", "sorry": refusal.message}
    return {"by": "code", "sent_to": masked_address(address)}


def _renew(token: str) -> None:
    g.session_token = token
    opened = sessions.Opened(login.current_session(), token)

    @after_this_request
    def give(response: Response) -> Response:
        login.remember(response, opened)
        response.headers[FRESH_TOKEN] = csrf.token()
        return response

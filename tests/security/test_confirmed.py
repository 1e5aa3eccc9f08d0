"""What is sensitive asks again who it is, on every screen, and goes on once that is proved."""

import pytest

from app.billing.models import Invoice
from app.core import db
from app.customers.models import Customer
from app.identity import passwords, roles, step_up
from app.identity.models import SessionKind, Staff
from app.identity.permissions import PERMISSIONS, Sensitivity
from app.payments.consent import CURRENT
from app.privacy.service import erasing, exporting, holds
from app.subscriptions import queries
from app.subscriptions.models import Line
from app.subscriptions.service import esims, transfers
from app.tickets.service import outage_mode
from tests.factories.actors import administrator
from tests.factories.customers import CustomerFactory
from tests.factories.subscriptions import line_with_plan
from tests.security.bodies import FORMS, HTMX
from tests.security.browsers import customer_browser, staff_browser
from tests.security.digest import digest
from tests.security.routes import routes_of

SURFACES = ("workspace.", "portal.", "supervision.", "backoffice.")
DISPUTED = {"outcome": "partly", "credited": "1.00", "answer": "You were right"}
NEW = "a long enough password"
AUTOPAY = {"max_amount": "500", "day": "5", "consent": CURRENT}
# What the command itself refuses, because of how things are, it has at least been asked.
SENT_WRONGLY = {400, 403, 404, 428}
# What is sent to each, where it is not what the sweeps send; with what is hers put in by name.
GUARDED = {
    "workspace.refund": {"amount": "1.00", "goes_to": "method", "reason": "Gift"},
    "workspace.credit_all": {"amount": "50"},
    "workspace.write_note": {"kind": "debit", "amount": "1.00", "reason": "Left out"},
    "workspace.credit_blocked": {},
    "workspace.note_deceased": {},
    "workspace.order_disconnection": {"reason": "request", "on": ""},
    "workspace.ask_port_code": {},
    "workspace.replace_sim": {"iccid": ""},
    "workspace.line_esim": {},
    "workspace.note_owner_change": {},
    "workspace.show_puk": {},
    "workspace.transfer_line": {"account": "x", "giver_proof": "Paper", "on": ""},
    "workspace.reveal_paper": {},
    "workspace.identity_document": {},
    "supervision.export_trail": {"form": "csv"},
    "supervision.export_person": {},
    "supervision.fetch_person": {},
    "supervision.ask_erasure": {"why": "She asked"},
    "supervision.approve_erasure": {},
    "supervision.lift_hold": {},
    "portal.ask_my_data": {},
    "portal.fetch_my_data": {},
    "portal.ask_to_be_erased": {},
    "supervision.make_api_client": {},
    "supervision.rotate_api_client": {},
    "supervision.invite": {},
    "supervision.change_roles": {"roles": "manager"},
    "supervision.disable_person": {},
    "supervision.enable_person": {},
    "supervision.begin_anew": {},
    "supervision.make_role": {},
    "supervision.change_role": {"permissions": "tickets.open"},
    "supervision.invite_again": {},
    "workspace.begin_passkey": {},
    "workspace.make_recovery_codes": {},
    "workspace.begin_authenticator": {},
    "workspace.change_password": {"password": NEW, "again": NEW},
    "portal.begin_passkey": {},
    "portal.set_second_factor": {"on": "yes"},
    "portal.change_password": {"password": NEW, "again": NEW},
    "supervision.ask_export": {},
    "portal.choose_care_pin": {"pin": "2580", "again": "2580"},
    "supervision.export_configuration": {},
    "supervision.start_transfer": {},
    "backoffice.approve": {},
    "backoffice.resolve": {"how": "not_found", "transaction_id": "", "why": "Nowhere"},
    "backoffice.note_transfer": {},
    "backoffice.return_cash": {},
    "backoffice.cash_sheet": {},
    "backoffice.simulation_sheet": {},
    "backoffice.generate_vouchers": {},
    "backoffice.take_deposit": {"account": "x"},
    "backoffice.give_back_deposit": {},
    "backoffice.decide_dispute": DISPUTED,
    "backoffice.write_off": {"amount": "1.00", "reason": "Gone"},
    "backoffice.undo_write_off": {"amount": "1.00", "reason": "Found"},
    "backoffice.start_run": {},
    "backoffice.choose_gateway": {},
    "backoffice.publish_draft": {},
    "backoffice.offer_discount": {},
    "backoffice.change_policies": {},
    "backoffice.undo_policies": {},
    "backoffice.set_up_channel": {},
    "backoffice.set_up_web_chat": {},
    "backoffice.renew_chat_secret": {},
    "portal.make_default": {},
    "portal.delete_method": {},
    "portal.set_up_autopay": AUTOPAY,
    "portal.set_up_top_up": {},
    "portal.pause_autopay": {},
    "portal.resume_autopay": {},
    "portal.revoke_autopay": {},
    "portal.ask_port_code": {},
    "portal.show_esim": {},
    "portal.agree_transfer": {},
}
# Sensitive permissions, but what is done takes nothing from anybody, or can be undone.
UNGUARDED = {
    "supervision.hand_in_file",
    "supervision.map_columns",
    "supervision.try_transfer",
    "backoffice.open_channel",
    "backoffice.open_web_chat",
    "backoffice.turn_web_chat",
    "backoffice.turn_channel",
    "backoffice.choose_team",
    "backoffice.check_channel",
    "backoffice.test_channel",
    "backoffice.write_template",
    "backoffice.read_calls_again",
    "backoffice.send_deliveries_again",
    "workspace.undo_deceased",
    "workspace.take_back_disconnection",
    "workspace.cancel_line_transfer",
    "supervision.disable_api_client",
    # What is refused or held stays, and may be erased later.
    "supervision.refuse_erasure",
    "supervision.place_hold",
    "supervision.add_team",
    "supervision.put_in_team",
    # Somebody is shut out by it, not let in.
    "supervision.revoke_invitation",
    "supervision.sign_person_out",
    "supervision.retire_role",
    "backoffice.refuse",
    "backoffice.check_again",
    "backoffice.try_gateway",
    "backoffice.represent",
    "backoffice.import_statement",
    "backoffice.allocate_cash",
    "backoffice.stop_vouchers",
    "backoffice.save_draft",
    "backoffice.discard_draft",
    "backoffice.withdraw_offer",
    "backoffice.withdraw_discount",
    "backoffice.preview_policies",
    # Nothing is billed before a run is started; then each of its steps is seen and can be stopped.
    "backoffice.plan_run",
    "backoffice.stop_run",
    "backoffice.retry_failures",
    "backoffice.discard_run",
    # Records that wait are decided by the hundred.
    "backoffice.accept_anomaly",
    "backoffice.correct_anomaly",
    "backoffice.reject_anomaly",
    "backoffice.decide_many",
    "backoffice.flag_customer",
    "backoffice.clear_customer",
}


def of_data_protection(valeria):
    """Somebody who asked to be erased, a hold, and a file that is ready."""
    gone, officer = CustomerFactory(market=valeria.customer.market), administrator()
    hold = holds.place(CustomerFactory(market=gone.market).id, "Court", by=officer)
    export = exporting.ask(valeria.customer.id, by=valeria.owner.as_actor())
    exporting.make_asked()
    return {
        "erasure_id": erasing.ask(gone.id, "", by=officer).id,
        "hold_id": hold.id,
        "export_id": export.id,
        "signature": exporting.signature(export),
    }


def guarded(app):
    return [each for each in routes_of(app, "POST") if each.endpoint in GUARDED]


def form_of(route, hers):
    form = {**FORMS.get(route.endpoint, {}), **GUARDED[route.endpoint]}
    known = {"account": hers["account"], "method": str(hers["method_id"])}
    return {name: known.get(name, value) if value == "x" else value for name, value in form.items()}


@pytest.fixture
def hers(hers, valeria):
    """With a payment that is paid, and a form that fits."""
    hers["account"] = valeria.invoice.account.reference
    hers["payment_id"] = hers["paid_id"]
    hers["owner_id"] = valeria.owner.id
    hers["role_id"] = roles.make("Late desk", ["tickets.read"], by=valeria.owner.as_actor()).id
    hers |= of_data_protection(valeria)
    sim = queries.current_sim(db.session.get_one(Line, hers["line_id"]))
    esims.release(sim, "MX")
    hers["transfer_id"] = coming_to(hers)
    hers["case_id"] = outage_mode.declare(
        by=administrator(), market_code="MX", area="", service=None, notice={}
    ).id
    customer = db.session.get_one(Customer, hers["customer_id"])
    customer.password_hash = passwords.hashed("correct horse battery")
    db.session.commit()
    return hers


def coming_to(hers):
    """A line of somebody else that waits for her to take it."""
    made = transfers.ask_transfer(
        line_with_plan().id,
        db.session.get_one(Invoice, hers["invoice_id"]).account_id,
        by=administrator(),
        giver_proof="Letter of May 3",
    )
    return made.id


def browsers_of(app, hers):
    return {
        SessionKind.STAFF: staff_browser(app, staff=db.session.get_one(Staff, hers["owner_id"])),
        SessionKind.CUSTOMER: customer_browser(
            app, db.session.get_one(Customer, hers["customer_id"])
        ),
    }


def send(browsers, route, hers, headers, **more):
    form = {**form_of(route, hers), **more}
    return browsers[route.kind].post(route.path(**hers), data=form, headers=headers)


def test_every_sensitive_command_is_decided_about(app):
    """Missing here? Call `confirmed(…)` in the view and name it in GUARDED, or say why not."""
    high = {name for name, how in PERMISSIONS.items() if how is Sensitivity.HIGH}
    sensitive = {
        route.endpoint
        for route in routes_of(app, "POST")
        if route.endpoint.startswith(SURFACES) and route.permission in high
    }

    assert sensitive - set(GUARDED) - UNGUARDED == set()
    assert (set(GUARDED) | UNGUARDED) - {each.endpoint for each in routes_of(app, "POST")} == set()


@pytest.mark.parametrize("headers", [HTMX, {}], ids=["a dialog", "a page"])
def test_without_a_proof_it_asks_and_nothing_changes(app, hers, headers):
    browsers, wrong = browsers_of(app, hers), []
    before = digest()
    for route in guarded(app):
        db.session.rollback()
        answer = send(browsers, route, hers, headers)
        asks = 'name="confirmation"' in answer.get_data(as_text=True)
        if (answer.status_code, asks) != (428, True):
            wrong.append((route.endpoint, answer.status_code, answer.headers.get("X-Refusal")))

    assert wrong == []
    assert digest() == before


def test_the_same_request_with_the_proof_goes_on(app, hers, monkeypatch):
    for prove in ("prove_staff", "prove_customer"):
        monkeypatch.setattr(step_up, prove, lambda *given: None)
    wrong = []
    for route in guarded(app):
        db.session.rollback()
        point = db.session.get_bind().begin_nested()
        answer = send(browsers_of(app, hers), route, hers, HTMX, confirmation="proof")
        db.session.rollback()
        point.rollback()
        if answer.status_code >= 500 or answer.status_code in SENT_WRONGLY:
            wrong.append((route.endpoint, answer.status_code, answer.get_data(as_text=True)[:200]))

    assert wrong == []

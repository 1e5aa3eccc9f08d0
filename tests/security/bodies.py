"""What every POST route takes, and what nobody should send it."""

from itertools import count

from app.api.v1 import tokens
from app.backoffice import layout_forms
from app.core.actor import SYSTEM
from app.identity import clients
from app.identity.permissions import API_SCOPES
from app.mediation.samples import SWITCH
from tests.factories.conversations import SITE
from tests.security.browsers import Browser, customer_browser, staff_browser
from tests.security.routes import routes_of

LAYOUT = {"market": "MX", **layout_forms.shown(SWITCH)}
FORMS = {
    "workspace.check_password": {"email": "a@b.example", "password": "x" * 12, "next": ""},
    "workspace.check_code": {"pending": "x", "code": "123456", "next": ""},
    "workspace.change_availability": {"availability": "away"},
    "workspace.change_contact": {"email": "a@b.example", "phone": "+525512345678", "city": "Lima"},
    "workspace.quote_plan": {"offer_version_id": "x"},
    "workspace.block_line": {"reason": "lost", "effect": "all"},
    "workspace.unblock_line": {"reason": "lost"},
    "workspace.change_priority": {"priority": "high"},
    "workspace.resolve": {"resolution": "Done"},
    "workspace.transfer": {"to": "x", "note": "Please"},
    "workspace.go_on": {"way": "x"},
    "workspace.put_on_copy": {"address": "x@example.com", "on": "yes"},
    "workspace.send_template": {"template": "x", "key": "k", "value1": "Valeria"},
    "workspace.deliver_elsewhere": {"way": "x"},
    "workspace.merge_identity": {"reference": "C-000001"},
    "backoffice.open_web_chat": {"market": "MX", "name": "Aurora web", "language": "es"},
    "backoffice.set_up_web_chat": {
        "name": "Aurora web",
        "language": "es",
        "origins": "https://aurora.example",
        "accent": "#0f766e",
        "mail_after": "10",
    },
    "backoffice.turn_web_chat": {"on": "no"},
    "portal.chat.leave_message": {"key": "k1", "text": "Hola", "email": "ana@example.com"},
    "portal.chat.send_transcript": {"email": ""},
    "backoffice.open_channel": {
        "provider": "sms/twilio",
        "market": "MX",
        "name": "Aurora SMS",
        "language": "es",
    },
    "backoffice.set_up_channel": {
        "name": "Aurora SMS",
        "address": "+525500000009",
        "language": "es",
        "setting_name": "account_sid",
        "setting": "AC1",
        "mon": "09:00-18:00",
    },
    "backoffice.turn_channel": {"on": "no"},
    "backoffice.test_channel": {"to": "+525512345678", "text": "Hi"},
    "backoffice.write_template": {
        "template": "back",
        "language": "es",
        "body": "Hola",
        "approved": "yes",
    },
    "backoffice.read_calls_again": {"id": "x"},
    "backoffice.send_deliveries_again": {"id": "x"},
    "workspace.open_ticket": {
        "customer_id": "x",
        "line_id": "",
        "subject": "No signal",
        "topic": "technical",
        "priority": "high",
        "description": "Since last night",
    },
    "workspace.add_add_on": {"offer_version_id": "x", "key": "k"},
    "workspace.redeem_promotion": {"account_id": "x", "code": "HOLA", "key": "k"},
    "workspace.transfer_line": {
        "account": "x",
        "on": "",
        "giver_proof": "Paper",
        "taker_proof": "Paper",
    },
    "workspace.cancel_line_transfer": {"why": "Not wanted"},
    "backoffice.write_off": {"amount": "299.00", "reason": "Gone"},
    "backoffice.undo_write_off": {"amount": "299.00", "reason": "Found"},
    "backoffice.save_draft": {
        "market": "MX",
        "code": "plus",
        "name": "Plus",
        "kind": "plan",
        "service": "mobile",
        "mode": "postpaid",
        "price": "10",
        "validity_days": "",
        "valid_from": "",
        "has_data": "some",
        "allowance_data": "5",
        "price_data": "0.25",
        "tariffs": "",
        "only_cities": "",
        "only_min_lines": "",
    },
    "backoffice.offer_discount": {
        "market": "MX",
        "code": "HOLA",
        "name": "Hola",
        "kind": "promotion",
        "stackable": "yes",
        "priority": "1",
        "months": "3",
        "tier_since_0": "0",
        "tier_percent_0": "10",
        "part_offers_mobile": "",
        "valid_until": "",
    },
    "backoffice.change_policies": {
        "proration": "fixed_30",
        "tax_percent": "18",
        "due_days": "20",
        "bucket_order": "expiry,priority,age",
        "step_days_0": "1",
        "step_action_0": "notice",
        "step_template_0": "",
        "effective_from": "",
        "note": "",
        "seen": "0",
    },
    "backoffice.preview_policies": {"proration": "fixed_30", "due_days": "20"},
    "portal.take_add_on": {"key": "k"},
    "portal.redeem_promotion": {"code": "HOLA", "key": "k"},
    "workspace.schedule_plan": {"offer_version_id": "x", "key": "x"},
    "workspace.report_sim": {"reason": "lost"},
    "workspace.replace_sim": {"iccid": ""},
    "workspace.order_disconnection": {"reason": "request", "on": "2026-01-01"},
    "workspace.take_back_disconnection": {"why": "She stays"},
    "workspace.share_plan": {"number": "5678", "cap": "5"},
    "workspace.set_cost_centre": {"cost_centre": "4711"},
    "workspace.place_customer": {"above": "C-000001", "is_manager": "yes"},
    "workspace.refuse": {"note": "Too dear"},
    "workspace.note_deceased": {"proof": "scan 12"},
    "workspace.undo_deceased": {"why": "another one"},
    "workspace.request_port_in": {
        "number": "5512345678",
        "donor_code": "XY123456",
        "offer": "x:postpaid",
        "port_on": "2027-01-01",
        "key": "k",
    },
    "backoffice.take_deposit": {"account": "A-000001", "amount": "5", "key": "k"},
    "portal.send_missing_code": {"reason": "lost", "address_id": "x"},
    "portal.report_missing": {"reason": "lost", "code_id": "x", "code": "123456"},
    "portal.share_plan": {"member_id": "x", "cap": "5"},
    "portal.ask_approval": {"key": "x"},
    "portal.schedule_plan": {"key": "x"},
    "portal.refuse": {"note": "Too dear"},
    "workspace.refund": {"amount": "1.00", "goes_to": "method", "reason": "Gift"},
    "workspace.credit": {"amount": "1.00", "reason": "Slow"},
    "workspace.agree_payment_plan": {"instalments": "2"},
    "backoffice.resolve": {"how": "found", "transaction_id": "x", "why": "Seen"},
    "backoffice.note_transfer": {"transaction_id": "x", "done": "sent"},
    "backoffice.represent": {"evidence": "A contract"},
    "backoffice.refuse": {"why": "No proof"},
    "backoffice.import_statement": {"market": "MX"},
    "backoffice.allocate_cash": {"invoice": "x", "amount": "1.00"},
    "backoffice.return_cash": {"amount": "1.00", "reason": "Not ours"},
    "backoffice.generate_vouchers": {
        "name": "x",
        "market": "MX",
        "value": "1.00",
        "count": "1",
        "expires_on": "2030-01-01",
    },
    "portal.choose_care_pin": {"pin": "2580", "again": "2580"},
    "portal.agree_payment_plan": {"instalments": "2"},
    "portal.redeem_voucher": {"code": "1234567890123456"},
    "workspace.dispute_charge": {"amount": "1.00", "reason": "x"},
    "workspace.write_note": {"kind": "credit", "amount": "1.00", "reason": "x"},
    "backoffice.plan_run": {"market": "MX", "day": "2026-01-01"},
    "backoffice.decide_dispute": {"outcome": "partly", "credited": "1.00", "answer": "x"},
    "portal.dispute_charge": {"amount": "1.00", "reason": "x"},
    "backoffice.correct_anomaly": {
        "number": "+525512345678",
        "kind": "voice",
        "started_at": "2026-05-10 12:00:00",
        "quantity": "60",
        "other_party": "",
    },
    "backoffice.reject_anomaly": {"note": "Test"},
    "backoffice.decide_many": {"id": "x", "decision": "reject", "note": "Test"},
    "backoffice.flag_customer": {"note": "Test"},
    "backoffice.try_usage_layout": {**LAYOUT, "sample": "a;b"},
    "backoffice.add_usage_layout": {"source": "new", "name": "New", **LAYOUT},
    "backoffice.change_usage_layout": {"name": "New", "version": "1", **LAYOUT},
    "portal.enter": {"email": "a@b.example", "password": "x" * 12, "next": ""},
    "workspace.make_payment_link": {"method": "card"},
    "workspace.send_payment_link": {"method": "card"},
    "portal.pay_bill": {"key": "k", "way": "upi_collect", "payer": "a@bank"},
    "portal.top_up": {"amount": "10", "key": "k", "way": "card", "payer": ""},
    "portal.set_up_autopay": {"method": "x", "max_amount": "10", "day": "5", "consent": "x"},
    "portal.set_up_top_up": {
        "method": "x",
        "threshold": "10",
        "amount": "10",
        "daily_cap": "10",
        "renews": "yes",
        "consent": "x",
    },
    "backoffice.choose_gateway": {"method": "card", "provider": "sandbox"},
    "backoffice.simulation_sheet": {"market": "MX", "day": "2026-01-01", "reference": ""},
    "portal.rate_article": {"helpful": "yes"},
    "workspace.take_papers": {"paper": "curp", "number": "x"},
    "workspace.activate": {
        "plan": "x:postpaid",
        "sim": "sim",
        "iccid": "",
        "number": "",
        "key": "k",
    },
    "workspace.register_customer": {
        "market_code": "MX",
        "kind": "person",
        "name": "Valeria",
        "email": "new@b.example",
        "phone": "+525512345678",
        "language": "es",
        "city": "Lima",
    },
    "workspace.move_esim": {"state": "installed"},
    "workspace.note_call": {"result": "solved", "note": "x"},
    "backoffice.take_in_stock": {"market": "MX", "holds": "sim", "count": "1"},
    "supervision.make_api_client": {
        "name": "x",
        "scopes": "catalog.read",
        "markets": "MX",
        "per_minute": "60",
    },
    "api_v1.token": {"grant_type": "client_credentials", "client_id": "x", "client_secret": "x"},
}
JSONS = {
    "workspace.say": {"text": "Hola", "key": "k", "note": False, "attachments": []},
    "workspace.mark_read": {"seq": 1},
    "workspace.hold_call": {"on": True},
    "portal.chat.open_session": {"inbox": "", "identity": "", "resume": "", "language": "es"},
    "portal.chat.change_language": {"language": "pt"},
    "portal.chat.rate": {"score": 5, "comment": "Good"},
    "bot_api.hand_over": {
        "intent": "x",
        "topic": "x",
        "reason": "asked",
        "slots": {},
        "tried": [],
        "summary": "",
    },
    "bot_api.payment_link": {"invoice_number": "x"},
    "bot_api.change_plan": {"quote_id": "x"},
    "bot_api.quote_plan_change": {"line_id": "x", "offer_code": "x"},
    "api_v1.activate_sim": {
        "customer": "x",
        "offer": "x",
        "mode": "prepaid",
        "sim": "sim",
        "iccid": "x",
        "number": "x",
        "kyc": {"paper": "passport", "number": "x"},
    },
    "api_v1.subscribe": {"line": "x", "offer": "x", "mode": "postpaid"},
    "api_v1.upgrade": {"line": "x", "offer": "x"},
    "api_v1.downgrade": {"line": "x", "offer": "x"},
    "api_v1.add_on": {"line": "x", "offer": "x"},
    "api_v1.usage_records": {"source": "x", "records": []},
    "api_v1.begin_charging": {"session_id": "x", "subscriber": "x", "service": "data"},
    "api_v1.update_charging": {"request_number": 1, "used_units": 1},
    "api_v1.release_charging": {"request_number": 1, "used_units": 1},
    "api_v1.block": {"reason": "x"},
    "api_v1.unblock": {"reason": "x"},
}
# They take nothing but their address, or a file.
BARE = {
    "workspace.call_customer",
    "workspace.call_token",
    "backoffice.check_channel",
    "backoffice.renew_chat_secret",
    "workspace.send_transcript",
    "workspace.deliver_again",
    "workspace.split_identity",
    "api_v1.hand_in_usage_file",
    "backoffice.approve",
    "backoffice.cash_sheet",
    "workspace.identity_document",
    "backoffice.check_again",
    "backoffice.stop_vouchers",
    "backoffice.discard_run",
    "backoffice.retry_failures",
    "backoffice.start_run",
    "workspace.line_esim",
    "portal.show_esim",
    "portal.agree_transfer",
    "portal.refuse_transfer",
    "backoffice.stop_run",
    "workspace.ask_paper",
    "portal.ask_paper",
    "portal.withdraw_dispute",
    "backoffice.accept_anomaly",
    "backoffice.clear_customer",
    "workspace.accept",
    "workspace.cancel_activation",
    "workspace.retry_activation",
    "workspace.reveal_paper",
    "supervision.disable_api_client",
    "supervision.rotate_api_client",
    "workspace.give_back",
    "workspace.reopen",
    "workspace.set_pending",
    "workspace.sign_out",
    "workspace.take_up_quote",
    "backoffice.discard_draft",
    "backoffice.publish_draft",
    "backoffice.undo_policies",
    "backoffice.withdraw_discount",
    "backoffice.withdraw_offer",
    "portal.chat.leave",
    "portal.delete_method",
    "portal.make_default",
    "portal.pause_autopay",
    "portal.resume_autopay",
    "portal.revoke_autopay",
    "backoffice.try_gateway",
    "portal.confirm_plan",
    "portal.quote_plan",
    "portal.sign_out",
    "workspace.approve",
    "workspace.ask_port_code",
    "workspace.cancel_add_on",
    "workspace.cancel_port_in",
    "workspace.cancel_port_out",
    "workspace.credit_blocked",
    "backoffice.give_back_deposit",
    "workspace.note_owner_change",
    "workspace.sim_found",
    "workspace.stop_sharing",
    "workspace.unschedule_plan",
    "portal.approve",
    "portal.ask_port_code",
    "portal.cancel_port_out",
    "portal.pause_line",
    "portal.resume_line",
    "portal.stop_sharing",
    "portal.unschedule_plan",
}
FILES = {
    "backoffice.import_usage_layout",
    "backoffice.upload_usage_file",
    "workspace.upload",
    "portal.chat.upload",
}
SIGNED = {
    "hooks.channel_call",
    "hooks.leave",
    "hooks.payment_callback",
    "hooks.ussd",
    "hooks.voice",
}

HTMX = {"HX-Request": "true"}
TEXTS = {
    "NUL": "a\0b",
    "long": "x" * 20_000,
    "digits": "9" * 5000,
    "controls": "\x1b[2J\x7f\u202e",
    "huge exponent": "1e999999999",
    "not a number": "NaN",
    "negative": "-1",
    "markup": "<script>alert(1)</script>",
    "empty": "",
}
VALUES = {
    "NUL": "a\0b",
    "long": "x" * 20_000,
    "lone surrogate": "\ud800",
    "huge number": 10**40,
    "negative number": -1,
    "fraction": 1.5,
    "infinity": float("inf"),
    "boolean": True,
    "list": [["x"]],
    "object": {"x": {"y": "z"}},
    "null": None,
}
RAW_JSON = {
    "nothing": b"",
    "no JSON": b"{",
    "a list": b"[]",
    "null": b"null",
    "deep": b"[" * 200_000,
    "deep object": b'{"a":' * 100_000,
    "a number of 5,000 digits": b"9" * 5000,
    "not UTF-8": b'{"text": "\xff\xfe"}',
    "5 MB": b'{"text": "%s"}' % (b"x" * 5_000_000),
}
ENTITIES = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e SYSTEM "file:///etc/passwd">]>'
FORM = "application/x-www-form-urlencoded"
RAW = {
    "binary": (bytes(range(256)) * 64, "application/octet-stream"),
    "XML": (ENTITIES, "text/xml"),
    "half a multipart": (b"--b\r\nContent-Disp", "multipart/form-data; boundary=b"),
    "no boundary": (b"--b\r\n\r\nx", "multipart/form-data"),
    "many fields": (b"&".join(b"a%d=1" % n for n in range(3000)), FORM),
    "broken escapes": (b"text=%ZZ%00%ED%A0%80&=&&&", FORM),
    "a form of 5 MB": (b"email=" + b"x" * 5_000_000, FORM),
    "no type": (b"text=hello", ""),
}


class Senders:
    """Who may send to a route, and therefore gets past the door."""

    def __init__(self, app, valeria, widget_token):
        self._limits = app.extensions["limits"]
        self._staff = staff_browser(app, staff=valeria.owner)
        self._customer = customer_browser(app, valeria.customer)
        self._stranger = Browser(app)
        self._widget = {"Authorization": f"Bearer {widget_token}", "Origin": SITE}
        self._bot = {"Authorization": "Bearer development-only"}
        made = clients.make(by=SYSTEM, name="Sweep", scopes=sorted(API_SCOPES), markets=[])
        with app.test_request_context():
            self._token = tokens.issued(made.client, API_SCOPES)
        self._keys = count()

    def send(self, route, path, **more):
        self._limits.flushdb()
        browser, headers = self._sender_to(route)
        return browser.ask(route.method, path, headers=headers, **more)

    def _sender_to(self, route):
        if route.is_for_the_bot:
            return self._stranger, self._bot
        if route.is_for_machines and not route.is_public:
            key = f"sweep-{next(self._keys)}"
            bearer = f"Bearer {self._token}"
            return self._stranger, {"Authorization": bearer, "Idempotency-Key": key}
        if route.rule.startswith("/chat/"):
            return self._stranger, self._widget
        if route.rule.startswith("/hooks/"):
            return self._stranger, {}
        if route.is_public:
            return self._stranger, HTMX
        return (self._customer if route.rule.startswith("/my/") else self._staff), HTMX


def posts_of(app):
    """Without signing out: it takes nothing, and would end the session of all that follow."""
    return [each for each in routes_of(app, "POST") if not each.endpoint.endswith("sign_out")]


def hers_for(route, hers):
    """The bot may ask for its own conversation only."""
    return {**hers, "conversation_id": hers["with_bot"]} if route.is_for_the_bot else hers

"""What every POST route takes, and what nobody should send it."""

from tests.factories.conversations import SITE
from tests.security.browsers import Browser, customer_browser, staff_browser
from tests.security.routes import routes_of

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
    "portal.agree_payment_plan": {"instalments": "2"},
    "portal.redeem_voucher": {"code": "1234567890123456"},
    "portal.enter": {"email": "a@b.example", "password": "x" * 12, "next": ""},
    "portal.pay_bill": {"key": "k"},
    "portal.top_up": {"amount": "10", "key": "k"},
    "portal.rate_article": {"helpful": "yes"},
}
JSONS = {
    "workspace.say": {"text": "Hola", "key": "k", "note": False, "attachments": []},
    "workspace.mark_read": {"seq": 1},
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
}
# They take nothing but their address, or a file.
BARE = {
    "backoffice.approve",
    "backoffice.check_again",
    "backoffice.stop_vouchers",
    "workspace.accept",
    "workspace.give_back",
    "workspace.make_payment_link",
    "workspace.reopen",
    "workspace.send_payment_link",
    "workspace.set_pending",
    "workspace.sign_out",
    "workspace.take_up_quote",
    "portal.chat.leave",
    "portal.confirm_plan",
    "portal.quote_plan",
    "portal.sign_out",
}
FILES = {"workspace.upload", "portal.chat.upload"}
SIGNED = {"hooks.payment_callback"}

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

    def send(self, route, path, **more):
        self._limits.flushdb()
        browser, headers = self._sender_to(route)
        return browser.ask(route.method, path, headers=headers, **more)

    def _sender_to(self, route):
        if route.is_for_the_bot:
            return self._stranger, self._bot
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

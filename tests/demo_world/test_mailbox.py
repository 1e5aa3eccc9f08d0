"""The sandbox's mailboxes: mails as SendGrid takes, reports and posts them."""

import email
import email.policy
import json

import httpx
import pytest
from sendgrid.helpers.eventwebhook import EventWebhook
from werkzeug.formparser import parse_form_data
from werkzeug.test import EnvironBuilder

from app.demo.world import sandbox
from tests.demo_world.conftest import TLS
from tests.demo_world.forms import submit
from tests.demo_world.listener import VALERIA

OURS = sandbox.reached("email", "MX").address
HERS = "valeria@example.mx"
MAIL = {
    "from": {"email": OURS, "name": "Aurora"},
    "reply_to": {"email": "reply+abc@aurora.example"},
    "personalizations": [{"to": [{"email": HERS}]}],
    "subject": "Tu factura",
    "content": [{"type": "text/plain", "value": "Hola Valeria,\nestá lista."}],
    "headers": {"Message-ID": "<one@aurora.example>"},
    "custom_args": {"dialtone_message": "<one@aurora.example>"},
    "attachments": [
        {"content": "JVBERg==", "filename": "mayo.pdf", "type": "application/pdf"},
    ],
}


def send(phones, key=sandbox.SENDGRID_KEY, **changes):
    headers = {"Authorization": f"Bearer {key}"}
    with httpx.Client(base_url=phones.url, headers=headers, trust_env=False, verify=TLS) as api:
        return api.post("/sendgrid/v3/mail/send", json={**MAIL, **changes})


def posted(call):
    """The fields of Inbound Parse's form, and the mail in it."""
    builder = EnvironBuilder(
        method="POST", data=call.body, content_type=call.headers["content-type"]
    )
    _, fields, _ = parse_form_data(builder.get_environ())
    raw = fields["email"].encode("utf-8", "surrogateescape")
    return fields, email.message_from_bytes(raw, policy=email.policy.default)


def mailbox(phones, phone):
    return phone.get(f"/mailbox/?lang=en&number=%2B{VALERIA[1:]}").text


def test_a_mail_of_ours_is_read_in_her_mailbox_and_reported_with_a_signature(
    phones,
    application,
):
    assert send(phones).status_code == 202

    calls = application.heard(2)
    for call in calls:
        prefix = "x-twilio-email-event-webhook-"
        signature, moment = call.headers[f"{prefix}signature"], call.headers[f"{prefix}timestamp"]
        known = EventWebhook(sandbox.events_key())
        assert known.verify_signature(call.body.decode(), signature, moment)
    events = [json.loads(call.body)[0] for call in calls]
    assert [event["event"] for event in events] == ["processed", "delivered"]
    assert events[0]["dialtone_message"] == "<one@aurora.example>"
    with phones.visitor() as phone:
        shown = mailbox(phones, phone)
    assert "Tu factura" in shown
    assert "está lista." in shown
    assert "mayo.pdf" in shown


def test_her_answer_comes_back_to_the_reply_address_with_what_it_answers(
    phones,
    application,
):
    send(phones)
    application.heard(2)

    with phones.visitor() as phone:
        mail_id = mailbox(phones, phone).split('id="sg')[1].split('"')[0]
        submit(phone, "/mailbox/", f"/mailbox/mails/sg{mail_id}/answer", text="Gracias")

    opened, answer = application.heard(4)[2:]
    assert json.loads(opened.body)[0]["event"] == "open"
    assert answer.url.endswith(f"?token={sandbox.SENDGRID_INBOUND_TOKEN}")
    fields, mail = posted(answer)
    assert json.loads(fields["envelope"]) == {"to": ["reply+abc@aurora.example"], "from": HERS}
    assert mail["Subject"] == "Re: Tu factura"
    assert mail["In-Reply-To"] == mail["References"] == "<one@aurora.example>"
    assert mail["From"].addresses[0].addr_spec == HERS
    assert mail.get_content().startswith("Gracias\n\n")
    assert "> está lista." in mail.get_content()


def test_she_begins_a_mail(phones, application):
    with phones.visitor() as phone:
        mailbox(phones, phone)
        submit(phone, "/mailbox/", "/mailbox/mails", to=OURS, subject="¿Señal?", text="No hay.")

    [call] = application.heard(1)
    fields, mail = posted(call)
    assert (mail["To"], mail["Subject"], fields["SPF"]) == (OURS, "¿Señal?", "pass")


@pytest.mark.parametrize(
    ("changes", "status"),
    [
        ({"key": "SG.other"}, 401),
        ({"from": {"email": "ceo@aurora.example"}}, 403),
        ({"personalizations": []}, 400),
    ],
)
def test_what_sendgrid_would_refuse(phones, application, changes, status):
    assert send(phones, **changes).status_code == status
    assert application.calls == []


def test_a_mailbox_answers_only_its_own_mails(phones, application):
    send(phones, personalizations=[{"to": [{"email": "other@example.mx"}]}])
    with phones.visitor() as phone:
        phone.get("/mailbox/?address=other%40example.mx")
        mail_id = phone.get("/mailbox/").text.split('id="sg')[1].split('"')[0]
        phone.get(f"/mailbox/?address={HERS}")
        refused = submit(phone, "/mailbox/", f"/mailbox/mails/sg{mail_id}/answer", text="x")

    assert refused.status_code == 404

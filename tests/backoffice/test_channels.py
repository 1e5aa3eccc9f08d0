import re

import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.backoffice import setting_words
from app.conversations.models import Inbox, Message
from app.core import db
from app.messaging.models import CallStatus, Delivery, DeliveryState, ProviderCall
from app.messaging.service import understanding
from app.wiring import channels
from channels.port import ChannelDown, Undeliverable
from tests.factories.markets import MarketFactory
from tests.fakes import SECRET
from tests.messaging.conftest import comes, inbox_of, leaves, plugged

__all__ = ["comes", "leaves", "plugged"]


@pytest.fixture
def channel(app, plugged):
    return plugged("sms")


@pytest.fixture
def admin(sign_in, confirmed):
    return sign_in(name="Ada Admin", language="en", roles=["administrator"])


def form(**more):
    settings = {"setting_name": ["account", "secret"], "setting": ["AC1", SECRET]}
    return {
        "name": "Aurora SMS",
        "address": "+525500000001",
        "language": "es",
        "bot_on": "yes",
        "mon": "09:00-13:00, 15:00-18:00",
        **settings,
        **more,
    }


def test_an_inbox_is_opened_set_up_and_switched_on(admin, channel, client):
    MarketFactory()
    made = admin.post(
        "/office/channels",
        plain=True,
        data={"provider": "sms/fake", "market": "MX", "name": "Aurora SMS", "language": "es"},
    )
    page = made.headers["Location"]
    assert admin.post(f"{page}/turn", data={"on": "yes"}).status_code == 400

    admin.post(page, plain=True, data=form())
    admin.post(f"{page}/turn", plain=True, data={"on": "yes"})

    inbox = db.session.scalars(select(Inbox)).one()
    assert inbox.is_on
    assert inbox.hours == {"mon": [["09:00", "13:00"], ["15:00", "18:00"]]}
    shown = admin.get(page, plain=True).get_data(as_text=True)
    assert f"http://localhost/hooks/channels/{inbox.key}" in shown
    assert SECRET not in shown
    trail = db.session.scalars(select(AuditEntry).where(AuditEntry.action == "inbox.changed"))
    assert SECRET not in str([each.changes for each in trail])


def test_a_secret_that_is_left_empty_stays(admin, channel):
    inbox = inbox_of()

    admin.post(f"/office/channels/{inbox.id}", plain=True, data=form(setting=["AC2", ""]))

    assert db.session.get(Inbox, inbox.id).settings == {"account": "AC2", "secret": SECRET}


@pytest.mark.parametrize(
    ("wrong", "status"),
    [
        ({"mon": "9-18"}, 400),
        ({"mon": "x" * 20_000}, 400),
        ({"setting_name": ["account", "pwn"]}, 400),
        ({"setting": ["", SECRET]}, 400),
        ({"language": "xx"}, 400),
        ({"address": ""}, 400),
        ({"secret": "x"}, 400),
        ({"address": "+525500000009"}, 409),
    ],
)
def test_what_is_wrong_is_refused_and_changes_nothing(admin, channel, wrong, status):
    inbox = inbox_of()
    taken = Inbox(
        channel="sms", name="x", market_code=inbox.market_code, language="es", key="other",
        secret="s", allowed_origins=[], theme={}, bot_on=True, address="+525500000009",
    )  # fmt: skip
    db.session.add(taken)
    db.session.commit()
    inbox_id, before = inbox.id, inbox.version

    answer = admin.post(f"/office/channels/{inbox_id}", plain=True, data=form(**wrong))

    assert answer.status_code == status
    assert db.session.get(Inbox, inbox_id).version == before


def test_the_light_tells_how_the_provider_answers(admin, channel):
    inbox = inbox_of()
    channel.problem = ChannelDown("wrong password")

    tried = admin.post(f"/office/channels/{inbox.id}/check", plain=True)
    shown = admin.get("/office/channels", plain=True).get_data(as_text=True)

    assert "wrong password" in tried.get_data(as_text=True)
    assert "Does not answer" in shown


def test_a_test_says_at_once_what_came_of_it(admin, channel):
    inbox = inbox_of()
    where = f"/office/channels/{inbox.id}/test"
    channel.trouble = [Undeliverable("no such number", code="21211")]

    bad = admin.post(where, plain=True, data={"to": "+1", "text": "Hi"})
    good = admin.post(where, plain=True, data={"to": "+525512340001", "text": "Hi"})

    assert "no such number" in bad.get_data(as_text=True)
    assert "The provider took the message." in good.get_data(as_text=True)
    assert [each.text for each in channel.sent] == ["Hi"]


def test_what_did_not_go_through_is_shown_and_done_again(admin, channel, comes, leaves):
    inbox = inbox_of()
    call_id = comes(inbox, body=b"<script>alert(1)</script>")
    channel.trouble = [Undeliverable("gone")]
    admin.post(
        f"/office/channels/{inbox.id}/test", plain=True, data={"to": "+525512340001", "text": "Hi"}
    )
    failed = db.session.scalars(select(Delivery)).one()
    page = admin.get("/office/channels/failed", plain=True).get_data(as_text=True)
    assert "gone" in page
    assert "<script>alert" not in page
    ids = re.findall(r'name="id" value="([^"]+)"', page)
    assert {str(failed.id), str(call_id)} == set(ids)

    admin.post("/office/channels/failed/deliveries", plain=True, data={"id": [str(failed.id)]})
    admin.post("/office/channels/failed/calls", plain=True, data={"id": [str(call_id)]})
    leaves()
    understanding.read_waiting()

    assert db.session.get(Delivery, failed.id).state is DeliveryState.SENT
    assert db.session.get(ProviderCall, call_id).status is CallStatus.FAILED
    assert db.session.scalars(select(Message)).all() == []


def test_who_may_not(sign_in, channel):
    inbox = inbox_of()
    agent = sign_in(roles=["agent"])
    elsewhere = sign_in(roles=["administrator"], markets=["BR"])

    assert agent.get("/office/channels").status_code == 403
    assert elsewhere.get(f"/office/channels/{inbox.id}").status_code == 404
    assert elsewhere.post(f"/office/channels/{inbox.id}/turn", data={"on": "no"}).status_code == 404


def test_every_setting_of_every_provider_has_a_name_and_says_where_it_is_found():
    for known in (*channels.PROVIDERS, *channels.DIALOGUES):
        inbox = Inbox(channel=known.kind, provider=known.name)
        for setting in known.settings:
            label = setting_words.setting_label(setting.name, inbox)
            assert label != setting.name.replace("_", " "), (known.kind, known.name, setting.name)
            assert setting_words.setting_hint(setting.name, inbox)

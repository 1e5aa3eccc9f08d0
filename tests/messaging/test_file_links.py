"""Files at an address of ours, for providers that fetch them."""

from datetime import timedelta
from io import BytesIO
from urllib.parse import urlsplit

import pytest
from sqlalchemy import select

from app.conversations.models import Conversation, Status
from app.conversations.service import attachments
from app.conversations.service.messages import say
from app.core import clock, db
from app.messaging.models import FileLink
from app.messaging.service import links
from tests.factories.actors import agent
from tests.factories.identity import StaffFactory
from tests.fakes import said
from tests.messaging.conftest import inbox_of
from tests.messaging.test_mail import PNG


@pytest.fixture
def sent(app, plugged, listening, comes, leaves):
    """An agent's picture has left; what the provider was told of it."""
    channel = plugged("sms", media=True, media_links=True)
    comes(inbox_of("sms"), said("Hola"))
    talk = db.session.scalars(select(Conversation)).one()
    staff = StaffFactory()
    talk.status, talk.assignee_id = Status.OPEN, staff.id
    db.session.commit()
    by = agent(id=staff.id, name=staff.name)
    kept = attachments.keep_upload(talk.id, BytesIO(PNG), "foto.png", by=by)
    say(talk.id, "Mira", by=by, client_key="1", attachment_ids=[kept.id])
    leaves()
    (told,) = channel.sent[0].media
    return told


def test_a_provider_that_fetches_gets_an_address_and_no_content(sent, client):
    assert sent.content is None

    got = client.get(urlsplit(sent.url).path)

    assert (got.status_code, got.mimetype, got.data[:4]) == (200, "image/png", b"\x89PNG")
    assert got.headers["X-Content-Type-Options"] == "nosniff"
    assert got.headers["Cache-Control"] == "no-store"
    assert got.headers["X-Robots-Tag"] == "noindex"
    assert "sandbox" in got.headers["Content-Security-Policy"]


def test_an_address_is_good_for_an_hour(sent, client):
    path = urlsplit(sent.url).path
    with clock.moved_to(clock.now() + links.LIFE + timedelta(seconds=1)):
        assert client.get(path).status_code == 404
        assert links.forget_expired() == 1
    assert db.session.scalars(select(FileLink)).all() == []


@pytest.mark.parametrize("change", [lambda t: t[:-1], lambda t: t + "a", lambda t: t.swapcase()])
def test_no_other_address_gives_anything(sent, client, change):
    path, _, token = urlsplit(sent.url).path.rpartition("/")

    assert client.get(f"{path}/{change(token)}").status_code == 404
    assert client.get(f"{path}/").status_code == 404
    assert client.post(f"{path}/{token}").status_code == 405


def test_only_a_hash_of_the_token_is_kept(sent):
    token = sent.url.rpartition("/")[2]

    assert len(token) >= 43
    assert token not in db.session.scalars(select(FileLink.token_hash)).one()

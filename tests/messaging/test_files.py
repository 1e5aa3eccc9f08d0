"""Files that a message came without are fetched from the provider, and put into it once."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from app.conversations.models import Attachment, Message
from app.core import clock, db
from app.messaging.models import PendingFile
from app.messaging.service import files
from channels.port import ChannelDown, Undeliverable
from tests.fakes import said
from tests.messaging.test_mail import PNG


@pytest.fixture
def message(inbox, comes):
    """It came with a picture that is still at the provider's."""
    media = [{"type": "image/png", "name": "foto.png", "handle": "h1"}]
    comes(inbox, said("Mira", media=media))
    return db.session.scalars(select(Message)).one()


def shown(message):
    db.session.refresh(message)
    return [each["name"] for each in message.extra.get("attachments", [])]


def waiting():
    return db.session.scalar(select(func.count()).select_from(PendingFile))


def after(seconds):
    return clock.moved_to(clock.now() + timedelta(seconds=seconds))


def test_a_file_is_fetched_and_put_into_its_message_once(message, channel):
    channel.files["h1"] = PNG
    assert shown(message) == []

    files.fetch_for(message.id)
    files.fetch_for(message.id)
    with after(3600):
        assert files.fetch_due() == 0

    assert shown(message) == ["foto.png"]
    assert db.session.scalar(select(func.count()).select_from(Attachment)) == 1
    assert waiting() == 0


def test_it_is_asked_for_again_when_the_provider_is_away_and_not_before_it_said(message, channel):
    channel.files["h1"] = PNG
    channel.trouble = [ChannelDown("busy", retry_after=40)]

    files.fetch_for(message.id)
    with after(39):
        assert files.fetch_due() == 0
    with after(41):
        assert files.fetch_due() == 1

    assert shown(message) == ["foto.png"]


@pytest.mark.parametrize("trouble", [ChannelDown("away"), KeyError("a fault of the adapter")])
def test_it_is_not_asked_for_for_ever_and_named_as_missing(message, channel, trouble):
    channel.trouble = [trouble] * 100

    for hours in range(10):
        with after(3600 * hours):
            files.fetch_due()

    db.session.refresh(message)
    assert message.extra["files_missing"] == ["foto.png"]
    assert (waiting(), len(channel.trouble)) == (0, 94)


@pytest.mark.parametrize(
    ("content", "trouble"),
    [(b"<script>", []), (b"", []), (PNG, [Undeliverable("it is gone")])],
    ids=["of no allowed type", "empty", "not to be had"],
)
def test_what_cannot_be_kept_or_had_is_named_as_missing_at_once(message, channel, content, trouble):
    channel.files["h1"], channel.trouble = content, trouble

    files.fetch_for(message.id)

    db.session.refresh(message)
    assert (shown(message), message.extra["files_missing"]) == ([], ["foto.png"])
    assert waiting() == 0

import io
from datetime import timedelta

import pytest
from PIL import Image

from app.conversations import storage
from app.conversations.errors import FileTooLarge, FileTypeNotAllowed
from app.conversations.models import MessageKind
from app.conversations.presentation import as_message
from app.conversations.service import attachments
from app.conversations.service.messages import say
from app.core import clock
from app.core.errors import NotFound, TooMany
from tests.factories import actors
from tests.factories.conversations import ConversationFactory
from tests.factories.identity import StaffFactory

pytestmark = pytest.mark.usefixtures("database")
PDF = b"%PDF-1.7\n..."


@pytest.fixture(autouse=True)
def folder(tmp_path):
    before = storage._folder.get("uploads")
    storage.keep_in(tmp_path / "uploads")
    yield tmp_path / "uploads"
    storage._folder["uploads"] = before


def writer(conversation):
    return actors.customer(id=conversation.customer_id)


def keep(conversation, content=PDF, name="factura.pdf", by=None):
    by = by or writer(conversation)
    return attachments.keep_upload(conversation.id, io.BytesIO(content), name, by=by)


def photo(image_format="JPEG", **more):
    out = io.BytesIO()
    Image.new("RGB", (8, 4), "red").save(out, image_format, **more)
    return out.getvalue()


def test_a_file_travels_in_a_message_and_is_opened_by_both_sides():
    conversation = ConversationFactory(open=True)
    by, owner = writer(conversation), conversation.assignee.as_actor()
    kept = keep(conversation)

    message = say(conversation.id, "", by=by, client_key="a", attachment_ids=[kept.id])

    described = {"id": str(kept.id), "name": "factura.pdf", "media_type": "application/pdf"}
    assert as_message(message, for_staff=False)["attachments"] == [{**described, "size": len(PDF)}]
    for actor in (by, owner):
        opened = attachments.open_attachment(actor, kept.id)
        assert (opened.content, opened.inline) == (PDF, False)


def test_nobody_else_opens_or_sends_it():
    conversation = ConversationFactory(open=True)
    kept = keep(conversation)
    owner = conversation.assignee.as_actor()

    for actor in (actors.customer(), actors.visitor(), StaffFactory().as_actor(), owner):
        with pytest.raises(NotFound):
            attachments.open_attachment(actor, kept.id)
    with pytest.raises(NotFound):
        say(conversation.id, "x", by=owner, client_key="a", attachment_ids=[kept.id])
    assert conversation.last_seq == 0


def test_one_upload_is_sent_once():
    conversation = ConversationFactory()
    kept = keep(conversation)
    by = writer(conversation)
    say(conversation.id, "x", by=by, client_key="a", attachment_ids=[kept.id])

    with pytest.raises(NotFound):
        say(conversation.id, "x", by=by, client_key="b", attachment_ids=[kept.id])


def test_what_is_in_a_note_stays_among_staff():
    conversation = ConversationFactory(open=True)
    owner = conversation.assignee.as_actor()
    kept = keep(conversation, by=owner)
    say(
        conversation.id,
        "scan",
        by=owner,
        client_key="a",
        kind=MessageKind.NOTE,
        attachment_ids=[kept.id],
    )

    with pytest.raises(NotFound):
        attachments.open_attachment(writer(conversation), kept.id)


@pytest.mark.parametrize(
    ("content", "media_type", "name"),
    [
        (photo("PNG"), "image/png", "x.png"),
        (photo("WEBP"), "image/webp", "x.webp"),
        (photo("GIF"), "image/gif", "x.gif"),
        (b"ID3\x04", "audio/mpeg", "x.mp3"),
        (b"OggS\x00", "audio/ogg", "x.ogg"),
        (b"\x00\x00\x00\x18ftypmp42", "video/mp4", "x.mp4"),
        ("áé\n".encode(), "text/plain", "x.txt"),
    ],
)
def test_a_files_type_is_what_its_bytes_say(content, media_type, name):
    kept = keep(ConversationFactory(), content, "../../x.html")

    assert kept.media_type == media_type
    assert kept.name == f"x.html.{name.partition('.')[2]}"


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"<svg xmlns='http://www.w3.org/2000/svg'/>",
        b"  <!doctype html><script>alert(1)</script>",
        b"PK\x03\x04",
        b"MZ\x90\x00",
        photo("PNG")[:40],
        b"GIF89a" + b"\x00" * 20,
    ],
    ids=["empty", "svg", "html", "archive", "program", "half a picture", "no picture"],
)
def test_what_cannot_be_sent(content, folder):
    with pytest.raises(FileTypeNotAllowed):
        keep(ConversationFactory(), content)

    assert list(folder.iterdir()) == []


def test_a_text_keeps_no_card_number():
    kept = keep(ConversationFactory(), "\ufeffMi tarjeta: 4111 1111 1111 1111\n".encode())

    assert storage.read(kept.stored_as) == "\ufeffMi tarjeta: •••• 1111\n".encode()


def test_a_file_has_at_most_25_mebibytes():
    conversation = ConversationFactory()

    with pytest.raises(FileTooLarge):
        keep(conversation, PDF + b"x" * (attachments.LARGEST - len(PDF) + 1))
    assert keep(conversation, PDF + b"x" * (attachments.LARGEST - len(PDF))).size > 0


def test_a_photo_loses_where_it_was_taken_and_stands_upright():
    exif = Image.Exif()
    exif[0x010F] = "PhoneMaker"
    exif[0x0112] = 6  # turned by a quarter
    exif.get_ifd(0x8825)[1] = "N"
    kept = keep(ConversationFactory(), photo(exif=exif, comment=b"at home"), "foto.jpeg")

    stored = storage.read(kept.stored_as)

    with Image.open(io.BytesIO(stored)) as image:
        assert dict(image.getexif()) == {}
        assert image.size == (4, 8)
    assert b"PhoneMaker" not in stored
    assert b"at home" not in stored


def test_a_moving_picture_still_moves():
    frames = [Image.new("RGB", (4, 4), colour) for colour in ("red", "blue", "green")]
    out = io.BytesIO()
    frames[0].save(out, "GIF", save_all=True, append_images=frames[1:], duration=90)

    kept = keep(ConversationFactory(), out.getvalue(), "a.gif")

    with Image.open(io.BytesIO(storage.read(kept.stored_as))) as image:
        assert image.n_frames == 3


def test_unsent_uploads_are_bounded_and_gone_after_a_day(folder):
    conversation = ConversationFactory()
    sent, _ = keep(conversation), keep(conversation)
    say(conversation.id, "x", by=writer(conversation), client_key="a", attachment_ids=[sent.id])
    for _ in range(19):
        keep(conversation)
    with pytest.raises(TooMany):
        keep(conversation)

    with clock.moved_to(clock.now() + timedelta(hours=25)):
        assert attachments.drop_unsent() == 20

    assert [path.name for path in folder.iterdir()] == [sent.stored_as]

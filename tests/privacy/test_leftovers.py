"""Files that no row tells of go after a day; every other one stays."""

import io
import os
from datetime import timedelta
from uuid import uuid4

import pytest
from sqlalchemy import select

from app.conversations import storage
from app.conversations.models import Attachment, Author
from app.conversations.service import attachments
from app.core import clock, db, folders
from app.core.actor import SYSTEM
from app.mediation import service as mediation
from app.mediation import storage as usage_storage
from app.privacy.models import PersonExport, RetentionRun
from app.privacy.service import leftovers
from app.privacy.tasks import sweep_files
from kb.models import ArticleFile
from tests.factories.conversations import ConversationFactory
from tests.factories.customers import CustomerFactory
from tests.factories.identity import StaffFactory
from tests.factories.kb import ArticleFactory
from tests.factories.mediation import LayoutFactory
from tests.statements import statements

pytestmark = pytest.mark.usefixtures("database")

MINUTE = timedelta(minutes=1)


@pytest.fixture(autouse=True)
def own_folders(tmp_path, monkeypatch):
    monkeypatch.setitem(storage._folder, "uploads", tmp_path / "uploads")
    monkeypatch.setitem(usage_storage._folder, "files", tmp_path / "usage")
    storage.keep_in(tmp_path / "uploads")


def lying():
    both = (storage.folder(), usage_storage.folder())
    return {each.name for folder in both if folder.exists() for each in folder.iterdir()}


def attachment():
    kept = Attachment(
        conversation_id=ConversationFactory().id,
        uploaded_by=Author.CUSTOMER,
        uploader_id=uuid4(),
        name="bill.pdf",
        media_type="application/pdf",
        size=1,
        stored_as=storage.write(b"x"),
        created_at=clock.now(),
    )
    db.session.add(kept)
    return kept


def export():
    kept = PersonExport(
        customer_id=CustomerFactory().id,
        asked_by=uuid4(),
        asked_by_name="Ana",
        asked_at=clock.now(),
        tries=1,
    )
    db.session.add(kept)
    db.session.flush()
    storage.write_as(f"export-{kept.id.hex}", b"x")
    return kept


def usage_file(content=b"R;1"):
    return mediation.receive("switch", "a.csv", io.BytesIO(content), by=SYSTEM)


def a_day_later(more=MINUTE):
    return clock.moved_to(clock.now() + leftovers.AGE + more)


def test_what_a_row_tells_of_stays_however_old_it_is():
    LayoutFactory()
    article = ArticleFactory()
    attachment(), export(), usage_file()
    db.session.add(
        ArticleFile(
            article_id=article.id,
            name="map.png",
            media_type="image/png",
            size=1,
            stored_as=storage.write(b"x"),
            added_at=clock.now(),
            added_by="Ana",
        )
    )
    db.session.commit()
    before = lying()

    with a_day_later(timedelta(days=400)):
        assert sweep_files() == 0

    assert lying() == before
    assert len(before) == 4


def test_what_no_row_tells_of_goes_after_a_day_and_its_count_stays_as_proof():
    LayoutFactory()
    attachment()
    fetched = export()
    db.session.commit()
    kept = lying() - {f"export-{fetched.id.hex}"}
    fetched.fetched_at = clock.now()  # and the process died before it took the file away
    talk, by = ConversationFactory(waiting=True), StaffFactory(roles=["manager"]).as_actor()
    talk_id = talk.id
    with pytest.raises(RuntimeError), db.transaction():
        attachments.keep_upload(talk_id, io.BytesIO(b"%PDF-1.7\n..."), "a.pdf", by=by)
        raise RuntimeError
    storage.write_as(f"{uuid4().hex}.part", b"cut off")
    usage_storage.write(io.BytesIO(b"of a source that was not known"))

    with a_day_later(-MINUTE):
        assert leftovers.sweep() == {"lost_upload": 0, "lost_usage_file": 0}
    with a_day_later():
        assert leftovers.would_go() == {"lost_upload": 3, "lost_usage_file": 1}
        assert leftovers.sweep() == {"lost_upload": 3, "lost_usage_file": 1}
        assert leftovers.sweep() == {"lost_upload": 0, "lost_usage_file": 0}

    assert lying() == kept
    proof = {each.rule: each.gone for each in db.session.scalars(select(RetentionRun))}
    assert proof == {"lost_upload": 3, "lost_usage_file": 1}


def test_many_files_are_looked_up_some_hundred_at_once(session, monkeypatch):
    monkeypatch.setattr(leftovers, "AT_ONCE", 10)
    for _ in range(5):
        attachment()
    db.session.commit()
    for number in range(25):
        storage.write_as(f"lost-{number}", b"x")

    with a_day_later(), statements(session) as sent:
        assert leftovers.would_go()["lost_upload"] == 25

    assert len(sent) == 3


def test_in_a_folder_of_another_database_nothing_is_touched():
    for number in range(leftovers._MANY):
        storage.write_as(f"other-{number}", b"x")

    with a_day_later():
        assert leftovers.sweep()["lost_upload"] == 0

    assert len(lying()) == leftovers._MANY


def test_what_is_written_anew_while_it_is_looked_for_stays():
    name, before = storage.write(b"x"), clock.now() - leftovers.AGE
    old = (before - MINUTE).timestamp()
    os.utime(storage.folder() / name, (old, old))
    assert list(folders.old_files(storage.folder(), before)) == [name]

    storage.write_as(name, b"y")

    assert folders.remove_old(storage.folder(), name, before) is False
    assert storage.read(name) == b"y"
    assert folders.remove_old(storage.folder(), "gone", before) is False


def test_every_column_that_names_a_file_is_asked():
    """Whoever adds a table with files must say so here, or they go after a day."""
    named = {
        table.name for table in db.Base.metadata.tables.values() if "stored_as" in table.columns
    }

    assert all(f"FROM {name} " in leftovers.STORES["lost_upload"].held.text for name in named)
    assert named == {"attachment", "article_file"}

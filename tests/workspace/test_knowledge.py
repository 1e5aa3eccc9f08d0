"""The knowledge base as agents read it and authors write it."""

import io
import re

import pytest
from sqlalchemy import func, select

from app.conversations import storage
from app.core import db
from kb import service, switch
from kb.models import ArticleSearch, ArticleUse, ArticleVersion, Audience, Place
from kb.search.postgres import PostgresIndex
from tests.factories.actors import administrator
from tests.factories.conversations import ConversationFactory, MessageFactory
from tests.factories.markets import MarketFactory
from tests.statements import statements

TEXTS = {"title": "What a PUK is", "summary": "After three wrong PINs.", "body": "On the *card*."}


@pytest.fixture(autouse=True)
def index(database):
    switch.plug_in(PostgresIndex())
    MarketFactory()


@pytest.fixture
def author(sign_in):
    return sign_in(roles=["manager"], markets=["MX"])


@pytest.fixture
def agent(sign_in):
    return sign_in(roles=["agent"], markets=["MX"])


def write(slug="puk", language="en", **changed):
    place = {"category": "sim", "audience": Audience.PUBLIC}
    service.write(slug, language, by=administrator(), **{**TEXTS, **place, **changed})


def goes_to(answer):
    assert answer.status_code == 204, answer.get_data(as_text=True)
    return answer.headers["HX-Redirect"]


def test_an_author_writes_previews_saves_and_publishes(author, agent):
    began = author.post(
        "/desk/kb/write/new",
        data={"slug": "puk", "language": "en", "category": "sim", "audience": "public", **TEXTS},
    )
    edit = goes_to(began)
    assert edit == "/desk/kb/puk/edit/en"
    assert agent.get("/desk/kb/puk").status_code == 404
    page = author.get(edit, plain=True).text
    assert 'name="seen" value="1"' in page
    preview = author.post("/desk/kb/preview", data={**TEXTS, "body": "# <b>x</b>\n\n**bold**"})
    assert "<strong>bold</strong>" in preview.text
    assert "<b>x</b>" not in preview.text

    shown = goes_to(
        author.post(edit, data={**TEXTS, "body": "In the app.", "seen": "1", "then": "publish"})
    )

    assert "In the app." in agent.get(shown, plain=True).text
    late = author.post(edit, data={**TEXTS, "body": "Late.", "seen": "1"})
    assert late.status_code == 409


def test_a_second_article_of_one_address_is_refused(author):
    write()
    again = author.post(
        "/desk/kb/write/new",
        data={"slug": "puk", "language": "en", "category": "sim", "audience": "public", **TEXTS},
    )
    assert again.status_code == 409


def test_versions_are_compared_and_restored(author):
    write()
    write(body="In the *app*.")

    every = author.get("/desk/kb/puk/versions/en", plain=True).text
    second, first = re.findall(r'href="(/desk/kb/puk/versions/en/[\w-]+)"', every)
    page = author.get(second, plain=True).text
    assert re.search(r"<del>On</del>.*<ins>In</ins>", page, re.DOTALL)
    assert "What changed" not in author.get(first, plain=True).text
    assert author.get(second.replace("/en/", "/es/")).status_code == 404

    back = goes_to(author.post(f"{first}/restore"))
    assert back == "/desk/kb/puk/edit/en"
    goes_to(author.post("/desk/kb/puk/versions/en/publish", data={"number": "3"}))
    assert "On the <em>card</em>." in author.get("/desk/kb/puk", plain=True).text
    goes_to(author.post("/desk/kb/puk/versions/en/withdraw"))
    assert author.get("/desk/kb/puk", plain=True).status_code == 404


def test_a_translation_shows_that_its_source_moved_on(author, agent):
    write()
    write(language="es", title="Qué es el PUK")
    write(body="In the app.")

    for reader in (author, agent):
        shown = reader.get("/desk/kb/puk?language=es", plain=True).text
        assert "has changed since this was translated" in shown
    editor = author.get("/desk/kb/puk/edit/es", plain=True).text
    assert "Outdated translation" in editor
    assert "In the app." in editor  # the original beside the translation


def test_pictures_go_through_the_upload_checks_and_are_shown_to_readers(author, agent, tmp_path):
    storage.keep_in(tmp_path)
    write()
    picture = b"\x89PNG\r\n\x1a\n"
    refused = author.post(
        "/desk/kb/puk/files", data={"file": (io.BytesIO(b"<svg onload=alert(1)>"), "a.svg")}
    )
    assert refused.status_code in {400, 415, 422}
    assert (
        author.post("/desk/kb/puk/files", data={"file": (io.BytesIO(picture), "a.png")}).status_code
        != 200
    )

    kept = author.post("/desk/kb/puk/files", data={"file": (io.BytesIO(b"A manual."), "m.txt")})
    address = re.search(r"/desk/kb/files/[\w-]+", kept.text)[0]

    opened = agent.get(address)
    assert (opened.data, opened.headers["Content-Disposition"]) == (
        b"A manual.",
        "attachment; filename=m.txt",
    )
    file_id = address.rpartition("/")[2]
    gone = author.post(f"/desk/kb/puk/files/{file_id}/remove")
    assert "No pictures or documents yet." in gone.text
    assert agent.get(address).status_code == 404


def test_what_the_customer_said_last_suggests_articles_that_count_when_used(sign_in):
    write()
    desk = sign_in(roles=["agent"], markets=["MX"])
    talk = ConversationFactory(assignee_id=desk.staff_id, status="open", language="en")
    MessageFactory(conversation=talk, seq=1, body="hello there")
    MessageFactory(conversation=talk, seq=2, body="my phone wants a puk")

    shown = desk.get(f"/desk/conversations/{talk.id}/suggestions").text

    assert "What a PUK is" in shown
    assert "http://localhost/help/mx/en/puk" in shown
    used = f"/desk/conversations/{talk.id}/articles/puk/used"
    assert [desk.post(used, data={"language": "en"}).status_code for _ in range(2)] == [204, 204]
    assert db.session.scalar(select(func.count(ArticleUse.id))) == 1
    assert "Used in 1 answer" in desk.get("/desk/kb/puk", plain=True).text
    other = sign_in(roles=["agent"], markets=["BR"])
    assert other.get(f"/desk/conversations/{talk.id}/suggestions").status_code == 404
    assert other.post(used, data={"language": "en"}).status_code == 404


def test_suggestions_ask_the_database_a_constant_number_of_times(sign_in):
    desk = sign_in(roles=["agent"], markets=["MX"])
    talk = ConversationFactory(assignee_id=desk.staff_id, status="open", language="en")
    for seq in range(1, 12):
        MessageFactory(conversation=talk, seq=seq, body=f"puk puk {seq}")
    for number in range(12):
        write(f"puk-{number}", title=f"PUK {number}")

    with statements(db.session) as said:
        desk.get(f"/desk/conversations/{talk.id}/suggestions")

    assert len(said) <= 40


def test_authors_see_what_is_due_and_what_nobody_found(author, agent):
    write()
    service.note_search("hologram calls", "en", place=Place.HELP, found=0, market="MX")

    assert "No article is due" in author.get("/desk/kb/care/due", plain=True).text
    gaps = author.get("/desk/kb/care/gaps", plain=True).text
    assert "hologram calls" in gaps
    assert "/desk/kb/write/new?title=Hologram+calls" in gaps
    begun = author.get("/desk/kb/write/new?title=Hologram+calls&search_words=hologram", plain=True)
    assert 'value="Hologram calls"' in begun.text
    for page in ("care/due", "care/gaps", "care/shelves", "care/words", "write/new"):
        assert agent.get(f"/desk/kb/{page}").status_code == 403


def test_shelves_and_words_are_edited(author):
    goes_to(
        author.post(
            "/desk/kb/care/shelves", data={"code": "esim", "name_en": "eSIM", "parent": "sim"}
        )
    )
    assert "eSIM" in author.get("/desk/kb/care/shelves", plain=True).text
    assert author.post("/desk/kb/care/shelves/sim/take-down").status_code == 409
    goes_to(author.post("/desk/kb/care/shelves/esim/take-down"))

    assert "bill, invoice" in author.get("/desk/kb/care/words?language=en", plain=True).text
    goes_to(author.post("/desk/kb/care/words/en", data={"groups": "puk, panther\n"}))
    assert author.get("/desk/kb/care/words?language=en", plain=True).text.count("panther") == 1


def test_what_is_for_staff_is_marked_and_has_no_public_address(agent):
    write("fraud", audience=Audience.STAFF, title="Fraud")

    sheet = agent.get("/desk/kb/fraud").text

    assert "Staff only" in sheet
    assert "data-insert" not in sheet


def test_browsing_and_searching_writes_nothing(agent):
    write()
    before = db.session.scalar(select(func.count(ArticleSearch.id)))

    for path in ("/desk/kb?q=puk", "/desk/kb/panel?about=puk", "/desk/kb/panel/results?q=puk"):
        assert "What a PUK is" in agent.get(path).text

    assert db.session.scalar(select(func.count(ArticleSearch.id))) == before
    assert db.session.scalar(select(func.count(ArticleVersion.id))) == 1

"""Her data on her own page, and the data protection officer's page."""

import io
import re
import zipfile

import pytest

from app.core import db
from app.privacy.models import ErasureRequest, PersonExport
from app.privacy.service import erasing, exporting
from tests.factories.customers import CustomerFactory
from tests.factories.identity import StaffFactory
from tests.security.browsers import customer_browser, staff_browser


def officer(app, **more):
    staff = StaffFactory(roles=["data_protection_officer"], markets=[], **more)
    return staff_browser(app, staff=staff)


@pytest.fixture
def her(app):
    return CustomerFactory()


@pytest.fixture
def herself(app, her, confirmed):
    return customer_browser(app, her)


def test_she_has_her_file_made_and_downloads_it_once(herself, her):
    assert herself.post("/my/data/export", data={}).status_code == 303
    assert 'action="/my/data/exports/' not in herself.get("/my/data").text
    exporting.make_asked()
    link = re.search(r'action="(/my/data/exports/[^"]+)"', herself.get("/my/data").text)[1]

    archive = zipfile.ZipFile(io.BytesIO(herself.post(link, data={}).data))

    assert her.email in archive.read("customer.jsonl").decode()
    assert herself.post(link, data={}).status_code == 409
    assert link not in herself.get("/my/data").text


def test_a_link_of_another_or_with_another_signature_opens_nothing(app, herself, her):
    herself.post("/my/data/export", data={})
    exporting.make_asked()
    export = db.session.query(PersonExport).one()
    path = f"/my/data/exports/{export.id}/{exporting.signature(export)}"
    other = customer_browser(app, CustomerFactory())

    assert other.post(path, data={}).status_code == 404
    assert herself.post(f"{path[:-1]}x", data={}).status_code == 404
    assert officer(app).post(path.replace("/my/data", "/board/privacy"), data={}).status_code == 404
    assert herself.post(path, data={}).status_code == 200


def test_she_asks_to_be_erased_and_a_second_person_agrees(app, herself, her):
    assert herself.post("/my/data/erase", data={"why": "I move away"}).status_code == 303
    assert herself.post("/my/data/erase", data={"why": ""}).status_code == 409
    request = db.session.query(ErasureRequest).one()
    desk = officer(app)
    assert "I move away" in desk.get("/board/privacy").text

    assert desk.post(f"/board/privacy/erasures/{request.id}/approve", data={}).status_code == 303
    assert erasing.carry_out_approved() == 1

    assert herself.get("/my/data").status_code in {302, 303, 401}
    db.session.expire_all()
    assert db.session.query(ErasureRequest).one().why == ""


def test_an_erasure_is_refused_with_a_reason_that_she_reads(app, herself, her):
    herself.post("/my/data/erase", data={})
    request = db.session.query(ErasureRequest).one()
    path = f"/board/privacy/erasures/{request.id}/refuse"

    assert officer(app).post(path, data={"why": " "}).status_code == 400
    assert officer(app).post(path, data={"why": "A dispute is open"}).status_code == 303
    assert "A dispute is open" in herself.get("/my/data").text


def test_she_agrees_and_takes_it_back(herself, her):
    for agreed in ("yes", "no"):
        sent = {"purpose": "marketing", "agreed": agreed}
        assert herself.post("/my/data/consents", data=sent).status_code == 303
    assert herself.post("/my/data/consents", data={"purpose": "x"}).status_code == 400


def test_the_officer_holds_and_exports_and_sees_what_would_go(app, her, confirmed):
    desk = officer(app)
    page = desk.get(f"/board/privacy?customer={her.reference}").text
    assert "<code>customer</code>" in page

    hold = f"/board/privacy/{her.id}/hold"
    assert desk.post(hold, data={"reason": ""}).status_code == 400
    assert desk.post(hold, data={"reason": "Court 12/2026"}).status_code == 303
    assert "Court 12/2026" in desk.get("/board/privacy").text
    assert desk.post(f"/board/privacy/{her.id}/erase", data={"why": "x"}).status_code == 409
    assert desk.post(f"/board/privacy/{her.id}/export", data={}).status_code == 303


def test_an_auditor_reads_and_changes_nothing(app, her, confirmed):
    auditor = staff_browser(app, "auditor")
    assert auditor.get(f"/board/privacy?customer={her.reference}").status_code == 200
    for path in (f"{her.id}/export", f"{her.id}/erase", f"{her.id}/hold"):
        assert auditor.post(f"/board/privacy/{path}", data={}).status_code == 403


def test_no_cookie_follows_anybody(app, her, confirmed):
    """Only what keeps a session, and what protects its forms; none without being signed in."""
    stranger = app.test_client()
    for path in ("/help", "/sign-in", "/my/sign-in", "/widget.js"):
        for cookie in stranger.get(path).headers.getlist("Set-Cookie"):
            assert re.match(r"__Host-[a-z_-]+=", cookie), cookie
            assert "HttpOnly" in cookie
            assert "SameSite" in cookie
            assert "csrf" in cookie or "session" in cookie, cookie
    answer = customer_browser(app, her).get("/my/data")
    assert all("__Host-" in each for each in answer.headers.getlist("Set-Cookie"))

"""What billing administrators see and do: the queue, files, layouts."""

import io
import json

import pytest
from sqlalchemy import select

from app.backoffice import layout_forms
from app.core import db, events, outbox
from app.core.actor import SYSTEM
from app.mediation import service
from app.mediation.models import Anomaly, Decision, Layout, ReceivedFile
from tests.conftest import ORIGIN
from tests.factories.catalog import OfferVersionFactory
from tests.factories.mediation import CSV, AnomalyFactory, LayoutFactory
from tests.factories.subscriptions import line_with_plan
from tests.mediation.conftest import MAY_1, csv_file, message, records, row
from tests.statements import statements
from tests.workspace.conftest import sign_in

__all__ = ["sign_in"]


@pytest.fixture
def office(sign_in):
    return sign_in(roles=["billing_administrator"], name="Ana Ruiz", language="en")


@pytest.fixture
def line(app):
    return line_with_plan(OfferVersionFactory(), activated_at=MAY_1)


def put_aside(*messages):
    if db.session.get(Layout, "gateway") is None:
        LayoutFactory(json=True)
    service.take("gateway", "\n".join(messages).encode(), by=SYSTEM)
    return db.session.scalars(select(Anomaly).order_by(Anomaly.id.desc())).first()


def text(answer):
    assert answer.status_code == 200, answer.status_code
    return answer.get_data(as_text=True)


def again_from(anomaly):
    """As it is in the database by now: every request drops its session."""
    return db.session.get_one(Anomaly, anomaly.id)


def told(answer):
    assert answer.status_code == 204, answer.get_data(as_text=True)
    return json.loads(answer.headers["HX-Trigger"])["told"]["text"]


def test_the_queue_shows_why_and_the_customer_and_escapes_what_came(office, line):
    put_aside(message(line, -5), message("+525500000000", id="<script>alert(1)</script>"))

    page = text(office.get("/office/usage", plain=True))

    assert "Negative quantity" in page
    assert "Valeria Soto" in page
    assert "<script>alert" not in page
    assert (
        "Unknown number" not in text(office.get("/office/usage?reason=malformed")).split("</p>")[1]
    )
    assert "Nothing waits" not in text(office.get("/office/usage/counts"))


def test_a_record_is_corrected_by_the_clock_of_its_market(office, line):
    odd = put_aside(message(line, -5))
    page = text(office.get(f"/office/usage/{odd.id}", plain=True))
    assert 'value="2026-05-10 12:00:00"' in page  # in Mexico City
    assert "less than nothing" in page

    form = {
        "number": line.number,
        "kind": "voice",
        "started_at": "2026-05-10 12:00:00",
        "quantity": "5",
    }
    assert (
        office.post(
            f"/office/usage/{odd.id}/correct", data={**form, "started_at": "noon"}
        ).status_code
        == 400
    )
    assert told(office.post(f"/office/usage/{odd.id}/correct", data=form))

    assert (records(), again_from(odd).record["started_at"]) == ([5], "2026-05-10T18:00:00+00:00")
    page = text(office.get(f"/office/usage/{odd.id}"))
    assert "Decided by" in page
    assert "Odd record corrected" in page


@pytest.mark.parametrize("start", ["0001-01-01T00:00:00+00:00", "9999-12-31T23:59:59-11:00"])
def test_a_moment_at_either_end_of_the_calendar_breaks_no_page(office, line, start):
    odd = put_aside(message(line, start=start))

    assert (odd.reason, odd.field) == ("malformed", "started_at")
    assert start in text(office.get(f"/office/usage/{odd.id}", plain=True))
    assert text(office.get(f"/office/usage?day={start[:10]}"))


def test_accepting_and_rejecting_from_the_page(office, line):
    absurd, negative = put_aside(message(line, 10**6)), put_aside(message(line, -5))

    told(office.post(f"/office/usage/{absurd.id}/accept"))
    again = office.post(f"/office/usage/{absurd.id}/accept")
    assert (again.status_code, again.headers["X-Refusal"]) == (409, "already_decided")
    assert "Reject the record" in text(office.get(f"/office/usage/{negative.id}/reject"))
    assert office.post(f"/office/usage/{negative.id}/reject", data={"note": ""}).status_code == 400
    told(office.post(f"/office/usage/{negative.id}/reject", data={"note": "Test"}))

    assert (records(), again_from(negative).decision) == ([10**6], Decision.REJECTED)


def test_many_are_decided_after_a_confirmation(office, line):
    odd = [put_aside(message(line, -n)) for n in (1, 2)]
    ids = [str(each.id) for each in odd]

    asked = text(office.get("/office/usage/many", query_string={"id": ids, "decision": "reject"}))
    assert "2 records are not rated" in asked
    assert all(again_from(each).is_open for each in odd)
    outcome = told(office.post("/office/usage/many", data={"id": ids, "decision": "accept"}))
    assert outcome == "0 records are decided. 2: cannot be accepted as they are."
    sent = {"id": ids, "decision": "reject", "note": "Test"}
    assert told(office.post("/office/usage/many", data=sent)) == "2 records are decided."

    assert not any(again_from(each).is_open for each in odd)


def test_a_customer_who_repeats_is_suggested_and_flagged(office, line):
    odd = [put_aside(message(line, -1 - n)) for n in range(5)][-1]
    assert "Suggested" in text(office.get("/office/usage"))
    assert "Watch the usage" in text(office.get(f"/office/usage/customers/{line.customer_id}/flag"))

    told(office.post(f"/office/usage/customers/{line.customer_id}/flag", data={"note": "SIM box?"}))

    assert "SIM box?" in text(office.get(f"/office/usage/{odd.id}"))
    told(office.post(f"/office/usage/customers/{line.customer_id}/clear"))
    assert "SIM box?" not in text(office.get("/office/usage"))


def test_a_file_is_uploaded_and_its_page_tells_what_became_of_it(office, line):
    LayoutFactory()

    def upload(content, name, **beside):
        data = {"source": "switch", "file": (io.BytesIO(content), name), **beside}
        answer = office.post("/office/usage/files", data=data)
        assert "Waiting" in text(office.get(answer.headers["HX-Redirect"], plain=True))
        for entry_id in outbox.due():  # as the worker does
            outbox.run_errand(entry_id, events.deliver)
        return text(office.get(answer.headers["HX-Redirect"], plain=True))

    done = upload(csv_file(row(line), row("+525500000000")), "good.csv")
    refused = upload(csv_file(row(line), count=9), "<b>bad</b>.csv")

    assert "Done" in done
    assert "holds" in done
    assert "A control total is not what is in the file." in refused
    assert "found 1" in refused
    assert "<b>bad" not in refused
    listed = text(office.get("/office/usage/files"))
    assert "good.csv" in listed
    assert "good.csv" not in text(office.get("/office/usage/files?status=refused"))
    bare = {**CSV, "mark": None, "beside": {"suffix": ".ctl", "sha256": "S"}, "totals": []}
    service.change_layout("switch", "Switch", bare, version=1, by=SYSTEM)
    control = (io.BytesIO(b"S=" + b"0" * 64), "bare.ctl")
    told = upload(row(line).encode(), "bare.csv", control=control)
    assert "The file is not the one that its control file names (SHA-256)." in told


def test_a_layout_is_tried_before_it_is_saved(office, line):
    LayoutFactory()
    page = text(office.get("/office/usage/layouts/switch", plain=True))
    assert "Columns with a separator" in page
    assert "saving would lose it" not in page
    assert "switch" in text(office.get("/office/usage/layouts", plain=True))

    form = {"market": "MX", **layout_forms.shown(CSV)}
    sample = "\n".join(["H;x", row(line), row("+525599999999"), row(line, at="never"), "T;3;180"])
    tried = text(office.post("/office/usage/layouts/try", data={**form, "sample": sample}))
    for told in (
        line.number,
        "60 seconds",
        "May 10, 2026",
        "is rated",
        "Unknown number",
        "Field: Begins.",
        "the file says 3, there are 3",
    ):
        assert told in tried
    no_json = {**form, "format": "json_array", "sample": "[{"}
    tried = text(office.post("/office/usage/layouts/try", data=no_json))
    assert "The file is not in the format of its layout." in tried
    for wrong in ({"timezone": "Mars"}, {"columns": "a"}, {"format": "xml"}):
        tried = text(office.post("/office/usage/layouts/try", data={**form, **wrong}))
        assert "alert-danger" in tried


def test_a_layout_is_changed_one_version_after_the_other(office, line):
    LayoutFactory()
    form = {"name": "New", "version": "1", "market": "MX", **layout_forms.shown(CSV)}

    assert office.post("/office/usage/layouts/switch", data=form).status_code == 204
    assert office.post("/office/usage/layouts/switch", data=form).status_code == 409
    bad = {**form, "version": "2", "timezone": "Mars"}
    assert office.post("/office/usage/layouts/switch", data=bad).status_code == 400
    unread = office.post("/office/usage/layouts/switch", data={**bad, "at_number": ""})
    assert unread.headers["X-Field"] == "at_number"

    layout = db.session.get(Layout, "switch")
    assert (layout.name, layout.version) == ("New", 2)


def test_a_layout_goes_out_and_comes_in_as_json(office, line):
    LayoutFactory()
    path = "/office/usage/layouts/import"

    exported = office.get("/office/usage/layouts/switch/definition.json")
    sent = {"file": (io.BytesIO(exported.data), "switch.json")}
    filled = text(office.post(path, data=sent))

    assert exported.json == CSV
    assert "switch-1.json" in exported.headers["Content-Disposition"]
    assert 'value="msisdn"' in filled
    assert db.session.get(Layout, "switch").version == 1
    inexpressible = {**CSV, "totals": CSV["totals"] * 3}
    for wrong in ("{", "[]", '{"format": "xml"}', json.dumps(inexpressible)):
        sent = {"file": (io.BytesIO(wrong.encode()), "x.json")}
        assert office.post(path, data=sent).status_code == 400


def test_a_new_source_is_written_down(office):
    from tests.factories.markets import MarketFactory

    MarketFactory()
    assert "New layout" in text(office.get("/office/usage/layouts/new", plain=True))
    sent = {"source": "msc-1", "name": "MSC", "market": "MX", **layout_forms.shown(CSV)}

    answer = office.post("/office/usage/layouts", data=sent)

    assert answer.headers["HX-Redirect"] == "/office/usage/layouts/msc-1"
    assert office.post("/office/usage/layouts", data={**sent, "market": "ZZ"}).status_code == 400


def test_who_is_not_let_in(sign_in, office, line):
    agent = sign_in()
    foreign = AnomalyFactory(market_code=_brazil())
    own = put_aside(message(line, -5))

    for path in ("", "/files", "/layouts", "/counts", f"/{own.id}"):
        assert agent.get(f"/office/usage{path}").status_code == 403
    assert office.get(f"/office/usage/{foreign.id}").status_code == 404
    assert office.post(f"/office/usage/{foreign.id}/accept").status_code == 404
    assert "Usage review" in text(office.get("/desk/tickets", plain=True))
    assert "Usage review" not in text(agent.get("/desk/tickets", plain=True))


def _brazil():
    from tests.factories.markets import MarketFactory

    return MarketFactory(brazil=True).code


def test_the_lists_take_as_many_statements_for_fifty_rows_as_for_one(office, session, line):
    number_of_line = line.number

    def sent(path):
        with statements(session) as found:
            text(office.get(path))
        return len(found)

    def file(number):
        content = io.BytesIO(csv_file(row(number_of_line, number)))
        service.receive("switch", "a.csv", content, by=SYSTEM)

    LayoutFactory()
    put_aside(message(line, -1))
    file(0)
    few = sent("/office/usage"), sent("/office/usage/files")
    for number in range(1, 49):
        AnomalyFactory(customer_id=line_with_plan().customer_id)
        file(number)
    many = sent("/office/usage"), sent("/office/usage/files")

    assert many == few
    assert len(db.session.scalars(select(ReceivedFile)).all()) == 49


def test_forged_requests_do_nothing(office, line):
    odd = put_aside(message(line, -5))

    answer = office.browser.post(
        f"/office/usage/{odd.id}/reject", data={"note": "x"}, headers={"Origin": ORIGIN}
    )

    assert answer.status_code == 403
    assert again_from(odd).is_open

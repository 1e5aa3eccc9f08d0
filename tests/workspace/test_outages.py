"""Outage mode on its screen: declared, followed, told, credited and over."""

import re

import pytest

from app.core import db
from app.core.actor import SYSTEM
from app.tickets import outages, service
from app.tickets.models import OutageCase, Ticket, Topic
from app.tickets.service import outage_work
from tests.factories.customers import AccountFactory, CustomerFactory
from tests.factories.subscriptions import line_with_plan
from tests.statements import statements

pytestmark = pytest.mark.usefixtures("confirmed")


@pytest.fixture
def boss(sign_in):
    return sign_in(roles=["administrator"], markets=["MX"])


def came(city="Puebla"):
    customer = CustomerFactory(city=city)
    line_with_plan(account=AccountFactory(customer=customer))
    return service.open(
        by=SYSTEM, customer_id=customer.id, subject="No signal", topic=Topic.TECHNICAL
    ).id


def declared(boss):
    form = {"market": "MX", "area": "Puebla", "service": "mobile", "until": "2030-01-01T15:00"}
    answer = boss.post("/desk/outages", data={**form, "text_es": "Fibra cortada"})
    return answer.headers["HX-Redirect"]


def work():
    while outage_work.work_off(by=SYSTEM):
        pass


def test_a_disturbance_from_its_beginning_to_its_end(boss):
    tickets = [came(), came()]
    page = declared(boss)
    shown = boss.get(page).text
    keys = re.findall(r'name="key" value="([^"]+)"', shown)

    boss.post(f"{page}/update", data={"key": keys[0], "text_es": "Seguimos en ello"})
    boss.post(f"{page}/credit", data={"key": keys[2], "amount": "25", "whose": "linked"})
    assert 'hx-trigger="every 3s"' in boss.get(f"{page}/progress").text
    work()
    boss.post(f"{page}/end", data={"key": keys[1], "text_es": "Ya funciona"})
    work()

    case = db.session.query(OutageCase).one()
    standing = outages.standing_of(case)
    assert (standing.linked, standing.open_, standing.told, standing.credited) == (2, 0, 2, 2)
    assert [db.session.get_one(Ticket, each).resolution for each in tickets] == ["Ya funciona"] * 2
    done = boss.get(page).text
    assert "2/2" in done
    assert "every 3s" not in done
    listed = boss.get("/desk/outages", plain=True).text
    assert "<td>México</td>" in listed
    assert '<option value="MX">México</option>' in listed


def test_what_is_wrong_is_refused_with_its_code(boss):
    came()
    page = declared(boss)

    def refusal(path, **data):
        answer = boss.post(f"{page}/{path}", data=data)
        return answer.status_code, re.search(r'data-code="(\w+)"', answer.text)[1]

    assert refusal("update", key="k") == (400, "invalid")
    assert refusal("credit", key="k", amount="100.01", whose="all") == (422, "above_credit_limit")
    assert refusal("notice", until="soon", text_es="x") == (400, "invalid")
    again = boss.post("/desk/outages", data={"market": "MX", "area": "puebla", "service": "mobile"})
    assert again.status_code == 409


def test_the_page_takes_as_many_statements_for_many(boss, session):
    came()
    page = declared(boss)

    def count():
        db.session.flush()
        db.session.expunge_all()
        with statements(session) as sent:
            assert boss.get(page).status_code == 200
        return len(sent)

    few = count()
    for _ in range(5):
        came()

    assert count() == few <= 12


def test_agents_do_not_declare(desk):
    assert desk.get("/desk/outages").status_code == 403

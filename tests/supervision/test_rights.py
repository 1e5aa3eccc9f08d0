"""Who can do what, and who did, as an administrator sees it."""

import pytest

from app.identity import roles, staffing
from app.identity.permissions import PERMISSIONS
from app.web.rights_words import RIGHTS
from tests.factories.actors import administrator
from tests.factories.identity import StaffFactory
from tests.security.browsers import staff_browser
from tests.statements import statements


@pytest.fixture
def boss(app):
    return staff_browser(app, "administrator")


def text(browser, path):
    answer = browser.get(path)
    assert answer.status_code == 200
    return answer.get_data(as_text=True)


def test_the_table_is_searched_by_permission_and_by_role(boss):
    found = text(boss, "/board/rights?q=refund")
    of_auditors = text(boss, "/board/rights?q=auditor")

    assert "payments.refund" in found
    assert "tickets.read" not in found
    assert "audit.read" in of_auditors
    assert "payments.refund" not in of_auditors


def test_an_auditor_reads_who_can_do_what_and_is_led_nowhere_she_may_not_go(app):
    auditor = staff_browser(app, "auditor")

    pages = text(auditor, "/board/rights") + text(auditor, "/board/rights/tickets.read")

    assert "payments.refund" in pages
    assert "/board/people" not in pages
    assert "/board/roles" not in pages


def test_every_permission_is_said_in_words():
    assert set(RIGHTS) == set(PERMISSIONS)


def test_a_permission_says_what_it_takes_who_has_it_and_who_used_it_last(app, boss):
    by = administrator(name="Bea Sol")
    staffing.invite(by=by, email="n@aurora.example", name="Nina Paz", roles=["agent"])

    people = text(boss, "/board/rights/staff.manage")
    refunds = text(boss, "/board/rights/payments.refund")

    assert "Bea Sol" in people
    assert "Nina Paz" not in people
    assert "second person" in refunds.lower() or "segunda persona" in refunds.lower()
    assert boss.get("/board/rights/nothing.known").status_code == 404


@pytest.mark.usefixtures("confirmed")
def test_a_role_is_made_given_and_seen(app, boss):
    boss.post("/board/roles", data={"name": "Night desk", "permissions": "billing.credit"})
    (role,) = roles.every_role()
    staff = StaffFactory(roles=["agent"], markets=[])

    given = boss.post(f"/board/people/{staff.id}/roles", data={"roles": ["agent", role.code]})

    assert given.status_code == 303
    assert "Night desk" in text(boss, "/board/people")
    assert "Night desk" in text(boss, "/board/rights")
    assert staff.name in text(boss, "/board/rights/billing.credit")
    assert boss.post(f"/board/roles/{role.id}/retire").status_code == 409


def test_the_pages_take_as_many_statements_for_many_people_as_for_few(app, boss, session):
    def sent(path):
        session.expire_all()
        with statements(session) as found:
            text(boss, path)
        return len(found)

    few = [sent("/board/people"), sent("/board/rights/tickets.read")]
    for _ in range(20):
        StaffFactory(roles=["agent"], markets=[])

    assert [sent("/board/people"), sent("/board/rights/tickets.read")] == few

"""Who has no password confirms by a code that is sent to her, good for just what she was doing."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.core import clock, db
from app.core.money import Money
from app.identity import passwords, sessions, step_up
from app.identity.errors import BadCode, Locked, TooManyCodes
from app.identity.models import Confirmation, OneTimeCode, SessionKind
from app.identity.step_up import Deed
from app.subscriptions import service as lines
from app.subscriptions.queries import proving_addresses
from tests.billing.committed import at_once
from tests.factories.actors import agent, customer
from tests.factories.customers import AddressFactory, CustomerFactory
from tests.factories.subscriptions import line_with_plan
from tests.security.browsers import customer_browser

DEED = Deed("payments.refund", "p-1", Money.of("100.00", "MXN"))


def signed_in(by):
    return sessions.open_session(
        SessionKind.CUSTOMER, by=by, user_agent="", address="", verified=True
    ).session.id


def sent(by, session_id, deed=DEED):
    row = step_up.send_code(session_id, deed, by=by, channel="sms", address="+525512345678")
    return row.to_send


@pytest.fixture
def her(database):
    by = customer(CustomerFactory().id)
    return by, signed_in(by)


class TestCode:
    def test_it_is_good_once_for_what_she_was_doing(self, her):
        by, session_id = her
        code = sent(by, session_id)

        step_up.prove_by_code(session_id, DEED, f"{code[:3]} {code[3:]}", by=by)

        with pytest.raises(BadCode):
            step_up.prove_by_code(session_id, DEED, code, by=by)

    @pytest.mark.parametrize(
        "other",
        [
            Deed("payments.refund", "p-1", Money.of("100.01", "MXN")),
            Deed("payments.refund", "p-2", Money.of("100.00", "MXN")),
            Deed("payments.methods", "p-1", Money.of("100.00", "MXN")),
        ],
    )
    def test_it_is_good_for_nothing_else(self, her, other):
        by, session_id = her
        code = sent(by, session_id)

        with pytest.raises(BadCode):
            step_up.prove_by_code(session_id, other, code, by=by)
        with pytest.raises(BadCode):
            step_up.prove_by_code(signed_in(by), DEED, code, by=by)

        step_up.prove_by_code(session_id, DEED, code, by=by)

    @pytest.mark.parametrize(("minutes", "good"), [(9.9, True), (10.1, False)])
    def test_it_is_good_for_ten_minutes(self, her, minutes, good):
        by, session_id = her
        code = sent(by, session_id)

        with clock.moved_to(clock.now() + timedelta(minutes=minutes)):
            if good:
                step_up.prove_by_code(session_id, DEED, code, by=by)
            else:
                with pytest.raises(BadCode):
                    step_up.prove_by_code(session_id, DEED, code, by=by)

    def test_after_three_wrong_tries_the_right_one_is_too_late(self, her):
        by, session_id = her
        code = sent(by, session_id)
        for _ in range(3):
            with pytest.raises(BadCode):
                step_up.prove_by_code(session_id, DEED, "0000000", by=by)

        with pytest.raises(BadCode):
            step_up.prove_by_code(session_id, DEED, code, by=by)

        assert sent(by, session_id) != code, "she is sent another at once"

    def test_five_wrong_tries_lock_her_out_whichever_code_they_were_for(self, her):
        by, session_id = her
        sent(by, session_id)
        for _ in range(5):
            with pytest.raises(BadCode):
                step_up.prove_by_code(session_id, DEED, "0000000", by=by)
        code = sent(by, session_id)

        with pytest.raises(Locked):
            step_up.prove_by_code(session_id, DEED, code, by=by)

    def test_asked_again_at_once_the_first_is_still_on_its_way(self, her):
        by, session_id = her

        assert sent(by, session_id) == sent(by, session_id)
        with clock.moved_to(clock.now() + timedelta(seconds=61)):
            sent(by, session_id)

        assert len(db.session.scalars(select(OneTimeCode)).all()) == 2

    def test_nobody_is_flooded(self, her):
        by, session_id = her
        for number in range(6):
            sent(by, session_id, Deed("payments.methods", str(number)))

        with pytest.raises(TooManyCodes):
            sent(by, session_id)


def test_of_fifty_tries_at_once_with_the_right_code_one_succeeds(committing):
    by = customer(CustomerFactory().id)
    session_id = signed_in(by)
    code = sent(by, session_id)

    results = at_once(50, lambda _: step_up.prove_by_code(session_id, DEED, code, by=by))

    assert results.count(None) <= 1
    assert all(isinstance(each, BadCode | Locked) for each in results if each is not None)


class TestWhereItGoes:
    def test_to_what_she_verified_before_what_is_on_file_and_to_phones_first(self, database):
        her = CustomerFactory(phone="+525511111111", email="a@example.com")
        AddressFactory(customer_id=her.id, channel="sms", value="+525522222222")
        AddressFactory(customer_id=her.id, channel="whatsapp", value="+525533333333")
        AddressFactory(customer_id=her.id, channel="email", value="b@example.com", verified_at=None)

        assert proving_addresses(her) == [
            ("sms", "+525522222222"),
            ("sms", "+525511111111"),
            ("email", "a@example.com"),
        ]

    def test_never_to_a_sim_that_is_missing(self, database):
        line = line_with_plan()
        line.customer.phone = line.number
        lines.report_missing(line.id, "stolen", by=agent())

        assert proving_addresses(line.customer) == [("email", line.customer.email)]


class TestPage:
    def test_she_is_sent_a_code_and_goes_on_with_it(self, app):
        her = CustomerFactory(phone="+525512345678")
        line = line_with_plan(account__customer=her)
        browser = customer_browser(app, her)
        url = f"/my/lines/{line.id}/port-out"

        asked = browser.post(url)
        code = db.session.scalars(select(OneTimeCode)).one()
        assert asked.status_code == 428
        assert "5678" in asked.text
        assert "+525512345678" not in asked.text
        assert 'autocomplete="one-time-code"' in asked.text
        wrong = browser.post(url, data={"confirmation": "0000000"})
        assert (wrong.status_code, db.session.query(Confirmation).count()) == (401, 0)

        browser.post(url, data={"confirmation": code.to_send})

        assert db.session.query(Confirmation).count() == 1

    def test_who_has_a_password_is_asked_for_it_and_sent_nothing(self, app):
        her = CustomerFactory(password_hash=passwords.hashed("correct horse battery"))
        line = line_with_plan(account__customer=her)

        asked = customer_browser(app, her).post(f"/my/lines/{line.id}/port-out")

        assert 'type="password"' in asked.text
        assert db.session.scalars(select(OneTimeCode)).all() == []

    def test_after_many_codes_the_page_says_so_and_is_no_error(self, app):
        her = CustomerFactory(language="en")
        line = line_with_plan(account__customer=her)
        browser, url = customer_browser(app, her), f"/my/lines/{line.id}/port-out"
        for minute in range(7):
            with clock.moved_to(clock.now() + timedelta(minutes=minute * 1.1)):
                asked = browser.post(url)

        assert asked.status_code == 428
        assert 'name="confirmation"' not in asked.text
        assert len(db.session.scalars(select(OneTimeCode)).all()) == 6

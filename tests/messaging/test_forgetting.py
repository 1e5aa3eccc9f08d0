"""Providers' calls as they came are kept for a while only."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from app.core import clock, db
from app.core.errors import Invalid
from app.markets import policies
from app.messaging import retention
from app.messaging.models import CallStatus, ProviderCall
from app.messaging.service import forgetting, understanding
from tests.fakes import said


def left():
    return db.session.scalars(select(ProviderCall.status).order_by(ProviderCall.number)).all()


@pytest.fixture
def calls(inbox, comes):
    """One was understood, one was not, and one waits."""
    comes(inbox, said("Hola"))
    comes(inbox, body=b"{")
    waiting = comes(inbox, said("Más", provider_id="in-2"))
    kept = db.session.get_one(ProviderCall, waiting)
    kept.status, kept.done_at = CallStatus.WAITING, None
    db.session.commit()


def after(days):
    return clock.moved_to(clock.now() + timedelta(days=days, minutes=1))


def test_what_was_worked_off_goes_after_a_month_and_what_failed_after_three(calls):
    with after(29):
        assert forgetting.forget_calls() == 0
    with after(30):
        assert forgetting.forget_calls() == 1
    assert left() == [CallStatus.FAILED, CallStatus.WAITING]
    with after(90):
        assert forgetting.forget_calls() == 1
    assert left() == [CallStatus.WAITING]


def test_the_days_count_from_when_it_was_worked_off(calls):
    with after(40):
        understanding.read_waiting()
        forgetting.forget_calls()

        assert left() == [CallStatus.FAILED, CallStatus.DONE]


def test_a_market_decides_for_how_long(calls, inbox, monkeypatch):
    monkeypatch.setattr(retention.markets, "settings_at", lambda _code, _at: {"call_days": 7})

    with after(7):
        assert forgetting.forget_calls() == 1


def test_many_go_in_batches(calls, monkeypatch):
    monkeypatch.setattr(forgetting, "AT_ONCE", 1)

    with after(91):
        assert forgetting.forget_calls() == 2


@pytest.mark.parametrize("bad", [0, -1, True, "30", 1.5, 10**9])
def test_days_that_make_no_sense_are_refused(bad):
    with pytest.raises(Invalid):
        policies.check({retention.SETTING: bad})


def test_a_cards_number_is_in_no_fault_of_a_call(inbox, comes, channel, monkeypatch):
    def read(_call):
        raise ValueError("cannot read 4111 1111 1111 1111")

    monkeypatch.setattr(channel, "read", read)
    comes(inbox, said("Hola"))

    assert "4111 1111" not in db.session.scalars(select(ProviderCall.error)).one()

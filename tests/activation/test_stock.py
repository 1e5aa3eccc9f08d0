"""Cards and numbers: taken in whole or not at all, given to one line each, rested afterwards."""

from datetime import timedelta

import pytest
from sqlalchemy import func, select, text

from app.core import clock, db
from app.core.actor import SYSTEM
from app.core.errors import Forbidden, NotFound
from app.customers.papers import PaperKind
from app.demo import stock as demo_stock
from app.subscriptions import iccid, queries
from app.subscriptions import service as lines
from app.subscriptions.errors import (
    BadRows,
    KnownRows,
    NoNumberLeft,
    NoSimLeft,
    NumberInUse,
    SimInUse,
    UnknownSim,
    WrongCount,
)
from app.subscriptions.models import Activation, EsimProfile, StockCard, StockNumber, StockState
from app.subscriptions.service import stock
from app.subscriptions.service.activations import Paper
from tests.activation.conftest import CURP, cards, numbers, ordered, plan, stocked
from tests.billing.committed import at_once
from tests.factories.actors import agent, staff
from tests.factories.customers import AccountFactory
from tests.factories.markets import MarketFactory
from tests.factories.subscriptions import line_with_plan

AT_ONCE = 100
PAPER = Paper(PaperKind.CURP, CURP)


def take_in(rows, *, count=None, holds="sim", by=SYSTEM, market_code="MX"):
    return stock.import_batch(
        by=by,
        market_code=market_code,
        holds=holds,
        name="delivery 7",
        rows="\n".join(rows),
        count=len(rows) if count is None else count,
    )


@pytest.fixture
def mexico(database):
    return MarketFactory()


def kept(kind):
    return db.session.scalar(select(func.count()).select_from(kind))


def test_a_delivery_is_taken_in_with_its_heading_and_other_columns(mexico):
    rows = [f"{each},profile-a" for each in cards(3)]

    batch = take_in(["iccid,profile", *rows], count=3)

    assert batch.count == 3
    assert set(db.session.scalars(select(StockCard.iccid))) == set(cards(3))


def test_a_card_keeps_the_puk_that_it_came_with_and_nobody_reads_it_in_the_table(mexico):
    first, second = cards(2)
    take_in(["iccid,puk", f"{first},01234567", f"{second},"], count=2)

    known = line_with_plan()
    sim = lines.replace_sim(known.id, first, by=SYSTEM)
    stored = db.session.scalar(text("SELECT puk FROM stock_card WHERE iccid = :it"), {"it": first})

    assert sim.puk == "01234567"
    assert b"01234567" not in bytes(stored)
    assert stock.puk_of(second) is None
    assert len(lines.replace_sim(known.id, second, by=SYSTEM).puk) == 8


def test_a_puk_that_is_none_spoils_the_delivery_and_is_not_repeated(mexico):
    with pytest.raises(BadRows) as refused:
        take_in(["iccid,puk", f"{cards(1)[0]},1234"], count=1)

    assert "1234" not in refused.value.details["rows"][0].removeprefix(f"1: {cards(1)[0]}")


@pytest.mark.parametrize(
    ("rows", "count", "refusal"),
    [
        (cards(3), 4, WrongCount),
        ([*cards(2), "8952010000000000001"], 3, BadRows),
        ([*cards(2), cards(1)[0]], 3, BadRows),
        ([*cards(2), "\x00"], 3, BadRows),
        ([], 1, WrongCount),
    ],
)
def test_a_delivery_with_a_fault_is_refused_whole(mexico, rows, count, refusal):
    with pytest.raises(refusal):
        take_in(rows, count=count)

    assert kept(StockCard) == 0


def test_the_faulty_rows_are_named(mexico):
    with pytest.raises(BadRows) as refused:
        take_in([cards(1)[0], "12", "13"])

    assert refused.value.details == {"rows": ["2: 12", "3: 13"], "count": 2}


def test_what_was_there_before_or_is_in_a_line_is_refused(mexico):
    take_in(cards(1))
    line = line_with_plan()

    with pytest.raises(KnownRows):
        take_in(cards(2))
    with pytest.raises(KnownRows):
        take_in([line.number], holds="number")
    assert kept(StockCard) == 1


@pytest.mark.parametrize("market", [{}, {"brazil": True}, {"india": True}], ids=str)
def test_the_demos_markets_have_enough(database, market):
    code = MarketFactory(**market).code

    demo_stock.take_in(code)

    available = queries.stock_counts(SYSTEM)
    assert {kind: by[StockState.AVAILABLE] for (_, kind), by in available.items()} == dict.fromkeys(
        ("esim", "number", "sim"), demo_stock.EACH
    )


def test_who_may_take_in_deliveries(mexico):
    with pytest.raises(Forbidden):
        take_in(cards(1), by=agent())
    with pytest.raises(NotFound):
        take_in(cards(1), by=staff("billing_administrator", markets=["BR"]))


def test_an_empty_stock_says_of_what(mexico, neighbours):
    plan()
    with pytest.raises(NoSimLeft):
        ordered()
    take_in(cards(1))
    with pytest.raises(NoNumberLeft):
        ordered()
    assert set(db.session.scalars(select(StockCard.state))) == {StockState.AVAILABLE}


@pytest.mark.parametrize(
    ("reason", "state"),
    [("request", StockState.QUARANTINED), ("ported_out", StockState.PORTED_OUT)],
)
def test_the_number_of_a_closed_line_rests_or_is_gone(mexico, neighbours, reason, state):
    line = line_with_plan()

    lines.close_line(line.id, by=SYSTEM, reason=reason)

    assert db.session.get(StockNumber, line.number).state is state


def test_a_number_comes_back_after_ninety_days_and_not_before(mexico, neighbours):
    line = line_with_plan()
    lines.close_line(line.id, by=SYSTEM, reason="request")
    moment = clock.now()

    with clock.moved_to(moment + timedelta(days=89)):
        assert stock.recycle() == 0
    with clock.moved_to(moment + timedelta(days=91)):
        assert stock.recycle() == 1
        assert stock.recycle() == 0
    db.session.expire_all()
    assert db.session.get(StockNumber, line.number).state is StockState.AVAILABLE


def test_a_market_may_rest_numbers_longer(mexico, neighbours):
    mexico.policies = {**mexico.policies, "quarantine_days": 180}
    line = line_with_plan()

    lines.close_line(line.id, by=SYSTEM, reason="request")

    rests = db.session.get(StockNumber, line.number).quarantined_until - line.closed_at
    assert rests == timedelta(days=180)


def test_a_number_that_rests_is_nobodys_also_by_hand(mexico, neighbours):
    plan()
    line, account_id = line_with_plan(), AccountFactory().id
    number = line.number
    lines.close_line(line.id, by=SYSTEM, reason="request")
    wanted = {"by": SYSTEM, "service": "mobile", "mode": "postpaid", "offer_code": "plus-20gb"}

    with pytest.raises(NumberInUse):
        lines.open_line(account_id, number=number, **wanted)

    with clock.moved_to(clock.now() + timedelta(days=91)):
        assert lines.open_line(account_id, number=number, **wanted).number == number


def test_a_card_by_hand_is_one_of_the_market_and_of_its_own_form(mexico, neighbours):
    MarketFactory(brazil=True)
    (mine,), (foreign,) = cards(1, first=70), cards(1, market_code="BR")
    for market_code, holds, card in (("MX", "esim", mine), ("BR", "sim", foreign)):
        stock.import_batch(
            by=SYSTEM, market_code=market_code, holds=holds, name="b", rows=card, count=1
        )
    line_id = line_with_plan().id

    with pytest.raises(UnknownSim):
        lines.replace_sim(line_id, foreign, by=SYSTEM)

    assert lines.replace_sim(line_id, mine, by=SYSTEM).form == "esim"
    assert db.session.get(EsimProfile, mine).activation_code


def test_a_line_opened_by_hand_takes_its_number_out_of_stock(mexico, neighbours):
    plan()
    _, mine = stocked(1)
    account = AccountFactory()

    lines.open_line(
        account.id,
        by=SYSTEM,
        service="mobile",
        mode="postpaid",
        number=mine[0],
        offer_code="plus-20gb",
        iccid=iccid.numbered(52, 999),
    )

    db.session.expire_all()
    assert db.session.get(StockNumber, mine[0]).state is StockState.IN_USE


def test_what_is_kept_for_somebody_cannot_be_taken_by_hand(mexico, neighbours):
    plan()
    taken, _ = stocked(2)
    order = ordered()
    wanted = {"by": SYSTEM, "service": "mobile", "mode": "postpaid", "offer_code": "plus-20gb"}
    account_id = AccountFactory().id
    number, card = order.number, order.iccid

    with pytest.raises(NumberInUse):
        lines.open_line(account_id, number=number, iccid=taken[1], **wanted)
    with pytest.raises(SimInUse):
        lines.open_line(account_id, number="+525599999999", iccid=card, **wanted)

    db.session.expire_all()
    assert db.session.get(StockCard, taken[1]).state is StockState.AVAILABLE


def test_a_hundred_at_once_never_get_one_card_or_number_twice(committing):
    plan()
    taken = cards(AT_ONCE), numbers(AT_ONCE)
    for holds, rows in zip(("sim", "number"), taken, strict=True):
        take_in(rows, holds=holds)
    accounts = [AccountFactory().id for _ in range(AT_ONCE)]
    db.session.remove()

    def activate(n):
        order = lines.activate(
            accounts[n],
            by=SYSTEM,
            offer_code="plus-20gb",
            mode="postpaid",
            effect_key=f"order-{n}",
            paper=PAPER,
        )
        return order.iccid, order.number

    given = at_once(AT_ONCE, activate)

    assert [each for each in given if isinstance(each, Exception)] == []
    assert {each[0] for each in given} == set(taken[0])
    assert {each[1] for each in given} == set(taken[1])
    assert kept(Activation) == AT_ONCE


def test_the_same_command_at_the_same_instant_is_one_order(committing):
    plan()
    take_in(cards(5))
    take_in(numbers(5), holds="number")
    account_id = AccountFactory().id
    db.session.remove()

    def activate(_n):
        return lines.activate(
            account_id,
            by=SYSTEM,
            offer_code="plus-20gb",
            mode="postpaid",
            effect_key="once",
            paper=PAPER,
        ).id

    given = at_once(20, activate)

    assert len(set(given)) == 1
    assert kept(Activation) == 1


def test_a_hundred_who_want_the_same_card_are_one_and_ninety_nine_refusals(committing):
    plan()
    take_in(cards(1))
    take_in(numbers(AT_ONCE), holds="number")
    accounts = [AccountFactory().id for _ in range(AT_ONCE)]
    db.session.remove()

    def activate(n):
        return lines.activate(
            accounts[n],
            by=SYSTEM,
            offer_code="plus-20gb",
            mode="postpaid",
            effect_key=f"order-{n}",
            iccid=cards(1)[0],
            paper=PAPER,
        ).iccid

    given = at_once(AT_ONCE, activate)

    refused = [getattr(each, "code", each) for each in given if isinstance(each, Exception)]
    assert refused == ["sim_in_use"] * (AT_ONCE - 1)
    assert kept(Activation) == 1

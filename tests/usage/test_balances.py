from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal

import pytest
from sqlalchemy import func, select

from app.core import db
from app.core.actor import SYSTEM
from app.core.errors import Conflict, Forbidden, Invalid, NotFound
from app.core.money import Money
from app.subscriptions.access import line_for
from app.usage import queries, service
from app.usage.errors import InsufficientBalance, NotPrepaid
from app.usage.events import BalanceChanged, ToppedUp
from app.usage.models import Balance, BalanceMovement
from tests.factories.actors import agent, customer, visitor
from tests.factories.catalog import OfferVersionFactory
from tests.factories.subscriptions import line_with_plan
from tests.factories.usage import BalanceFactory
from tests.heard import heard


def pesos(amount):
    return Money.of(amount, "MXN")


def prepaid_line():
    return line_with_plan(OfferVersionFactory(prepaid=True))


def test_topping_up_twice_with_one_key_counts_once(database):
    line = prepaid_line()

    with heard(BalanceChanged, ToppedUp) as said:
        service.top_up(line.id, pesos("100"), by=agent(), effect_key="payment:1")
        balance = service.top_up(line.id, pesos("100"), by=agent(), effect_key="payment:1")

    assert balance.money == pesos("100")
    assert queries.balance_of(line.id) is balance
    assert [type(each) for each in said] == [BalanceChanged, ToppedUp]
    assert said[0] == BalanceChanged(line.id, line.customer_id, Decimal(100))


def test_a_debit_takes_once_and_never_more_than_there_is(database):
    balance = BalanceFactory(amount=Decimal(100))
    line_id = balance.line_id

    service.debit(line_id, pesos("60"), by=SYSTEM, effect_key="a", reason="plan")
    service.debit(line_id, pesos("60"), by=SYSTEM, effect_key="a", reason="plan")
    with pytest.raises(InsufficientBalance) as refused:
        service.debit(line_id, pesos("60"), by=SYSTEM, effect_key="b", reason="plan")

    assert refused.value.details == {"balance": "40.0000", "needed": "60", "currency": "MXN"}
    assert queries.balance_of(line_id).amount == 40
    assert db.session.scalar(select(func.sum(BalanceMovement.amount))) == -60


@pytest.mark.parametrize("amount", [pesos("0"), pesos("-5"), pesos("0.001"), Money.of(5, "BRL")])
def test_amounts_that_are_none(database, amount):
    line_id = BalanceFactory().line_id

    for move in (service.top_up, service.debit):
        more = {"reason": "plan"} if move is service.debit else {}
        with pytest.raises(Invalid):
            move(line_id, amount, by=SYSTEM, effect_key="a", **more)


def test_a_key_of_one_line_cannot_be_used_for_another(database):
    service.top_up(prepaid_line().id, pesos("5"), by=SYSTEM, effect_key="a")

    with pytest.raises(Conflict):
        service.top_up(prepaid_line().id, pesos("5"), by=SYSTEM, effect_key="a")


def test_a_postpaid_line_has_no_balance(database):
    line = line_with_plan()

    with pytest.raises(NotPrepaid):
        service.top_up(line.id, pesos("5"), by=SYSTEM, effect_key="a")
    assert queries.balance_of(line.id) is None


def test_who_may_not_top_up(database):
    line = prepaid_line()

    with pytest.raises(NotFound):
        service.top_up(line.id, pesos("5"), by=customer(), effect_key="a")
    with pytest.raises(NotFound):
        service.top_up(line.id, pesos("5"), by=visitor(), effect_key="a")
    with pytest.raises(Forbidden):
        service.debit(
            line.id, pesos("5"), by=visitor(id=line.customer_id), effect_key="a", reason="plan"
        )


def test_two_hundred_debits_at_once_lose_nothing_and_stop_at_zero(committing):
    line_id = BalanceFactory(amount=Decimal(100)).line_id

    def take(key):
        with db.session_scope():
            try:
                service.debit(line_id, pesos("1"), by=SYSTEM, effect_key=str(key), reason="plan")
            except InsufficientBalance:
                return 0
            return 1

    with ThreadPoolExecutor(24) as pool:
        taken = list(pool.map(take, [*range(200), *range(50)]))

    db.session.rollback()
    moved = db.session.scalar(select(func.count()).select_from(BalanceMovement))
    assert db.session.scalars(select(Balance.amount)).one() == 0
    assert moved == 100
    assert 100 <= sum(taken) <= 150


def test_topping_up_and_changing_the_line_do_not_wait_for_each_other_in_a_ring(committing):
    line_id = BalanceFactory(amount=Decimal(100)).line_id

    def top_up():
        with db.session_scope():
            service.top_up(line_id, pesos("5"), by=SYSTEM, effect_key="a")

    with ThreadPoolExecutor(1) as pool, db.transaction():
        line_for(SYSTEM, line_id, lock=True)
        # It holds the balance by now, which who has the line will want next.
        pool.submit(top_up).result(timeout=10)
        service.debit(line_id, pesos("1"), by=SYSTEM, effect_key="b", reason="plan")

    assert db.session.scalars(select(Balance.amount)).one() == 104

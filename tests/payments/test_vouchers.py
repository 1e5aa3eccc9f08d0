"""Vouchers: told once, hashed, redeemed once; guessing is locked; recharging twice is noticed."""

import contextlib
import re
from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text

from app.core import clock, db
from app.core.actor import SYSTEM
from app.core.errors import Forbidden, Invalid, NotFound
from app.core.ids import new_id
from app.core.money import Money
from app.identity.errors import Locked
from app.payments import listeners
from app.payments.errors import VoucherNotValid
from app.payments.events import DoubleRecharge, VoucherRedeemed
from app.payments.models import Voucher
from app.payments.service import vouchers
from app.payments.service.vouchers import NameTaken, _passes_luhn
from app.subscriptions.errors import LinePorted
from app.subscriptions.service import close_line
from app.usage import service as usage
from app.usage.errors import NotPrepaid
from app.usage.models import BalanceMovement
from app.usage.queries import balance_of
from app.usage.service import top_up
from tests.billing.committed import at_once, count
from tests.factories.actors import customer, staff
from tests.factories.catalog import OfferVersionFactory
from tests.factories.customers import AccountFactory, CustomerFactory
from tests.factories.markets import MarketFactory
from tests.factories.subscriptions import line_with_plan
from tests.factories.usage import BalanceFactory
from tests.heard import heard

ADMIN = staff("billing_administrator")


def pesos(amount):
    return Money.of(amount, "MXN")


def generated(count=3, *, market="MX", name="Summer", days=30, currency="MXN", by=ADMIN):
    timezone = MarketFactory().timezone
    day = clock.today(timezone) + timedelta(days=days)
    return vouchers.generate(
        market,
        by=by,
        name=name,
        value=Money.of("100.00", currency),
        count=count,
        expires_on=day,
    )


@pytest.fixture
def line(database):
    return line_with_plan(OfferVersionFactory(prepaid=True))


def test_codes_have_sixteen_digits_differ_and_are_no_card_numbers(database):
    _, codes = generated(count=300)

    assert len(set(codes)) == 300
    assert all(re.fullmatch(r"\d{16}", code) and not _passes_luhn(code) for code in codes)


def test_nothing_that_is_stored_tells_a_code(database):
    _, codes = generated()

    stored = str(db.session.execute(text("SELECT voucher::text FROM voucher")).all())
    assert not any(code in stored for code in codes)


def test_a_voucher_tops_a_line_up_once_however_it_is_typed(line):
    _, codes = generated()
    by, code = customer(line.customer_id), codes[0]

    with heard(VoucherRedeemed) as said:
        vouchers.redeem(f" {code[:4]}-{code[4:8]} {code[8:]}", line.id, by=by)
    with pytest.raises(VoucherNotValid):
        vouchers.redeem(code, line.id, by=by)

    assert balance_of(line.id).amount == Decimal("100.00")
    assert len(said) == 1


def test_unknown_expired_stopped_and_foreign_codes_are_refused_alike(line):
    by = customer(line.customer_id)
    MarketFactory(brazil=True)
    _, expired = generated(1, name="old", days=1)
    stopped, codes = generated(1, name="stolen")
    vouchers.stop(stopped.id, by=ADMIN)
    _, foreign = generated(1, market="BR", name="br", currency="BRL")

    with clock.moved_to(clock.now() + timedelta(days=3)):
        told = []
        for code in (expired[0], codes[0], foreign[0], "0" * 16):
            with pytest.raises(VoucherNotValid) as refused:
                vouchers.redeem(code, line.id, by=by)
            told.append((refused.value.code, str(refused.value.message)))

    assert len(set(told)) == 1
    assert balance_of(line.id) is None


def test_five_guesses_lock_also_the_right_code_out(line):
    _, codes = generated(1)
    by = customer(line.customer_id)
    for number in range(5):
        with pytest.raises(VoucherNotValid):
            vouchers.redeem(f"{number:016d}", line.id, by=by)

    with pytest.raises(Locked):
        vouchers.redeem(codes[0], line.id, by=by)


def test_of_many_guesses_at_one_instant_no_more_than_five_are_looked_at(committing):
    line = line_with_plan(OfferVersionFactory(prepaid=True))
    _, codes = generated(1)
    by = customer(line.customer_id)

    told = at_once(40, lambda number: vouchers.redeem(f"{number:016d}", line.id, by=by))

    assert sorted(type(each).__name__ for each in told) == ["Locked"] * 35 + ["VoucherNotValid"] * 5
    with pytest.raises(Locked):
        vouchers.redeem(codes[0], line.id, by=by)


def test_a_refusal_that_becomes_an_answer_leaves_the_voucher_as_it_was(line, monkeypatch):
    """As by SMS, where the words of a refusal are said in the transaction of the message."""
    _, codes = generated(1)
    by = customer(line.customer_id)

    def refuses(*_args, **_more):
        raise Invalid(field="amount")

    with db.transaction(), monkeypatch.context() as broken:
        broken.setattr(usage, "top_up", refuses)
        with pytest.raises(Invalid):
            vouchers.redeem(codes[0], line.id, by=by)

    assert count(Voucher, Voucher.redeemed_at.is_not(None)) == 0
    assert vouchers.redeem(codes[0], line.id, by=by) == pesos("100.00")


def test_what_is_sent_twice_adds_once_and_is_answered_alike(line):
    _, codes = generated(1)
    by = customer(line.customer_id)

    told = [vouchers.redeem_once(codes[0], line.id, by=by) for _ in range(7)]

    assert told == [pesos("100.00")] * 7
    assert balance_of(line.id).amount == Decimal("100.00")
    other = line_with_plan(OfferVersionFactory(prepaid=True))
    with pytest.raises(VoucherNotValid):
        vouchers.redeem_once(codes[0], other.id, by=customer(other.customer_id))


def test_a_right_code_forgives_the_wrong_ones_before_it(line):
    _, codes = generated(2)
    by = customer(line.customer_id)
    for code in ["1" * 16] * 4 + [codes[0]] + ["1" * 16] * 4:
        with contextlib.suppress(VoucherNotValid):
            vouchers.redeem(code, line.id, by=by)

    assert vouchers.redeem(codes[1], line.id, by=by) == pesos("100.00")


def test_only_her_own_prepaid_line(line):
    _, codes = generated()
    with pytest.raises(NotFound):
        vouchers.redeem(codes[0], line.id, by=customer())
    postpaid = line_with_plan()
    with pytest.raises(NotPrepaid):
        vouchers.redeem(codes[0], postpaid.id, by=customer(postpaid.customer_id))

    gone = line_with_plan(OfferVersionFactory(prepaid=True))
    close_line(gone.id, by=SYSTEM, reason="ported_out")
    with pytest.raises(LinePorted):
        vouchers.redeem(codes[0], gone.id, by=customer(gone.customer_id))

    assert vouchers.redeem(codes[0], line.id, by=customer(line.customer_id)) == pesos("100.00")


def test_who_may_not_generate_them(database):
    MarketFactory()
    with pytest.raises(Forbidden):
        generated(by=staff("manager"))
    with pytest.raises(NotFound):
        generated(by=staff("billing_administrator", markets=["BR"]))


@pytest.mark.parametrize("wrong", [{"count": 0}, {"count": 10_001}, {"days": 0}, {"days": -1}])
def test_a_batch_makes_sense(database, wrong):
    with pytest.raises(Invalid):
        generated(**wrong)


def test_a_name_is_used_once(database):
    generated()
    with pytest.raises(NameTaken):
        generated()


def test_of_two_batches_of_one_name_at_once_one_is_made(committing):
    MarketFactory()

    results = at_once(2, lambda _: len(generated(1)[1]))

    assert sorted(type(each) for each in results if each != 1) == [NameTaken]


def test_a_hundred_tries_at_once_redeem_it_once(committing):
    line = line_with_plan(OfferVersionFactory(prepaid=True))
    _, codes = generated(1)

    results = at_once(
        100, lambda _: vouchers.redeem(codes[0], line.id, by=customer(line.customer_id)).amount
    )

    assert results.count(Decimal("100.00")) == 1
    refused = [each for each in results if isinstance(each, VoucherNotValid | Locked)]
    assert len(refused) == 99
    assert balance_of(line.id).amount == Decimal("100.00")
    assert count(BalanceMovement) == 1
    assert count(Voucher, Voucher.redeemed_at.is_not(None)) == 1


def with_policy(**chosen):
    market = MarketFactory(policies={"double_recharge": chosen})
    account = AccountFactory(customer=CustomerFactory(market=market))
    version = OfferVersionFactory(prepaid=True, price=Decimal("50.00"))
    line = line_with_plan(version, account=account)
    BalanceFactory(line=line, amount=Decimal(0))
    return line


def redeemed(line, amount="100.00"):
    voucher_id = new_id()
    top_up(line.id, pesos(amount), by=SYSTEM, effect_key=f"voucher:{voucher_id}")
    return VoucherRedeemed(voucher_id, line.id, line.customer_id, Decimal(amount), "MXN")


def noticed(event):
    with heard(DoubleRecharge) as said:
        listeners.recharged(event)
    return [event.action for event in said]


def recharge(line, amount="100.00"):
    return noticed(redeemed(line, amount))


def test_the_same_recharge_twice_extends_validity_by_a_period(database):
    line = with_policy(action="extend")
    before = balance_of(line.id).paid_until

    assert [recharge(line), recharge(line)] == [[], ["extended"]]

    assert balance_of(line.id).paid_until == before + timedelta(days=30)
    assert balance_of(line.id).amount == Decimal("150.00")
    assert recharge(line) == []


def test_recharges_that_are_noticed_late_are_taken_for_what_they_were_then(database):
    """All three had come before anybody looked."""
    line = with_policy(action="extend")
    before = balance_of(line.id).paid_until
    recharges = [redeemed(line) for _ in range(3)]

    assert [noticed(each) for each in recharges] == [[], ["extended"], []]

    assert balance_of(line.id).paid_until == before + timedelta(days=30)
    assert balance_of(line.id).amount == Decimal("250.00")


@pytest.mark.parametrize(
    ("policy", "minutes", "amounts", "told"),
    [
        ({"action": "alert"}, 29, ("100.00", "100.00"), ["alerted"]),
        ({"action": "alert"}, 31, ("100.00", "100.00"), []),
        ({"action": "alert"}, 1, ("100.00", "99.00"), []),
        ({"action": "alert", "within_minutes": 5}, 6, ("100.00", "100.00"), []),
        ({"action": "extend"}, 1, ("20.00", "20.00"), ["alerted"]),
    ],
)
def test_what_the_market_wants_to_be_told(database, policy, minutes, amounts, told):
    line = with_policy(**policy)
    recharge(line, amounts[0])

    with clock.moved_to(clock.now() + timedelta(minutes=minutes)):
        assert recharge(line, amounts[1]) == told

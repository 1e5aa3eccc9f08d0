"""Topping up a prepaid line: usual amounts, a link, what she had kept, a voucher."""

from datetime import date, timedelta
from decimal import Decimal

import pytest

from app.core import clock, db
from app.core.money import Money
from app.markets.models import Market
from app.payments.service import vouchers
from app.selfservice.proposals.top_up import TopUp
from app.selfservice.service import proposing
from app.usage.queries import balance_of
from tests.api_bot.test_paying import kept, payments  # noqa: F401 - a fixture
from tests.api_bot.world import prepaid_line, valeria
from tests.factories.actors import staff
from tests.payments.conftest import charges_at

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def prepaid():
    hers = valeria()
    return hers, prepaid_line(hers, number="+525587654321")


def voucher(value="50.00"):
    _, [code] = vouchers.generate(
        "MX",
        by=staff("billing_administrator"),
        name="Shops",
        value=Money.of(value, "MXN"),
        count=1,
        expires_on=date(2030, 1, 1),
    )
    return code


def ask(door, hers, kind, wanted):
    return door(hers.talk, "en").post("proposals", kind=kind, wanted=wanted)


def accept(door, hers, proposed):
    return door(hers.talk, "en").post(f"proposals/{proposed.json['proposal_id']}/accept")


def test_the_markets_usual_amounts_are_offered_with_what_the_plan_still_needs(door, prepaid):
    hers, line = prepaid
    balance_of(line.id).amount = Decimal("40.00")
    db.session.commit()

    told = door(hers.talk, "en").get("top-up", line_id=str(line.id)).json

    assert told["label"] == "55 8765 4321"
    assert told["balance_text"] == "Your balance is MX$40.00."
    assert [each["amount"] for each in told["amounts"]] == ["50.00", "100.00", "200.00", "300.00"]
    assert told["missing"]["amount_text"] == "MX$59.00"


def test_a_market_may_name_its_own_amounts(door, prepaid):
    hers, line = prepaid
    market = db.session.get_one(Market, "MX")
    market.policies = {**market.policies, "top_up_amounts": ["80", "20.50"]}
    db.session.commit()

    told = door(hers.talk).get("top-up", line_id=str(line.id)).json

    assert [each["amount"] for each in told["amounts"]] == ["20.50", "80.00"]


def test_a_line_that_is_paid_by_the_month_has_no_credit(door, prepaid):
    hers, _ = prepaid

    answer = door(hers.talk).get("top-up", line_id=str(hers.line.id))

    assert (answer.status_code, answer.json["code"]) == (422, "not_prepaid")


@pytest.mark.parametrize(("amount", "status"), [("50", 200), ("100000.01", 400), ("-5", 400)])
def test_a_link_is_made_for_the_amount_she_names(door, prepaid, kept, amount, status):  # noqa: F811
    hers, line = prepaid

    answer = door(hers.talk, "en").post("top-up-link", line_id=str(line.id), amount=amount)

    assert answer.status_code == status
    if status == 200:
        assert answer.json["amount_text"] == "MX$50.00"
        assert answer.json["url"].startswith("http")
    assert len(payments()) == (status == 200)


def test_her_card_tops_up_once_after_a_yes(door, prepaid, kept, world):  # noqa: F811
    hers, line = prepaid
    kept(hers)

    proposed = ask(door, hers, "top_up", {"line_id": str(line.id), "amount": "50"})
    assert charges_at(world) == []
    done, again = accept(door, hers, proposed), accept(door, hers, proposed)

    assert proposed.json["sentence"] == (
        "55 8765 4321 is topped up with MX$50.00 from Visa •••• 4242 now."
    )
    assert done.json["sentence"] == "MX$50.00 was added. Your balance is MX$202.40."
    assert again.json == done.json
    assert len(charges_at(world)) == 1


def test_a_yes_that_was_cut_off_after_the_charge_is_finished_however_late(
    door,
    prepaid,
    kept,  # noqa: F811
    world,
    monkeypatch,
):
    hers, line = prepaid
    kept(hers)
    proposed = ask(door, hers, "top_up", {"line_id": str(line.id), "amount": "50"})
    carry_out = TopUp.carry_out

    def dies(*told):
        carry_out(*told)
        raise RuntimeError("before anything of it is told")

    with monkeypatch.context() as patched:
        patched.setattr(TopUp, "carry_out", dies)
        lost = accept(door, hers, proposed)
    with clock.moved_to(clock.now() + proposing.VALID_FOR + timedelta(minutes=1)):
        done = accept(door, hers, proposed)

    assert lost.status_code == 500
    assert done.json["sentence"] == "MX$50.00 was added. Your balance is MX$202.40."
    assert len(charges_at(world)) == 1


def test_a_yes_that_was_refused_is_no_yes_once_the_offer_is_over(door, prepaid, kept):  # noqa: F811
    hers, line = prepaid
    method = kept(hers)
    proposed = ask(door, hers, "top_up", {"line_id": str(line.id), "amount": "50"})
    method.deleted_at = clock.now()
    db.session.commit()
    refused = accept(door, hers, proposed).json["code"]
    method.deleted_at = None
    db.session.commit()

    with clock.moved_to(clock.now() + proposing.VALID_FOR):
        late = accept(door, hers, proposed).json["code"]

    assert (refused, late) == ("no_saved_method", "proposal_expired")


def test_the_card_may_not_be_there_any_more(door, prepaid, kept, world):  # noqa: F811
    hers, line = prepaid
    method = kept(hers)
    proposed = ask(door, hers, "top_up", {"line_id": str(line.id), "amount": "50"})
    method.deleted_at = clock.now()
    db.session.commit()

    assert accept(door, hers, proposed).json["code"] == "no_saved_method"
    assert charges_at(world) == []


def test_a_voucher_adds_its_value_once_and_says_so_again(door, prepaid):
    hers, line = prepaid
    code = voucher()
    asking = door(hers.talk, "en")

    said = [
        asking.post("voucher", line_id=str(line.id), code=typed)
        for typed in (f"{code[:4]} {code[4:8]}-{code[8:]}", code)
    ]

    assert {each.json["sentence"] for each in said} == {
        "MX$50.00 was added. Your balance is MX$202.40."
    }
    assert balance_of(line.id).amount == Decimal("202.40")


def test_a_wrong_code_is_refused_alike_and_guessing_locked(door, prepaid):
    hers, line = prepaid
    used = voucher()
    other = valeria(hers.line.subscriptions[0].version)
    theirs = prepaid_line_of(other)
    door(other.talk).post("voucher", line_id=str(theirs.id), code=used)

    answers = [
        door(hers.talk).post("voucher", line_id=str(line.id), code=code).json["code"]
        for code in (used, "0000000000000000", "no code", "1", "2", "3")
    ]

    assert answers == ["voucher_not_valid"] * 5 + ["locked"]
    assert balance_of(line.id).amount == Decimal("152.40")


def prepaid_line_of(hers):
    from tests.factories.catalog import OfferVersionFactory
    from tests.factories.subscriptions import line_with_plan
    from tests.factories.usage import BalanceFactory

    line = line_with_plan(OfferVersionFactory(prepaid=True), account=hers.account)
    BalanceFactory(line=line)
    return line


def test_anothers_line_is_not_found(door, prepaid, kept):  # noqa: F811
    hers, _ = prepaid
    stranger = valeria(hers.line.subscriptions[0].version)
    theirs = prepaid_line_of(stranger)

    for path, more in (("top-up-link", {"amount": "50"}), ("voucher", {"code": "1"})):
        assert door(hers.talk).post(path, line_id=str(theirs.id), **more).status_code == 404
    assert door(hers.talk).get("top-up", line_id=str(theirs.id)).status_code == 404

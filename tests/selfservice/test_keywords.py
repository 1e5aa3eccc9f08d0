"""Commands of phones without data: what is one, what each answers, and what it needs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from app.core import db
from app.core.money import Money
from app.identity.models import OneTimeCode
from app.selfservice import keywords
from app.selfservice.keywords import Command, Keyword, parse
from app.selfservice.models import Effect
from app.selfservice.service import commands, pins
from app.selfservice.talk import actor_of
from app.subscriptions.models import Block
from app.usage.queries import balance_of
from tests.selfservice.conftest import (
    PIN,
    plans,
    prepaid_line,
    valeria,
    with_buckets,
    with_invoice,
)
from tests.selfservice.test_turns import voucher


@pytest.mark.parametrize(
    ("text", "command"),
    [
        ("BAL", Command(Keyword.BALANCE)),
        (" saldo ", Command(Keyword.BALANCE)),
        ("Uso", Command(Keyword.USAGE)),
        ("consumo.", Command(Keyword.USAGE)),
        ("FACTURA", Command(Keyword.BILL)),
        ("Fatura!", Command(Keyword.BILL)),
        ("pagar", Command(Keyword.PAY)),
        ("Plano", Command(Keyword.PLAN)),
        ("AYUDA", Command(Keyword.HELP)),
        ("ajuda", Command(Keyword.HELP)),
        ("BLOQUEAR", Command(Keyword.BLOCK)),
        ("bloquear 2580", Command(Keyword.BLOCK, proof="2580")),
        ("TOPUP 1234 5678 1234 5678", Command(Keyword.TOP_UP, "1234567812345678")),
        ("Top up 1234-5678-1234-5678 2580", Command(Keyword.TOP_UP, "1234567812345678", "2580")),
        ("recárgar", Command(Keyword.TOP_UP)),
        ("my bal is wrong", None),
        ("BAL please", None),
        ("BAL 3", None),
        ("stop", None),
        ("", None),
        ("plan\x00", None),
        ("BLOCK " + "1" * 60, None),
    ],
)
def test_a_command_is_the_whole_message(text, command):
    assert parse(text) == command


@given(st.text(max_size=80))
def test_anything_at_all_can_be_looked_at(text):
    assert parse(text) is None or parse(text).keyword in Keyword
    assert keywords.without_secrets(text) == text or parse(text) is not None


def test_what_is_kept_of_a_command_has_no_pin_and_no_voucher():
    assert keywords.without_secrets("BLOCK 2580") == "BLOCK ••••"
    assert keywords.without_secrets("My PIN is 2580") == "My PIN is 2580"


@pytest.fixture
def hers(talking):
    made = valeria(plans().plus)
    made.talk.language = "en"
    made.account.customer.language = "en"
    return made


def said(hers, text, line="own", key="sms:1"):
    line = hers.line if line == "own" else line
    return commands.answer(line, parse(text), conversation=hers.talk, key=key)


def choose_pin(hers):
    pins.choose(hers.account.customer_id, PIN, by=actor_of(hers.account.customer, "en"))


def test_what_may_be_read_is_answered_at_once(hers):
    with_buckets(hers.line)
    with_invoice(hers)

    assert said(hers, "BAL").startswith("You owe MX$299.00")
    assert "12.6 GB of 20 GB" in said(hers, "USAGE")
    assert said(hers, "BILL").startswith("Your bill is MX$299.00")
    assert said(hers, "PLAN") == "You have Plus 20GB: MX$299.00 a month."
    assert "TOPUP" in said(hers, "HELP")


def test_pay_answers_with_the_gateways_page(hers, gateway):
    with_invoice(hers)

    told = said(hers, "PAY")

    assert "here: http://shop.test/gateway/pay/" in told
    assert said(hers, "PAY") == told


def test_blocking_needs_the_pin_and_happens_once(hers):
    choose_pin(hers)

    asked = said(hers, "BLOCK")
    refused = said(hers, "BLOCK 1111")
    done = [said(hers, f"BLOCK {PIN}") for _ in range(3)]

    assert "care PIN" in asked
    assert refused == "That PIN is not right."
    assert len(set(done)) == 1
    assert "is blocked" in done[0]
    assert db.session.scalar(select(func.count()).select_from(Block)) == 1
    assert db.session.scalar(select(func.count()).select_from(Effect)) == 1


def test_who_has_no_pin_gets_a_code_that_is_good_once(hers):
    asked = said(hers, "BLOQUEAR")
    code = db.session.scalars(select(OneTimeCode)).one()

    done = said(hers, f"BLOCK {code.to_send}")
    again = said(hers, f"BLOCK {code.to_send}", key="sms:2")

    assert "the code that we send you now" in asked
    assert code.address == hers.line.number
    assert "is blocked" in done
    assert "not right" in again


def test_a_voucher_needs_the_pin_too(hers):
    choose_pin(hers)
    line = prepaid_line(hers)
    code = voucher()

    asked = said(hers, f"TOPUP {code}", line)
    told = said(hers, f"TOPUP {code} {PIN}", line)

    assert "TOPUP + the voucher + your care PIN" in asked
    assert "$100.00 was added" in told
    assert balance_of(line.id).money == Money.of("252.40", "MXN")


def test_a_number_that_is_none_of_ours_learns_nothing(hers):
    assert said(hers, "BAL", None).startswith("We know no line of this number")
    assert "a person answers" in said(hers, "HELP", None)
    assert commands.command(hers.talk, "BAL").startswith("We know no line")
    assert commands.command(hers.talk, "How much do I owe?") is None

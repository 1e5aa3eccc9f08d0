"""Commands of phones without data: what is one, what each answers, and what it needs."""

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from app.conversations.models import Verification
from app.conversations.service.messages import say
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
    prepaid_line,
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
        ("código", Command(Keyword.CODE)),
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
def writer(newcomer):
    """Valeria, who writes from her own telephone."""
    newcomer.account.customer.phone = newcomer.line.number
    newcomer.talk.channel, newcomer.talk.address = "sms", newcomer.line.number
    newcomer.talk.verification = Verification.ADDRESS
    return newcomer


def said(writer, text, line="own", key="sms:1"):
    line = writer.line if line == "own" else line
    return commands.answer(line, parse(text), conversation=writer.talk, key=key)


def choose_pin(writer):
    pins.choose(writer.account.customer_id, PIN, by=actor_of(writer.account.customer, "en"))


def test_what_may_be_read_is_answered_at_once(writer):
    with_buckets(writer.line)
    with_invoice(writer)

    assert said(writer, "BAL").startswith("You owe MX$299.00")
    assert "12.6 GB of 20 GB" in said(writer, "USAGE")
    assert said(writer, "BILL").startswith("Your bill is MX$299.00")
    assert said(writer, "PLAN") == "You have Plus 20GB: MX$299.00 a month."
    assert "Answer STOP to get no more messages. Send BAL for your balance" in said(writer, "HELP")


def test_pay_answers_with_the_gateways_page(writer, gateway):
    with_invoice(writer)

    told = said(writer, "PAY")

    assert "here: http://shop.test/gateway/pay/" in told
    assert said(writer, "PAY") == told


def test_blocking_needs_the_pin_and_happens_once(writer):
    choose_pin(writer)

    asked = said(writer, "BLOCK")
    refused = said(writer, "BLOCK 1111")
    done = [said(writer, f"BLOCK {PIN}") for _ in range(3)]

    assert "care PIN" in asked
    assert refused == "That PIN is not right."
    assert len(set(done)) == 1
    assert "is blocked" in done[0]
    assert db.session.scalar(select(func.count()).select_from(Block)) == 1
    assert db.session.scalar(select(func.count()).select_from(Effect)) == 1


def test_who_has_no_pin_gets_a_code_that_is_good_once(writer):
    asked = said(writer, "BLOQUEAR")
    code = db.session.scalars(select(OneTimeCode)).one()

    done = said(writer, f"BLOCK {code.to_send}")
    again = said(writer, f"BLOCK {code.to_send}", key="sms:2")

    # Not to the telephone that she writes from: whoever found it has both.
    assert (code.channel, code.address) == ("email", writer.account.customer.email)
    assert "the code that came to" in asked
    assert "is blocked" in done
    # She is known now for half an hour: the code is not asked for again, nor tried.
    assert "is blocked" in again
    assert code.tries == 1


def test_a_code_that_is_proven_in_the_talk_needs_no_pin(writer):
    choose_pin(writer)

    asked = said(writer, "CODE")
    code = db.session.scalars(select(OneTimeCode)).one()
    customer = writer.account.customer
    say(writer.talk.id, code.to_send, by=actor_of(customer, "en"), client_key="k1")
    done = said(writer, "BLOCK")

    assert "We have sent a code to" in asked
    assert "is blocked" in done
    assert "CODE" not in done


def test_three_wrong_codes_in_commands_end_the_code(writer):
    said(writer, "BLOCK")
    code = db.session.scalars(select(OneTimeCode)).one()
    wrong = f"{(int(code.to_send) + 1) % 10**6:06d}"

    told = [said(writer, f"BLOCK {each}") for each in (wrong, wrong, wrong, code.to_send)]

    assert all("not right" in each for each in told)
    assert db.session.scalar(select(func.count()).select_from(Block)) == 0


def test_a_voucher_needs_the_pin_too(writer):
    choose_pin(writer)
    line = prepaid_line(writer)
    code = voucher()

    asked = said(writer, f"TOPUP {code}", line)
    told = said(writer, f"TOPUP {code} {PIN}", line)

    assert "TOPUP + the voucher + your care PIN" in asked
    assert "$100.00 was added" in told
    assert balance_of(line.id).money == Money.of("252.40", "MXN")


def test_a_voucher_for_a_line_that_takes_none_can_still_be_used(writer):
    choose_pin(writer)
    code = voucher()

    told = said(writer, f"TOPUP {code} {PIN}")
    line = prepaid_line(writer)

    assert "has no prepaid balance" in told
    assert "$100.00 was added" in said(writer, f"TOPUP {code} {PIN}", line)


def test_a_number_that_is_none_of_ours_learns_nothing(writer):
    assert said(writer, "BAL", None).startswith("We know no line of this number")
    assert said(writer, "HELP", None).endswith("Answer STOP to get no more messages.")
    writer.talk.address = "+525500009999"
    assert commands.command(writer.talk, "BAL").startswith("We know no line")
    assert commands.command(writer.talk, "How much do I owe?") is None

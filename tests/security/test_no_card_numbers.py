"""No card number is ever stored, whichever way and into whichever field it comes."""

import random
import re
import unicodedata
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, text, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.exc import DBAPIError

from app.audit import service as audit
from app.audit import verifying
from app.core import bulk, clock, db
from app.core.actor import SYSTEM
from app.core.cards import passes_luhn
from app.core.ids import new_id
from app.core.written import EXACT, IDENTIFIERS, Written, WrittenJson, clean, clean_all
from app.customers.models import Customer
from app.tickets.models import Ticket
from app.web.logs import _without_cards
from tests.conftest import import_models
from tests.factories.customers import CustomerFactory

PLANTED = 5000
BEGINNINGS = [("4", 16), ("51", 16), ("2221", 16), ("34", 15), ("36", 14), ("6011", 16), ("62", 19)]
SEPARATORS = ["", " ", "-", ".", " - ", "/", "\u00a0", "\u2009", "_", "\u200b"]
SCRIPTS = ["0123456789", "٠١٢٣٤٥٦٧٨٩", "०१२३४५६७८९", "０１２３４５６７８９", "𝟎𝟏𝟐𝟑𝟒𝟓𝟔𝟕𝟖𝟗"]


def with_check_digit(digits):
    return next(f"{digits}{last}" for last in range(10) if passes_luhn(f"{digits}{last}"))


def card(dice):
    beginning, length = dice.choice(BEGINNINGS)
    rest = "".join(dice.choice("0123456789") for _ in range(length - len(beginning) - 1))
    return with_check_digit(beginning + rest)


def dressed(number, dice):
    """In groups of four, of any script, with any sign between."""
    between, script = dice.choice(SEPARATORS), dice.choice(SCRIPTS)
    groups = [number[at : at + 4] for at in range(0, len(number), 4)]
    written = between.join(groups)
    return "".join(script[int(sign)] if sign.isdecimal() else sign for sign in written)


def digits_in(words):
    plain = (str(unicodedata.digit(s)) if unicodedata.category(s) == "Nd" else s for s in words)
    return re.sub(r"[\W_]", "", "".join(plain))


@pytest.fixture
def dice():
    return random.Random(20261126)


def test_of_five_thousand_cards_none_gets_through(dice):
    left = 0
    for _ in range(PLANTED):
        number = card(dice)
        stored = clean(f"Mi tarjeta es {dressed(number, dice)}, gracias")
        left += number in digits_in(stored)

    assert left == 0


@pytest.mark.parametrize("text", ["dunning:{}", "month:{}:2026-04-01", "{} {}"])
def test_our_own_ids_in_a_longer_text_stay_as_they_are(dice, text):
    for _ in range(PLANTED):
        digits = f"{dice.randrange(10**20):020d}"
        ours = f"01a216e5-{digits[:4]}-7{digits[4:7]}-8{digits[7:10]}-{digits[8:]}"
        assert clean(text.format(ours, ours)) == text.format(ours, ours)


@pytest.mark.parametrize("zone", ["UTC", "America/Mexico_City", "Asia/Kolkata"])
def test_moments_stay_as_they_are_and_can_be_read_again(dice, zone):
    begin = datetime(2026, 1, 1, tzinfo=ZoneInfo(zone))
    for _ in range(PLANTED):
        moment = begin + timedelta(microseconds=dice.randrange(10**14))
        told = {"at": moment.isoformat(), "note": f"from {moment} to {moment}"}
        assert clean_all(told) == told


def test_a_card_beside_a_moment_is_cut():
    moment = "2026-11-26T11:30:12.331591+00:00"

    assert clean(f"{moment} 4111111111111111 {moment}") == f"{moment} •••• 1111 {moment}"


def test_a_card_beside_an_id_is_cut():
    ours = "01a216e5-07f0-7516-889a-668538228954"

    assert clean(f"{ours} 4111 1111 1111 1111 {ours}") == f"{ours} •••• 1111 {ours}"


def telecom_number(dice):
    """IMEI, ICCID, IMSI, number of a telephone, number of a bill."""
    some = lambda count: "".join(dice.choice("0123456789") for _ in range(count))  # noqa: E731
    return dice.choice(
        [
            with_check_digit(f"35{some(12)}"),
            with_check_digit(f"8952{some(14)}"),
            f"334020{some(9)}",
            f"+5255{some(8)}",
            f"+55119{some(8)}",
            f"INV-2026-{some(6)}",
        ]
    )


def test_of_five_thousand_telecom_numbers_less_than_one_in_a_hundred_is_touched(dice):
    sentences = [f"El equipo es {telecom_number(dice)}, gracias" for _ in range(PLANTED)]

    assert sum(clean(each) != each for each in sentences) <= PLANTED / 100


def test_every_text_column_is_cleaned_but_those_of_identifiers():
    import_models()
    for table in db.Base.metadata.tables.values():
        for column in table.columns:
            if column.type.__class__.__name__ in {"Text", "String"} and not column.foreign_keys:
                name = f"{table.name}.{column.name}"
                assert column.name in IDENTIFIERS or column.name.endswith("_hash"), name


def json_columns():
    import_models()
    kinds = (JSONB, WrittenJson)
    every = (each for table in db.Base.metadata.sorted_tables for each in table.columns)
    return [column for column in every if isinstance(column.type, kinds)]


def test_every_json_column_is_cleaned_but_those_that_must_come_back_to_the_letter():
    number = "4111111111111111"
    planted = {
        number: ["at 4111 1111 1111 1111", {"deep": f"x{number}"}],
        "more": number,
        "two": (number, 1),
    }
    for column in json_columns():
        if f"{column.table.name}.{column.name}" not in EXACT:
            stored = column.type.process_bind_param(planted, postgresql.dialect())
            assert number not in digits_in(str(stored)), str(column)
    assert len(json_columns()) > 70


def test_what_identifies_something_in_json_is_left_alone(dice):
    some = with_check_digit("4" + "0" * 14)
    exact = {"imsi": "340020000000001", "transaction_id": some, "seen_ids": [some], "id": some}
    ours = {"which": str(new_id()), "n": 4111111111111111, "on": True, "off": None}

    assert clean_all(exact | ours) == exact | ours
    assert some not in str(clean_all({"value": some, "number": some, "by_id": {"said": some}}))


def test_no_field_of_any_row_takes_a_card(valeria, dice):
    """Every written column of every table is given a card, then all is read back."""
    number, planted = card(dice), 0
    for table in db.Base.metadata.sorted_tables:
        for column in table.columns if table.name not in APPEND_ONLY else ():
            if isinstance(column.type, Written) and not column.foreign_keys:
                planted += planted_in(table, column, f"a {number} {new_id()}")
            elif isinstance(column.type, WrittenJson):
                planted += planted_in(table, column, {"a": [f"a {number}"], number: {"b": number}})

    assert planted > 100
    for name in db.Base.metadata.tables:
        query = text(f"SELECT count(*) FROM \"{name}\" t WHERE t::text LIKE '%{number}%'")
        assert db.session.scalar(query) == 0, name


def planted_in(table, column, words):
    """Into all rows there are, where the table itself allows any words."""
    try:
        with db.session.begin_nested():
            return db.session.execute(update(table).values({column: words})).rowcount > 0
    except DBAPIError:
        return False


# Their rows are never changed; what is added to them is shown below.
APPEND_ONLY = {"audit_entry", "audit_link", "audit_checkpoint", "ledger_entry", "ledger_leg"}


def test_a_bulk_statement_cleans_too(database, dice):
    number, customer = card(dice), CustomerFactory()
    row = {
        "id": str(new_id()),
        "reference": "TT-2026-999999",
        "customer_id": str(customer.id),
        "market_code": customer.market_code,
        "subject": f"Card {number}",
    }
    (cleaned,) = bulk._cleaned(Ticket, [row])

    assert number not in cleaned["subject"]
    assert cleaned["reference"] == row["reference"]


def test_the_trail_keeps_none_and_its_seals_hold(database, dice):
    number = card(dice)
    with db.transaction():
        audit.record(SYSTEM, "lamp.lit", "lamp", 1, words=[f"x {number}"], nested={"a": number})

    stored = db.session.scalar(text("SELECT changes::text FROM audit_entry"))
    assert number not in stored

    assert list(verifying.breaks(db.session.connection(), verifying.Count())) == []


def test_logs_keep_none(dice):
    number = card(dice)

    assert number not in str(_without_cards(None, "", {"event": f"refused {number}"}))


def test_a_customer_is_found_by_what_was_stored(database):
    """Comparing goes through the columns too."""
    customer = CustomerFactory(name="Card 4111 1111 1111 1111", created_at=clock.now())

    found = db.session.scalar(select(Customer).where(Customer.name == "Card 4111 1111 1111 1111"))
    assert found is customer

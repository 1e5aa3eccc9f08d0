"""The pages of what the bot understood."""

import io
import zipfile

import pytest

from app.core import db
from app.core.ids import new_id
from app.insights.models import BotLabel
from tests.factories.markets import MarketFactory
from tests.statements import statements


@pytest.fixture
def sofia(sign_in):
    return sign_in(language="en", roles=["supervisor"], markets=["MX"])


def label(browser, message, **fields):
    return browser.post(f"/board/bot/messages/{message.id}/label", data=fields)


def test_a_message_is_put_right_taught_and_exported(sofia, heard_as):
    message = heard_as("view_bill", 0.31, "cuánto debo <b>ya</b>")

    page = sofia.get("/board/bot?shown=unsure").text
    assert "cuánto debo &lt;b&gt;ya&lt;/b&gt;" in page
    assert "See the bill · 31 %" in page
    row = label(sofia, message, intent="check_balance").text
    assert "Add to the training data" in row
    assert "Know the balance" in row
    assert "It will read" in label(sofia, message, intent="check_balance", to_learn="yes").text
    assert "check_balance" in sofia.get("/board/bot/lessons").text
    sent = sofia.post("/board/bot/lessons")

    assert sent.headers["Content-Disposition"].endswith('filename="bot-training.zip"')
    with zipfile.ZipFile(io.BytesIO(sent.data)) as archive:
        assert "cuánto debo" in archive.read("nlu/es/reviewed_check_balance.yml").decode()


def test_undone_it_is_as_if_nothing_was_said(sofia, heard_as):
    message = heard_as("view_bill")
    label(sofia, message, intent="greet")

    row = sofia.post(f"/board/bot/messages/{message.id}/undo").text

    assert "Undo" not in row
    assert db.session.get(BotLabel, message.id) is None
    plain = sofia.post(f"/board/bot/messages/{message.id}/undo", plain=True)
    assert plain.location.endswith(f"/board/bot/talks/{message.conversation_id}")


@pytest.mark.parametrize(
    "fields",
    [
        {},
        {"intent": "nlu_fallback"},
        {"intent": "greet", "to_learn": "1"},
        {"intent": "greet", "market_code": "BR"},
    ],
)
def test_what_the_page_does_not_offer_is_refused(sofia, heard_as, fields):
    message = heard_as("view_bill")

    assert label(sofia, message, **fields).status_code == 400
    assert db.session.get(BotLabel, message.id) is None


def test_the_talk_shows_who_said_what_and_that_it_was_read_is_written_down(sofia, heard_as):
    message = heard_as("view_bill")

    page = sofia.get(f"/board/bot/talks/{message.conversation_id}")

    assert "¿Cuánto saldo tengo?" in page.text
    assert sofia.get(f"/board/bot/talks/{new_id()}").status_code == 404


def test_lists_cost_the_same_however_long_and_say_when_they_are_empty(sofia, heard_as, session):
    assert "Nobody wrote anything to the bot that fits" in sofia.get("/board/bot").text
    assert "Nothing to learn yet" in sofia.get("/board/bot/lessons").text
    heard_as("greet")
    with statements(session) as few:
        sofia.get("/board/bot")
    for _ in range(5):
        heard_as("greet")
    with statements(session) as many:
        sofia.get("/board/bot")

    assert len(many) == len(few)


@pytest.mark.parametrize("address", ["?intent=x", "?day=x", "?before=x", "?rating=0", "?shown=x"])
def test_addresses_that_mean_nothing_are_refused(sofia, address):
    assert sofia.get(f"/board/bot{address}").status_code == 400


def test_the_report_tells_in_figures_and_as_a_table(sofia, heard_as):
    MarketFactory(policies={"bot_talk_cost": "0.50", "agent_minute_cost": "4"})
    heard_as("check_balance", rating=4)
    heard_as("nlu_fallback", waiting=True, learnt={"reason": "not_understood"})

    page = sofia.get("/board/bot/report?days=7").text
    sheet = sofia.get("/board/bot/report.csv?days=7").get_data(as_text=True)

    assert "The bot did not understand" in page
    assert "$0.50" in page
    assert "all,,2,1,0.5000,2,1,4.0000,1,0,0.50,MXN" in sheet
    assert "reason,not_understood,1,1" in sheet
    assert sofia.get("/board/bot/report?days=8").status_code == 400
    assert sofia.get("/board/bot/report?market=BR").status_code == 404


def test_the_report_of_nothing_says_so(sofia):
    MarketFactory()

    assert "Nobody talked to the bot in these days." in sofia.get("/board/bot/report").text

"""Browsing what the bot understood, putting it right, and what it is to learn of it."""

import io
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import yaml

from app.audit.models import AuditEntry
from app.core import clock, db
from app.core.errors import Forbidden, Invalid, NotFound
from app.core.ids import new_id
from app.insights import labelling, reviewing, training
from app.insights.intents import INTENTS
from app.insights.models import BotLabel
from app.insights.reviewing import Wanted
from tests.factories.actors import agent, staff
from tests.factories.conversations import InboxFactory
from tests.factories.identity import StaffFactory
from tests.factories.markets import MarketFactory
from tests.statements import statements

MEXICO = "America/Mexico_City"
ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def sofia(database):
    return StaffFactory(roles=["supervisor"]).as_actor()


def ids(actor, **fields):
    found, _more = reviewing.readings(actor, Wanted.of(fields))
    return [each.id for each in found]


def brazilian(**more):
    market = MarketFactory(brazil=True)
    return {"inbox": InboxFactory(market=market), "market_code": "BR", **more}


def test_messages_come_newest_first_and_each_filter_finds_its_own(sofia, heard_as):
    sure = heard_as("check_balance", 0.95, ago=5)
    unsure = heard_as("view_bill", 0.31, ago=4, rating=2)
    away = heard_as("nlu_fallback", None, ago=3, language="pt")
    passed_on = heard_as("talk_to_agent", 0.9, ago=2, waiting=True)
    yesterday = heard_as("greet", 0.9, ago=48)
    heard_as("greet", 0.9, ago=24 * 31)

    day = clock.today(MEXICO).isoformat()
    two_days_ago = yesterday.at.astimezone(ZoneInfo(MEXICO)).date().isoformat()
    assert ids(sofia) == [passed_on.id, away.id, unsure.id, sure.id, yesterday.id]
    assert ids(sofia, intent="view_bill") == [unsure.id]
    assert ids(sofia, language="pt") == [away.id]
    assert ids(sofia, rating="2") == [unsure.id]
    assert ids(sofia, day=two_days_ago) == [yesterday.id]
    assert ids(sofia, shown="unsure") == [away.id, unsure.id]
    assert ids(sofia, shown="turned_away") == [away.id]
    assert ids(sofia, shown="handed_over") == [passed_on.id]
    assert yesterday.id not in ids(sofia, day=day)


def test_a_day_is_the_one_of_each_market(heard_as):
    """At 02:30 in UTC it is still the evening before in Mexico and in Brazil, not in India."""
    everywhere = StaffFactory(roles=["supervisor"], markets=[]).as_actor()
    india = {"inbox": InboxFactory(market=MarketFactory(india=True)), "market_code": "IN"}
    with clock.moved_to(datetime(2026, 11, 26, 2, 30, tzinfo=UTC)):
        mexican, brazils = heard_as("greet"), heard_as("greet", **brazilian())
        indian = heard_as("greet", **india)

        assert set(ids(everywhere, day="2026-11-25")) == {mexican.id, brazils.id}
        assert ids(everywhere, day="2026-11-26") == [indian.id]


@pytest.mark.parametrize(
    "fields",
    [{"intent": "x"}, {"language": "fr"}, {"day": "31/12"}, {"rating": "6"}, {"shown": "all"}],
)
def test_filters_that_mean_nothing_are_refused(fields):
    with pytest.raises(Invalid):
        Wanted.of(fields)


def test_pages_join_without_gaps_in_one_statement_each(sofia, heard_as, session):
    wanted = [heard_as("greet", ago=each // 3).id for each in range(7)]
    found, before = [], None
    while True:
        with statements(session) as sent:
            page, before = reviewing.readings(sofia, Wanted(), before=before, size=3)
        assert len(sent) == 1
        found += [each.id for each in page]
        if before is None:
            break

    assert sorted(found) == sorted(wanted)
    assert len(found) == 7


def test_only_those_of_the_readers_markets_are_there(heard_as):
    theirs = heard_as("greet", **brazilian())
    mine = heard_as("greet")
    mexican = staff("supervisor", markets=["MX"])

    assert ids(mexican) == [mine.id]
    assert reviewing.reading_for(mexican, theirs.id) is None
    with pytest.raises(NotFound):
        reviewing.talk_for(mexican, theirs.conversation_id)
    with pytest.raises(NotFound):
        labelling.label(theirs.id, "greet", by=mexican)
    with pytest.raises(Forbidden):
        ids(agent())


def test_a_meaning_is_said_changed_taught_and_taken_back(sofia, heard_as):
    message = heard_as("view_bill", 0.3, "Soy Valeria Soto, mi línea 5512345678 no tiene saldo")

    labelling.label(message.id, "check_balance", by=sofia)
    labelling.label(message.id, "top_up", by=sofia, to_learn=True)

    (given,) = db.session.query(BotLabel)
    assert (given.intent, given.to_learn, given.labelled_by) == ("top_up", True, sofia.id)
    assert given.words == "Soy Alex Alex, mi línea 0000000000 no tiene saldo"
    assert ids(sofia, shown="labelled") == [message.id]
    labelling.take_back(message.id, by=sofia)
    labelling.take_back(message.id, by=sofia)
    assert ids(sofia, shown="unlabelled") == [message.id]
    trail = db.session.query(AuditEntry).filter_by(object_id=str(message.id))
    assert [each.changes["intent"] for each in trail.order_by(AuditEntry.id)] == [
        [None, "check_balance"],
        ["check_balance", "top_up"],
        ["top_up", None],
    ]


def test_what_means_nothing_and_what_is_not_there_is_refused(sofia, heard_as):
    message = heard_as("greet")

    with pytest.raises(Invalid):
        labelling.label(message.id, "nlu_fallback", by=sofia)
    with pytest.raises(NotFound):
        labelling.label(new_id(), "greet", by=sofia)


def test_the_export_is_what_rasa_reads_by_intent_and_language(sofia, heard_as):
    taught = {
        "¿cuánto - debo? [x](plan_name)": ("check_balance", "es"),
        "/restart mi saldo: 5": ("check_balance", "es"),
        "ver # minha {conta}": ("view_bill", "pt"),
    }
    for words, (intent, language) in taught.items():
        message = heard_as("greet", words=words, language=language)
        labelling.label(message.id, intent, by=sofia, to_learn=True)
    twin = heard_as("greet", words="ver # minha {conta}", language="pt")
    labelling.label(twin.id, "view_bill", by=sofia, to_learn=True)
    labelling.label(heard_as("greet").id, "greet", by=sofia)

    with zipfile.ZipFile(io.BytesIO(training.export(by=sofia))) as archive:
        files = {name: yaml.safe_load(archive.read(name)) for name in archive.namelist()}

    assert sorted(files) == ["nlu/es/reviewed_check_balance.yml", "nlu/pt/reviewed_view_bill.yml"]
    (spanish,) = files["nlu/es/reviewed_check_balance.yml"]["nlu"]
    assert (spanish["intent"], spanish["metadata"]["language"]) == ("check_balance", "es")
    assert sorted(spanish["examples"].splitlines()) == [
        "- restart mi saldo: 5",
        "- ¿cuánto - debo? x(plan_name)",
    ]
    (portuguese,) = files["nlu/pt/reviewed_view_bill.yml"]["nlu"]
    assert portuguese["examples"] == "- ver # minha conta\n"
    assert [(each.language, each.messages) for each in training.lessons(sofia)] == [
        ("es", 2),
        ("pt", 2),
    ]
    (entry,) = db.session.query(AuditEntry).filter_by(action="bot.labels_exported")
    assert entry.changes == {"messages": 4}


def test_the_meanings_are_those_that_the_bot_is_trained_in():
    trained = {path.stem for path in (ROOT / "bot/data/nlu/en").glob("*.yml")}

    assert set(INTENTS) == trained


@pytest.mark.parametrize("day", ["9999-12-31", "0001-01-01", "yesterday"])
def test_where_time_begins_or_ends_is_no_day(day):
    with pytest.raises(Invalid):
        Wanted.of({"day": day})

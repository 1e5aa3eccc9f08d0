"""The search page and the palette, as agents use them."""

import pytest

from app.conversations.service import messages
from app.core import db
from kb import switch
from kb.search.postgres import PostgresIndex
from tests.factories.conversations import ConversationFactory, MessageFactory
from tests.factories.identity import StaffFactory
from tests.factories.markets import MarketFactory
from tests.factories.tickets import TicketFactory


@pytest.fixture(autouse=True)
def index(database):
    switch.plug_in(PostgresIndex())
    MarketFactory()


@pytest.fixture
def agent(sign_in):
    return sign_in(roles=["agent"], markets=["MX"])


def test_results_lead_to_what_was_found_with_the_words_marked(agent):
    talk = ConversationFactory(waiting=True)
    MessageFactory(conversation=talk, body="Mi facturación <b>no</b> llegó")
    ticket = TicketFactory(talk=talk, subject="Factura perdida")

    page = agent.get("/desk/search?q=factura", plain=True).text

    assert f'href="/desk/conversations/{talk.id}"' in page
    assert f'href="/desk/tickets/{ticket.id}"' in page
    assert "<mark>facturación</mark> &lt;b&gt;no&lt;/b&gt;" in page
    fragment = agent.get("/desk/search?q=factura&kind=ticket").text
    assert "<html" not in fragment
    assert f"/desk/conversations/{talk.id}" not in fragment


def test_titles_are_marked_too_and_what_has_just_this_name_says_what_it_is(agent):
    ticket = TicketFactory(subject="Factura <i>perdida</i>")

    page = agent.get("/desk/search?q=factura").text
    named = agent.get(f"/desk/search?q={ticket.reference}").text

    assert "<mark>Factura</mark> &lt;i&gt;perdida&lt;/i&gt;" in page
    assert '<span class="badge">Ticket</span>' in named


def test_nothing_found_and_nothing_asked_say_so(agent):
    nothing = agent.get("/desk/search?q=hologram").text
    narrowed = agent.get("/desk/search?q=hologram&kind=ticket").text

    assert "Nothing was found for “hologram”." in nothing
    assert "Search everywhere" not in nothing
    assert 'href="/desk/search?q=hologram">Search everywhere</a>' in narrowed
    assert "Look for words" in agent.get("/desk/search").text
    assert agent.get("/desk/palette?q=hologram").json == {"results": []}


@pytest.mark.parametrize(
    "query", ["market=XX", "since=yesterday", "status=gone", "channel=pigeon", "kind=staff"]
)
def test_a_filter_that_is_none_counts_as_not_chosen(agent, query):
    ticket = TicketFactory(subject="Router")

    assert f"/desk/tickets/{ticket.id}" in agent.get(f"/desk/search?q=router&{query}").text


def test_the_palette_finds_the_same_and_leads_on_to_the_page(agent):
    talk = ConversationFactory(waiting=True)
    MessageFactory(conversation=talk, body="the router blinks")
    ticket = TicketFactory(talk=talk, subject="Router")

    results = agent.get("/desk/palette?q=router").get_json()["results"]
    named = agent.get(f"/desk/palette?q={ticket.reference}").get_json()["results"]

    assert [each["url"] for each in results] == [
        f"/desk/tickets/{ticket.id}",
        f"/desk/conversations/{talk.id}",
        "/desk/search?q=router",
    ]
    assert named[0]["url"] == f"/desk/tickets/{ticket.id}"
    assert [each["kind"] for each in results] == ["Ticket", "Conversation", "Search"]
    assert results[0]["title"] == [{"text": "Router", "is_match": True}]
    assert {"text": "router", "is_match": True} in results[1]["detail"]


def test_card_numbers_are_cut_before_anything_could_find_them(sign_in):
    owner = StaffFactory()
    talk = ConversationFactory(open=True, owner=owner)
    messages.say(
        talk.id, "pay with 4111 1111 1111 1111 please", by=owner.as_actor(), client_key="k"
    )
    db.session.commit()

    monitor = sign_in(roles=["supervisor"], markets=["MX"])
    assert str(talk.id) in monitor.get("/desk/search?q=please").text
    for digits in ("4111111111111111", "4111 1111", "4111"):
        assert str(talk.id) not in monitor.get(f"/desk/search?q={digits}").text


def test_where_time_begins_or_ends_is_no_day(agent):
    for day in ("9999-12-31", "0001-01-01"):
        assert agent.get(f"/desk/search?q=factura&since={day}&until={day}").status_code == 200

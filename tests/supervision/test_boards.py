"""Live boards as their users arrange them; figures counted once for everybody."""

import json

import pytest
from sqlalchemy import select

from app.core import clock, db
from app.insights import boards, live
from app.insights.events import BoardMoved
from app.insights.models import BoardLayout
from app.tickets import service as tickets
from app.tickets.models import Priority, Topic
from app.tickets.service import timing
from tests.factories.conversations import ConversationFactory
from tests.factories.customers import CustomerFactory
from tests.factories.identity import StaffFactory
from tests.factories.markets import MarketFactory
from tests.factories.tickets import TicketFactory
from tests.heard import heard
from tests.insights.histories import at
from tests.statements import statements


@pytest.fixture
def sofia(sign_in):
    return sign_in(language="en", name="Sofía Vega", roles=["supervisor"], markets=["MX"])


def order(page):
    return [part.split('"')[0] for part in page.split('aria-labelledby="widget-')[1:]]


def arrange(browser, widget, how):
    return browser.post("/board/arrange", data={"widget": widget, "how": how}, target="board")


def test_each_user_moves_hides_and_shows_widgets_and_takes_it_all_back(sofia, sign_in):
    assert order(sofia.get("/board/").text) == list(boards.WIDGETS)

    arrange(sofia, "bot", "earlier")
    arrange(sofia, "queue", "hide")
    page = arrange(sofia, "risk", "later").text
    assert order(page) == ["level", "agents", "bot", "risk", "channels", "markets"]
    assert 'aria-label="Move Bot earlier"' in page
    assert order(sofia.get("/board/", plain=True).text) == order(page)
    other = sign_in(language="en", roles=["supervisor"])
    assert order(other.get("/board/").text) == list(boards.WIDGETS)
    arrange(sofia, "queue", "show")
    assert order(sofia.get("/board/").text)[-1] == "queue"
    sofia.post("/board/arrange/reset")
    assert order(sofia.get("/board/").text) == list(boards.WIDGETS)
    assert db.session.scalars(select(BoardLayout)).all() == []


def test_at_the_ends_nothing_moves_and_nonsense_is_refused(sofia):
    arrange(sofia, "queue", "earlier")
    arrange(sofia, "markets", "later")

    assert order(sofia.get("/board/").text) == list(boards.WIDGETS)
    for form in ({"widget": "salary", "how": "show"}, {"widget": "bot", "how": "burn"}, {}):
        assert sofia.post("/board/arrange", data=form).status_code == 400


def test_all_widgets_hidden_leave_a_board_that_says_so(sofia):
    for name in boards.WIDGETS:
        arrange(sofia, name, "hide")

    assert "Your board is empty" in sofia.get("/board/").text


def test_a_tick_tells_each_market_once_and_only_what_has_changed(database):
    MarketFactory()
    MarketFactory(brazil=True)
    with clock.moved_to(at(0)):
        ConversationFactory(waiting=True, last_seq=1)
        ConversationFactory(market_code="BR", last_seq=1)
        with heard(BoardMoved) as said:
            live.tick()
            live.tick()
        assert sorted(each.market_code for each in said) == ["BR", "MX"]
        ConversationFactory(waiting=True, last_seq=1)
        with heard(BoardMoved) as said:
            live.tick()
    (told,) = said
    assert (told.market_code, told.figures["waiting"]) == ("MX", 2)
    assert json.dumps(told.figures)
    with clock.moved_to(at(1)), heard(BoardMoved) as said:
        live.tick()
    assert len(said) == 2  # told again, for a screen that missed it


def test_what_is_told_of_a_market_has_nobody_of_another(database):
    MarketFactory()
    MarketFactory(brazil=True)
    StaffFactory(name="Bruno Carvalho", markets=["BR"])
    StaffFactory(name="Ana Ruiz", markets=["MX"])
    StaffFactory(name="Carla Nunes", markets=[])

    with heard(BoardMoved) as said:
        live.tick()

    names = {each.market_code: [row["name"] for row in each.figures["agents"]] for each in said}
    assert names == {"MX": ["Ana Ruiz", "Carla Nunes"], "BR": ["Bruno Carvalho", "Carla Nunes"]}


def test_promises_at_risk_are_overdue_or_end_within_half_an_hour(sofia, database):
    """A first response in a quarter of an hour (an hour for the least pressing), a solution in a
    day, where nobody has decided."""
    ana = StaffFactory().as_actor()

    def opened(minute, *, answered=False, **more):
        with clock.moved_to(at(minute)):
            told = {"subject": "Router", "topic": Topic.OTHER, "customer_id": CustomerFactory().id}
            ticket = tickets.open(by=ana, **told, **more)
            tickets.accept(ticket.id, by=ana)
            if answered:
                with db.transaction():
                    timing.answered(at(minute), ticket_id=ticket.id)
        return ticket

    late, soon = opened(-16), opened(-31, priority=Priority.LOW)
    opened(-29, priority=Priority.LOW)
    solving, waits = (opened(10 - 1440, answered=True) for _ in range(2))
    with clock.moved_to(at(-60)):
        tickets.set_pending(waits.id, by=ana)
    opened(-100, answered=True)

    with clock.moved_to(at(0)):
        board = live.board(StaffFactory(roles=["supervisor"]).as_actor())

    assert (board.overdue, board.soon) == (1, 2)
    assert [each.id for each in board.at_risk] == [late.id, solving.id, soon.id]


def test_the_board_and_the_tick_cost_the_same_however_much_goes_on(database, session):
    MarketFactory()

    def cost():
        with statements(session) as sent:
            live.tick()
        return len(sent)

    first = cost()
    for _ in range(12):
        talk = ConversationFactory(waiting=True, last_seq=1)
        TicketFactory(talk=talk)
        StaffFactory()
    assert cost() <= first + 1


@pytest.fixture
def talk(sofia):
    ana = StaffFactory(name="Ana Ruiz")
    return ConversationFactory(open=True, owner=ana, assignee_id=ana.id, last_seq=1)


def test_a_supervisor_listens_in_and_whispers_and_the_agent_reads_it(sofia, talk, sign_in):
    listed = sofia.get("/board/talks", plain=True).text
    assert f"/board/talks/{talk.id}/listen" in listed
    heard_at = sofia.post(f"/board/talks/{talk.id}/listen").headers["HX-Redirect"]
    page = sofia.get(heard_at, plain=True).text
    assert "Whisper to Ana Ruiz" in page
    assert (
        "Offer &lt;less&gt;"
        in sofia.post(f"/board/talks/{talk.id}/whisper", data={"words": "Offer <less>"}).text
    )

    agent = sign_in(staff=db.session.get_one(StaffFactory._meta.model, talk.assignee_id))
    path = f"/desk/conversations/{talk.id}/whispers"
    assert "Offer &lt;less&gt;" in agent.get(path).text
    assert "Offer" not in agent.post(f"{path}/seen").text
    assert agent.get("/board/talks", plain=True).status_code == 403
    assert agent.post(f"/board/talks/{talk.id}/whisper", data={"words": "x"}).status_code == 403


def test_pages_of_quality_and_shifts_open_and_take_what_they_offer(sofia, talk):
    empty = sofia.get("/board/quality", plain=True).text
    assert "There is no score card yet" in empty
    card = {"name": "Chats", "words_q1": "Greets", "weight_q1": "10", "words_q2": ""}
    assert sofia.post("/board/quality/cards", data=card).status_code == 204
    assert "Chats · version 1" in sofia.get("/board/quality/cards", plain=True).text
    form = sofia.get(f"/board/quality/conversations/{talk.id}", plain=True).text
    card_id = form.split('name="card" value="')[1].split('"')[0]
    sent = {"card": card_id, "points_q1": "3", "comment_q1": "Warm"}
    path = f"/board/quality/conversations/{talk.id}"
    made = sofia.post(path, data=sent, plain=True)
    assert "75.00" in sofia.get(made.location, plain=True).text
    assert sofia.post(path, data={"card": card_id}).status_code == 400
    unknown = f"/board/quality/conversations/{card_id}"
    assert sofia.post(unknown, data={"card": "x"}).status_code == 404
    assert "Ana Ruiz" in sofia.get("/board/quality?by=agent", plain=True).text
    shift = {"market": "MX", "day": "2026-03-02", "staff": str(talk.assignee_id)}
    times = {"begins": "22:00", "ends": "06:00"}
    assert sofia.post("/board/adherence", data={**shift, **times}).status_code == 204
    day = sofia.get("/board/adherence?market=MX&day=2026-03-02", plain=True).text
    assert "Ana Ruiz" in day
    assert sofia.post("/board/adherence", data={**shift, "begins": "x"}).status_code == 400
    assert sofia.get("/board/adherence?market=BR", plain=True).status_code == 404


def test_an_agent_sees_reviews_of_her_own(sign_in):
    assert "Nobody has reviewed" in sign_in(language="en").get("/desk/quality", plain=True).text

from datetime import timedelta

import pytest

from app.conversations.models import Availability
from app.conversations.queries import availability_of
from app.core import clock, db
from app.tickets.listing import Filters
from app.tickets.models import Offer, Priority, Status, Ticket
from app.tickets.service import viewing
from tests.factories.conversations import ConversationFactory, InboxFactory, MessageFactory
from tests.factories.customers import CustomerFactory
from tests.factories.identity import StaffFactory
from tests.factories.markets import MarketFactory
from tests.factories.tickets import TicketFactory
from tests.statements import statements


def text_of(answer):
    return answer.get_data(as_text=True)


def open_talk(desk, **more):
    owner = db.session.get_one(StaffFactory._meta.model, desk.staff_id)
    talk = ConversationFactory(open=True, owner=owner, **more)
    ticket = TicketFactory(talk=talk, status=Status.OPEN, assignee_id=desk.staff_id)
    return talk, ticket


def test_the_queue_shows_who_waits_most_pressing_first(desk):
    market = MarketFactory()
    calm = CustomerFactory(name="Calm Customer", market=market)
    urgent = CustomerFactory(name="Urgent Customer", market=market)
    TicketFactory(talk=ConversationFactory(waiting=True, customer=calm))
    TicketFactory(talk=ConversationFactory(waiting=True, customer=urgent), priority=Priority.URGENT)

    page = text_of(desk.get("/desk/", plain=True))

    assert page.index("Urgent Customer") < page.index("Calm Customer")


def test_the_queue_shows_what_a_view_of_hers_shows_and_always_what_is_offered_to_her(desk):
    staff = db.session.get_one(StaffFactory._meta.model, desk.staff_id)
    pressing, private = (
        viewing.save_view(name, Filters(priority="urgent"), by=by.as_actor())
        for name, by in (("Pressing", staff), ("Of a colleague", StaffFactory()))
    )
    for name, more in (
        ("Calm Customer", {}),
        ("Urgent Customer", {"priority": Priority.URGENT}),
        ("Offered Customer", {}),
    ):
        talk = ConversationFactory(waiting=True, customer=CustomerFactory(name=name))
        ticket = TicketFactory(talk=talk, **more)
    now = clock.now()
    offer = {"ticket_id": ticket.id, "offered_at": now, "expires_at": now + timedelta(minutes=1)}
    db.session.add(Offer(staff_id=staff.id, **offer))
    db.session.commit()

    def shown(view):
        page = text_of(desk.get(f"/desk/queue?view={view}"))
        return [name for name in ("Calm", "Urgent", "Offered") if f"{name} Customer" in page]

    page = text_of(desk.get("/desk/", plain=True))
    assert "Pressing" in page
    assert "Of a colleague" not in page
    assert shown(pressing.id) == ["Urgent", "Offered"]
    assert shown("") == shown(private.id) == ["Calm", "Urgent", "Offered"]
    assert desk.get("/desk/queue?view=x").status_code == 400
    viewing.delete_view(pressing.id, by=staff.as_actor())
    assert shown(pressing.id) == ["Calm", "Urgent", "Offered"]


def test_a_customers_name_is_never_markup(desk):
    hostile = CustomerFactory(name='<img src=x onerror="alert(1)">')
    TicketFactory(talk=ConversationFactory(waiting=True, customer=hostile))

    page = text_of(desk.get("/desk/queue"))

    assert "<img" not in page
    assert "&lt;img" in page


def test_another_markets_customers_are_not_in_the_queue(desk):
    brazil = MarketFactory(brazil=True)
    stranger = CustomerFactory(name="Marina Duarte", market=brazil)
    talk = ConversationFactory(waiting=True, customer=stranger, market_code="BR")
    TicketFactory(talk=talk)

    assert "Marina Duarte" not in text_of(desk.get("/desk/queue"))
    assert desk.get(f"/desk/conversations/{talk.id}").status_code == 404
    assert desk.get(f"/desk/customers/{stranger.id}").status_code == 404


def test_accepting_opens_the_conversation_for_its_new_owner(desk):
    ticket = TicketFactory()

    answer = desk.post(f"/desk/tickets/{ticket.id}/accept", target="chat")

    assert answer.status_code == 200
    assert 'data-may-reply="yes"' in text_of(answer)
    assert db.session.get_one(Ticket, ticket.id).assignee_id == desk.staff_id


def test_who_comes_second_is_told_who_took_it(desk, sign_in):
    ticket = TicketFactory()
    desk.post(f"/desk/tickets/{ticket.id}/accept", target="chat")

    answer = sign_in(name="Beto Lima").post(f"/desk/tickets/{ticket.id}/accept", target="chat")

    assert answer.status_code == 409
    assert "Ana Ruiz took it." in text_of(answer)


def test_resolving_needs_to_say_what_solved_it(desk):
    _talk, ticket = open_talk(desk)

    empty = desk.post(f"/desk/tickets/{ticket.id}/resolve", data={"resolution": "  "})
    answer = desk.post(
        f"/desk/tickets/{ticket.id}/resolve",
        target="chat-header",
        data={"resolution": "Mast 214 restarted"},
    )

    assert empty.status_code == 400
    assert 'id="chat-header"' in text_of(answer)
    assert db.session.get_one(Ticket, ticket.id).status is Status.RESOLVED


def test_after_a_transfer_the_conversation_is_out_of_sight(desk):
    _talk, ticket = open_talk(desk)
    colleague = StaffFactory(name="Carla Nunes")

    answer = desk.post(
        f"/desk/tickets/{ticket.id}/transfer",
        target="chat-header",
        data={"to": str(colleague.id), "note": "She knows the case"},
    )

    assert answer.headers["HX-Retarget"] == "#chat"
    assert db.session.get_one(Ticket, ticket.id).assignee_id == colleague.id


def test_messages_come_in_pages_and_after_a_number(desk):
    talk, _ticket = open_talk(desk, last_seq=70)
    for seq in range(1, 71):
        MessageFactory(conversation=talk, seq=seq, body=f"number {seq}")
    messages = f"/desk/conversations/{talk.id}/messages"

    latest = desk.get(messages).json
    earlier = desk.get(f"{messages}?before={latest['messages'][0]['seq']}").json
    missed = desk.get(f"{messages}?after=68").json

    assert [each["seq"] for each in latest["messages"]] == list(range(11, 71))
    assert [each["seq"] for each in earlier["messages"]] == list(range(1, 11))
    assert [each["text"] for each in missed["messages"]] == ["number 69", "number 70"]


def test_saying_the_same_twice_over_http_is_one_message(desk):
    talk, _ticket = open_talk(desk)
    said = {"key": "3f0e8a60-0000-4000-8000-000000000001", "text": "Hola"}

    answers = [
        desk.post(f"/desk/conversations/{talk.id}/messages", json=said) for _again in range(2)
    ]

    assert answers[0].json == answers[1].json == {"seq": 1, "id": answers[0].json["id"]}


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param([], id="no object"),
        pytest.param({"text": "no key"}, id="no key"),
        pytest.param({"key": "k", "text": 5}, id="text is a number"),
        pytest.param({"key": "k", "text": "a\0b"}, id="NUL"),
        pytest.param({"key": "k", "text": "x" * 4001}, id="too long"),
        pytest.param({"key": "k", "text": "x", "attachments": "all"}, id="attachments no list"),
    ],
)
def test_what_cannot_be_a_message_is_refused(desk, sent):
    talk, _ticket = open_talk(desk)

    assert desk.post(f"/desk/conversations/{talk.id}/messages", json=sent).status_code == 400


def test_a_form_without_our_token_changes_nothing(desk):
    ticket = TicketFactory()

    answer = desk.browser.post(
        f"/desk/tickets/{ticket.id}/accept", headers={"Origin": "http://localhost"}
    )

    assert answer.status_code == 403
    assert db.session.get_one(Ticket, ticket.id).status is Status.NEW


def test_an_agent_tells_whether_they_are_there(desk):
    answer = desk.post("/desk/availability", data={"availability": "break"})

    assert "state-dot-break" in text_of(answer)
    assert availability_of(desk.staff_id) is Availability.BREAK
    assert desk.post("/desk/availability", data={"availability": "asleep"}).status_code == 400


def test_strangers_are_sent_to_sign_in(app):
    answer = app.test_client().get("/desk/")

    assert answer.status_code == 303
    assert answer.location.startswith("/sign-in")


def test_a_technician_has_no_desk_but_sees_tickets(sign_in):
    technician = sign_in(roles=["field_technician"])

    assert technician.get("/desk/", plain=True).status_code == 403
    assert technician.get("/desk/tickets", plain=True).status_code == 200


def test_the_desk_asks_the_database_no_more_for_many_than_for_few(desk, session):
    inbox = InboxFactory()
    for number in range(150):
        customer = CustomerFactory(market=inbox_market(inbox))
        talk = ConversationFactory(waiting=True, customer=customer, inbox=inbox)
        TicketFactory(talk=talk, created_at=clock.now() - timedelta(seconds=number))
    for _number in range(5):
        open_talk(desk, inbox=inbox)
    desk.get("/desk/", plain=True)

    with statements(session) as sent:
        page = text_of(desk.get("/desk/", plain=True))

    assert page.count("data-accept=") == 150
    assert len(sent) <= 12, "\n".join(sent)


def inbox_market(inbox):
    return MarketFactory(code=inbox.market_code)

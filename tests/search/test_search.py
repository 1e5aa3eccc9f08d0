"""The search shows exactly what the lists show, to everybody, whichever engine looks.

These are the promises: every one holds in PostgreSQL, and with a real engine beside it.
"""

from datetime import timedelta
from itertools import product

import pytest
from sqlalchemy import select, text

from app.conversations import access as conversations
from app.conversations.models import Conversation, MessageKind, Status
from app.core import clock, db
from app.customers import queries as customers
from app.identity.permissions import ROLES
from app.search import queries
from app.search.asked import Asked, Thing
from app.tickets import access as tickets
from app.tickets.listing import Filters, page_of
from app.tickets.models import Ticket
from tests.factories.actors import agent, customer, staff, visitor
from tests.factories.billing import InvoiceFactory
from tests.factories.catalog import OfferVersionFactory
from tests.factories.conversations import ConversationFactory, MessageFactory
from tests.factories.customers import AccountFactory, CustomerFactory
from tests.factories.identity import StaffFactory
from tests.factories.kb import ArticleFactory
from tests.factories.markets import MarketFactory
from tests.factories.subscriptions import line_with_plan
from tests.factories.tickets import TicketFactory
from tests.statements import statements

WORD = "hologram"


@pytest.fixture(autouse=True)
def looked(way):
    _settle[:] = [way.settle]


_settle = [lambda: None]


def search(text, *, by=None, limit=50, **filters):
    db.session.flush()
    _settle[0]()
    return queries.search(by or agent(), Asked(text, **filters), limit=limit)


def keys(results, thing):
    return {each.key for each in results.found.get(thing, [])}


@pytest.fixture
def world(database):
    """In two markets: talks in every state of two agents and nobody, and tickets about them."""
    MarketFactory()
    MarketFactory(brazil=True)
    owners = [StaffFactory(), StaffFactory()]
    for market, owner in product(("MX", "BR"), owners):
        person = CustomerFactory(name=f"Holograma {market}", market_code=market)
        for status in Status:
            talk = ConversationFactory(
                status=status,
                market_code=market,
                customer=person,
                assignee_id=owner.id if status is not Status.WAITING else None,
            )
            MessageFactory(conversation=talk, body=f"About my {WORD}s")
            TicketFactory(talk=talk, market_code=market, subject=f"The {WORD}", status="open")
        stranger = ConversationFactory(
            anonymous=True, status=Status.RESOLVED, market_code=market, assignee_id=owner.id
        )
        MessageFactory(conversation=stranger, body=f"{WORD}?")
    return owners


ACTORS = [
    pytest.param(role, markets, id=f"{role} of {', '.join(markets) or 'all'}")
    for role, markets in product(sorted(ROLES), [(), ("MX",), ("BR",), ("MX", "BR")])
]


@pytest.mark.parametrize(("role", "markets"), ACTORS)
def test_everybody_finds_exactly_what_the_lists_show(world, role, markets):
    actor = staff(role, markets=markets, id=world[0].id)

    results = search(WORD, by=actor)

    all_talks = db.session.scalars(select(Conversation)).all()
    may_talk = actor.may("conversations.read")
    talks = {each.id for each in all_talks if may_talk and conversations.may_see(actor, each)}
    listed = page_of(actor, Filters(status="", text=WORD), after=None).items
    cases = {each.id for each in listed} if actor.may("tickets.read") else set()
    people = (
        {each.id for each in customers.search(actor, WORD)}
        if actor.may("customers.read")
        else set()
    )
    assert keys(results, Thing.CONVERSATION) == talks
    assert keys(results, Thing.TICKET) == cases
    assert keys(results, Thing.CUSTOMER) == people
    assert results.counts[Thing.CONVERSATION].number == len(talks)
    assert results.counts[Thing.TICKET].number == len(cases)
    assert results.counts[Thing.CUSTOMER].number == len(people)
    for each in db.session.scalars(select(Ticket)):
        assert (each.id in cases) == (actor.may("tickets.read") and tickets.may_see(actor, each))


@pytest.mark.parametrize("actor", [customer(), visitor()])
def test_who_is_no_staff_finds_nothing(world, actor):
    results = search(WORD, by=actor)

    assert results.is_empty
    assert not any(each.number for each in results.counts.values())


def test_beginnings_find_words_whatever_their_accents(database):
    talk = ConversationFactory(waiting=True)
    MessageFactory(conversation=talk, body="No entiendo la facturación")

    for asked in ("facturacion", "FACTURACIÓN", "factura", "entiendo factur"):
        assert keys(search(asked), Thing.CONVERSATION) == {talk.id}
    assert search("factura roaming").is_empty


def test_a_conversation_is_found_once_with_its_latest_words_and_notes_but_no_activities(database):
    talk = ConversationFactory(waiting=True)
    MessageFactory(conversation=talk, seq=1, body="router one")
    MessageFactory(conversation=talk, seq=2, body="router two", kind=MessageKind.NOTE)
    MessageFactory(conversation=talk, seq=3, body="router three", kind=MessageKind.ACTIVITY)

    results = search("router")

    [found] = results.found[Thing.CONVERSATION]
    assert "".join(piece.text for piece in found.snippet) == "router two"
    assert results.counts[Thing.CONVERSATION].number == 1


def test_filters_narrow_what_is_found(database):
    MarketFactory(brazil=True)
    web = ConversationFactory(waiting=True, language="es")
    mail = ConversationFactory(waiting=True, language="pt", channel="email", market_code="BR")
    for talk in (web, mail):
        MessageFactory(conversation=talk, body="fibre is down")
        TicketFactory(
            talk=talk, market_code=talk.market_code, subject="fibre", language=talk.language
        )

    def both(**filters):
        results = search("fibre", **filters)
        return len(keys(results, Thing.TICKET)), keys(results, Thing.CONVERSATION)

    today = clock.now().date()
    assert both() == (2, {web.id, mail.id})
    assert both(market="BR") == (1, {mail.id})
    assert both(language="es") == (1, {web.id})
    assert both(channel="email") == (1, {mail.id})
    assert both(status="waiting") == (0, {web.id, mail.id})
    assert both(status="new") == (2, set())
    assert both(since=today) == (2, {web.id, mail.id})
    assert both(until=today - timedelta(days=1)) == (0, set())
    assert set(search("fibre", kind="ticket").found) == {Thing.TICKET}


def test_what_has_just_this_name_comes_first(database):
    account = AccountFactory()
    invoice = InvoiceFactory(account=account)
    ticket = TicketFactory(market_code="MX")
    actor = staff("manager", markets=["MX"])

    def exact(asked, by=actor):
        return [(each.thing, each.key) for each in search(asked, by=by).exact]

    person = account.customer
    assert exact(ticket.reference.lower()) == [(Thing.TICKET, ticket.id)]
    assert exact(invoice.number) == [(Thing.INVOICE, invoice.id)]
    assert exact(person.email.upper()) == [(Thing.CUSTOMER, person.id)]
    assert exact(person.reference) == [(Thing.CUSTOMER, person.id)]
    foreign = staff("manager", markets=["BR"])
    for asked in (ticket.reference, invoice.number, person.email, person.reference):
        assert exact(asked, foreign) == []
    assert exact(invoice.number, staff("network_operations")) == []


def test_a_merged_ticket_is_gone_at_once_and_its_reference_leads_to_the_other(database):
    kept = TicketFactory(subject="kept hologram")
    merged = TicketFactory(subject="merged hologram")

    merged.merged_into_id = kept.id
    db.session.flush()

    assert keys(search(WORD), Thing.TICKET) == {kept.id}
    [found] = search(merged.reference).exact
    assert (found.key, found.detail) == (kept.id, kept.reference)


def test_what_is_deleted_or_cut_is_gone_at_once(database):
    talk = ConversationFactory(waiting=True)
    message = MessageFactory(conversation=talk, body="my secret hologram")
    assert not search("hologram").is_empty

    message.body = "…"
    db.session.flush()
    assert search("hologram").is_empty

    message.body = "hologram"
    db.session.flush()
    db.session.delete(message)
    db.session.flush()
    assert search("hologram").is_empty


def test_articles_are_found_within_reach(database):
    ArticleFactory(slug="holo", title="Hologram")
    from kb import service
    from tests.factories.actors import administrator

    service.reindex(by=administrator())

    assert keys(search("hologram"), Thing.ARTICLE) == {"holo"}
    assert keys(search("hologram", channel="email"), Thing.ARTICLE) == set()


@pytest.mark.parametrize(
    "asked", ["", "a", "\0\ud800", "'; DROP TABLE ticket; --", "& | !", "x" * 9999]
)
def test_nothing_that_is_typed_breaks_it(database, asked):
    assert search(asked).is_empty


def test_a_kind_that_takes_too_long_is_told_and_the_others_are_searched(database, monkeypatch):
    from app.search.queries import everything

    talk = ConversationFactory(waiting=True)
    MessageFactory(conversation=talk, body=WORD)

    def slow(*_anything):
        db.session.execute(text("SET LOCAL statement_timeout = '20ms'"))
        db.session.execute(text("SELECT pg_sleep(5)"))

    monkeypatch.setitem(everything._LOOKS, Thing.TICKET, slow)
    results = search(WORD)

    assert results.down == {Thing.TICKET}
    assert keys(results, Thing.CONVERSATION) == {talk.id}
    assert db.session.scalar(text("SHOW statement_timeout")) != "20ms"


def test_the_number_of_statements_does_not_grow_with_what_is_found(world):
    search(WORD)  # an engine knows all of it from here on
    with statements(db.session) as few:
        search(WORD, limit=1)
    with statements(db.session) as many:
        search(WORD, limit=50)

    assert len(many) == len(few) <= 36


def plan_of(sql):
    db.session.execute(text("SET LOCAL enable_seqscan = off"))
    return "\n".join(row[0] for row in db.session.execute(text(f"EXPLAIN {sql}")))


@pytest.mark.parametrize(
    ("table", "index"),
    [
        ("ticket", "ix_ticket_words"),
        ("message", "ix_message_words"),
        ("ticket_comment", "ix_ticket_comment_words"),
    ],
)
def test_the_words_of_each_kind_have_an_index_that_the_plan_uses(database, table, index):
    from app.search import models

    words = {
        "ticket": models.TICKET_WORDS,
        "message": models.MESSAGE_WORDS,
        "ticket_comment": models.COMMENT_WORDS,
    }[table]

    assert index in plan_of(
        f"SELECT id FROM {table} WHERE {words} @@ to_tsquery('simple', '''bill'':*')"
    )


def test_nobody_is_found_by_her_name_whose_data_must_stay_elsewhere(database):
    MarketFactory(code="MX", region="mx")
    MarketFactory(code="ES", region="eu")
    elena = CustomerFactory(market=MarketFactory(code="MX"), region="eu")
    line = line_with_plan(OfferVersionFactory(), account=AccountFactory(customer=elena))
    invoice = InvoiceFactory(account=line.account)

    for named in (elena.reference, elena.email, line.number, invoice.number):
        assert search(named, by=agent(markets=["MX"])).exact == []
        assert search(named, by=agent(markets=["MX", "ES"])).exact != []

"""What only a real engine shows: how it is told, filled anew, and what it forgives."""

import random

import pytest
from sqlalchemy import select, text

from app.conversations.models import Conversation
from app.core import db
from app.core.actor import SYSTEM
from app.core.errors import Forbidden
from app.customers.models import Customer
from app.search import queries, service, switch
from app.search.asked import Asked, Thing
from app.search.errors import NoEngine
from app.search.models import Due, EngineIndex, IndexState
from app.search.port import EngineDown, Kind, Wanted
from tests.factories.actors import administrator, agent, staff
from tests.factories.conversations import ConversationFactory, MessageFactory
from tests.factories.customers import CustomerFactory
from tests.factories.identity import StaffFactory
from tests.factories.markets import MarketFactory
from tests.factories.tickets import TicketFactory
from tests.search.conftest import real


def find(asked, *, by=None, **filters):
    return queries.search(by or staff("manager"), Asked(asked, **filters), limit=50)


def keys(results, thing):
    return [each.key for each in results.found.get(thing, [])]


def known(engine, word, kind=Kind.MESSAGE):
    """What the engine itself has, whoever may see it."""
    return engine.find(Wanted(kind, [word])).keys


def talk_of(message):
    return db.session.get(Conversation, message.conversation_id)


def said(words, **more):
    talk = ConversationFactory(waiting=True, **more)
    return MessageFactory(conversation=talk, body=words)


def test_without_an_engine_nothing_is_noted(database):
    said("fibre")
    TicketFactory()

    assert db.session.scalars(select(Due)).all() == []
    switch.plug_in(None)
    with pytest.raises(NoEngine):
        service.rebuild(by=administrator())


def test_every_change_of_words_people_and_states_is_noted_with_it(database):
    db.session.add(EngineIndex(name="any", state=IndexState.FILLING, made_at=text("now()")))
    message = said("fibre", customer=CustomerFactory())
    ticket = TicketFactory(talk=talk_of(message))
    db.session.flush()
    talk = talk_of(message)

    def noted(change):
        db.session.execute(text("DELETE FROM search_due"))
        db.session.execute(
            text(change), {"message": message.id, "ticket": ticket.id, "talk": talk.id}
        )
        return {(each.kind, each.key) for each in db.session.scalars(select(Due))}

    of_message, of_talk = ("message", message.id), ("conversation", talk.id)
    of_ticket, of_customer = ("ticket", ticket.id), ("customer", talk.customer_id)
    assert noted("UPDATE message SET body = '…' WHERE id = :message") == {of_message}
    assert noted("UPDATE message SET extra = '{}' WHERE id = :message") == set()
    assert noted("UPDATE conversation SET status = 'resolved' WHERE id = :talk") == {of_talk}
    assert noted("UPDATE conversation SET last_seq = 9 WHERE id = :talk") == set()
    assert noted("UPDATE ticket SET summary = 'x' WHERE id = :ticket") == {of_ticket}
    assert noted("UPDATE customer SET name = 'x'") >= {of_customer}
    assert noted("DELETE FROM message WHERE id = :message") == {of_message}


@real
def test_who_may_not_set_policies_does_not_rebuild(real_engine):
    with pytest.raises(Forbidden):
        service.rebuild(by=agent())


@real
def test_what_is_cut_moved_or_deleted_is_so_at_once_though_the_engine_was_not_told(real_engine):
    hers, other = agent(), StaffFactory()
    cut, deleted = said("my secret hologram"), said("another hologram")
    handed = said("third hologram", customer=CustomerFactory(), language="es")
    service.follow()
    assert len(keys(find("hologram", by=hers), Thing.CONVERSATION)) == 3

    cut.body = "…"
    db.session.delete(deleted)
    talk_of(handed).status, talk_of(handed).assignee_id = "open", other.id
    new = said("fresh hologram")
    db.session.flush()

    assert len(known(real_engine, "hologram")) == 3
    assert keys(find("hologram", by=hers), Thing.CONVERSATION) == [new.conversation_id]
    service.follow()
    assert set(known(real_engine, "hologram")) == {new.id, handed.id}
    assert keys(find("hologram", by=hers), Thing.CONVERSATION) == [new.conversation_id]


@real
def test_rights_do_not_hang_on_what_the_engine_believes(real_engine):
    MarketFactory(brazil=True)
    said("hologram", market_code="BR")
    service.follow()
    # The engine goes on believing that it is of Brazil: nothing was noted.
    db.session.execute(text("UPDATE conversation SET market_code = 'MX'"))
    db.session.execute(text("DELETE FROM search_due"))

    assert known(real_engine, "hologram") != []
    assert find("hologram", by=staff("manager", markets=["BR"])).is_empty


@real
def test_a_market_finds_its_own(real_engine):
    MarketFactory(brazil=True)
    said("hologram", market_code="BR")
    service.follow()

    assert find("hologram", by=staff("manager", markets=["MX"])).is_empty
    assert not find("hologram", by=staff("manager", markets=["BR"])).is_empty


@real
def test_a_late_write_does_not_win(real_engine):
    from app.search import documents

    message = said("early words")
    late = documents.read({Kind.MESSAGE: [message.id]}, frozenset())
    message.body = "later words"
    db.session.flush()
    service.follow()
    [index] = real_engine.indexes()

    real_engine.put([index], late.documents, late.gone, version=late.version)

    assert known(real_engine, "later") == [message.id]
    assert known(real_engine, "early") == []
    db.session.delete(message)
    db.session.flush()
    service.follow()
    real_engine.put([index], late.documents, late.gone, version=late.version)
    assert known(real_engine, "early") == []


@real
def test_what_the_engine_does_not_take_stays_noted(real_engine, monkeypatch):
    message = said("hologram")

    def away(*_anything, **_more):
        raise EngineDown("away")

    with monkeypatch.context() as patched:
        patched.setattr(real_engine, "put", away)
        assert service.follow() == 0

    assert db.session.scalar(select(Due.key).limit(1)) is not None
    assert keys(find("hologram"), Thing.CONVERSATION) == [message.conversation_id]
    assert service.follow() > 0
    assert known(real_engine, "hologram") == [message.id]


@real
def test_a_new_index_is_filled_while_the_old_one_serves_and_misses_nothing(
    real_engine, monkeypatch
):
    [before] = real_engine.indexes()
    first = said("first hologram")
    service.follow()
    during = []

    def meanwhile(_done, _of):
        if not during:
            during.append(said("second hologram"))
            first.body = "changed hologram"
            db.session.flush()
            service.follow()
            during.append(keys(find("hologram"), Thing.CONVERSATION))

    told = []
    done = service.rebuild(
        by=administrator(), tell=lambda *both: (meanwhile(*both), told.append(both))
    )

    [index] = real_engine.indexes()
    assert index != before
    assert during[1] == [during[0].conversation_id, first.conversation_id]
    assert known(real_engine, "changed") == [first.id]
    assert known(real_engine, "second") == [during[0].id]
    assert told[-1] == (done, done)
    assert db.session.scalars(select(EngineIndex.name)).all() == [index]


@real
def test_a_rebuild_that_was_cut_off_is_begun_anew_and_leaves_nothing(real_engine):
    said("hologram")

    def killed(_done, _of):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        service.rebuild(by=administrator(), tell=killed)
    assert len(real_engine.indexes()) == 2
    assert not find("hologram").is_empty

    service.rebuild(by=administrator())
    assert len(real_engine.indexes()) == 1
    assert len(known(real_engine, "hologram")) == 1


@real
def test_an_index_that_was_lost_is_not_made_by_a_write_and_postgresql_searches(real_engine):
    message = said("hologram")
    [index] = real_engine.indexes()
    real_engine.drop(index)

    assert service.follow() == 0
    assert real_engine.indexes() == set()
    assert not real_engine.is_up()
    assert keys(find("hologram"), Thing.CONVERSATION) == [message.conversation_id]
    service.rebuild(by=administrator())
    assert real_engine.is_up()
    assert known(real_engine, "hologram") == [message.id]


@real
def test_an_engine_that_is_taken_away_is_forgotten_and_comes_back_by_a_rebuild(real_engine):
    switch.plug_in(None)
    service.follow()
    message = said("hologram")
    assert db.session.scalars(select(Due)).all() == []

    switch.plug_in(real_engine)
    assert keys(find("hologram"), Thing.CONVERSATION) == [message.conversation_id]
    service.rebuild(by=SYSTEM)
    assert known(real_engine, "hologram") == [message.id]


@real
def test_the_texts_themselves_are_not_kept(real_engine):
    said("my secret hologram")
    service.follow()

    kept = real_engine._client.search(index=real_engine._name, body={"query": {"match_all": {}}})

    assert kept["hits"]["total"]["value"] >= 1
    assert "hologram" not in str(kept)


@real
@pytest.mark.parametrize(
    ("told", "asked"),
    [
        ("Se cayó el internet", "intrenet"),
        ("No llega la facturación", "facturasion"),
        ("Me cobraron dos veces", "me cobraran dos vezes"),
        ("A fatura veio errada", "faturra"),
        ("Minha ligação caiu", "ligacoa"),
        ("The router keeps blinking", "ruoter"),
    ],
)
def test_slips_are_forgiven_where_nothing_is_written_so(real_engine, told, asked):
    message = said(told)
    said("something else altogether")
    service.follow()

    assert keys(find(asked), Thing.CONVERSATION) == [message.conversation_id]


@real
@pytest.mark.parametrize(
    ("language", "told", "asked"),
    [
        ("es", "Revisamos tu factura", "facturas"),
        ("pt", "Enviamos seus boletos", "boleto enviamos"),
        ("pt", "Sua fatura chegou", "faturas"),
        ("en", "We disconnected the line", "disconnecting lines"),
    ],
)
def test_another_ending_is_found_in_each_language(real_engine, language, told, asked):
    message = said(told, language=language)
    service.follow()

    assert keys(find(asked), Thing.CONVERSATION) == [message.conversation_id]


@real
def test_names_and_tickets_forgive_slips_too_and_what_is_written_so_comes_alone(real_engine):
    person = CustomerFactory(name="Guadalupe Hernández")
    ticket = TicketFactory(subject="Fibre is down", customer_id=person.id)
    other = TicketFactory(subject="Fivre is what they wrote")
    service.follow()

    assert keys(find("guadalpue"), Thing.CUSTOMER) == [person.id]
    assert keys(find("hernandes"), Thing.TICKET) == [ticket.id]
    assert keys(find("fivre"), Thing.TICKET) == [other.id]


@real
def test_whose_region_it_must_not_hold_are_not_in_it_and_found_all_the_same(real_engine):
    MarketFactory()
    brazil = MarketFactory(brazil=True)
    home = said("hologram", customer=CustomerFactory())
    abroad = said("hologram", customer=CustomerFactory(market_code="BR"), market_code="BR")
    moved = said("hologram", customer=CustomerFactory(region=brazil.region))
    region = db.session.get(Customer, talk_of(home).customer_id).region
    assert region != brazil.region
    switch.plug_in(real_engine, regions=frozenset({region}))
    service.rebuild(by=administrator())

    assert known(real_engine, "hologram") == [home.id]
    assert set(keys(find("hologram"), Thing.CONVERSATION)) == {
        each.conversation_id for each in (home, abroad, moved)
    }
    mexican = staff("manager", markets=["MX"])
    assert set(keys(find("hologram", by=mexican), Thing.CONVERSATION)) == {
        each.conversation_id for each in (home, moved)
    }


WORDS = ["fibra", "fibre", "factura", "facturación", "router", "línea", "chip", "roaming", "plan"]


@real
@pytest.mark.parametrize("seed", range(3))
def test_both_engines_find_the_same_in_the_same_order(real_engine, monkeypatch, seed):
    dice = random.Random(seed)
    MarketFactory()
    MarketFactory(brazil=True)
    hers = agent()
    for number in range(40):
        talk = ConversationFactory(
            waiting=dice.random() < 0.5,
            market_code=dice.choice(["MX", "BR"]),
            channel=dice.choice(["webchat", "email"]),
            language=dice.choice(["es", "pt", "en"]),
        )
        MessageFactory(conversation=talk, body=" ".join(dice.sample(WORDS, 4)))
        if number % 2:
            TicketFactory(
                talk=talk,
                market_code=talk.market_code,
                subject=" ".join(dice.sample(WORDS, 2)),
                summary=" ".join(dice.sample(WORDS, 3)),
            )
    service.follow()

    asked = [
        (
            " ".join(word[: dice.randint(2, 9)] for word in dice.sample(WORDS, dice.randint(1, 2))),
            dice.choice([{}, {"market": "BR"}, {"channel": "email"}, {"language": "pt"}]),
        )
        for _ in range(25)
    ]
    for by in (staff("manager"), hers, staff("manager", markets=["MX"])):
        for words, filters in asked:
            by_engine = find(words, by=by, **filters)
            with monkeypatch.context() as patched:
                patched.setattr(switch, "plugged", lambda: None)
                here = find(words, by=by, **filters)
            if not here.is_empty:
                for thing in (Thing.TICKET, Thing.CONVERSATION):
                    if keys(here, thing):
                        assert (words, filters, keys(by_engine, thing)) == (
                            words,
                            filters,
                            keys(here, thing),
                        )
                        assert by_engine.counts[thing] == here.counts[thing]

"""Files of Zendesk and Chatwoot, and tables: what is broken is told by its line, the rest is in.

The files are written after the documentation of their makers: Zendesk's JSON export (an object a
line) and Support, Help Center and Macros APIs; Chatwoot's application API.
"""

import json
from pathlib import Path

import pytest
from sqlalchemy import func, select

from app.conversations.models import CannedReply, Conversation, Message
from app.core import db
from app.core.errors import Forbidden, NotFound
from app.core.outbox import OutboxEntry
from app.customers.models import Customer
from app.messaging.models import Delivery
from app.tickets.models import Priority, Status, Ticket
from app.transfer import records, wording
from app.transfer.errors import AlreadyRunning, ColumnsMissing, NotThisFormat
from app.transfer.models import Job, JobState, Source, What
from app.transfer.service import jobs, writing
from app.transfer.sources import chatwoot, csv, zendesk
from kb.checking import is_slug
from kb.models import Article, ArticleVersion, Audience, Translation
from kb.service.shelves import put_up
from tests.automation.test_running import tags_of
from tests.factories.actors import administrator, staff
from tests.factories.automation import rule
from tests.factories.markets import MarketFactory

FILES = Path(__file__).parent / "files"


@pytest.fixture
def boss():
    MarketFactory()
    return administrator()


def handed_in(boss, name, source, what, market="MX"):
    content = (FILES / name).read_bytes()
    return jobs.hand_in(content, by=boss, source=source, what=what, market_code=market, name=name)


def brought_in(boss, name, source, what):
    job = handed_in(boss, name, source, what)
    jobs.start(job.id, by=boss)
    jobs.run(job.id)
    return db.session.get(Job, job.id)


def wrong_lines(job):
    return {each.line: each.why for each in jobs.errors_of(job)}


def count(model):
    return db.session.scalar(select(func.count()).select_from(model))


def test_customers_from_zendesk(boss):
    job = brought_in(boss, "zendesk_users.jsonl", Source.ZENDESK, What.CUSTOMERS)

    assert job.state is JobState.DONE
    assert job.counts == {"new": 2, "known": 0, "wrong": 3}
    told = wrong_lines(job)
    assert set(told) == {3, 5, 6}
    assert told[3] == "phone is missing."
    bruno = db.session.scalars(select(Customer).where(Customer.name == "Bruno Lima")).one()
    assert (bruno.phone, bruno.language, bruno.created_at.year) == ("+5511912345678", "pt", 2023)


def test_tickets_from_zendesk_with_what_was_said(boss):
    rule("ticket.opened")
    brought_in(boss, "zendesk_users.jsonl", Source.ZENDESK, What.CUSTOMERS)
    before = count(OutboxEntry)

    job = brought_in(boss, "zendesk_tickets.jsonl", Source.ZENDESK, What.TICKETS)

    assert job.counts == {"new": 2, "known": 0, "wrong": 3}
    assert set(wrong_lines(job)) == {3, 4, 5}
    solved = db.session.scalars(select(Ticket).where(Ticket.subject == "Charged twice")).one()
    waiting = db.session.scalars(select(Ticket).where(Ticket.subject == "No signal")).one()
    assert (solved.status, solved.priority) == (Status.RESOLVED, Priority.HIGH)
    assert (waiting.status, waiting.priority) == (Status.NEW, Priority.NORMAL)
    assert tags_of(solved) == {"double-charge", "vip"}
    query = select(Message).where(Message.conversation_id == solved.conversation_id)
    said = db.session.scalars(query.order_by(Message.seq)).all()
    assert [(each.author, each.kind) for each in said] == [
        ("customer", "text"),
        ("agent", "text"),
        ("agent", "note"),
    ]
    assert "4111 1111" not in said[0].body
    assert "4111 1111" not in solved.summary
    assert "Hello Valeria," in said[1].body
    assert "alert" not in said[1].body
    events = db.session.scalars(select(OutboxEntry.event).order_by(OutboxEntry.id)).all()
    assert [each.rsplit(".", 1)[1] for each in events[before:]] == ["JobStarted"]
    assert count(Delivery) == 0


def test_a_second_import_changes_nothing(boss):
    for _ in range(2):
        users = brought_in(boss, "zendesk_users.jsonl", Source.ZENDESK, What.CUSTOMERS)
        tickets = brought_in(boss, "zendesk_tickets.jsonl", Source.ZENDESK, What.TICKETS)
        talks = brought_in(boss, "zendesk_tickets.jsonl", Source.ZENDESK, What.CONVERSATIONS)

    assert users.counts["new"] == tickets.counts["new"] == talks.counts["new"] == 0
    assert (users.counts["known"], tickets.counts["known"], talks.counts["known"]) == (2, 2, 1)
    assert (count(Customer), count(Ticket), count(Conversation)) == (2, 2, 1)


def test_somebody_who_is_known_by_her_address_is_not_made_again(boss):
    brought_in(boss, "zendesk_users.jsonl", Source.ZENDESK, What.CUSTOMERS)

    job = brought_in(boss, "chatwoot_contacts.json", Source.CHATWOOT, What.CUSTOMERS)

    assert job.counts == {"new": 0, "known": 1, "wrong": 1}
    assert count(Customer) == 2


def test_what_another_system_calls_a_thing_is_no_card_number(boss):
    """Zendesk's ids have as many digits as some cards, and one in ten a card's check digit."""
    users = [
        {
            "id": 4405937261821 + more,
            "name": name,
            "email": f"{name.lower()}@example.com",
            "phone": f"+52551234{more // 10_000:04}",
        }
        for name, more in (("Ana", 0), ("Eva", 80_000))
    ]
    content = "\n".join(map(json.dumps, users)).encode()
    about = {"source": Source.ZENDESK, "what": What.CUSTOMERS, "market_code": "MX"}
    job = jobs.hand_in(content, by=boss, name="users.jsonl", **about)
    jobs.start(job.id, by=boss)
    jobs.run(job.id)

    assert wrong_lines(job) == {}
    assert db.session.get(Job, job.id).counts == {"new": 2, "known": 0, "wrong": 0}
    assert count(Customer) == 2


def test_conversations_from_chatwoot_as_tickets_and_as_talks(boss):
    brought_in(boss, "chatwoot_contacts.json", Source.CHATWOOT, What.CUSTOMERS)

    talks = brought_in(boss, "chatwoot_conversations.json", Source.CHATWOOT, What.CONVERSATIONS)
    tickets = brought_in(boss, "chatwoot_conversations.json", Source.CHATWOOT, What.TICKETS)

    assert talks.counts == tickets.counts == {"new": 1, "known": 0, "wrong": 1}
    assert wrong_lines(talks)[2] == "created_at is no time."
    talk = db.session.scalars(select(Conversation)).one()
    ticket = db.session.scalars(select(Ticket)).one()
    assert ticket.conversation_id == talk.id
    assert (ticket.priority, tags_of(ticket)) == (Priority.URGENT, {"billing"})
    said = db.session.scalars(select(Message).order_by(Message.seq)).all()
    assert [each.kind for each in said] == ["text", "text", "note"]
    assert talk.last_seq == 3


def test_articles_and_replies(boss):
    put_up("help", by=boss, names={"es": "Ayuda"})
    articles = brought_in(boss, "zendesk_articles.json", Source.ZENDESK, What.ARTICLES)
    macros = brought_in(boss, "zendesk_macros.json", Source.ZENDESK, What.REPLIES)
    canned = brought_in(boss, "chatwoot_canned.json", Source.CHATWOOT, What.REPLIES)

    assert articles.counts == {"new": 2, "known": 0, "wrong": 0}
    query = select(ArticleVersion.title, Article.audience)
    query = query.join(Translation, Translation.id == ArticleVersion.translation_id)
    query = query.join(Article, Article.id == Translation.article_id)
    assert dict(db.session.execute(query).all()) == {
        "Configurar el APN": Audience.PUBLIC,
        "Interno": Audience.STAFF,
    }
    assert (macros.counts["new"], macros.counts["wrong"]) == (1, 1)
    assert "ticket.ticket_field_123" in wrong_lines(macros)[3]
    assert canned.counts == {"new": 1, "known": 0, "wrong": 1}
    replies = {each.shortcut: each.body for each in db.session.scalars(select(CannedReply))}
    assert replies["saludo-hola"] == "Hola {customer.first_name}, soy {agent.name}."
    assert replies["gracias"] == "Gracias, {customer.first_name}."


def test_a_table_is_mapped_tried_and_brought_in(boss):
    job = handed_in(boss, "customers.csv", Source.CSV, What.CUSTOMERS)
    assert job.mapping == {
        "id": "Id", "name": "Name", "phone": "Phone", "language": "Language", "city": "City"
    }  # fmt: skip
    jobs.map_columns(job.id, {**job.mapping, "email": "Mail", "secret": "Id"}, by=boss)

    tried = jobs.attempt(job.id, by=boss).tried
    assert count(Customer) == 0
    jobs.start(job.id, by=boss)
    jobs.run(job.id)

    job = db.session.get(Job, job.id)
    assert {name: tried[name] for name in ("new", "known", "wrong")} == job.counts
    assert job.counts == {"new": 2, "known": 0, "wrong": 3}
    assert set(wrong_lines(job)) == {5, 6, 7}
    assert {each["line"] for each in tried["errors"]} == {5, 6, 7}
    bruno = db.session.scalars(select(Customer).where(Customer.name == "Bruno; Lima")).one()
    assert bruno.city == "São\nPaulo"
    with pytest.raises(AlreadyRunning):
        jobs.start(job.id, by=boss)


def test_rows_of_one_talk_are_one_talk(boss):
    job = handed_in(boss, "customers.csv", Source.CSV, What.CUSTOMERS)
    jobs.map_columns(job.id, {**job.mapping, "email": "Mail"}, by=boss)
    jobs.start(job.id, by=boss)
    jobs.run(job.id)

    talks = brought_in(boss, "conversations.csv", Source.CSV, What.CONVERSATIONS)

    assert talks.counts == {"new": 2, "known": 0, "wrong": 1}
    assert set(wrong_lines(talks)) == {4}
    assert sorted(db.session.scalars(select(Conversation.last_seq))) == [1, 2]


def test_a_killed_worker_leaves_whole_batches_and_the_next_goes_on(boss, monkeypatch):
    monkeypatch.setattr(jobs, "BATCH", 2)
    job = handed_in(boss, "zendesk_users.jsonl", Source.ZENDESK, What.CUSTOMERS)
    jobs.start(job.id, by=boss)
    real, seen = jobs._one, []

    def dies(line, *rest):
        seen.append(line)
        if len(seen) == 4:
            raise SystemExit
        real(line, *rest)

    monkeypatch.setattr(jobs, "_one", dies)
    with pytest.raises(SystemExit):
        jobs.run(job.id)
    assert db.session.get(Job, job.id).position == 2

    jobs.run(job.id)
    jobs.run(job.id)

    found = db.session.get(Job, job.id)
    assert (found.state, found.counts) == (JobState.DONE, {"new": 2, "known": 0, "wrong": 3})
    assert count(Customer) == 2


def test_what_makes_no_sense_is_refused(boss):
    table = (FILES / "conversations.csv").read_bytes()
    more = {"by": boss, "market_code": "MX", "name": "x"}
    job = jobs.hand_in(b"a,b\n1,2\n", source=Source.CSV, what=What.CUSTOMERS, **more)

    with pytest.raises(ColumnsMissing):
        jobs.start(job.id, by=boss)
    with pytest.raises(NotThisFormat):
        jobs.hand_in(b"  ", source=Source.CSV, what=What.CUSTOMERS, **more)
    with pytest.raises(NotThisFormat):
        jobs.hand_in(table, source=Source.CONFIGURATION, what=What.CUSTOMERS, **more)
    with pytest.raises(Forbidden):
        handed_in(staff("supervisor"), "customers.csv", Source.CSV, What.CUSTOMERS)
    brazilian = administrator(markets=["BR"])
    with pytest.raises(NotFound):
        handed_in(brazilian, "customers.csv", Source.CSV, What.CUSTOMERS)
    with pytest.raises(NotFound):
        jobs.job_for(brazilian, job.id)
    assert b"a,b" not in bytes(job.content_sealed)


@pytest.mark.parametrize(
    "content", [b"\xff\xfe\x00", b"[" * 2000, b"null", b"123", b'"x"', b"{}", b"\x00" * 50 + b"a"]
)
@pytest.mark.parametrize("source", [Source.ZENDESK, Source.CHATWOOT, Source.CSV])
def test_nonsense_is_told_and_breaks_nothing(boss, content, source):
    more = {"by": boss, "market_code": "MX", "name": "x"}
    job = jobs.hand_in(content, source=source, what=What.TICKETS, **more)
    job.mapping = {"id": "x", "customer": "x", "subject": "x"}
    db.session.commit()

    jobs.start(job.id, by=boss)
    jobs.run(job.id)

    job = db.session.get(Job, job.id)
    assert (job.state, job.counts["new"]) == (JobState.DONE, 0)


def test_a_row_that_breaks_us_is_left_out_and_the_rest_comes_in(boss, monkeypatch):
    real = writing._customer

    def trips(record, job, by):
        if record.name == "Bruno Lima":
            raise RuntimeError("a fault of ours")
        return real(record, job, by)

    kinds = {**writing._KINDS, records.Customer: (What.CUSTOMERS, trips)}
    monkeypatch.setattr(writing, "_KINDS", kinds)

    job = brought_in(boss, "zendesk_users.jsonl", Source.ZENDESK, What.CUSTOMERS)

    assert job.counts == {"new": 1, "known": 0, "wrong": 4}
    assert wrong_lines(job)[4] == "This row cannot be kept."


def told_of(source, content, what, *more):
    return [(line, str(each) if isinstance(each, records.Broken) else each)
            for line, each in source.rows(content, what, *more)]  # fmt: skip


def test_quotes_in_quotes_are_one_and_separators_between_them_are_words():
    content = b'id,name\n1,"She said ""no, thanks"" twice"\n'

    [(line, row)] = told_of(csv, content, What.CUSTOMERS, {"id": "id", "name": "name"})

    assert (line, row.name) == (2, 'She said "no, thanks" twice')


def test_a_row_that_cannot_be_taken_apart_is_told_and_the_next_comes_in():
    content = b"id;name\n1;" + b"x" * 200_000 + b"\n2;Ana\n"

    broken, fine = told_of(csv, content, What.CUSTOMERS, {"id": "id", "name": "name"})

    assert broken == (2, "This is no object.")
    assert (fine[0], fine[1].name) == (3, "Ana")


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "cp1252", "utf-16", "utf-16-le"])
def test_a_table_is_read_in_whichever_charset_a_spreadsheet_wrote_it(charset):
    content = "id;name\n1;Peña Muñoz de la Ñañez\n".encode(charset)

    [(_line, row)] = told_of(csv, content, What.CUSTOMERS, {"id": "id", "name": "name"})

    assert row.name == "Peña Muñoz de la Ñañez"


@pytest.mark.parametrize(
    ("value", "why"),
    [
        ('{"created_at": []}', "created_at is no time."),
        ('{"created_at": {"a": 1}}', "created_at is no time."),
        ('{"created_at": true}', "created_at is no time."),
        ('{"created_at": "0001-01-01T00:00:00+14:00"}', "created_at is no time."),
        ('{"created_at": 1e300}', "created_at is no time."),
        ('{"labels": 5}', "labels is no list."),
        ('{"labels": "vip"}', "labels is no list."),
        ('{"messages": {"a": 1}}', "messages is no list."),
        ('{"messages": [{"message_type": 0, "content": "x", "created_at": []}]}',
         "created_at is no time."),
    ],
)  # fmt: skip
def test_whatever_a_value_is_its_row_is_told_and_the_next_comes_in(value, why):
    sender = '"id": 1, "meta": {"sender": {"id": 7}}'
    rows = [f"{{{sender}, {value[1:]}", f"{{{sender}}}"]

    first, second = told_of(chatwoot, "\n".join(rows).encode(), What.TICKETS)

    assert first == (1, why)
    assert second[1].customer == "7"


def test_a_macro_whose_actions_are_nonsense_says_nothing():
    content = b'{"id": 1, "title": "Hi", "actions": [{"field": []}, {"field": {}}, 5]}'

    assert told_of(zendesk, content, What.REPLIES) == []


def test_a_file_may_begin_with_the_mark_of_its_encoding():
    content = b'\xef\xbb\xbf[{"id": 1, "name": "Ana"}]'

    [(_line, row)] = told_of(zendesk, content, What.CUSTOMERS)

    assert row.name == "Ana"


def test_articles_of_two_names_have_two_addresses():
    names = ["csv-roaming", "csv-Roaming", "csv-roaming!", f"csv-{'a' * 60}1", f"csv-{'a' * 60}2"]

    found = [wording.address(each) for each in names]

    assert found[0] == "csv-roaming"
    assert len(set(found)) == len(names)
    assert all(is_slug(each) for each in found)

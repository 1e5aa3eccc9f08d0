"""A person is exported whole, and erased but for what the law wants."""

import io
import json
import zipfile
from datetime import timedelta

import pytest
from sqlalchemy import select, text

from app.audit.models import AuditEntry
from app.conversations import storage
from app.conversations.models import Attachment, Conversation
from app.core import clock, db
from app.core.errors import Forbidden, NotFound
from app.customers.models import Customer
from app.identity import reveals, sessions
from app.identity.models import Session, SessionKind
from app.privacy import register
from app.privacy.errors import (
    AlreadyAsked,
    NotReady,
    SecondPersonNeeded,
    StillCustomer,
    UnderLegalHold,
)
from app.privacy.models import ErasureStatus, Purpose
from app.privacy.service import consents, erasing, exporting, holds, retention
from app.selfservice.models import Dialogue
from app.subscriptions.models import Line
from tests.factories.actors import administrator, agent, customer
from tests.factories.identity import StaffFactory

# What nobody may find anywhere once she is erased.
SECRETS = ("Valeria Soto", "valeria.of.many", "+525511112222", "Mi madre está enferma")


@pytest.fixture
def her(valeria):
    """Everything a customer can have, and words of hers."""
    her = valeria.customer
    her.name, her.email, her.phone = SECRETS[0], f"{SECRETS[1]}@example.com", SECRETS[2]
    valeria.said.body = SECRETS[3]
    asks_to_be_called(valeria.said.conversation_id, her.phone)
    db.session.commit()
    return her


def asks_to_be_called(conversation_id, number):
    """In writing: so the number is with no line of hers."""
    talk = db.session.get_one(Conversation, conversation_id)
    waiting = {"session_id": "written:1", "sender": number, "started_at": clock.now()}
    db.session.add(Dialogue(inbox_id=talk.inbox_id, conversation_id=talk.id, **waiting))


@pytest.fixture
def gone(her):
    """Her lines are closed and her bills paid: now she may go."""
    for line in db.session.query(Line).filter_by(customer_id=her.id):
        line.closed_at = clock.now()
    db.session.execute(
        text(
            "UPDATE invoice SET paid_at = now() WHERE account_id IN"
            " (SELECT id FROM account WHERE customer_id = :id)"
        ),
        {"id": her.id},
    )
    db.session.commit()
    return her


def everything():
    """Every row of every table, as text, but the trail and hashes."""
    for name in sorted(db.Base.metadata.tables):
        if name not in {"audit_entry", "staff"}:
            for row in db.session.execute(text(f'SELECT t::text FROM "{name}" t')).scalars():
                yield name, row


def found(words):
    return {name for name, row in everything() if any(word in row for word in words)}


def erased(her):
    request = erasing.ask(her.id, "She asked", by=administrator())
    erasing.approve(request.id, by=administrator())
    assert erasing.carry_out(request.id) is True
    db.session.expire_all()
    return request


def test_after_erasing_nothing_of_her_is_found_anywhere(gone):
    assert {"customer", "message"} <= found(SECRETS)
    bills = db.session.scalar(text("SELECT count(*) FROM invoice"))

    request = erased(gone)

    assert found(SECRETS) == set()
    assert db.session.scalar(text("SELECT count(*) FROM invoice")) == bills
    assert request.status is ErasureStatus.DONE
    her = db.session.get_one(Customer, gone.id)
    assert (her.name, her.password_hash) == ("—", None)


def test_files_go_from_the_disk(gone):
    names = [each.stored_as for each in db.session.query(Attachment)]
    assert [storage.read(name) for name in names]

    erased(gone)

    for name in names:
        with pytest.raises(FileNotFoundError):
            storage.read(name)


def test_the_trail_says_that_she_was_erased_and_not_what(gone):
    before = db.session.query(AuditEntry).count()
    erased(gone)

    told = db.session.query(AuditEntry).order_by(AuditEntry.id).offset(before).all()
    assert [each.action for each in told if each.action.startswith(("erasure", "customer"))] == [
        "erasure.asked",
        "erasure.approved",
        "customer.erased",
    ]
    assert not any(word in json.dumps(each.changes) for each in told for word in SECRETS)


def test_a_dry_run_says_what_would_go_and_changes_nothing(gone):
    before = list(everything())

    told = {said.table: count for said, count in erasing.would_take(gone.id)}

    assert told["customer"] == 1
    assert told["message"] >= 1
    assert list(everything()) == before


def test_what_was_cut_off_goes_on_and_twice_is_once(gone, monkeypatch):
    request = erasing.ask(gone.id, "", by=administrator())
    erasing.approve(request.id, by=administrator())
    take, calls = erasing._take, []

    def cut_off(step, customer_id):
        calls.append(step)
        if len(calls) == 5:
            raise KeyboardInterrupt
        return take(step, customer_id)

    monkeypatch.setattr(erasing, "_take", cut_off)
    with pytest.raises(KeyboardInterrupt):
        erasing.carry_out(request.id)
    assert erasing.carry_out(request.id) is True

    assert len(calls) == len(set(calls)) + 1
    assert erasing.carry_out(request.id) is False
    assert found(SECRETS) == set()


def test_somebody_else_must_agree(gone):
    asker = administrator()
    request = erasing.ask(gone.id, "", by=asker)

    with pytest.raises(SecondPersonNeeded):
        erasing.approve(request.id, by=asker)
    assert erasing.carry_out(request.id) is False
    assert "customer" in found(SECRETS)
    with pytest.raises(AlreadyAsked):
        erasing.ask(gone.id, "", by=administrator())


def test_she_herself_may_ask_and_others_may_not(gone):
    with pytest.raises(NotFound):
        erasing.ask(gone.id, "", by=customer())
    with pytest.raises(Forbidden):
        erasing.ask(gone.id, "", by=agent())
    with pytest.raises(NotFound):
        erasing.ask(gone.id, "", by=administrator(markets=["BR"]))


def test_who_still_has_a_line_or_owes_is_not_erased(her):
    with pytest.raises(StillCustomer):
        erasing.ask(her.id, "", by=administrator())


def test_under_a_legal_hold_nothing_goes_not_even_what_was_agreed(gone):
    request = erasing.ask(gone.id, "", by=administrator())
    erasing.approve(request.id, by=administrator())
    hold = holds.place(gone.id, "Court of Puebla 12/2026", by=administrator())

    assert erasing.carry_out(request.id) is False
    assert "customer" in found(SECRETS)
    with pytest.raises((UnderLegalHold, AlreadyAsked)):
        erasing.ask(gone.id, "", by=administrator())

    holds.lift(hold.id, by=administrator())
    assert erasing.carry_out_approved() == 1


def test_who_came_back_before_it_was_carried_out_stays(gone):
    request = erasing.ask(gone.id, "", by=administrator())
    erasing.approve(request.id, by=administrator())
    line = db.session.query(Line).filter_by(customer_id=gone.id).first()
    line.closed_at = None
    db.session.commit()

    assert erasing.carry_out_approved() == 0
    assert "customer" in found(SECRETS)

    line.closed_at = clock.now()
    db.session.commit()
    assert erasing.carry_out_approved() == 1


def test_an_export_holds_every_row_of_hers(her):
    by = administrator()
    export = exporting.ask(her.id, by=by)
    with pytest.raises(AlreadyAsked):
        exporting.ask(her.id, by=by)
    with pytest.raises(NotReady):
        exporting.fetch(export.id, by=by)
    assert exporting.make_asked() == 1

    archive = zipfile.ZipFile(io.BytesIO(exporting.fetch(export.id, by=by)))

    told = {name: archive.read(name).decode() for name in archive.namelist()}
    assert all(word in told["customer.jsonl"] for word in SECRETS[:3])
    assert SECRETS[3] in told["message.jsonl"]
    assert "invoice.jsonl" in told
    for name, said in register.personal().items():
        query = f"SELECT count(*) FROM {said.table} WHERE {register.hers(name)}"
        if name not in {"audit_entry", "person_export"}:
            count = db.session.scalar(text(query), {"customer": her.id})
            assert told.get(f"{name}.jsonl", "").count("\n") == count, name
    assert [name for name in told if name.startswith("files/")]


def test_an_export_is_fetched_once_by_who_asked_and_lies_sealed(her):
    by = administrator()
    export = exporting.ask(her.id, by=by)
    exporting.make_asked()
    stored = storage.read(exporting._name(export))
    assert b"PK" not in stored[:64]

    with pytest.raises(NotFound):
        exporting.fetch(export.id, by=administrator())
    with pytest.raises(NotFound):
        exporting.fetch(export.id, by=customer())
    exporting.fetch(export.id, by=by)
    with pytest.raises(NotReady):
        exporting.fetch(export.id, by=by)
    with pytest.raises(FileNotFoundError):
        storage.read(exporting._name(export))


def test_an_export_nobody_fetches_goes_after_its_days(her):
    export = exporting.ask(her.id, by=administrator())
    exporting.make_asked()

    with clock.moved_to(clock.now() + exporting.KEPT - timedelta(seconds=1)):
        assert exporting.drop_old() == 0
    with clock.moved_to(clock.now() + exporting.KEPT + timedelta(seconds=1)):
        assert exporting.drop_old() == 1
    with pytest.raises(FileNotFoundError):
        storage.read(exporting._name(export))


def test_the_last_word_about_a_purpose_counts(her):
    herself = customer(id=her.id)
    assert consents.has_agreed(her.id, Purpose.MARKETING) is False

    for agreed in (True, True, False):
        consents.say(her.id, Purpose.MARKETING, agreed=agreed, by=herself)

    assert consents.has_agreed(her.id, Purpose.MARKETING) is False
    assert [each.agreed for each in consents.log_of(her.id)] == [False, True]


def test_old_codes_go_and_leave_a_proof(her):
    insert = text(
        "INSERT INTO one_time_code (id, owner_id, purpose, object_id, code_hash, channel, address,"
        " language, tries, issued_at, expires_at) SELECT gen_random_uuid(), :owner, 'x',"
        " gen_random_uuid(), 'x', 'sms', '+52', 'es', 0, :at, :at"
    )
    with db.transaction():
        for days in (29, 31):
            at = clock.now() - timedelta(days=days)
            db.session.execute(insert, {"owner": her.id, "at": at})

    assert retention.would_go()["one_time_code"] == 1
    hold = holds.place(her.id, "Court", by=administrator())
    assert retention.let_go()["one_time_code"] == 0
    holds.lift(hold.id, by=administrator())
    assert retention.let_go()["one_time_code"] == 1

    proof = db.session.execute(text("SELECT rule, gone FROM retention_run")).all()
    assert proof == [("one_time_code", 1)]


def test_an_old_session_goes_but_for_one_in_which_somebody_was_shown_something(her):
    by = StaffFactory().as_actor()
    opened = [
        sessions.open_session(SessionKind.STAFF, by=by, user_agent="", address="").session
        for _ in range(2)
    ]
    reveals.reveal(
        "customer.email", str(her.id), "She calls and asks for it", by=administrator(id=by.id),
        session_id=opened[0].id, market_code="MX",
    )  # fmt: skip

    with clock.moved_to(clock.now() + timedelta(days=401)):
        assert retention.would_go()["session"] == 1
        assert retention.let_go()["session"] == 1

    left = db.session.scalars(select(Session.id).where(Session.owner_id == by.id)).all()
    assert left == [opened[0].id]

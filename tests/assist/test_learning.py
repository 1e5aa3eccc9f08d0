"""Learning from solved tickets: measured on later ones, and used only where it is better."""

from datetime import timedelta

import pytest
from cryptography.exceptions import InvalidTag
from sqlalchemy import func, select, update

from app.assist import known, suggesting, tasks
from app.assist.models import SuggestionModel, Target, Verdict
from app.assist.service import train, train_one
from app.audit.models import AuditEntry
from app.core import clock, db
from app.core.actor import SYSTEM
from app.core.ids import new_id
from app.tickets.models import Category, Level, Priority, Status, Ticket
from tests.statements import statements

BILL = "Cargo que no reconoce. La factura trae un paquete que nunca contrató."


def learn(language="es", target=Target.CATEGORY):
    return train_one(target, language, by=SYSTEM)


def test_a_version_is_measured_on_the_latest_and_put_to_use(solved, branches):
    solved("es")

    model = learn()

    assert (model.learnt, model.quality["measured"]) == (96, 24)
    assert (model.verdict, model.in_use) == (Verdict.TAKEN, True)
    assert model.quality["macro_f1"] > model.baseline["macro_f1"] + 0.4
    assert {each["label"] for each in model.quality["labels"]} <= set(map(str, branches.values()))
    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "suggestion_model.trained")
    ).one()
    assert entry.object_id == str(model.id)


def test_each_language_and_target_learns_by_itself(solved):
    for language in ("es", "pt"):
        solved(language)
    solved("en", 20)

    made = {(each.target, each.language) for each in train(by=SYSTEM)}

    assert made == {(target, language) for target in Target for language in ("es", "pt")}


def test_nothing_is_learnt_from_too_few_or_from_one_kind_only(solved, branches):
    solved("es", 59)
    solved("pt", category_id=branches["Red › Fibra"])

    assert learn("es") is None
    assert learn("pt") is None


def test_what_teaches_nothing_is_not_put_to_use(solved, session):
    """Categories at random: no better than always the same."""
    solved("es")
    shuffled = select(Ticket.id, func.row_number().over(order_by=func.md5(Ticket.reference)))
    numbered = shuffled.subquery()
    kinds = session.scalars(
        select(Ticket.category_id).distinct().order_by(Ticket.category_id)
    ).all()
    for place, kind in enumerate(kinds):
        chosen = select(numbered.c.id).where(numbered.c[1] % len(kinds) == place)
        session.execute(update(Ticket).where(Ticket.id.in_(chosen)).values(category_id=kind))
    session.execute(update(Ticket).values(subject="Consulta", summary="Pide información."))
    session.commit()

    model = learn()

    assert (model.verdict, model.in_use) == (Verdict.BELOW_BASELINE, False)
    assert known.in_use("es") == {}


def test_nothing_is_learnt_again_until_another_ticket_is_solved(solved):
    solved("es")
    learn()

    assert learn() is None

    with clock.moved_to(clock.now() + timedelta(days=1)):
        solved("es", 1, seed=1)
        assert learn() is not None


def test_only_a_better_one_takes_the_place_of_the_one_in_use(solved):
    """The first one makes no mistake: none can be better."""
    solved("es")
    first = learn(target=Target.IMPACT)

    with clock.moved_to(clock.now() + timedelta(days=30)):
        solved("es", 12, seed=2)
        second = learn(target=Target.IMPACT)

    assert second.rival["macro_f1"] == 1
    assert (second.verdict, second.in_use) == (Verdict.NOT_BETTER, False)
    assert known.in_use("es")[Target.IMPACT][0].id == first.id


def test_one_that_knows_more_takes_its_place_and_the_old_numbers_go(solved, branches, session):
    """Since the first one learnt, the operator has another kind of matter: half of what comes."""
    solved("es")
    first = learn()
    moved = {"category_id": branches["Cuenta"], "subject": "Robo del equipo"}

    with clock.moved_to(clock.now() + timedelta(days=30)):
        solved("es", 60, seed=2)
        solved("es", 60, seed=3, summary="Le robaron el aparato y hay que bloquear", **moved)
        second = learn()

    assert (second.verdict, second.in_use) == (Verdict.TAKEN, True)
    assert second.quality["macro_f1"] > second.rival["macro_f1"]
    old = session.get_one(SuggestionModel, first.id, populate_existing=True)
    assert (old.in_use, old.numbers_sealed) == (False, None)
    assert suggesting.for_text("Robo del equipo", "es", "MX").category.path == "Cuenta"


def test_numbers_that_somebody_changed_are_not_read(solved, session):
    solved("es")
    learn()
    stored = session.scalar(select(SuggestionModel.numbers_sealed))
    with pytest.raises(InvalidTag):
        SuggestionModel(id=new_id()).opened(stored)
    broken = stored[:-1] + bytes([stored[-1] ^ 1])
    session.execute(update(SuggestionModel).values(numbers_sealed=broken))
    session.commit()
    known._read.clear()

    assert suggesting.for_text(BILL, "es", "MX") == suggesting.Suggestions()


def test_a_version_is_read_once_by_a_process(solved, session):
    solved("es")
    learn()
    known._read.clear()
    known.in_use("es")

    with statements(session) as sent:
        known.in_use("es")

    assert len(sent) == 1
    assert "numbers_sealed" not in sent[0]


def test_erased_merged_and_open_tickets_teach_nothing(solved, session):
    solved("es", 90)
    ids = session.scalars(select(Ticket.id).order_by(Ticket.id)).all()
    session.execute(update(Ticket).where(Ticket.id.in_(ids[:10])).values(subject="—", summary=""))
    session.execute(update(Ticket).where(Ticket.id.in_(ids[10:20])).values(status=Status.OPEN))
    session.execute(update(Ticket).where(Ticket.id.in_(ids[20:31])).values(merged_into_id=ids[40]))
    session.commit()

    assert learn() is None


def test_a_category_of_another_market_or_out_of_use_is_never_suggested(solved, branches, session):
    solved("es")
    learn()
    assert suggesting.for_text(BILL, "es", "MX").category.path == "Facturación › Cargos"

    kept = session.get_one(Category, branches["Facturación › Cargos"])
    kept.archived_at = clock.now()
    session.commit()

    assert suggesting.for_text(BILL, "es", "MX").category is None
    assert suggesting.for_text(BILL, "pt", "MX") == suggesting.Suggestions()


def test_what_it_weighs_comes_with_its_priority(solved):
    solved("es")
    train(by=SYSTEM)

    found = suggesting.for_text(
        "Sin señal. Afecta a todas las líneas de la empresa. Lo necesita hoy mismo.", "es", "MX"
    )

    assert (found.weight.impact, found.weight.urgency) == (Level.HIGH, Level.HIGH)
    assert found.weight.priority is Priority.URGENT
    assert found.weight.because.words


def test_the_task_is_the_workers_way_in(solved):
    solved("es")

    assert tasks.learn() == 3

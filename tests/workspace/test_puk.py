"""The PUK of a SIM at the desk: masked, shown to who proves herself, and written down."""

from sqlalchemy import select

from app.audit.models import AuditEntry
from app.core import db
from tests.factories.subscriptions import line_with_plan

PUK = "12345678"  # the factory's


def text(answer):
    return answer.get_data(as_text=True)


def viewed():
    query = select(AuditEntry).where(AuditEntry.action == "line.puk_viewed")
    return db.session.scalars(query).all()


def test_a_puk_is_masked_until_an_agent_proves_herself_and_looking_is_written_down(
    sign_in, confirmed
):
    line = line_with_plan()
    agent = sign_in(roles=["agent"], language="en")

    listed = text(agent.get(f"/desk/customers/{line.customer_id}"))
    assert PUK not in listed
    assert f"/desk/lines/{line.id}/puk" in listed
    assert viewed() == []

    shown = text(agent.post(f"/desk/lines/{line.id}/puk"))

    assert PUK in shown
    [entry] = viewed()
    assert (entry.actor_id, entry.object_id) == (agent.staff_id, str(line.id))


def test_a_puk_is_not_shown_without_a_proof_nor_to_who_may_not_block(sign_in):
    line = line_with_plan()

    asked = sign_in(roles=["agent"]).post(f"/desk/lines/{line.id}/puk")
    refused = sign_in(roles=["billing_administrator"]).post(f"/desk/lines/{line.id}/puk")

    assert PUK not in text(asked) + text(refused)
    assert (asked.headers.get("X-Refusal"), refused.status_code) == ("step_up_needed", 403)
    assert viewed() == []


def test_the_puk_is_encrypted_in_the_table(database):
    line_with_plan()

    stored = db.session.connection().exec_driver_sql("SELECT puk FROM sim").scalar_one()

    assert PUK.encode() not in bytes(stored)

"""Papers are sealed to their row; looking at them needs a right and is written down."""

import pytest
from cryptography.exceptions import InvalidTag
from sqlalchemy import select, text

from app.audit.models import AuditEntry
from app.core import db
from app.core.actor import SYSTEM
from app.core.errors import Forbidden, NotFound
from app.core.ids import new_id
from app.customers import kyc
from app.customers.adapters.sandbox import SandboxIdentityService
from app.customers.errors import BadDocument, TooManyPapers
from app.customers.events import PaperSeen
from app.customers.models import CheckStatus, IdentityCheck, IdentityDocument
from app.customers.port import IdentityServiceDown, Verdict
from app.customers.sightings import tell_of_seen_paper
from app.identity import switch
from app.identity.models import Letter
from app.identity.switch import Site
from tests.activation.conftest import CPF, CURP, DOWN, NO
from tests.factories.actors import administrator, agent, staff
from tests.factories.customers import CustomerFactory
from tests.factories.identity import StaffFactory
from tests.factories.markets import MarketFactory
from tests.heard import heard

PDF, PNG = b"%PDF-1.7\n rest", b"\x89PNG\r\n\x1a\n rest"

pytestmark = pytest.mark.usefixtures("neighbours")


def shown(documents=(PDF,), customer=None):
    customer = customer or CustomerFactory()
    return kyc.show_paper(
        customer.id, by=SYSTEM, paper="curp", number=CURP, documents=list(documents)
    )


def test_number_and_documents_are_unreadable_in_the_table():
    check = shown([PDF, PNG])
    db.session.flush()

    stored = db.session.execute(text("SELECT number_sealed, last_four FROM identity_check")).one()
    files = db.session.scalars(text("SELECT content_sealed FROM identity_document")).all()

    assert CURP.encode() not in bytes(stored.number_sealed)
    assert stored.last_four == "RL04"
    assert all(b"rest" not in bytes(each) for each in files)
    assert (check.number, check.documents[0].content) == (CURP, PDF)


def test_a_value_copied_to_another_row_does_not_open():
    one, other = shown(), shown()
    other.number_sealed = one.number_sealed
    other.documents[0].content_sealed = one.documents[0].content_sealed

    with pytest.raises(InvalidTag):
        _ = other.number
    with pytest.raises(InvalidTag):
        _ = other.documents[0].content


def test_looking_needs_a_right_of_its_own_and_is_written_down():
    check = shown()
    by = administrator()

    with pytest.raises(Forbidden):
        kyc.reveal(check.id, by=staff("manager"))
    with pytest.raises(NotFound):
        kyc.open_document(check.documents[0].id, by=administrator(markets=["BR"]))
    assert kyc.reveal(check.id, by=by) == CURP
    assert kyc.open_document(check.documents[0].id, by=by).content == PDF

    looked = select(AuditEntry.action).where(AuditEntry.actor_id == by.id)
    assert db.session.scalars(looked).all() == [
        "customer.paper_viewed",
        "customer.document_viewed",
    ]
    trail = db.session.scalars(select(AuditEntry.changes)).all()
    assert CURP not in str(trail)


def test_who_looks_after_her_is_told_that_she_looked_and_of_no_name():
    check = shown()
    ana = StaffFactory(name="Ana Ruiz", roles=["auditor"], markets=["MX"])
    lead = StaffFactory(roles=["supervisor"], markets=["MX"], language="es")
    StaffFactory(roles=["supervisor"], markets=["BR"])
    switch.open_at(Site("https://care.aurora.example", "Aurora"))

    with heard(PaperSeen) as said:
        kyc.reveal(check.id, by=administrator(id=ana.id))
        kyc.open_document(check.documents[0].id, by=administrator(id=ana.id))
    for each in said:
        tell_of_seen_paper(each)
    tell_of_seen_paper(PaperSeen(check.customer_id, new_id()))

    letters = db.session.scalars(select(Letter)).all()
    assert len(said) == 2
    assert {(each.kind, each.address) for each in letters} == {("paper_seen_by", lead.email)}
    assert "Ana Ruiz" in letters[0].text
    assert check.customer.reference in letters[0].text
    assert check.customer.name not in letters[0].text


@pytest.mark.parametrize(
    ("documents", "refusal"),
    [
        ([b"<svg/>"], BadDocument),
        ([b""], BadDocument),
        ([PDF] * 5, TooManyPapers),
        ([b"%PDF-" + b"x" * kyc.LARGEST_DOCUMENT], TooManyPapers),
    ],
)
def test_what_is_no_document_is_refused_and_nothing_is_kept(documents, refusal):
    with pytest.raises(refusal):
        shown(documents)

    assert db.session.scalars(select(IdentityCheck.id)).all() == []
    assert db.session.scalars(select(IdentityDocument.id)).all() == []


def test_who_may_show_papers():
    customer = CustomerFactory()
    with pytest.raises(Forbidden):
        kyc.show_paper(customer.id, by=staff("auditor"), paper="curp", number=CURP)
    assert kyc.show_paper(customer.id, by=agent(), paper="curp", number=CURP)


def test_a_paper_is_decided_once(identity):
    check = shown()
    identity.answers = [Verdict(True), NO]

    assert kyc.ask(check.id)
    assert not kyc.ask(check.id)
    assert (check.status, len(identity.asked)) == (CheckStatus.VERIFIED, 1)


def test_a_service_that_is_down_is_asked_under_the_same_attempt(identity):
    """So that an answer that was given but not heard is heard, not asked for again."""
    check = shown()
    identity.answers = [DOWN]

    assert not kyc.ask(check.id)
    assert (check.status, check.failures, check.rejections) == (CheckStatus.PENDING, 1, 0)
    assert "no answer" in check.last_error


def test_brazil_shows_a_cpf(identity):
    customer = CustomerFactory(market=MarketFactory(brazil=True))

    check = kyc.show_paper(customer.id, by=SYSTEM, paper="cpf", number=CPF)

    assert kyc.ask(check.id)
    assert identity.asked[0][3:] == ("11144477735", "Valeria Soto", "BR")


def test_nobody_at_home_is_a_service_that_is_down():
    nobody = SandboxIdentityService("http://127.0.0.1:9", timeout=0.2)

    with pytest.raises(IdentityServiceDown):
        nobody.check(shown().id, 1, paper="curp", number=CURP, name="V", country="MX")

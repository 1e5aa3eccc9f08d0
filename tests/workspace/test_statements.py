"""A customer's pages cost the same few statements, however much there is of her: whole requests,
from the session to the rail."""

from datetime import date, timedelta

from app.catalog.models import OfferKind, UsageKind
from app.core import clock, db
from app.core.actor import SYSTEM
from app.customers import notices
from app.identity.models import Session
from tests.factories.billing import InvoiceFactory
from tests.factories.catalog import OfferVersionFactory
from tests.factories.conversations import ConversationFactory
from tests.factories.customers import AccountFactory, CustomerFactory
from tests.factories.payments import PaymentFactory
from tests.factories.subscriptions import (
    BlockFactory,
    DisconnectionFactory,
    ScheduledChangeFactory,
    SubscriptionFactory,
    line_with_plan,
)
from tests.factories.tickets import TicketFactory
from tests.factories.usage import BalanceFactory, BucketFactory
from tests.statements import statements

MOST = 13  # one of them writes that somebody looked


def customer_with(lines):
    """Each of the lines with an offer of its own, an add-on, allowances, a block and a past."""
    customer = CustomerFactory()
    for number in range(lines):
        account = AccountFactory(customer=customer)
        line = line_with_plan(OfferVersionFactory(prepaid=bool(number % 2)), account=account)
        extra = OfferVersionFactory(add_on=True)
        SubscriptionFactory(line=line, version=extra, kind=OfferKind.ADD_ON)
        BlockFactory(line=line)
        BalanceFactory(line=line)
        for kind in UsageKind:
            BucketFactory(line=line, kind=kind)
        ScheduledChangeFactory(line=line)
        DisconnectionFactory(line=line)
        invoice = InvoiceFactory(account=account, period_start=date(2026, 1, 1))
        PaymentFactory(invoice=invoice)
        TicketFactory(talk=ConversationFactory(waiting=True, customer=customer))
        told = {"number": line.number, "plan": extra.offer.name}
        notices.notify(customer.id, "line_active", by=SYSTEM, effect_key=f"{line.id}", **told)
    return customer


def sent_for(desk, session, path):
    """As in a process that has not seen any of it: nothing is in the session."""
    db.session.flush()
    db.session.expunge_all()
    with statements(session) as sent:
        answer = desk.get(path, plain=True)
    assert answer.status_code == 200
    return sent


def test_a_page_of_forty_lines_takes_no_more_than_one_of_two(sign_in, session):
    manager = sign_in(roles=["manager"])
    two, forty = customer_with(lines=2), customer_with(lines=40)

    two, forty = (f"/desk/customers/{each.id}" for each in (two, forty))

    for rest in ("", "/overview", "/history", "/changes"):
        few = sent_for(manager, session, two + rest)
        many = sent_for(manager, session, forty + rest)
        assert len(many) == len(few) <= MOST, "\n\n".join(many)


def test_whoever_must_know_which_lines_a_company_pays_for_asks_no_more(sign_in, session):
    agent = sign_in(roles=["agent"])
    two, forty = customer_with(lines=2), customer_with(lines=40)

    few = sent_for(agent, session, f"/desk/customers/{two.id}/overview")
    many = sent_for(agent, session, f"/desk/customers/{forty.id}/overview")

    assert len(many) == len(few) <= MOST, "\n\n".join(many)


def test_a_page_also_notes_that_somebody_is_there(sign_in, session):
    manager, customer = sign_in(roles=["manager"]), customer_with(lines=2)
    later = clock.now() + timedelta(minutes=5)

    with clock.moved_to(later):
        sent = sent_for(manager, session, f"/desk/customers/{customer.id}")

    assert db.session.query(Session).filter_by(owner_id=manager.staff_id).one().active_at == later
    assert len(sent) <= MOST, "\n\n".join(sent)

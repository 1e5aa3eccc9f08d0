"""Outage mode: who is hit is recognised and put below one ticket, and all are told, resolved and
credited once, whatever dies in between."""

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select

from app.billing.models import Charge
from app.catalog.models import Service
from app.conversations.models import Message
from app.conversations.models import Status as ConversationStatus
from app.core import clock, db, events
from app.core.actor import SYSTEM
from app.core.errors import Forbidden, NotFound
from app.core.i18n import speaking
from app.core.money import Money
from app.identity import approvals
from app.identity.events import ApprovalEnded, ApprovalGranted
from app.identity.models import ApprovalRequest
from app.ledger import proofs
from app.ledger import service as books
from app.network import service as network
from app.network.events import OutageReported
from app.subscriptions.models import Line
from app.tickets import casework, listeners, outages, service, talks
from app.tickets.errors import AboveCreditLimit, NobodyIsHit, OutageDeclared, OutageOver
from app.tickets.events import TicketOpened
from app.tickets.models import JobState, OutageCase, OutageJobItem, Status, Ticket, Topic
from app.tickets.service import outage_mode, outage_work
from app.usage import service as usage
from app.usage.models import Balance
from tests.factories import actors
from tests.factories.catalog import OfferVersionFactory
from tests.factories.conversations import ConversationFactory
from tests.factories.customers import AccountFactory, CustomerFactory
from tests.factories.identity import StaffFactory
from tests.factories.markets import MarketFactory
from tests.factories.subscriptions import line_with_plan

BOSS = actors.staff("administrator")
TEXTS = {"es": "Ya trabajamos en ello.", "en": "We are working on it."}


@pytest.fixture(autouse=True)
def linking():
    tables = events._tables
    before = tables.in_transaction
    tables.in_transaction = {
        **before,
        TicketOpened: [talks.link_to_outage],
        OutageReported: [listeners.declare_outage],
        ApprovalGranted: [listeners.carry_out],
        ApprovalEnded: [listeners.credit_refused],
    }
    yield
    tables.in_transaction = before


def customer_in(city="Puebla", *, prepaid=False, **more):
    customer = CustomerFactory(city=city, **more)
    account = AccountFactory(customer=customer)
    line_with_plan(OfferVersionFactory(prepaid=prepaid), account=account)
    return customer


def declared(area="Puebla", what=Service.MOBILE, **more):
    MarketFactory()
    told = {"market_code": "MX", "area": area, "service": what, "notice": {}, **more}
    return outage_mode.declare(by=BOSS, **told)


def contact(customer, *, talk=False, topic=Topic.TECHNICAL):
    conversation = ConversationFactory(customer=customer, waiting=True) if talk else None
    return service.open(
        by=SYSTEM,
        subject="No signal",
        topic=topic,
        customer_id=customer.id,
        conversation_id=conversation.id if conversation else None,
        language=customer.language,
    )


def work():
    while outage_work.work_off(by=SYSTEM):
        pass


@pytest.mark.usefixtures("database")
class TestRecognising:
    def test_who_is_hit_is_put_below_the_incident(self):
        hit, before = customer_in("PUEBLA"), contact(customer_in())
        case = declared()

        after = contact(hit)

        db.session.refresh(before)
        assert (before.parent_id, after.parent_id) == (case.ticket_id, case.ticket_id)
        assert case.affected == 2
        assert outages.standing_of(case).linked == 2

    def test_who_is_not_hit_or_comes_for_something_else_is_not(self):
        case = declared()
        elsewhere, other_service = customer_in("Lima"), CustomerFactory(city="Puebla")

        tickets = [
            contact(elsewhere),
            contact(other_service),
            contact(customer_in(), topic=Topic.BILLING),
        ]

        assert [each.parent_id for each in tickets] == [None, None, None]
        assert outages.hitting(customer_in()) == case

    def test_the_incident_says_what_is_disturbed_in_the_language_of_its_market(self):
        case = declared()

        assert db.session.get_one(Ticket, case.ticket_id).subject == "Falla: Móvil, Puebla"

    def test_the_same_disturbance_is_declared_once_until_it_is_over(self):
        customer_in()
        case = declared()

        with pytest.raises(OutageDeclared):
            declared(area="puebla")
        declared(what=Service.FIBRE)
        outage_mode.end(case.id, TEXTS, by=BOSS, client_key="end")

        assert declared().id != case.id

    def test_the_network_s_alarm_declares_one_and_a_faster_person_is_left_alone(self):
        MarketFactory()
        reported = {"market_code": "MX", "area": "Puebla", "service": "mobile", "cause": "Power"}

        for _ in range(2):
            network.report_outage(by=BOSS, **reported)

        [case] = db.session.scalars(select(OutageCase)).all()
        assert (case.area, case.service) == ("Puebla", "mobile")
        assert case.ticket.status is Status.NEW

    def test_what_is_said_is_in_her_language(self):
        case = declared(notice={"es": "Falla en Puebla.", "pt": "Falha em Puebla."})

        with speaking("pt"):
            assert outages.notice_of(case) == "Falha em Puebla."
        with speaking("en"):
            assert outages.notice_of(case) == "Falla en Puebla."
        usual = declared(area="Lima").notice
        assert "Lima" in usual["en"]
        assert set(usual) == {"en", "es", "pt"}

    def test_agents_and_other_markets_declare_nothing(self):
        MarketFactory()
        told = {"market_code": "MX", "area": "", "service": None, "notice": {}}

        with pytest.raises(Forbidden):
            outage_mode.declare(by=actors.agent(), **told)
        with pytest.raises(NotFound):
            outage_mode.declare(by=actors.staff("supervisor", markets=("BR",)), **told)


@pytest.mark.usefixtures("database")
class TestTelling:
    def test_each_is_told_once_in_her_language_where_she_wrote(self):
        case = declared()
        twice, english = customer_in(), customer_in(language="en")
        contact(twice)
        talking = contact(twice, talk=True)
        quiet = contact(english)

        outage_mode.tell_all(case.id, TEXTS, by=BOSS, client_key="k")
        outage_mode.tell_all(case.id, TEXTS, by=BOSS, client_key="k")
        work()

        said = db.session.scalars(
            select(Message.body).where(Message.conversation_id == talking.conversation_id)
        ).all()
        assert said.count(TEXTS["es"]) == 1
        assert [e.body for e in casework.comments_of(quiet.id)] == [TEXTS["en"]]
        assert outages.standing_of(case).told == 2

    def test_one_that_fails_does_not_stop_the_others_and_is_seen(self, monkeypatch):
        case = declared()
        for _ in range(3):
            contact(customer_in())
        job = outage_mode.tell_all(case.id, TEXTS, by=BOSS, client_key="k")
        calls = []

        def failing(*args, **more):
            calls.append(args)
            if len(calls) == 1:
                raise ValueError("the channel burnt")
            return comment(*args, **more)

        comment = outage_work.commenting.comment
        monkeypatch.setattr(outage_work.commenting, "comment", failing)
        work()

        [progress] = outages.jobs_of(case)
        assert (progress.job.id, progress.job.state) == (job.id, JobState.DONE)
        assert (progress.done, progress.failed, outages.standing_of(case).told) == (3, 1, 2)

    def test_nobody_is_told_when_nobody_came_or_it_is_over(self):
        case = declared()

        with pytest.raises(NobodyIsHit):
            outage_mode.tell_all(case.id, TEXTS, by=BOSS, client_key="k")
        outage_mode.end(case.id, TEXTS, by=BOSS, client_key="e")
        with pytest.raises(OutageOver):
            outage_mode.tell_all(case.id, TEXTS, by=BOSS, client_key="k2")


@pytest.mark.usefixtures("database")
class TestEnding:
    def test_all_are_resolved_and_the_parent_last(self):
        case = declared()
        talking, quiet = contact(customer_in(), talk=True), contact(customer_in())
        helped = contact(customer_in())
        ana = StaffFactory().as_actor()
        service.accept(helped.id, by=ana)
        service.resolve(helped.id, by=ana, resolution="Another cause")

        first = outage_mode.end(case.id, TEXTS, by=BOSS, client_key="e")
        again = outage_mode.end(case.id, TEXTS, by=BOSS, client_key="e")
        assert contact(customer_in()).parent_id is None
        work()

        assert first.id == again.id
        states = [db.session.get_one(Ticket, e.id).status for e in (talking, quiet)]
        assert states == [Status.RESOLVED] * 2
        assert talking.conversation.status is ConversationStatus.RESOLVED
        assert case.ticket.status is Status.RESOLVED
        assert helped.resolution == "Another cause"
        assert outages.standing_of(case).open_ == 0


@pytest.mark.usefixtures("database")
class TestCrediting:
    def credit(self, case, amount="50", *, by=BOSS, key="c", **more):
        money = Money(Decimal(amount), "MXN")
        return outage_mode.credit_all(case.id, money, by=by, client_key=key, **more)

    def credits(self):
        query = select(Charge.amount).where(Charge.effect_key.startswith("goodwill:"))
        return list(db.session.scalars(query))

    def test_each_account_that_came_is_credited_once_however_often_it_is_said(self):
        case = declared()
        came, stayed = customer_in(), customer_in()
        contact(came)
        contact(came)

        self.credit(case)
        work()
        self.credit(case, key="again", only_linked=False)
        work()
        self.credit(case, key="again", only_linked=False)
        work()

        assert self.credits() == [Decimal(-50)] * 2
        assert stayed.id != came.id
        assert outages.standing_of(case).credited == 2

    def test_prepaid_lines_get_it_on_their_balance_once_and_the_books_know(self):
        case = declared()
        payer, prepaid = customer_in(), customer_in(prepaid=True)
        line = db.session.scalars(select(Line).where(Line.customer_id == prepaid.id)).one()
        contact(payer)
        contact(prepaid)
        usage.top_up(line.id, Money(Decimal(30), "MXN"), by=SYSTEM, effect_key="before")

        job = self.credit(case)
        work()
        self.credit(case, key="again", only_linked=False)
        work()

        assert (job.total, self.credits()) == (2, [Decimal(-50)])
        balance = db.session.get(Balance, line.id, populate_existing=True)
        assert balance.amount == Decimal(80)
        assert outages.standing_of(case).credited == 2
        books.post_prepaid_days()
        assert [each for each in proofs.differences() if each.what == "prepaid"] == []

    def test_of_many_only_the_one_that_fails_goes_without(self, monkeypatch):
        case = declared()
        accounts = []
        for _ in range(4):
            customer = customer_in()
            contact(customer)
            accounts.append(
                db.session.scalars(
                    select(Line.account_id).where(Line.customer_id == customer.id)
                ).one()
            )
        broken = sorted(accounts)[2]
        credit = outage_work.goodwill.credit_accounts

        def failing(targets, *args, **more):
            if broken in targets:
                raise ValueError("the account is broken")
            return credit(targets, *args, **more)

        monkeypatch.setattr(outage_work.goodwill, "credit_accounts", failing)
        self.credit(case)
        work()

        query = select(OutageJobItem.target_id).where(OutageJobItem.fault.is_not(None))
        assert db.session.scalars(query).all() == [broken]
        assert self.credits() == [Decimal(-50)] * 3

    def test_a_line_that_was_closed_meanwhile_gets_nothing(self):
        case = declared()
        contact(customer_in(prepaid=True))

        self.credit(case)
        line = db.session.scalars(select(Line)).one()
        line.closed_at = clock.now()
        work()

        assert db.session.get(Balance, line.id) is None

    @pytest.mark.parametrize("amount", ["100.01", "0", "-5"])
    def test_never_above_what_the_market_gives(self, amount):
        case = declared()
        contact(customer_in())

        with pytest.raises(AboveCreditLimit):
            self.credit(case, amount)

        assert self.credits() == []

    def test_much_in_all_waits_for_a_second_person(self):
        limits = {"outages.credit": {"supervisor": "100", "billing_administrator": "1000"}}
        MarketFactory(policies={"approval_limits": limits})
        asking = StaffFactory(roles=["supervisor"])
        agreeing = StaffFactory(roles=["billing_administrator", "supervisor"], markets=["MX"])
        case = declared()
        for _ in range(3):
            contact(customer_in())

        job = self.credit(case, by=asking.as_actor())
        work()
        assert (job.state, self.credits()) == (JobState.ASKED, [])

        request = db.session.scalars(select(ApprovalRequest)).one()
        assert request.amount == Decimal(150)
        approvals.approve(request.id, by=agreeing.as_actor())
        work()

        assert self.credits() == [Decimal(-50)] * 3

    def test_who_may_not_credit_does_not(self):
        case = declared()
        contact(customer_in())

        with pytest.raises(Forbidden):
            self.credit(case, by=actors.staff("network_operations"))


def test_a_killed_worker_s_rest_is_done_by_others_and_nothing_twice(committing, in_parallel):
    case_id = declared().id
    tickets = [contact(customer_in()).id for _ in range(12)]
    job_id = outage_mode.tell_all(case_id, TEXTS, by=BOSS, client_key="k").id
    db.session.remove()

    class Killed(BaseException):
        """As a process that dies: nobody catches it."""

    said = outage_work.commenting.comment
    count = iter(range(100))

    def dying(*args, **more):
        made = said(*args, **more)
        if next(count) == 4:
            raise Killed
        return made

    outage_work.commenting.comment = dying
    try:
        with pytest.raises(Killed):
            outage_work.work_off(by=SYSTEM)
    finally:
        outage_work.commenting.comment = said
    db.session.remove()
    done = select(OutageJobItem.target_id).where(OutageJobItem.done_at.is_not(None))
    assert len(db.session.scalars(done).all()) == 4

    in_parallel(lambda _n: outage_work.work_off(by=SYSTEM), range(4))

    db.session.remove()
    assert [len(casework.comments_of(each)) for each in tickets] == [1] * 12
    [progress] = outages.jobs_of(db.session.get_one(OutageCase, case_id))
    assert (progress.job.id, progress.job.state) == (job_id, JobState.DONE)
    assert (progress.done, progress.failed) == (12, 0)


def test_contacts_are_counted_by_the_hour(database):
    case = declared()
    with clock.moved_to(clock.now().replace(minute=30) + timedelta(hours=1)):
        contact(customer_in())
        contact(customer_in())
    with clock.moved_to(clock.now().replace(minute=30) + timedelta(hours=3)):
        contact(customer_in())

    assert [count for _, count in outages.contacts_by_hour(case)] == [2, 1]

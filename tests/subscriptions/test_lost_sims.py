import pytest
from sqlalchemy import select

from app.catalog.models import Service
from app.core import clock, db
from app.core.actor import SYSTEM
from app.core.errors import Invalid, NotFound
from app.identity import codes, switch
from app.identity.errors import TooManyCodes, WrongCode
from app.identity.events import CodeIssued
from app.identity.listeners import send_code
from app.identity.models import OneTimeCode
from app.subscriptions import queries, service
from app.subscriptions.errors import LineNotActive, NotThisBlock
from app.subscriptions.events import SimReportedMissing
from app.subscriptions.models import Block, BlockEffect, LineStatus
from tests.billing.committed import at_once, count
from tests.factories.actors import agent, customer, staff
from tests.factories.catalog import OfferFactory, OfferVersionFactory
from tests.factories.customers import AddressFactory
from tests.factories.subscriptions import line_with_plan
from tests.heard import heard

HER_MAIL = "valeria@example.com"


def line_and_code():
    """Her line, she herself, and a code that went to her mailbox."""
    line = line_with_plan()
    mail = AddressFactory(customer_id=line.customer_id, channel="email", value=HER_MAIL)
    by = customer(line.customer_id)
    sent = service.send_code(line.id, mail.id, by=by)
    return line, by, sent, sent.to_send


def report(line, by, sent, code, reason="stolen"):
    return service.report_with_code(line.id, reason, sent.id, code, by=by)


def wrong(code):
    return f"{(int(code) + 1) % 10**6:06d}"


@pytest.mark.usefixtures("database")
class TestWithCode:
    def test_she_blocks_a_stolen_sim_with_a_code_from_her_mailbox(self):
        line, by, sent, code = line_and_code()

        with heard(SimReportedMissing) as said:
            report(line, by, sent, code)

        assert queries.effect_in_force(line) is BlockEffect.ALL
        assert [(each.line_id, each.reason) for each in said] == [(line.id, "stolen")]

    def test_a_code_is_kept_as_a_hash_and_forgotten_once_sent(self):
        class Post:
            def __init__(self):
                self.sent = []

            def send(self, channel, address, text, *, key):
                self.sent.append((channel, address, text))

        _line, _by, sent, code = line_and_code()
        before, post = list(switch._plugged), Post()
        switch.plug_in(post)
        send_code(CodeIssued(sent.id))
        send_code(CodeIssued(sent.id))
        switch._plugged[:] = before

        [(channel, address, text)] = post.sent
        assert (channel, address) == ("email", HER_MAIL)
        assert code in text
        row = db.session.get_one(OneTimeCode, sent.id, populate_existing=True)
        assert row.to_send is None
        assert code not in row.code_hash

    def test_a_code_is_good_once(self):
        line, by, sent, code = line_and_code()
        report(line, by, sent, code)

        with pytest.raises(WrongCode):
            report(line, by, sent, code)

    def test_a_code_is_good_for_five_minutes(self):
        line, by, sent, code = line_and_code()

        with clock.moved_to(clock.now() + codes.VALID_FOR), pytest.raises(WrongCode):
            report(line, by, sent, code)

    def test_after_five_wrong_tries_the_right_code_is_worth_nothing(self):
        line, by, sent, code = line_and_code()

        for _ in range(codes.MOST_TRIES):
            with pytest.raises(WrongCode):
                report(line, by, sent, wrong(code))
        with pytest.raises(WrongCode):
            report(line, by, sent, code)
        assert queries.effect_in_force(line) is None

    def test_a_new_code_ends_the_one_before(self):
        line, by, sent, code = line_and_code()
        mail = queries.addresses_beside(line)[0]

        service.send_code(line.id, mail.id, by=by)

        with pytest.raises(WrongCode):
            report(line, by, sent, code)

    def test_a_code_for_one_line_or_person_does_nothing_to_another(self):
        line, by, sent, code = line_and_code()
        other = line_with_plan(account=line.account)

        for who, which in ((by, other), (customer(), line)):
            with pytest.raises((WrongCode, NotFound)):
                report(which, who, sent, code)

    def test_nobody_is_flooded_with_codes(self):
        line, by, *_rest = line_and_code()
        mail = queries.addresses_beside(line)[0]

        with pytest.raises(TooManyCodes):
            for _ in range(codes.MOST_AN_HOUR):
                service.send_code(line.id, mail.id, by=by)

    def test_the_missing_sim_itself_unverified_and_strangers_addresses_get_none(self):
        line = line_with_plan()
        own = AddressFactory(customer_id=line.customer_id, channel="sms", value=line.number)
        loose = AddressFactory(customer_id=line.customer_id, channel="email", verified_at=None)
        strange = AddressFactory(channel="email", value="x@example.com")

        for address in (own, loose, strange):
            with pytest.raises(Invalid):
                service.send_code(line.id, address.id, by=customer(line.customer_id))


def test_a_code_is_used_once_in_fifty_parallel_tries(committing):
    line, by, sent, code = line_and_code()
    line_id = line.id

    def try_it(_):
        return type(service.report_with_code(line_id, "lost", sent.id, code, by=by)).__name__

    results = at_once(50, try_it)

    assert [each for each in results if each == "Block"] == ["Block"]
    assert all(isinstance(each, WrongCode) for each in results if each != "Block")
    assert count(Block) == 1


def test_wrong_tries_are_counted_also_in_parallel(committing):
    line, by, sent, code = line_and_code()
    line_id = line.id

    def try_it(number):
        return service.report_with_code(line_id, "lost", sent.id, wrong(code), by=by)

    assert all(isinstance(each, WrongCode) for each in at_once(20, try_it))
    assert db.session.scalar(select(OneTimeCode.tries)) == codes.MOST_TRIES


@pytest.mark.usefixtures("database")
class TestSupport:
    def test_support_blocks_for_a_customer_who_called_and_she_cannot_alone(self):
        line = line_with_plan()

        with pytest.raises(NotThisBlock):
            service.report_missing(line.id, "lost", by=customer(line.customer_id))
        service.report_missing(line.id, "lost", by=agent())

        assert queries.effect_in_force(line) is BlockEffect.ALL

    def test_a_new_card_opens_the_line_and_leaves_other_blocks(self):
        line = line_with_plan()
        service.place_block(line.id, "dunning:1", "outgoing", by=SYSTEM)
        service.report_missing(line.id, "lost", by=agent())

        new = service.replace_missing(line.id, by=staff("manager"))

        assert queries.current_sim(line) is new
        assert queries.effect_in_force(line) is BlockEffect.OUTGOING
        assert line.sim_changed_at == new.issued_at

    def test_what_has_no_sim_or_is_not_in_use_says_so(self):
        fibre, waiting = (
            line_with_plan(OfferVersionFactory(offer=OfferFactory(service=Service.FIBRE))),
            line_with_plan(),
        )
        waiting.status = LineStatus.PENDING
        db.session.commit()
        deeds = (
            lambda line: service.report_missing(line.id, "lost", by=agent()),
            lambda line: service.replace_sim(line.id, by=staff("manager")),
        )

        for line, code, rule in (
            (fibre, "no_sim", "fibre"),
            (waiting, "line_not_active", "pending"),
        ):
            for do in deeds:
                with pytest.raises(LineNotActive) as refused:
                    do(line)
                assert (refused.value.code, refused.value.details) == (code, {"rule": rule})

    def test_a_card_that_was_found_works_again(self):
        line = line_with_plan()
        service.report_missing(line.id, "lost", by=agent())
        service.report_missing(line.id, "stolen", by=agent())

        assert len(service.found_again(line.id, by=agent())) == 2
        assert service.found_again(line.id, by=agent()) == []
        assert queries.effect_in_force(line) is None

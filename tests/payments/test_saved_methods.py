from datetime import timedelta

import pytest
from sqlalchemy import select, text

from app.billing.models import InvoiceStatus
from app.core import clock, db
from app.core.errors import Forbidden, NotFound
from app.core.money import Money
from app.payments import queries, service
from app.payments.adapters.sandbox import SandboxGateway
from app.payments.errors import BadCallback, KeyUsedDifferently, MethodInUse, MethodNotOffered
from app.payments.models import GatewayCall, Payment, PaymentStatus, SavedMethod
from app.payments.port import GatewayDown
from app.usage.queries import balance_of
from tests.billing.committed import at_once, count, only
from tests.demo_world.forms import submit
from tests.factories.actors import agent, customer
from tests.factories.billing import InvoiceFactory
from tests.factories.catalog import OfferVersionFactory
from tests.factories.payments import MandateFactory, PaymentFactory, SavedMethodFactory
from tests.factories.subscriptions import line_with_plan
from tests.payments.conftest import NOBODY, adapter, behave, call, charges_at, token_at
from tests.payments.test_checkouts import later, owner_of, start

CARD = {"token": "tok_1", "method": "card", "brand": "visa", "last4": "4242", "expires": "2031-08"}


class Loses(SandboxGateway):
    def charge(self, charge):
        super().charge(charge)
        raise GatewayDown("the answer was lost")


@pytest.fixture
def kept(database, gateway):
    """`kept(invoice)` is a card of its customer that the gateway knows."""

    def keep(invoice, **more):
        customer_id = invoice.account.customer_id
        token = token_at(gateway, customer_id, **more)
        return SavedMethodFactory(customer_id=customer_id, token=token)

    return keep


def pay(invoice, method, key="click", **more):
    return service.pay_with_saved(
        method.id, by=owner_of(invoice), invoice_id=invoice.id, idempotency_key=key, **more
    )


def saved():
    return db.session.scalars(select(SavedMethod)).all()


@pytest.mark.usefixtures("database", "nobody")
class TestKeeping:
    def test_a_method_is_kept_as_a_token_only_when_the_page_says_so(self):
        service.receive_callback(*call(PaymentFactory()))
        assert saved() == []
        payment = PaymentFactory()

        service.receive_callback(*call(payment, saved=CARD))

        [method] = saved()
        assert (method.brand, method.last4, method.expires) == ("visa", "4242", "2031-08")
        assert (method.token, method.is_default) == ("tok_1", True)

    def test_copies_and_later_events_keep_it_once(self):
        payment = PaymentFactory()
        for number in range(3):
            service.receive_callback(*call(payment, saved=CARD))
            service.receive_callback(*call(payment, event_id=f"evt_{number}", saved=CARD))

        assert len(saved()) == 1

    def test_the_token_is_neither_in_the_stored_call_nor_readable_in_the_table(self):
        service.receive_callback(*call(PaymentFactory(), saved=CARD))

        [stored] = db.session.scalars(select(GatewayCall))
        assert "tok_1" not in str(stored.payload)
        raw = db.session.scalar(text("SELECT token FROM saved_method"))
        assert b"tok_1" not in bytes(raw)

    @pytest.mark.parametrize("number", ["4242424242424242", "424", "42٤2"])
    def test_more_than_the_last_four_is_refused_whole(self, number):
        with pytest.raises(BadCallback):
            service.receive_callback(*call(PaymentFactory(), saved={**CARD, "last4": number}))

        assert saved() == []

    def test_one_is_hers_by_default_and_she_says_which(self):
        first = SavedMethodFactory(is_default=True)
        second = SavedMethodFactory(customer_id=first.customer_id)
        by = customer(first.customer_id)

        service.make_default(second.id, by=by)

        db.session.expire_all()
        assert [each.is_default for each in (first, second)] == [False, True]
        assert [each.id for each in queries.saved_methods_of(by.id)] == [second.id, first.id]

    def test_a_deleted_one_is_gone_with_its_token(self):
        method = SavedMethodFactory()
        by = customer(method.customer_id)

        service.delete_method(method.id, by=by)

        assert (method.token, queries.saved_methods_of(by.id)) == ("", [])
        with pytest.raises(NotFound):
            service.make_default(method.id, by=by)

    def test_one_that_she_had_deleted_and_saves_anew_is_there_again(self):
        first, second = PaymentFactory(), PaymentFactory()
        second.account_id = first.account_id
        service.receive_callback(*call(first, saved=CARD))
        [method] = saved()
        by = customer(method.customer_id)
        service.delete_method(method.id, by=by)

        service.receive_callback(*call(second, saved=CARD))

        [again] = queries.saved_methods_of(by.id)
        assert (again.token, again.is_default, len(saved())) == ("tok_1", True, 1)

    def test_autopay_holds_on_to_its_method(self):
        account = InvoiceFactory().account
        mandate = MandateFactory(account=account)
        by = customer(account.customer_id)

        with pytest.raises(MethodInUse):
            service.delete_method(mandate.saved_method_id, by=by)

    def test_nobody_touches_those_of_others(self):
        method = SavedMethodFactory()

        for by, refusal in ((customer(), NotFound), (agent(), Forbidden)):
            with pytest.raises(refusal):
                service.delete_method(method.id, by=by)
            with pytest.raises(refusal):
                service.make_default(method.id, by=by)


def test_the_page_saves_only_with_the_customer_s_tick(database, gateway):
    payment = start(InvoiceFactory(), offer_saving=True)
    page = f"/gateway/pay/{payment.provider_reference}"

    with gateway.visitor() as visitor:
        assert 'name="save"' in visitor.get(page).text
        submit(visitor, page, page, outcome="approve")
        assert "tok_" not in visitor.get("/gateway/").text


def test_one_click_pays_the_bill_and_the_same_click_again_tells_so(kept, gateway):
    invoice = InvoiceFactory()
    method = kept(invoice)

    payment = pay(invoice, method)

    assert pay(invoice, method).id == payment.id
    assert (payment.status, invoice.status) == (PaymentStatus.SUCCEEDED, InvoiceStatus.PAID)
    assert payment.method["last4"] == "4242"
    assert charges_at(gateway) == [str(payment.id)]


def test_a_decline_is_told_at_once_and_another_click_may_try_again(kept, gateway):
    invoice = InvoiceFactory()
    method = kept(invoice, behaviour="insufficient_funds")

    first = pay(invoice, method)
    assert (first.status, first.decline_code) == (PaymentStatus.DECLINED, "insufficient_funds")
    assert pay(invoice, method).id == first.id  # the same click
    behave(gateway, method.token, "approve")

    assert pay(invoice, method, key="another").status is PaymentStatus.SUCCEEDED


def test_a_hung_charge_is_read_back_and_holds_every_other_way_to_pay_meanwhile(kept, gateway):
    invoice = InvoiceFactory()
    method = kept(invoice, behaviour="hang")

    payment = pay(invoice, method)
    service.check(payment.id)
    assert payment.status is PaymentStatus.UNKNOWN

    assert pay(invoice, method, key="another").id == payment.id
    assert start(invoice, key="by card").id == payment.id
    assert len(charges_at(gateway)) == 1


def test_a_charge_nobody_answered_is_asked_for_again_under_its_own_key_only(kept, gateway, plugged):
    invoice = InvoiceFactory()
    method = kept(invoice)

    plugged(adapter(gateway.url, kind=Loses))
    payment = pay(invoice, method)
    assert payment.status is PaymentStatus.UNKNOWN
    plugged(adapter(gateway.url))

    with later(1, payment):
        service.reconcile_due()

    assert (payment.status, invoice.due.amount) == (PaymentStatus.SUCCEEDED, 0)
    assert charges_at(gateway) == [str(payment.id)]


def test_what_stays_unknown_is_read_back_five_times_and_goes_to_people(kept, plugged):
    invoice = InvoiceFactory()
    method = kept(invoice)
    plugged(adapter(NOBODY))
    payment = pay(invoice, method)

    read_at = []
    for minute in range(150):
        with later(minute, payment):
            if service.reconcile_due():
                read_at.append(minute)

    assert read_at == [1, 5, 15, 45, 120]
    assert [each.id for each in queries.for_people()] == [payment.id]


def test_a_top_up_with_a_saved_method(kept, gateway):
    line = line_with_plan(OfferVersionFactory(prepaid=True))
    token = token_at(gateway, line.customer_id)
    method = SavedMethodFactory(customer_id=line.customer_id, token=token)

    def top_up(amount, key="k"):
        return service.pay_with_saved(
            method.id,
            by=customer(line.customer_id),
            line_id=line.id,
            amount=Money.of(amount, "MXN"),
            idempotency_key=key,
        )

    assert top_up("50.00").id == top_up("50.00").id
    with pytest.raises(KeyUsedDifferently):
        top_up("60.00")
    assert balance_of(line.id).amount == 50


def test_somebody_else_s_method_or_a_upi_mandate_is_not_charged_with_a_click(database, nobody):
    invoice = InvoiceFactory()
    for method, refusal in (
        (SavedMethodFactory(), NotFound),
        (SavedMethodFactory(upi=True, customer_id=invoice.account.customer_id), MethodNotOffered),
        (
            SavedMethodFactory(provider="gone", customer_id=invoice.account.customer_id),
            MethodNotOffered,
        ),
    ):
        with pytest.raises(refusal):
            pay(invoice, method)
    stranger = SavedMethodFactory()
    with pytest.raises(MethodNotOffered):
        service.pay_with_saved(stranger.id, by=agent(), invoice_id=invoice.id, idempotency_key="x")


def test_whichever_is_made_the_default_at_once_one_is(committing):
    first = SavedMethodFactory(is_default=True)
    ids = [first.id, *(SavedMethodFactory(customer_id=first.customer_id).id for _ in range(3))]
    by = customer(first.customer_id)

    results = at_once(12, lambda number: service.make_default(ids[number % 4], by=by).is_default)

    assert results == [True] * 12
    assert count(SavedMethod, SavedMethod.is_default) == 1


def test_many_clicks_at_once_charge_once(committing, gateway):
    invoice = InvoiceFactory()
    by = customer(invoice.account.customer_id)
    token = token_at(gateway, by.id)
    method = SavedMethodFactory(customer_id=by.id, token=token)

    results = at_once(
        20,
        lambda number: (
            service.pay_with_saved(
                method.id,
                by=by,
                invoice_id=invoice.id,
                idempotency_key=f"click-{number % 3}",
            ).id
        ),
    )

    paid = only(Payment)
    assert paid.status is PaymentStatus.SUCCEEDED
    assert charges_at(gateway) == [str(paid.id)]
    assert {str(each) for each in results} <= {str(paid.id), "nothing_to_pay"}


def test_a_saved_method_is_not_for_ever_in_the_way(kept, gateway):
    """What a person looks after holds the bill; what was decided does not."""
    invoice = InvoiceFactory()
    PaymentFactory(
        invoice=invoice, status=PaymentStatus.PENDING, check_at=clock.now() - timedelta(days=1)
    )

    assert pay(invoice, kept(invoice)).status is PaymentStatus.SUCCEEDED

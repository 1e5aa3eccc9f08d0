"""Our Stripe adapter against a twin of Stripe's API, and its signatures against their library."""

import time
from decimal import Decimal

import pytest
import stripe
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select

from app.billing.models import InvoiceStatus
from app.core import db
from app.core.money import Money
from app.payments import failures, service
from app.payments.adapters.stripe import StripeGateway
from app.payments.adapters.stripe_amounts import Unsendable, from_minor, to_minor
from app.payments.errors import BadCallback, CallbackRefused
from app.payments.methods import Method
from app.payments.models import (
    CallResult,
    GatewayCall,
    PaymentStatus,
    RefundStatus,
    SavedMethod,
)
from app.payments.port import (
    BadSignature,
    Charge,
    DisputeState,
    GatewayDown,
    GatewayRefused,
    Order,
    State,
)
from tests.factories.actors import administrator, customer, staff
from tests.factories.billing import InvoiceFactory
from tests.factories.payments import SavedMethodFactory
from tests.payments import stripe_twin
from tests.payments.stripe_twin import error, event
from tests.payments.test_checkouts import start

SECRET = "whsec_of_this_test"


@pytest.fixture
def twin():
    with stripe_twin.listening() as twin:
        yield twin


def ours(twin, key=stripe_twin.KEY, **more):
    return StripeGateway(key, webhook_secret=SECRET, api_base=twin.url, **more)


@pytest.fixture
def stripe_only(database, plugged, twin):
    """Cards of Mexico are Stripe's."""
    plugged(ours(twin))
    return twin


def order(amount="299.00", currency="MXN", key="k", **more):
    return Order(
        key, "r", Money.of(amount, currency), "Invoice 1", "https://shop.test/", "es_MX", **more
    )


def charge(method="pm_card_visa", key="k", amount="299.00"):
    return Charge(key, "r", Money.of(amount, "MXN"), "Invoice 1", f"cus_1:{method}")


def signed(raw, secret=SECRET, at=None):
    header = stripe.WebhookSignature.generate_signature_header(
        raw.decode(), secret, timestamp=at or int(time.time())
    )
    return {"Stripe-Signature": header}


def disputed(status):
    return {
        "id": "dp_1",
        "object": "dispute",
        "status": status,
        "amount": 29900,
        "currency": "mxn",
        "payment_intent": "pi_1",
        "reason": "fraudulent",
    }


class TestAmounts:
    """docs.stripe.com/currencies, "Minor units in API amounts" and "Special cases"."""

    @pytest.mark.parametrize(
        ("amount", "currency", "minor"),
        [
            ("299.00", "MXN", 29900),
            ("0.01", "USD", 1),
            ("500", "JPY", 500),
            ("5.120", "KWD", 5120),
            ("12345678901.99", "INR", 1234567890199),
            ("5", "ISK", 500),
            ("5", "UGX", 500),
            ("10.45", "HUF", 1045),
        ],
    )
    def test_money_is_sent_in_its_smallest_unit(self, amount, currency, minor):
        money = Money.of(amount, currency)

        assert to_minor(money) == minor
        assert from_minor(minor, currency.lower()) == money

    @pytest.mark.parametrize(
        ("amount", "currency"),
        [
            ("0.001", "USD"),
            ("1.5", "JPY"),
            ("5.121", "KWD"),
            ("1.5", "ISK"),
            ("NaN", "USD"),
            ("Infinity", "USD"),
        ],
    )
    def test_what_stripe_does_not_take_is_not_rounded_away(self, amount, currency):
        with pytest.raises(Unsendable):
            to_minor(Money.of(amount, currency))

    @given(st.integers(0, 10**12), st.sampled_from(["MXN", "JPY", "BRL", "XPF"]))
    def test_there_and_back_is_the_same(self, minor, currency):
        assert to_minor(from_minor(minor, currency)) == minor


class TestApi:
    def test_a_checkout_says_what_stripe_wants_to_know(self, twin):
        opened = ours(twin).create_checkout(order(offer_saving=True))

        assert opened.url.startswith("https://checkout.stripe.com/")
        [(method, path, form, key)] = twin.asked
        assert (method, path, key) == ("POST", "/v1/checkout/sessions", "k")
        assert form["mode"] == "payment"
        assert form["line_items[0][price_data][unit_amount]"] == "29900"
        assert form["line_items[0][price_data][currency]"] == "mxn"
        assert form["payment_method_types[0]"] == "card"
        assert form["payment_intent_data[metadata][reference]"] == "r"
        assert form["saved_payment_method_options[payment_method_save]"] == "enabled"
        assert form["locale"] == "es-419"

    def test_the_same_key_is_the_same_checkout_and_another_body_is_refused(self, twin):
        adapter = ours(twin)

        assert adapter.create_checkout(order()) == adapter.create_checkout(order())
        with pytest.raises(GatewayRefused):
            adapter.create_checkout(order("300.00"))

    def test_pix_is_asked_for_by_name_and_what_stripe_has_not_is_refused(self, twin):
        ours(twin).create_checkout(order(currency="BRL", method=Method.PIX))
        assert twin.asked[0][2]["payment_method_types[0]"] == "pix"
        with pytest.raises(GatewayRefused):
            ours(twin).create_checkout(order(method=Method.UPI_COLLECT))

    def test_a_session_is_read_until_it_is_paid(self, twin):
        adapter = ours(twin)
        opened = adapter.create_checkout(order())
        assert adapter.read(opened.id).state is State.OPEN

        intent = twin.pay(opened.id, keep=True)

        outcome = adapter.read(opened.id)
        assert (outcome.state, outcome.reference) == (State.SUCCEEDED, "r")
        assert (outcome.amount, outcome.transaction_id) == (
            Money.of("299.00", "MXN"),
            intent["id"],
        )
        assert outcome.method == {"kind": "card", "brand": "visa", "last4": "4242"}
        assert (outcome.saved.token, outcome.saved.expires) == ("cus_1:pm_1", "2031-08")

    def test_without_the_tick_nothing_is_kept(self, twin):
        adapter = ours(twin)
        opened = adapter.create_checkout(order())
        twin.pay(opened.id)

        assert adapter.read(opened.id).saved is None

    def test_a_saved_method_is_charged_off_session_once_a_key(self, twin):
        first, second = ours(twin).charge(charge()), ours(twin).charge(charge())

        assert (first, first.state) == (second, State.SUCCEEDED)
        form = twin.asked[0][2]
        assert (form["off_session"], form["confirm"]) == ("true", "true")
        assert (form["customer"], form["payment_method"]) == ("cus_1", "pm_card_visa")

    @pytest.mark.parametrize(
        ("method", "code"),
        [
            ("pm_card_chargeDeclinedInsufficientFunds", "insufficient_funds"),
            ("pm_card_chargeDeclinedStolenCard", "stolen_card"),
            ("pm_card_authenticationRequired", "authentication_required"),
        ],
    )
    def test_a_bank_that_says_no_is_a_decline_with_its_reason(self, twin, method, code):
        outcome = ours(twin).charge(charge(method))

        assert (outcome.state, outcome.decline_code) == (State.DECLINED, code)
        assert outcome.checkout_id.startswith("pi_")

    def test_a_refund_goes_to_the_intent_behind_the_session(self, twin):
        adapter = ours(twin)
        opened = adapter.create_checkout(order())
        twin.pay(opened.id)
        part = Money.of("100.00", "MXN")

        first = adapter.refund(key="r1", checkout_id=opened.id, amount=part)

        assert adapter.refund(key="r1", checkout_id=opened.id, amount=part) == first
        with pytest.raises(GatewayRefused):
            adapter.refund(key="r2", checkout_id=opened.id, amount=Money.of("200.00", "MXN"))

    def test_a_refund_whose_answer_was_lost_for_longer_than_keys_are_kept_is_made_once(self, twin):
        adapter = ours(twin)
        opened = adapter.create_checkout(order())
        intent = twin.pay(opened.id)
        part = Money.of("100.00", "MXN")
        first = adapter.refund(key="r1", checkout_id=intent["id"], amount=part)
        twin.keys.clear()

        assert adapter.refund(key="r1", checkout_id=intent["id"], amount=part) == first
        assert len(twin.refunds) == 1

        twin.refunds[0]["status"] = "failed"
        with pytest.raises(GatewayRefused):
            adapter.refund(key="r1", checkout_id=intent["id"], amount=part)

    @pytest.mark.parametrize("status", ["pending", "requires_action"])
    def test_a_refund_that_is_under_way_counts_until_it_fails(self, twin, status):
        twin.refunds.append(
            {
                "id": "re_1",
                "payment_intent": "pi_1",
                "status": status,
                "metadata": {"reference": "r"},
            }
        )

        amount = Money.of("1.00", "MXN")
        assert ours(twin).refund(key="r", checkout_id="pi_1", amount=amount) == "re_1"

    @pytest.mark.parametrize(
        ("answer", "raised"),
        [
            (error(500, "api_error"), GatewayDown),
            (error(503, "api_error"), GatewayDown),
            (error(429, "rate_limit_error"), GatewayDown),
            (error(409, "idempotency_error"), GatewayDown),
            ((200, b"<html>"), GatewayDown),
            ((200, b"[]"), GatewayDown),
            ((200, {"id": "cs_1", "object": "checkout.session"}), GatewayDown),
            (error(400, "invalid_request_error"), GatewayRefused),
            (error(401, "invalid_request_error"), GatewayRefused),
            (error(403, "invalid_request_error"), GatewayRefused),
            (error(404, "invalid_request_error"), GatewayRefused),
        ],
    )
    def test_a_bad_answer_is_down_or_a_refusal(self, twin, answer, raised):
        twin.answers.append(answer)

        with pytest.raises(raised):
            ours(twin).create_checkout(order())

    def test_nobody_there_is_down_and_a_wrong_key_is_a_refusal(self, twin):
        with pytest.raises(GatewayRefused):
            ours(twin, key="sk_wrong").ping()
        ours(twin).ping()
        twin.url = "http://127.0.0.1:9"
        with pytest.raises(GatewayDown):
            ours(twin).charge(charge())

    def test_an_amount_stripe_cannot_have_is_never_sent(self, twin):
        with pytest.raises(GatewayRefused):
            ours(twin).create_checkout(order("0.001", "USD"))

        assert twin.asked == []


class TestSignatures:
    RAW = event("balance.available", {"object": "balance"})

    def read(self, headers, raw=RAW):
        gateway = StripeGateway("sk", webhook_secret=SECRET)
        return gateway.read_callback(raw, headers)

    def test_what_stripe_s_own_library_signs_is_believed(self):
        assert self.read(signed(self.RAW)).event_id == "evt_1"

    def test_while_a_secret_is_rolled_one_of_two_is_enough(self):
        stamp = int(time.time())
        old = signed(self.RAW, "whsec_old", stamp)["Stripe-Signature"]
        new = signed(self.RAW, at=stamp)["Stripe-Signature"].partition(",")[2]

        assert self.read({"Stripe-Signature": f"{old},{new},v0=0000"}).event_id == "evt_1"

    @pytest.mark.parametrize(
        "header",
        [
            "",
            "t=1",
            "v1=abc",
            "t=,v1=abc",
            "t=٣,v1=abc",
            "t=1,t=2,v1=abc",
            "t=abc,v1=abc",
            "t=1,v1=é",
            "nonsense",
        ],
    )
    def test_what_is_no_signature_is_refused(self, header):
        with pytest.raises(BadSignature):
            self.read({"Stripe-Signature": header})

    @pytest.mark.parametrize(
        ("raw", "headers"),
        [
            (RAW + b" ", signed(RAW)),
            (RAW, signed(RAW, "whsec_guessed")),
            (RAW, signed(RAW, at=int(time.time()) - 302)),
            (b"\xff\xfe", signed(RAW)),
        ],
    )
    def test_other_bytes_another_secret_and_an_old_call_are_refused(self, raw, headers):
        with pytest.raises(BadSignature):
            self.read(headers, raw)

    def test_only_v1_counts(self):
        header = signed(self.RAW)["Stripe-Signature"].replace("v1=", "v0=")

        with pytest.raises(BadSignature):
            self.read({"Stripe-Signature": header})

    def test_without_a_secret_nothing_is_believed(self):
        with pytest.raises(BadSignature):
            StripeGateway("sk", webhook_secret="").read_callback(self.RAW, signed(self.RAW, ""))


def told(raw):
    service.receive_callback(raw, signed(raw), "stripe")


def stored():
    query = select(GatewayCall).order_by(GatewayCall.received_at)
    return db.session.scalars(query.execution_options(populate_existing=True)).all()


@pytest.fixture
def begun(stripe_only):
    """A bill, its payment at Stripe, and the session."""
    invoice = InvoiceFactory()
    service.choose_gateway("MX", Method.CARD, "stripe", by=administrator())
    payment = start(invoice, offer_saving=True)
    return invoice, payment, stripe_only.rows[payment.provider_reference]


class TestEvents:
    def test_a_paid_session_pays_the_bill_and_keeps_the_card_she_ticked(self, begun, stripe_only):
        invoice, payment, session = begun
        intent = stripe_only.pay(session["id"], keep=True)

        told(event("payment_intent.succeeded", intent, "evt_0"))
        for number in range(3):
            told(event("checkout.session.completed", session, f"evt_{number % 2 + 1}"))

        assert invoice.status is InvoiceStatus.PAID
        assert (payment.status, payment.transaction_id) == (
            PaymentStatus.SUCCEEDED,
            intent["id"],
        )
        assert payment.method["last4"] == "4242"
        assert db.session.scalars(select(SavedMethod)).one().token == "cus_1:pm_1"
        assert [each.result for each in stored()] == [
            CallResult.NOT_OURS,
            CallResult.APPLIED,
            CallResult.NOTHING_NEW,
        ]

    def test_when_stripe_does_not_say_more_the_event_counts_alone(self, begun, stripe_only):
        _, payment, session = begun
        stripe_only.pay(session["id"])
        stripe_only.answers.append(error(500, "api_error"))

        told(event("checkout.session.completed", session))

        assert (payment.status, payment.method) == (PaymentStatus.SUCCEEDED, None)

    @pytest.mark.parametrize(
        ("kind", "status", "code"),
        [
            ("checkout.session.async_payment_failed", PaymentStatus.DECLINED, "card_declined"),
            ("checkout.session.expired", PaymentStatus.DECLINED, "expired"),
            ("checkout.session.completed", PaymentStatus.PENDING, None),
        ],
    )
    def test_sessions_that_were_not_paid(self, begun, kind, status, code):
        _, payment, session = begun
        session["status"] = "expired" if "expired" in kind else "complete"

        told(event(kind, session))

        assert (payment.status, payment.decline_code) == (status, code)

    def test_a_late_success_of_an_asynchronous_payment_counts(self, begun, stripe_only):
        _, payment, session = begun
        told(event("checkout.session.async_payment_failed", session, "evt_1"))
        stripe_only.pay(session["id"])

        told(event("checkout.session.async_payment_succeeded", session, "evt_2"))

        assert payment.status is PaymentStatus.SUCCEEDED

    @pytest.mark.parametrize(
        "changes", [{"amount_total": 29901}, {"currency": "usd"}, {"client_reference_id": "x"}]
    )
    def test_another_amount_currency_or_order_is_kept_and_refused(
        self, begun, stripe_only, changes
    ):
        _, payment, session = begun
        stripe_only.pay(session["id"])

        with pytest.raises(CallbackRefused):
            told(event("checkout.session.completed", {**session, **changes}))

        assert (payment.status, len(stored())) == (PaymentStatus.PENDING, 1)

    @pytest.mark.parametrize(
        "about",
        [
            {"object": "checkout.session"},
            {"amount_total": -1},
            {"amount_total": "29900"},
            {"amount_total": 1.5},
            {"status": "maybe"},
        ],
    )
    def test_a_signed_event_that_makes_no_sense_is_refused(self, begun, about):
        session = {**begun[2], **about} if len(about) == 1 and "object" not in about else about

        with pytest.raises(BadCallback):
            told(event("checkout.session.completed", session))

        assert stored() == []

    @pytest.mark.parametrize(
        ("kind", "about"),
        [
            ("customer.created", {"id": "cus_1", "object": "customer", "email": "v@example.mx"}),
            ("charge.refunded", {"id": "ch_1", "object": "charge", "amount_refunded": 100}),
            (
                "payment_intent.payment_failed",
                {
                    "id": "pi_9",
                    "object": "payment_intent",
                    "status": "requires_payment_method",
                    "amount": 1,
                    "currency": "mxn",
                    "metadata": {},
                },
            ),
        ],
    )
    def test_other_events_are_kept_without_names_and_answered_well(self, begun, kind, about):
        told(event(kind, about))

        [kept] = stored()
        assert kept.result is CallResult.NOT_OURS
        assert "email" not in str(kept.payload)

    @pytest.mark.parametrize(
        "odd", [{"metadata": {"note": "a\0b"}}, {"metadata": {"\0": "a"}}, {"amount": float("inf")}]
    )
    def test_what_no_table_can_keep_stands_in_nobody_s_way(self, begun, odd):
        told(event("charge.refunded", {"id": "ch_1", "object": "charge", **odd}))

        [kept] = stored()
        assert kept.result is CallResult.NOT_OURS
        assert kept.payload["object"]["id"] == "ch_1"

    @pytest.mark.parametrize(
        ("kind", "status", "state"),
        [
            ("charge.dispute.created", "needs_response", DisputeState.OPENED),
            # It was only asked about before.
            ("charge.dispute.updated", "needs_response", DisputeState.OPENED),
            ("charge.dispute.funds_withdrawn", "under_review", DisputeState.OPENED),
            ("charge.dispute.closed", "lost", DisputeState.LOST),
            ("charge.dispute.closed", "won", DisputeState.WON),
        ],
    )
    def test_a_dispute_names_its_payment_and_amount(self, twin, kind, status, state):
        raw = event(kind, disputed(status))

        callback = ours(twin).read_callback(raw, signed(raw))

        assert callback.outcome is None
        assert (callback.dispute.state, callback.dispute.transaction_id) == (state, "pi_1")
        assert callback.dispute.amount == Money.of("299.00", "MXN")

    @pytest.mark.parametrize(
        ("kind", "status"),
        [
            ("charge.dispute.created", "warning_needs_response"),
            ("charge.dispute.updated", "warning_under_review"),
            ("charge.dispute.closed", "warning_closed"),
            ("charge.dispute.created", "prevented"),
        ],
    )
    def test_a_bank_that_only_asks_takes_nothing_back(self, twin, kind, status):
        raw = event(kind, disputed(status))

        assert ours(twin).read_callback(raw, signed(raw)).dispute is None


def test_one_click_at_stripe_is_decided_once_by_answer_and_event(stripe_only):
    invoice = InvoiceFactory()
    by = customer(invoice.account.customer_id)
    method = SavedMethodFactory(customer_id=by.id, provider="stripe", token="cus_1:pm_card_visa")

    payment = service.pay_with_saved(
        method.id, by=by, invoice_id=invoice.id, idempotency_key="click"
    )
    intent = stripe_only.rows[payment.provider_reference]
    told(event("payment_intent.succeeded", intent))

    assert payment.status is PaymentStatus.SUCCEEDED
    assert invoice.paid == Decimal("299.00")
    assert stored()[0].result is CallResult.NOTHING_NEW


def test_a_declined_click_whose_answer_was_lost_is_told_by_the_event(stripe_only, plugged):
    invoice = InvoiceFactory()
    by = customer(invoice.account.customer_id)
    method = SavedMethodFactory(
        customer_id=by.id, provider="stripe", token="cus_1:pm_card_chargeDeclinedStolenCard"
    )
    stripe_only.answers.append((500, b"lost"))
    payment = service.pay_with_saved(
        method.id, by=by, invoice_id=invoice.id, idempotency_key="click"
    )
    assert payment.status is PaymentStatus.UNKNOWN

    intent = {
        "id": "pi_77",
        "object": "payment_intent",
        "status": "requires_payment_method",
        "amount": 29900,
        "currency": "mxn",
        "metadata": {"reference": str(payment.id), "via": "charge"},
        "last_payment_error": {"code": "card_declined", "decline_code": "stolen_card"},
    }
    told(event("payment_intent.payment_failed", intent))

    assert (payment.status, payment.decline_code) == (PaymentStatus.DECLINED, "stolen_card")


def test_a_refund_goes_back_by_the_gateway_it_came_by(begun, stripe_only):
    _, payment, session = begun
    stripe_only.pay(session["id"])
    told(event("checkout.session.completed", session))

    refund = service.refund(payment.id, by=staff("manager"), amount=Money.of("100.00", "MXN"))

    assert refund.provider_reference == "re_10000"


@pytest.fixture
def given_back(begun, stripe_only):
    """A bill that was paid, a part given back, and what Stripe says of that refund."""
    invoice, payment, session = begun
    stripe_only.pay(session["id"])
    told(event("checkout.session.completed", session, "evt_paid"))
    refund = service.refund(payment.id, by=staff("manager"), amount=Money.of("100.00", "MXN"))
    assert (refund.status, invoice.due.amount) == (RefundStatus.SUCCEEDED, Decimal("100.00"))
    return invoice, refund, stripe_only.refunds[0]


class TestFailedRefunds:
    """docs.stripe.com/refunds, "Failed refunds", and docs.stripe.com/api/events/types."""

    def test_of_the_three_events_of_one_failure_one_takes_effect(self, given_back):
        invoice, refund, about = given_back
        about.update(status="failed", failure_reason="expired_or_canceled_card")

        for number, kind in enumerate(("refund.updated", "refund.failed", "charge.refund.updated")):
            told(event(kind, about, f"evt_{number}"))
            told(event(kind, about, f"evt_{number}"))

        assert (refund.status, refund.failure) == (RefundStatus.FAILED, "expired_or_canceled_card")
        assert (invoice.status, invoice.paid) == (InvoiceStatus.PAID, Decimal("299.00"))
        assert [each.result for each in stored()][1:] == [
            CallResult.APPLIED,
            CallResult.NOTHING_NEW,
            CallResult.NOTHING_NEW,
        ]

    @pytest.mark.parametrize("status", ["pending", "requires_action", "succeeded"])
    def test_a_refund_that_goes_on_well_changes_nothing(self, given_back, status):
        invoice, refund, about = given_back
        about["status"] = status

        told(event("refund.updated", about))

        assert (refund.status, invoice.due.amount) == (RefundStatus.SUCCEEDED, Decimal("100.00"))
        assert stored()[-1].result is CallResult.NOT_OURS

    @pytest.mark.parametrize(
        ("changes", "failure"),
        [
            ({"status": "canceled"}, "canceled"),
            ({"status": "failed", "failure_reason": None}, "unknown"),
            ({"status": "failed", "failure_reason": "new_at_stripe"}, "unknown"),
        ],
    )
    def test_there_are_words_for_every_reason(self, given_back, changes, failure):
        _, refund, about = given_back

        told(event("refund.updated", {**about, **changes}))

        assert (refund.status, refund.failure) == (RefundStatus.FAILED, failure)
        assert failure in failures.WORDS

    def test_one_from_before_we_gave_them_our_key_is_known_by_its_own(self, given_back):
        _, refund, about = given_back

        told(event("refund.failed", {**about, "status": "failed", "metadata": None}))

        assert refund.status is RefundStatus.FAILED

    def test_one_that_was_made_at_stripe_by_hand_is_not_ours(self, given_back):
        invoice, refund, about = given_back

        told(event("refund.failed", {**about, "id": "re_hand", "status": "failed", "metadata": {}}))

        assert (refund.status, invoice.due.amount) == (RefundStatus.SUCCEEDED, Decimal("100.00"))
        assert stored()[-1].result is CallResult.NOT_OURS

    @pytest.mark.parametrize(
        "changes", [{"amount": 10001}, {"currency": "usd"}, {"metadata": {"reference": "x"}}]
    )
    def test_another_amount_or_a_key_that_is_none_is_kept_and_refused(self, given_back, changes):
        _, refund, about = given_back

        with pytest.raises(CallbackRefused):
            told(event("refund.failed", {**about, "status": "failed", **changes}))

        assert refund.status is RefundStatus.SUCCEEDED
        assert len(stored()) == 2

    def test_without_stripe_s_signature_nothing_is_heard(self, given_back):
        _, refund, about = given_back
        raw = event("refund.failed", {**about, "status": "failed"})

        with pytest.raises(BadCallback):
            service.receive_callback(raw, signed(raw, "whsec_guessed"), "stripe")

        assert refund.status is RefundStatus.SUCCEEDED

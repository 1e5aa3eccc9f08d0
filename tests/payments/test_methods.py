import re
from datetime import timedelta

import pytest
from sqlalchemy import select

from app.audit.models import AuditEntry
from app.core import clock, db
from app.core.errors import Forbidden, NotFound
from app.markets.models import Market
from app.payments import queries, service, switch
from app.payments.adapters.sandbox import SandboxGateway
from app.payments.errors import (
    CallbackRefused,
    KeyUsedDifferently,
    MethodNotOffered,
    NotAUpiAddress,
    UnknownGateway,
)
from app.payments.methods import Method, vpa
from app.payments.models import GatewayCall, GatewayHealth, PaymentStatus
from app.payments.port import GatewayRefused
from tests.demo_world.conftest import running
from tests.factories.actors import administrator, agent, staff
from tests.factories.billing import InvoiceFactory
from tests.factories.markets import MarketFactory
from tests.factories.payments import PaymentFactory
from tests.payments.conftest import NOBODY, adapter, call
from tests.payments.test_checkouts import later, press, start

pytestmark = pytest.mark.usefixtures("database")


class Second(SandboxGateway):
    name = "second"
    methods = frozenset({Method.CARD})


def indian():
    return InvoiceFactory(account__customer__market=MarketFactory(india=True))


def brazilian():
    return InvoiceFactory(account__customer__market=MarketFactory(brazil=True))


@pytest.mark.parametrize(
    ("text", "address"),
    [
        ("priya.k@okaxis", "priya.k@okaxis"),
        (" Priya@YBL ", "priya@ybl"),
        ("9876543210@upi", "9876543210@upi"),
        ("priya@", None),
        ("priya@ok.axis", None),
        ("a@b@c", None),
        ("priya kumar@okaxis", None),
        ("प्रिया@okaxis", None),
        ("", None),
    ],
)
def test_a_upi_address_is_a_name_at_a_bank(text, address):
    assert vpa(text) == address


def test_pix_is_a_code_with_our_amount_and_a_right_checksum(gateway):
    payment = start(brazilian(), method=Method.PIX)

    text = payment.action["text"]
    assert payment.action["kind"] == "qr"
    assert "5406299.00" in text
    assert "br.gov.bcb.pix" in text
    assert text[-4:] == f"{crc(text[:-4].encode()):04X}"
    assert timedelta(minutes=10) < payment.expires_at - payment.created_at < timedelta(minutes=15)


def crc(data):
    """CRC-16/CCITT-FALSE, bit by bit; its check value is known."""
    value = 0xFFFF
    for bit in "".join(f"{byte:08b}" for byte in data):
        value = (value << 1 ^ (0x1021 if (value >> 15) ^ int(bit) else 0)) & 0xFFFF
    return value


def test_the_checksum_of_this_test_is_the_published_one():
    assert crc(b"123456789") == 0x29B1


def test_upi_intent_is_a_link_to_any_upi_app(gateway):
    payment = start(indian(), method=Method.UPI_INTENT)

    assert payment.action["kind"] == "deep_link"
    assert re.fullmatch(
        r"upi://pay\?pa=[\w.@-]+&pn=[^&]+&tr=\w+&tn=[^&]+&am=299\.00&cu=INR",
        payment.action["text"],
    )


def test_a_collect_request_goes_to_a_valid_address_and_is_approved_there(gateway):
    with pytest.raises(NotAUpiAddress):
        start(indian(), method=Method.UPI_COLLECT, payer="nobody")
    payment = start(indian(), method=Method.UPI_COLLECT, payer="Priya@OKAXIS")
    assert payment.action == {"kind": "approve", "text": "priya@okaxis"}

    press(gateway, payment, "approve")
    service.check(payment.id)

    assert payment.status is PaymentStatus.SUCCEEDED
    assert payment.method["kind"] == "upi_collect"


def test_a_transfer_goes_to_an_account_of_its_own(gateway):
    accounts = {
        start(InvoiceFactory(), method=Method.BANK_TRANSFER).action["text"] for _ in range(3)
    }

    assert len(accounts) == 3
    for each in accounts:
        weighed = sum(int(d) * (3, 7, 1)[n % 3] % 10 for n, d in enumerate(each[:17]))
        assert (weighed + int(each[17])) % 10 == 0


def test_what_nobody_pays_in_time_is_declined_as_expired_and_can_be_begun_again(tmp_path, plugged):
    with running(tmp_path, time_to_pay={"pix": 1e-6}) as world:
        plugged(adapter(world.url))
        invoice = brazilian()
        payment = start(invoice, method=Method.PIX)

        with later(1, payment):
            service.reconcile_due()
            again = start(invoice, key="again", method=Method.PIX)

    assert (payment.status, payment.decline_code) == (PaymentStatus.DECLINED, "expired")
    assert again.id != payment.id


def test_money_that_comes_after_the_time_is_over_counts(nobody):
    payment = PaymentFactory(status=PaymentStatus.DECLINED, decline_code="expired")

    service.receive_callback(*call(payment))

    assert (payment.status, payment.decline_code) == (PaymentStatus.SUCCEEDED, None)


def test_another_method_is_another_payment_and_another_body_for_the_same_key(gateway):
    invoice = brazilian()
    card = start(invoice, key="card")

    pix = start(invoice, key="pix", method=Method.PIX)

    assert card.id != pix.id
    assert start(invoice, key="pix", method=Method.PIX).id == pix.id
    with pytest.raises(KeyUsedDifferently):
        start(invoice, key="card", method=Method.PIX)


def test_each_market_has_its_own_ways_to_pay(nobody):
    def ways(market):
        return [each.method.value for each in service.offered(market)]

    assert ways(MarketFactory(india=True)) == ["upi_intent", "upi_collect", "card", "wallet"]
    assert ways(MarketFactory(brazil=True)) == ["pix", "card", "wallet"]
    assert ways(MarketFactory()) == ["card", "bank_transfer", "wallet"]
    with pytest.raises(MethodNotOffered):
        start(InvoiceFactory(), method=Method.PIX)


def test_the_chosen_gateway_takes_new_payments_and_old_ones_go_on_with_their_own(gateway, plugged):
    plugged(adapter(NOBODY, kind=Second))
    invoice = InvoiceFactory()
    old = start(invoice)

    service.choose_gateway("MX", Method.CARD, "second", by=administrator())
    new = start(InvoiceFactory())
    press(gateway, old, "approve")
    service.check(old.id)

    assert (old.provider, old.status) == ("sandbox", PaymentStatus.SUCCEEDED)
    assert (new.provider, new.status) == ("second", PaymentStatus.UNKNOWN)
    entry = db.session.scalars(
        select(AuditEntry).where(AuditEntry.action == "gateway.chosen")
    ).one()
    assert entry.changes == {"method": "card", "provider": ["sandbox", "second"]}


def test_each_gateway_s_calls_come_to_its_own_address(gateway, plugged):
    plugged(adapter(gateway.url, kind=Second))
    payment = start(InvoiceFactory())
    raw, headers = call(payment)

    with pytest.raises(CallbackRefused):
        service.receive_callback(raw, headers, "second")  # signed alike, not its payment
    service.receive_callback(raw, headers, "sandbox")

    assert payment.status is PaymentStatus.SUCCEEDED
    assert {each.provider for each in db.session.scalars(select(GatewayCall))} == {
        "second",
        "sandbox",
    }


def test_a_method_can_be_taken_from_a_market(nobody):
    market = MarketFactory()

    service.choose_gateway("MX", Method.WALLET, None, by=administrator())

    assert Method.WALLET not in {each.method for each in service.offered(market)}


def test_who_may_choose_gateways_and_which(nobody, plugged):
    MarketFactory()
    plugged(adapter(NOBODY, kind=Second))
    for by, method, provider, refusal in (
        (agent(), Method.CARD, "sandbox", Forbidden),
        (staff("billing_administrator", markets=["BR"]), Method.CARD, "sandbox", NotFound),
        (administrator(), Method.CARD, "stranger", UnknownGateway),
        (administrator(), Method.PIX, "second", UnknownGateway),
    ):
        with pytest.raises(refusal):
            service.choose_gateway("MX", method, provider, by=by)


def test_a_gateway_s_silence_is_seen_and_so_is_its_return(plugged, world):
    plugged(adapter(NOBODY))
    by = staff("billing_administrator")
    assert service.try_gateway("sandbox", by=by)
    seen = service.health()["sandbox"]
    assert (seen.answers, bool(seen.last_error)) == (False, True)

    plugged(adapter(world.url))
    assert service.try_gateway("sandbox", by=by) is None

    db.session.expire_all()
    assert service.health()["sandbox"].answers is True
    assert service.health()["sandbox"].last_error


def test_while_all_is_well_nothing_is_written_about_it(gateway):
    start(InvoiceFactory())

    assert db.session.scalars(select(GatewayHealth)).all() == []


def test_a_gateway_that_refuses_our_key_answers(plugged, world):
    plugged(
        SandboxGateway(world.url, api_key="wrong", webhook_secret="x", callback_url="http://x.test")
    )

    problem = service.try_gateway("sandbox", by=administrator())

    assert "401" in problem
    assert service.health()["sandbox"] is None
    with pytest.raises(GatewayRefused):
        switch.gateway("sandbox").ping()


def test_reading_back_asks_each_payment_s_own_gateway(gateway, plugged):
    payment = start(InvoiceFactory())
    press(gateway, payment, "approve")
    plugged(adapter(NOBODY, kind=Second))

    with later(1, payment):
        service.reconcile_due()

    assert payment.status is PaymentStatus.SUCCEEDED
    assert queries.due_for_check(["second"], clock.now() + timedelta(days=1)) == []


def test_markets_without_a_usual_way_pay_by_card(nobody):
    market = Market(code="US", currency="USD")

    assert [each.method for each in service.offered(market)] == [Method.CARD]

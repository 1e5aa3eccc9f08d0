"""One customer with everything a customer can have, and who looks after her."""

import io
from datetime import timedelta
from decimal import Decimal
from types import SimpleNamespace

import pytest
from sqlalchemy import select

from app.billing import service as billing
from app.billing.models import Charge, ChargeKind
from app.conversations.models import Understanding
from app.conversations.service import attachments, chat
from app.core import clock, db
from app.core.actor import SYSTEM
from app.core.money import Money
from app.customers import kyc
from app.identity import approvals, clients
from app.markets import service as markets
from app.messaging.models import Delivery, DeliveryState
from app.payments.models import (
    Chargeback,
    ChargebackStatus,
    PaymentStatus,
    Refund,
    RefundStatus,
    RefundTo,
    UnallocatedCash,
)
from app.payments.service import vouchers
from app.subscriptions import service as lines
from app.transfer.models import Source, What
from app.transfer.service import jobs
from kb.models import ArticleVersion
from tests.activation.conftest import CURP
from tests.factories.actors import administrator
from tests.factories.billing import InvoiceFactory
from tests.factories.catalog import OfferDraftFactory, OfferVersionFactory
from tests.factories.conversations import (
    SITE,
    ConversationFactory,
    InboxFactory,
    MessageFactory,
    signed_identity,
)
from tests.factories.customers import AccountFactory
from tests.factories.discounts import DiscountFactory
from tests.factories.identity import StaffFactory
from tests.factories.kb import ArticleFactory
from tests.factories.mediation import AnomalyFactory, LayoutFactory, ReceivedFileFactory
from tests.factories.payments import MandateFactory, PaymentFactory
from tests.factories.subscriptions import line_with_plan
from tests.factories.tickets import TicketFactory
from tests.security.routes import UNKNOWN

PDF = b"%PDF-1.7\n..."


@pytest.fixture
def valeria(app):
    """Her line, bill, payment, quote, the talk that an administrator owns, and one with the bot."""
    account = AccountFactory()
    owner = StaffFactory(roles=["administrator"], markets=[])
    line = line_with_plan(account=account)
    version = OfferVersionFactory()
    invoice = InvoiceFactory(account=account)
    inbox = InboxFactory()
    talk = ConversationFactory(inbox=inbox, customer=account.customer, open=True, owner=owner)
    said = MessageFactory(conversation=talk)
    talk.last_seq = 1
    db.session.add(
        Understanding(
            message_id=said.id,
            conversation_id=talk.id,
            market_code="MX",
            channel="webchat",
            language="es",
            intent="check_balance",
            at=said.at,
        )
    )
    db.session.commit()
    with_bot = ConversationFactory(inbox=inbox, customer=account.customer)
    kept = attachments.keep_upload(talk.id, io.BytesIO(PDF), "a.pdf", by=owner.as_actor())
    return SimpleNamespace(
        customer=account.customer,
        owner=owner,
        colleague=StaffFactory(password_hash=None),
        inbox=inbox,
        talk=talk,
        said=said,
        with_bot=with_bot,
        line_id=line.id,
        version_id=version.id,
        invoice=invoice,
        payment=PaymentFactory(invoice=invoice),
        quote=billing.quote_plan_change(line.id, version.id, by=owner.as_actor()),
        in_motion=in_motion(line.id, version.id),
        ticket=TicketFactory(talk=talk, status="open", assignee_id=owner.id),
        attachment=kept,
        article=ArticleFactory(markets=["MX"]),
        offer_id=version.offer_id,
        draft=OfferDraftFactory(),
        discount=DiscountFactory(),
        policy=markets.change_policies("MX", {"due_days": 25}, by=owner.as_actor()),
        layout=LayoutFactory(),
        file=ReceivedFileFactory(),
        anomaly=AnomalyFactory(),
        money=money_matters(account, invoice, owner.as_actor()),
        papers=papers_of(account.customer_id),
        channel=channel_of(talk.id),
    )


def money_matters(account, invoice, owner):
    """What is disputed, kept, held, taken back and waits, as ids by the name of the argument."""
    moment, day = clock.now(), clock.now().date()
    charge = Charge(
        account_id=account.id,
        kind=ChargeKind.RECURRING,
        description="Plan",
        amount=Decimal("257.76"),
        currency="MXN",
        period_start=invoice.period_start,
        period_end=invoice.period_end,
        because={"rule": "discount", "percent": "10", "of": "25.00", "plan": "Plus"},
        effect_key="hers",
        invoice_id=invoice.id,
        created_at=moment,
    )
    paid = PaymentFactory(invoice=invoice, status=PaymentStatus.SUCCEEDED, check_at=None)
    refund = Refund(
        payment_id=paid.id,
        amount=Decimal(1),
        currency="MXN",
        status=RefundStatus.REQUESTED,
        goes_to=RefundTo.BANK,
        created_at=moment,
    )
    chargeback = Chargeback(
        payment_id=paid.id,
        provider="sandbox",
        provider_reference="cb_hers",
        amount=Decimal(5),
        covered=Decimal(0),
        currency="MXN",
        status=ChargebackStatus.OPENED,
        reason="fraud",
        opened_at=moment,
    )
    cash = UnallocatedCash(
        market_code="MX",
        transaction_id="hers",
        amount=Decimal(50),
        used=Decimal(0),
        currency="MXN",
        payer="Valeria",
        reference="",
        received_at=moment,
        created_at=moment,
    )
    db.session.add_all([charge, refund, chargeback, cash])
    db.session.commit()
    mandate = MandateFactory(account=account)
    some = Money.of(10, "MXN")
    batch, _codes = vouchers.generate(
        "MX", by=owner, name="Hers", value=some, count=1, expires_on=day + timedelta(days=99)
    )
    second = approvals.ask(
        "billing.credit", invoice.id, by=SYSTEM, market_code="MX", amount=some, why="x", facts={}
    )
    return {
        "charge_id": charge.id,
        "dispute_id": billing.dispute(invoice.id, charge.id, some, "Slow", by=owner).id,
        "paid_id": paid.id,
        "refund_id": refund.id,
        "chargeback_id": chargeback.id,
        "cash_id": cash.id,
        "mandate_id": mandate.id,
        "method_id": mandate.saved_method_id,
        "batch_id": batch.id,
        "request_id": second.id,
        "deposit_id": billing.take_deposit(account.id, some, by=owner, effect_key="hers").id,
        "run_id": billing.plan_run("MX", day - timedelta(days=1), by=owner).id,
        "client_id": clients.make(
            by=SYSTEM, name="Hers", scopes=["catalog.read"], markets=["MX"]
        ).client.id,
        "market_code": "MX",
    }


def papers_of(customer_id):
    check = kyc.show_paper(customer_id, by=SYSTEM, paper="curp", number=CURP, documents=[PDF])
    return {"check_id": check.id, "document_id": check.documents[0].id}


def in_motion(line_id, version_id):
    """What waits on her line, as ids by the name of the route's argument."""
    other = OfferVersionFactory(add_on=True)
    waits = lines.schedule_plan(
        line_id,
        version_id,
        clock.now() + timedelta(days=9),
        by=SYSTEM,
        effect_key="hers",
    )
    extra = lines.add_add_on(line_id, other.id, by=SYSTEM, effect_key="hers")
    block = lines.place_block(line_id, "request", "outgoing", by=SYSTEM)
    order = lines.order_disconnection(
        line_id, "request", clock.now() + timedelta(days=9), by=SYSTEM
    )
    return {
        "change_id": waits.id,
        "subscription_id": extra.id,
        "block_id": block.id,
        "order_id": order.id,
        "account_id": waits.line.account_id,
        "port_out_id": UNKNOWN,
        "port_in_id": UNKNOWN,
        "proposal_id": UNKNOWN,
    }


def channel_of(conversation_id):
    """An inbox of hers, and something that did not go through it."""
    inbox = InboxFactory(channel="sms", provider="twilio", address="+525500000000")
    inbox.settings = {"account_sid": "AC1", "auth_token": "t"}
    moment = clock.now()
    failed = Delivery(
        lane="hers",
        inbox_id=inbox.id,
        address="+525512345678",
        conversation_id=conversation_id,
        text="Hola",
        language="es",
        state=DeliveryState.FAILED,
        due_at=moment,
        created_at=moment,
    )
    db.session.add(failed)
    db.session.commit()
    return {"inbox_id": inbox.id, "delivery_id": failed.id}


@pytest.fixture
def hers(valeria):
    """The arguments of every route, as they are hers."""
    return {
        **valeria.in_motion,
        **valeria.money,
        **valeria.papers,
        "conversation_id": valeria.talk.id,
        "message_id": valeria.said.id,
        **valeria.channel,
        "chat_id": valeria.inbox.id,
        "with_bot": valeria.with_bot.id,
        "customer_id": valeria.customer.id,
        "ticket_id": valeria.ticket.id,
        "line_id": valeria.line_id,
        "version_id": valeria.version_id,
        "invoice_id": valeria.invoice.id,
        "payment_id": valeria.payment.id,
        "quote_id": valeria.quote.id,
        "attachment_id": valeria.attachment.id,
        "number": valeria.invoice.number,
        "slug": valeria.article.slug,
        "category": valeria.article.category,
        "market": "mx",
        "language": valeria.article.source_language,
        "edition_id": db.session.scalar(select(ArticleVersion.id)),
        "shelf": "procedures",
        "key": valeria.inbox.key,
        "provider": "sandbox",
        "code": valeria.customer.market_code,
        "offer_id": valeria.offer_id,
        "draft_id": valeria.draft.id,
        "discount_id": valeria.discount.id,
        "staff_id": valeria.colleague.id,
        "policy_id": valeria.policy.id,
        "anomaly_id": valeria.anomaly.id,
        "file_id": valeria.file.id,
        "source": valeria.layout.source,
        "job_id": _file_from_elsewhere(),
    }


def _file_from_elsewhere():
    """Replies of her market, handed in and not brought in yet."""
    content = b'[{"id": 1, "short_code": "gracias", "content": "Gracias."}]'
    job = jobs.hand_in(
        content,
        by=administrator(),
        source=Source.CHATWOOT,
        what=What.REPLIES,
        market_code="MX",
        name="replies.json",
    )
    return job.id


@pytest.fixture
def widget_token(valeria):
    """What her widget on the operator's site holds."""
    opened = chat.open_widget(
        valeria.inbox.key,
        identity_token=signed_identity(valeria.inbox, valeria.customer),
        resume_token=None,
        language="es",
        origin=SITE,
    )
    return opened.token

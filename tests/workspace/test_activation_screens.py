"""The agent's way from a customer to a line that works, and what stands on the way."""

import io

import pytest
from sqlalchemy import select

from app.core import db
from app.core.actor import SYSTEM
from app.customers import kyc
from app.customers.models import CheckStatus, IdentityCheck
from app.network.port import OrderRefused
from app.subscriptions.models import Activation, ActivationStatus, EsimProfile, StockCard
from tests.activation.conftest import (  # noqa: F401 - fixtures
    CURP,
    cards,
    identity,
    neighbours,
    network_fake,
    ordered,
    plan,
    settle,
    stocked,
)
from tests.factories.customers import AccountFactory
from tests.factories.markets import MarketFactory
from tests.security.browsers import customer_browser
from tests.statements import statements

pytestmark = pytest.mark.usefixtures("confirmed")

PDF = b"%PDF-1.7\n scan"


@pytest.fixture
def manager(sign_in, neighbours):  # noqa: F811 - the fixture
    return sign_in(roles=["manager"], language="en")


@pytest.fixture
def shop(manager):
    plan()
    return stocked(10)


def text(answer):
    return answer.get_data(as_text=True)


def test_from_the_customer_to_a_line_that_works(manager, shop):
    account = AccountFactory()
    customer = account.customer
    base = f"/desk/customers/{customer.id}/activate"

    found = manager.get("/desk/activations/new", query_string={"q": customer.reference})
    assert customer.name in text(found)
    scan = (io.BytesIO(PDF), "curp.pdf")
    sent = manager.post(
        f"{base}/papers",
        plain=True,
        data={"paper": "curp", "number": CURP, "documents": scan},
        content_type="multipart/form-data",
    )
    assert sent.status_code == 303
    chosen = manager.get(base, plain=True)
    assert "Plus 20GB" in text(chosen)
    choice = {"plan": "plus-20gb:postpaid", "sim": "sim", "number": "+525510000005", "iccid": ""}
    review = text(manager.get(f"{base}/review", plain=True, query_string=choice))
    assert "55 1000 0005" in review
    assert CURP not in review
    done = manager.post(base, plain=True, data={**choice, "key": "1"})
    again = manager.post(base, plain=True, data={**choice, "key": "1"})
    assert done.location == again.location

    page = manager.get(done.location)
    assert "The identity service is being asked" in text(page)
    assert 'hx-trigger="load delay:2s"' in text(page)
    settle()
    page = manager.get(done.location)
    assert "The line is on and the customer was told." in text(page)
    assert 'hx-trigger="load delay:2s"' not in text(page)
    order = db.session.scalars(select(Activation)).one()
    assert (order.status, order.number) == (ActivationStatus.ACTIVE, "+525510000005")
    listed = manager.get("/desk/activations", query_string={"status": "active"})
    assert order.reference in text(listed)
    history = text(manager.get(f"/desk/customers/{customer.id}/history"))
    assert "Tu línea" in history or "Your line is active" in history


def test_somebody_new_is_registered_on_the_way(manager, shop):
    person = {
        "market_code": "MX",
        "kind": "person",
        "name": "Lucía Gómez",
        "email": "lucia@example.com",
        "phone": "55 1234 5678",
        "language": "es",
        "city": "Puebla",
    }

    asked = text(manager.get("/desk/customers/new"))
    done = manager.post("/desk/customers/new", data=person)
    again = manager.post("/desk/customers/new", data=person)

    assert "Person or company" in asked
    page = text(manager.get(done.headers["HX-Redirect"], plain=True))
    assert "Who is the customer?" in page
    assert "Lucía Gómez" in page
    assert (again.status_code, again.headers["X-Refusal"]) == (409, "email_taken")
    assert (
        manager.post("/desk/customers/new", data={**person, "market_code": "BR"}).status_code == 404
    )


def test_a_wrong_number_is_refused_where_it_is_typed(manager, shop):
    customer = AccountFactory().customer

    answer = manager.post(
        f"/desk/customers/{customer.id}/activate/papers",
        data={"paper": "curp", "number": CURP[:-1] + "5"},
    )

    assert (answer.status_code, answer.headers["X-Refusal"]) == (400, "bad_paper")


def test_the_panel_masks_and_only_who_may_sees_the_number(manager, sign_in, shop):
    customer = AccountFactory().customer
    check = kyc.show_paper(customer.id, by=SYSTEM, paper="curp", number=CURP, documents=[PDF])
    document = check.documents[0].id
    high = sign_in(roles=["administrator"], language="en", markets=[])

    panel = text(manager.get(f"/desk/customers/{customer.id}/identity"))
    why = {"why": "She asked me to read it back"}
    shown = high.post(f"/desk/papers/{check.id}/reveal", data=why)
    file = high.post(f"/desk/documents/{document}")

    assert "••••RL04" in panel
    assert CURP not in panel
    assert "reveal" not in panel
    assert CURP in text(shown)
    assert (file.data, file.headers["Content-Disposition"][:10]) == (PDF, "attachment")
    assert manager.post(f"/desk/papers/{check.id}/reveal").status_code == 403
    assert manager.post(f"/desk/documents/{document}").status_code == 403


def test_an_escalated_order_says_what_to_do(manager, shop, network_fake):  # noqa: F811
    network_fake.troubles = [OrderRefused("unknown card")]
    order = ordered()
    settle()

    page = text(manager.get(f"/desk/activations/{order.id}"))
    retried = manager.post(f"/desk/activations/{order.id}/retry")
    settle()

    assert "A ticket was opened" in page
    assert "unknown card" in page
    assert "switching the line on" in text(retried)
    assert db.session.get(Activation, order.id).status is ActivationStatus.ACTIVE


def test_a_rejected_customer_may_start_again(manager, shop):
    order = ordered()
    order.status = ActivationStatus.KYC_REJECTED
    db.session.commit()

    page = text(manager.get(f"/desk/activations/{order.id}"))

    assert "Start again with another paper" in page


def test_the_code_of_an_esim_is_shown_to_agent_and_customer(app, manager, confirmed):
    plan()
    stocked(2, form="esim")
    order = ordered(sim_form="esim")
    settle()
    code = db.session.get(EsimProfile, order.iccid).activation_code
    hers = customer_browser(app, order.customer)
    other = customer_browser(app, AccountFactory().customer)

    before = text(hers.get(f"/my/lines/{order.line_id}/esim"))
    at_desk = text(manager.post(f"/desk/lines/{order.line_id}/esim/code"))
    at_home = text(hers.post(f"/my/lines/{order.line_id}/esim"))

    assert f'action="/my/lines/{order.line_id}/esim"' in before
    assert code not in before
    assert code in at_desk
    assert "<svg" in at_desk
    assert code in at_home
    assert f"/my/lines/{order.line_id}/esim" in text(hers.get("/my/"))
    assert other.get(f"/my/lines/{order.line_id}/esim").status_code == 404
    assert other.post(f"/my/lines/{order.line_id}/esim").status_code == 404
    moved = manager.post(f"/desk/lines/{order.line_id}/esim", data={"state": "installed"})
    back = manager.post(f"/desk/lines/{order.line_id}/esim", data={"state": "released"})
    assert (moved.status_code, back.status_code) == (204, 409)
    assert 'action="/my/lines' not in text(hers.get(f"/my/lines/{order.line_id}/esim"))
    assert code not in text(hers.post(f"/my/lines/{order.line_id}/esim"))


def test_a_delivery_is_taken_in_on_the_stock_page(sign_in, neighbours):  # noqa: F811
    MarketFactory()
    office = sign_in(roles=["billing_administrator"], language="en")
    rows = "\n".join(cards(3)).encode()

    def send(count, content=rows):
        data = {"market": "MX", "holds": "sim", "count": count}
        data["file"] = (io.BytesIO(content), "march.csv")
        kind = "multipart/form-data"
        return office.post("/office/stock", data=data, content_type=kind)

    wrong, binary, right = send("4"), send("3", b"\xff\xfe"), send("3")

    assert (wrong.status_code, wrong.headers["X-Refusal"]) == (400, "wrong_count")
    assert binary.status_code == 400
    assert right.headers["HX-Redirect"] == "/office/stock?taken=march.csv"
    assert len(db.session.scalars(select(StockCard.iccid)).all()) == 3
    page = text(office.get("/office/stock", plain=True))
    assert "march.csv" in page
    assert office.post("/office/stock", data={}).status_code == 400


def test_an_administrator_makes_a_machine_and_sees_its_secret_once(app, sign_in):
    MarketFactory()
    high = sign_in(roles=["administrator"], language="en", markets=[])
    wanted = {"name": "Shop", "scopes": ["catalog.read"], "markets": ["MX"], "per_minute": "60"}

    made = text(high.post("/board/machines", data=wanted))
    secret = made.partition('aria-label="Secret"')[0].rpartition('value="')[2].partition('"')[0]
    later = text(high.get("/board/machines", plain=True))
    client_id = made.partition('aria-label="Client ID"')[0].rpartition('value="')[2].split('"')[0]
    token = app.test_client().post(
        "/api/v1/oauth/token",
        data={
            "grant_type": "client_credentials",
            "client_id": client_id,
            "client_secret": secret,
        },
    )

    assert token.status_code == 200
    assert secret not in later
    assert client_id in later
    assert high.post("/board/machines", data={**wanted, "scopes": ["x"]}).status_code == 400


def test_pages_take_as_many_statements_for_many_orders_as_for_one(manager, shop):
    ordered()
    with statements(db.session()) as one:
        manager.get("/desk/activations", plain=True)
    for n in range(6):
        ordered(AccountFactory(), effect_key=f"more-{n}")
    db.session.expire_all()
    with statements(db.session()) as many:
        manager.get("/desk/activations", plain=True)

    assert len(many) <= len(one)


def test_a_known_identity_needs_no_second_paper(manager, shop):
    order = ordered()
    settle()
    assert db.session.get(IdentityCheck, order.check_id).status is CheckStatus.VERIFIED

    page = text(manager.get(f"/desk/customers/{order.customer_id}/activate/papers", plain=True))

    assert "No other paper is needed." in page

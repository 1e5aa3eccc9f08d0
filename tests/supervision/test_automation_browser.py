"""Rules, workflows and files in a real browser: rows come and go, pictures are drawn."""

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect
from sqlalchemy import select

from app.automation.definition import content_of
from app.automation.models import Rule
from app.automation.service import workflows
from app.core import db, events
from app.supervision.workflows import EXAMPLE
from app.wiring import IN_TRANSACTION
from tests.chromium import picture
from tests.factories.actors import administrator
from tests.factories.automation import rule
from tests.factories.identity import StaffFactory
from tests.factories.markets import MarketFactory
from tests.factories.tickets import TicketFactory
from tests.serving import serving
from tests.windows import window

__all__ = ["window"]  # a fixture

pytestmark = pytest.mark.browser


@pytest.fixture
def address(own_application):
    """The application on a port. Cookies without a prefix."""
    app = own_application(public_url="http://desk.test", sockets_url="http://localhost:1")
    events._tables = events.Tables(in_transaction=IN_TRANSACTION)
    MarketFactory()
    TicketFactory()
    rule(name="Urgent bills", all=[("topic", "is", "billing")])
    workflows.write(EXAMPLE, by=administrator())
    with serving(app) as address:
        yield address


@pytest.fixture
def page(window):
    return window(StaffFactory(name="Ana Ruiz", roles=["administrator"], markets=[]))


def serious(page):
    found = Axe().run(page, context="#main").response["violations"]
    return [
        (each["id"], [node["html"][:120] for node in each["nodes"]][:3])
        for each in found
        if each["impact"] in {"serious", "critical"}
    ]


def test_a_rule_is_written_without_knowing_code(page):
    page.goto("/board/automation/rules/new")
    page.get_by_label("Name").fill("Angry about roaming")
    page.get_by_role("button", name="Another condition").click()
    rows = page.locator("#conditions > li")
    expect(rows).to_have_count(2)
    rows.nth(1).get_by_label("What is looked at").select_option("subject")
    rows.nth(1).get_by_label("Subject").fill("roaming, abroad")
    rows.nth(0).get_by_label("Leave this out").click()
    expect(rows).to_have_count(1)
    page.get_by_label("What is done").select_option("set_topic")
    page.locator("#actions").get_by_label("Set the topic").select_option("technical")
    page.get_by_role("button", name="Show what it would do").click()
    expect(page.locator("#tried")).to_contain_text("Of 1 ticket it would find 0")
    picture(page, "rule")
    assert serious(page) == []

    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("heading", name="Angry about roaming")).to_be_visible()

    made = db.session.scalars(select(Rule).where(Rule.name == "Angry about roaming")).one()
    (condition,) = content_of(made.content).when.all
    assert (condition.field, condition.values) == ("subject", ("roaming", "abroad"))


def test_the_form_of_a_workflow_writes_its_text_and_its_picture(page):
    page.goto("/board/automation/workflows/new")
    expect(page.locator(".flow-node")).to_have_count(6)
    picture(page, "workflow")
    assert serious(page) == []

    page.get_by_label("How long: 30m, 4h, 3d").first.fill("9h")
    page.get_by_role("button", name="Write this as text").click()
    expect(page.locator("#yaml")).to_contain_text("within: 9h")
    page.locator("#yaml").fill("name: x\nstart: nowhere\nsteps:\n  a:\n    wait: 1h\n")
    page.get_by_role("button", name="Check and draw").click()
    expect(page.locator("#drawn")).to_contain_text("Line 2: there is no step nowhere.")


@pytest.mark.parametrize(
    "path",
    ["automation", "automation/workflows", "automation/replies/new", "automation/runs", "transfer"],
)
def test_screens_can_be_read_by_everybody_on_a_small_one_too(page, path):
    page.set_viewport_size({"width": 360, "height": 740})
    page.emulate_media(color_scheme="dark")

    page.goto(f"/board/{path}")

    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    picture(page, path.replace("/", "-"))
    assert serious(page) == []

"""João changes his plan in the chat: a quote, a yes, and then exactly once."""

from babel.numbers import format_decimal
from playwright.sync_api import expect

from tests.journeys.story import JOAO, Story
from tests.journeys.tour import picture

_QUOTE = (
    "SELECT quote.*, version.price FROM plan_change_quote AS quote"
    " JOIN offer_version AS version ON version.id = offer_version_id"
    " JOIN line ON line.id = line_id JOIN customer ON customer.id = line.customer_id"
    " WHERE email = %s"
)
_PLANS = (
    "SELECT offer.name FROM subscription JOIN line ON line.id = line_id"
    " JOIN offer_version AS version ON version.id = offer_version_id"
    " JOIN offer ON offer.id = version.offer_id"
    " JOIN customer ON customer.id = line.customer_id"
    " WHERE email = %s AND subscription.starts_at <= now()"
    " AND (subscription.ends_at IS NULL OR subscription.ends_at > now())"
)
_PRORATED = (
    "SELECT charge.kind, charge.amount FROM charge JOIN line ON line.id = line_id"
    " JOIN customer ON customer.id = line.customer_id"
    " WHERE email = %s AND charge.kind IN ('prorated_charge', 'prorated_credit')"
    " AND charge.invoice_id IS NULL"
)


def hears_what_it_costs(story: Story) -> None:
    quoted = story.joao.ask("quero mudar para o plano max")

    quote = story.records.one(_QUOTE, JOAO)
    assert "Max Unlimited" in quoted
    for amount in (quote.price, quote.charge, quote.credit, quote.charge - quote.credit):
        assert format_decimal(amount, "#,##0.00", locale="pt_BR") in quoted
    assert [plan.name for plan in story.records.all(_PLANS, JOAO)] == ["Plus 20GB"]
    picture(story.joao.page, "03-what-the-change-costs")


def says_yes_twice(story: Story) -> None:
    """An impatient finger presses the button again before it is gone."""
    answers = story.joao.answers.count()
    quote = story.records.one(_QUOTE, JOAO)

    story.joao.replies.first.evaluate("button => { button.click(); button.click(); }")
    done = story.joao.answer_after(answers)
    expect(story.joao.log.locator("li.mine").last).to_have_attribute("data-tick", "read")

    assert "Max Unlimited" in done
    assert [plan.name for plan in story.records.all(_PLANS, JOAO)] == ["Max Unlimited"]
    prorated = {each.kind: each.amount for each in story.records.all(_PRORATED, JOAO)}
    assert len(story.records.all(_PRORATED, JOAO)) == 2
    assert prorated["prorated_charge"] == quote.charge
    assert abs(prorated["prorated_credit"]) == quote.credit
    picture(story.joao.page, "04-the-plan-is-changed")

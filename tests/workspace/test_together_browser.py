"""In a real browser: selecting by keyboard and mouse, undoing, views put in order; and two agents
who do not answer one customer unawares."""

import re
from datetime import timedelta

import pytest
from playwright.sync_api import expect
from sqlalchemy import select

from app.conversations.service import drafts, messages, ownership
from app.core import db
from app.tickets import service
from app.tickets.models import Priority, Ticket, Topic
from tests.chromium import picture
from tests.factories.conversations import ConversationFactory
from tests.factories.customers import CustomerFactory
from tests.factories.identity import StaffFactory
from tests.factories.tickets import TicketFactory
from tests.windows import address, window

__all__ = ["address", "window"]  # fixtures

pytestmark = [pytest.mark.browser, pytest.mark.long]
expect.set_options(timeout=20_000)


@pytest.fixture
def page(window):
    staff = StaffFactory(roles=["manager"], name="Ana Ruiz", language="en")
    for number in range(5):
        service.open(
            by=staff.as_actor(),
            subject=f"Router {number}",
            topic=Topic.TECHNICAL,
            customer_id=CustomerFactory().id,
        )
    return window(staff, "/desk/tickets")


def priorities():
    db.session.rollback()
    return sorted(db.session.scalars(select(Ticket.priority)))


def test_tickets_are_selected_by_keys_and_mouse_changed_and_undone(page):
    boxes = page.get_by_role("checkbox", name="Select TT-")
    expect(boxes).to_have_count(5)
    page.keyboard.press("j")
    page.keyboard.press("x")
    expect(page.get_by_text("1 selected")).to_be_visible()
    boxes.nth(2).click(modifiers=["Shift"])
    expect(page.get_by_text("3 selected")).to_be_visible()
    picture(page, "selected")

    page.get_by_role("button", name="Priority").click()
    dialog = page.get_by_role("dialog", name="Dialog")
    dialog.get_by_label("Priority").select_option("high")
    dialog.get_by_role("button", name="Do it").click()

    expect(page.get_by_text("3 tickets are changed.")).to_be_visible()
    expect(page.locator(".tag-high")).to_have_count(3)
    expect(page.locator("[data-bulk]")).to_be_hidden()
    assert priorities() == [Priority.HIGH] * 3 + [Priority.NORMAL] * 2
    picture(page, "changed")
    page.get_by_role("button", name="Undo").click()
    expect(page.get_by_text("3 tickets are as they were.")).to_be_visible()
    expect(page.locator(".tag-high")).to_have_count(0)
    assert priorities() == [Priority.NORMAL] * 5


def test_all_that_match_are_taken_by_one_tick(page):
    page.get_by_role("checkbox", name="Select all that are shown").check()
    expect(page.get_by_text("5 selected")).to_be_visible()
    page.get_by_label("All that match").check()
    page.get_by_role("button", name="Tag", exact=True).click()
    page.get_by_role("dialog", name="Dialog").get_by_label("Tag").fill("vip")
    page.get_by_role("button", name="Do it").click()

    expect(page.get_by_text("5 tickets are changed.")).to_be_visible()


def test_views_are_kept_and_put_in_order_by_keys(page):
    for name, priority in (("Pressing", "high"), ("Calm", "low")):
        page.get_by_label("Priority").select_option(priority)
        page.get_by_role("button", name="Keep this choice as a view").click()
        dialog = page.get_by_role("dialog", name="Dialog")
        dialog.get_by_label("Name").fill(name)
        dialog.get_by_role("button", name="Save").click()
        expect(page.locator("[data-view]").filter(has_text=name)).to_be_visible()
    picture(page, "views")

    with page.expect_response(lambda answer: answer.url.endswith("/desk/views/order")):
        page.get_by_role("link", name="Calm").press("Shift+ArrowLeft")
    page.reload()

    shown = page.locator("[data-view] a span")
    assert shown.all_text_contents() == ["Calm", "Pressing"]
    page.get_by_role("link", name="Calm").click()
    expect(page.get_by_role("link", name="Calm")).to_have_attribute("aria-current", "page")


def test_two_agents_do_not_answer_one_customer_unawares(window, monkeypatch):
    monkeypatch.setattr(drafts, "ANSWERING", timedelta(hours=1))  # however slow the machine is
    ana, lucia = (
        StaffFactory(roles=["manager"], name=name, language="en")
        for name in ("Ana Ruiz", "Lucía Mena")
    )
    talk = ConversationFactory(open=True, owner=ana)
    talk_id, lucia_id, by = talk.id, lucia.id, lucia.as_actor()
    hers = window(ana, f"/desk/conversations/{talk_id}")
    with hers.expect_response(lambda answer: answer.request.method == "POST"):
        hers.get_by_label("Message", exact=True).fill("Ya lo estoy viendo")
    ownership.assign(talk_id, lucia_id, by=by)
    db.session.commit()
    mine = window(lucia, f"/desk/conversations/{talk_id}")
    field = mine.get_by_label("Message", exact=True)

    paper = {"name": "plan.pdf", "mimeType": "application/pdf", "buffer": b"%PDF-1.7\n..."}
    mine.locator("[data-file-input]").set_input_files(paper)
    expect(mine.locator(".composer-file progress")).to_have_count(0)
    field.fill("Un momento, por favor")
    field.press("Enter")

    expect(mine.get_by_text("Ana Ruiz is answering. Send this anyway?")).to_be_visible()
    picture(mine, "held")
    mine.get_by_role("button", name="Back into the field").click()
    expect(field).to_have_value("Un momento, por favor")
    expect(mine.locator(".composer-file").filter(has_text="plan.pdf")).to_be_visible()
    field.press("Enter")
    mine.get_by_role("button", name="Send anyway").click()
    sent = mine.locator(".by-agent:not(.is-pending)").filter(has_text="Un momento")
    expect(sent.filter(has_text="plan.pdf")).to_have_count(1)
    expect(mine.locator("[data-held]")).to_have_count(0)

    hers.reload()
    expect(hers.locator(".by-agent").filter(has_text="Un momento")).to_be_visible()


def test_who_is_quicker_than_the_first_messages_is_not_held_back(window):
    ana, lucia = (
        StaffFactory(roles=["manager"], name=name, language="en")
        for name in ("Ana Ruiz", "Lucía Mena")
    )
    talk_id, lucia_id = ConversationFactory(open=True, owner=ana).id, lucia.id
    messages.say(talk_id, "Ya lo estoy viendo", by=ana.as_actor(), client_key="ana-1")
    ownership.assign(talk_id, lucia_id, by=lucia.as_actor())
    db.session.commit()
    page, waiting = window(lucia, "/desk/tickets"), []
    path = f"/desk/conversations/{talk_id}"
    page.route(
        f"**{path}/messages",
        lambda it: waiting.append(it) if it.request.method == "GET" else it.continue_(),
    )
    with page.expect_request(lambda asked: asked.url.endswith("/messages")):
        page.goto(page.url.replace("/desk/tickets", path))

    field = page.get_by_label("Message", exact=True)
    field.fill("Yo me encargo")
    field.press("Enter")
    expect(page.locator(".is-pending")).to_have_text(re.compile("Yo me encargo"))
    waiting[0].continue_()

    answers = page.locator(".by-agent:not(.is-pending)")
    expect(answers).to_have_text([re.compile("Ya lo estoy viendo"), re.compile("Yo me encargo")])
    expect(page.locator(".is-pending")).to_have_count(0)
    expect(page.locator("[data-held]")).to_have_count(0)


def test_what_did_not_leave_is_a_draft_when_she_has_gone_on_to_another_talk(window):
    ana = StaffFactory(roles=["manager"], name="Ana Ruiz", language="en")
    talks = [ConversationFactory(open=True, owner=ana) for _ in range(2)]
    for each in talks:
        TicketFactory(talk=each, status="open", assignee_id=ana.id)
    here, there = (each.id for each in talks)
    page = window(ana, f"/desk/conversations/{here}")
    held = []
    page.route(
        f"**/desk/conversations/{here}/messages",
        lambda route: held.append(route) if route.request.method == "POST" else route.continue_(),
    )
    field = page.get_by_label("Message", exact=True)
    field.fill("Un momento, por favor")
    with page.expect_request(lambda asked: asked.url.endswith("/messages") and asked.post_data):
        field.press("Enter")

    page.locator(f"[data-opens-conversation='{there}']").click()
    expect(page.locator(f"[data-conversation='{there}']")).to_be_visible()
    held[0].fulfill(
        status=409, json={"code": "answered_meanwhile", "message": "Beto has answered."}
    )

    told = page.get_by_text("Not sent, kept as a draft: Un momento, por favor")
    with page.expect_response(lambda answer: answer.url.endswith("/drafts")):
        expect(told).to_be_visible()
    page.locator(f"[data-opens-conversation='{here}']").click()
    expect(field).to_have_value("Un momento, por favor")


def test_a_shared_draft_is_taken_over_and_a_colleague_mentioned_by_keyboard(window):
    ana, lucia = (
        StaffFactory(roles=["manager"], name=name, language="en")
        for name in ("Ana Ruiz", "Lucía Mena")
    )
    path = f"/desk/conversations/{ConversationFactory(open=True, owner=ana).id}"
    hers = window(ana, path)
    hers.get_by_role("tab", name="Note").click()
    hers.get_by_label("Message", exact=True).fill("She moves on Friday")
    with hers.expect_response(lambda answer: answer.url.endswith("/drafts")):
        hers.get_by_role("button", name="Share the draft").click()

    mine = window(lucia, path)
    expect(mine.get_by_text("Draft of Ana Ruiz:")).to_be_visible()
    mine.get_by_role("button", name="Take over").click()
    field = mine.get_by_label("Message", exact=True)
    expect(field).to_have_value("She moves on Friday")
    field.press("End")
    field.press_sequentially(" @ru")
    expect(mine.get_by_role("option", name="Ana Ruiz")).to_be_visible()
    picture(mine, "mention")
    field.press("Enter")
    expect(field).to_have_value("She moves on Friday @Ana Ruiz ")
    field.press("Enter")

    kept = mine.locator(".is-note:not(.is-pending)").filter(has_text="@Ana Ruiz")
    expect(kept).to_be_visible()
    hers.goto(f"{hers.url.split('/desk')[0]}/desk/for-you")
    expect(hers.get_by_text("Lucía Mena mentioned you in a note.")).to_be_visible()


def test_it_is_told_before_sending_whom_a_name_typed_by_hand_does_not_reach(window):
    ana = StaffFactory(roles=["manager"], name="Ana Ruiz", language="en")
    StaffFactory(name="Plain Agent")  # may not see what is Ana's
    page = window(ana, f"/desk/conversations/{ConversationFactory(open=True, owner=ana).id}")
    page.get_by_role("tab", name="Note").click()
    field = page.get_by_label("Message", exact=True)
    warning = page.get_by_text("Plain Agent will not be told of this")

    field.press_sequentially("@Plain Agent")
    expect(warning).to_be_visible()
    expect(page.get_by_role("option", name="Plain Agent")).to_have_count(0)
    field.press("Enter")
    expect(page.get_by_text("Send it again to send it all the same.")).to_be_visible()
    expect(field).to_have_value("@Plain Agent")
    picture(page, "stranger")
    field.press("Enter")
    kept = page.locator(".is-note:not(.is-pending)").filter(has_text="@Plain Agent")
    expect(kept).to_be_visible()
    expect(warning).to_be_hidden()
    expect(field).to_have_value("")


def test_a_colleague_is_mentioned_in_a_comment_by_keyboard(window):
    ana, lucia = (
        StaffFactory(roles=["manager"], name=name, language="en")
        for name in ("Ana Ruiz", "Lucía Mena")
    )
    ticket = service.open(
        by=ana.as_actor(),
        subject="Router",
        topic=Topic.TECHNICAL,
        customer_id=CustomerFactory().id,
    )
    page = window(ana, f"/desk/tickets/{ticket.id}")
    field = page.get_by_label("Comment", exact=True)

    field.press_sequentially("@luc")
    expect(page.get_by_role("option", name="Lucía Mena")).to_be_visible()
    picture(page, "comment_mention")
    field.press("Enter")
    expect(field).to_have_value("@Lucía Mena ")
    field.press_sequentially("mira, @Nadie")
    expect(page.get_by_text("Nadie will not be told of this")).to_be_visible()
    picture(page, "comment_stranger")
    page.get_by_label("Send it to the customer").check()
    expect(page.get_by_text("Nadie will not be told of this")).to_be_hidden()
    page.get_by_label("Send it to the customer").uncheck()
    for _again in range(2):
        page.get_by_role("button", name="Comment", exact=True).click()
    expect(page.locator(".ticket-comment").filter(has_text="@Lucía Mena mira")).to_be_visible()

    hers = window(lucia, "/desk/for-you")
    expect(hers.get_by_text("Ana Ruiz mentioned you in a comment.")).to_be_visible()

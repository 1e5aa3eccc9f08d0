"""What has just been told is told of something else: another line, another amount."""

import pytest


@pytest.fixture
def two_lines(twin):
    twin.says("context", "a verified customer with two lines")
    return twin


def usage_of_the_first(chat):
    return chat.says("check_usage", "cuánto me queda en el 1234", phone_number="1234")


@pytest.mark.parametrize(
    ("intent", "text"),
    [
        ("check_usage", "y la otra?"),
        ("nlu_fallback", "y la otra?"),
        ("deny", "no, la otra"),
        ("report_lost_sim", "and the other one?"),
        ("out_of_scope", "e o outro?"),
        ("check_balance", "what about the other line"),
        ("nlu_fallback", "y el 4321?"),
    ],
)
def test_the_other_line_is_told_as_well(chat, two_lines, intent, text):
    usage_of_the_first(chat)

    chat.says(intent, text)

    asked = [each["query"]["line_id"][-2:] for each in two_lines.asked if each["path"].endswith("/usage")]
    assert asked == ["01", "02"]


@pytest.mark.parametrize(
    ("intent", "text"),
    [("thank", "gracias"), ("check_balance", "y cuánto debo?"), ("goodbye", "no, es todo, adiós")],
)
def test_another_matter_is_another_matter(chat, two_lines, intent, text):
    usage_of_the_first(chat)

    chat.says(intent, text)

    assert len([each for each in two_lines.asked if each["path"].endswith("/usage")]) == 1


def test_only_what_was_told_last_is_told_of_the_other(chat, two_lines):
    usage_of_the_first(chat)
    chat.says("thank", "gracias")

    assert chat.says("nlu_fallback", "y la otra?").responses == ["utter_clarify"]


@pytest.mark.parametrize(
    ("intent", "text"),
    [
        ("top_up", "perdón, eran 200, mándame otro"),
        ("nlu_fallback", "sorry i meant 200"),
        ("affirm", "ih errei era 200"),
        ("dispute_charge", "no wait, make it 200"),
    ],
)
def test_another_amount_makes_another_link(chat, two_lines, intent, text):
    chat.says("top_up", "recarga 50")

    chat.says(intent, text)

    assert [each["amount"] for each in two_lines.bodies("top-up-link")] == ["50", "200"]


def test_a_number_that_corrects_nothing_makes_no_link(chat, two_lines):
    chat.says("top_up", "recarga 50")

    chat.says("nlu_fallback", "mi vecino vive en el 200")

    assert len(two_lines.bodies("top-up-link")) == 1


def test_a_message_that_was_not_understood_forgets_nothing(chat, two_lines):
    chat.says("top_up", "recarga 50")
    chat.says("nlu_fallback", "por la página")

    chat.says("request_refund", "uy perdón eran 200, me mandas otro?")

    assert [each["amount"] for each in two_lines.bodies("top-up-link")] == ["50", "200"]

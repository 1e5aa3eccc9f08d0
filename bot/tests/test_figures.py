"""Balance, usage, bill, plans, payment and cases: the application's figures reach the customer unchanged."""

import pytest


def test_prepaid_credit_is_told_with_its_expiry(chat):
    said = chat.says("check_balance")

    words = said.words("utter_credit_until")
    assert (words["amount"], words["date"]) == ("$152.40", "20 de diciembre de 2026")


def test_an_amount_owed_is_told_with_its_due_date(chat, twin):
    twin.says("balance", "postpaid")

    assert chat.says("check_balance").words("utter_owed_until")["amount"] == "$299.00"


def test_what_is_disputed_of_it_is_told(chat, twin):
    twin.says("balance", "a part is disputed")

    said = chat.says("check_balance")

    assert said.responses == ["utter_owed_until", "utter_owed_disputed"]
    assert said.words("utter_owed_disputed")["amount"] == "$100.00"


@pytest.mark.parametrize(
    ("kind", "response"), [("asks_when", "utter_owed_until"), ("asks_risk", "utter_part_counts")]
)
def test_who_owes_may_ask_until_when_and_what_a_part_brings(chat, twin, kind, response):
    twin.says("balance", "postpaid")
    chat.says("check_balance")

    assert chat.says("make_payment", "y vuelve la línea", sure=0.3, does=kind).responses == [response]


def test_who_owes_nothing_hears_so(chat, twin):
    twin.says("balance", "nothing owed")

    assert chat.says("check_balance").responses == ["utter_nothing_owed"]


def test_every_bucket_of_the_line_is_told(chat):
    buckets = chat.says("check_usage").words("utter_usage")["buckets"]

    assert buckets.split("\n") == [
        "• Datos: quedan 12.6 GB de 20 GB",
        "• Llamadas: sin límite (90 min usados)",
    ]


def test_with_two_lines_usage_asks_which_and_takes_a_number_for_an_answer(chat, twin):
    twin.says("context", "a verified customer with two lines")

    assert chat.says("check_usage").responses == ["utter_ask_line"]
    said = chat.says("nlu_fallback", text="la 1234 5678")

    assert said.responses == ["utter_usage"]
    assert twin.asked[-1]["query"]["line_id"].endswith("2c01")


def test_an_open_bill_is_told_with_its_lines(chat):
    words = chat.says("view_bill").words("utter_bill_open")

    assert (words["number"], words["due"]) == ("INV-MX-2026-000045", "$299.00")
    assert words["lines"] == "• Plus 20GB: $299.00"


def test_without_a_bill_the_bot_says_so(chat, twin):
    twin.says("bill", "no bill")

    assert chat.says("view_bill").responses == ["utter_no_bill"]


def test_plans_are_listed_and_others_than_the_current_can_be_chosen(chat):
    said = chat.says("list_plans")

    assert said.words("utter_plans")["plans"].count("•") == 3
    assert said.buttons == [
        '/change_plan{"plan_name": "starter-5gb"}',
        '/change_plan{"plan_name": "max-unlimited"}',
    ]


def test_paying_gives_a_link_to_the_gateway(chat):
    said = chat.says("make_payment")

    [card] = [each for each in said.shown if each["kind"] == "payment_link"]
    assert card == {
        "kind": "payment_link",
        "url": "https://pay.example/chk_1",
        "amount": "$299.00",
        "invoice": "INV-MX-2026-000045",
    }


def test_with_nothing_to_pay_there_is_no_link(chat, twin):
    twin.says("payment_link", "nothing to pay")

    said = chat.says("make_payment")

    assert said.responses == ["utter_nothing_to_pay"]
    assert said.shown_kinds() == ["understood"]


def test_the_second_guess_is_told_for_those_who_review(chat):
    said = chat.says("check_balance", ranking=["check_balance", "nlu_fallback", "view_bill", "top_up"])

    (told,) = said.shown
    assert (told["intent"], told["next"], told["next_confidence"]) == ("check_balance", "view_bill", 0.2)


def test_what_a_button_says_has_no_second_guess(chat):
    said = chat.says("check_balance", text="/check_balance", ranking=["check_balance", "view_bill"])

    assert "next" not in said.shown[0]

"""What is meant, where words say two things: a yes after a no, an offer beside a question, a wrong line."""

import pytest

from actions import parsing
from actions.tasks import dispute_charge
from actions.tasks.choosing import chosen
from actions.tasks.question import Option
from components.facts import facts_in
from components.finding import Setting


def begin(chat):
    return chat.says("change_plan", "quiero la ilimitada", plan_name="max-unlimited")


@pytest.mark.parametrize(
    ("intent", "text"),
    [
        ("affirm", "better not... ok do it"),
        ("stop_flow", "ai melhor não... tá, faz aí"),
        ("deny", "no, mejor no. bueno sí, hazlo"),
    ],
)
def test_who_comes_round_in_the_same_breath_has_agreed(chat, twin, intent, text):
    begin(chat)

    assert chat.says(intent, text, sure=0.45).responses == ["utter_done"]
    assert len(twin.accepted()) == 1


@pytest.mark.parametrize(
    ("intent", "text"),
    [
        ("deny", "vale, mándalo"),
        ("stop_flow", "si, ya hazlo"),
        ("set_up_autopay", "tá, ativa então"),
        ("nlu_fallback", "ok send it please"),
        ("deny", "ya te dije que sí"),
    ],
)
def test_who_says_nothing_but_yes_has_agreed_whatever_it_was_taken_for(chat, twin, intent, text):
    begin(chat)

    assert chat.says(intent, text, sure=0.4).responses == ["utter_done"]
    assert len(twin.accepted()) == 1


@pytest.mark.parametrize(
    ("intent", "text"),
    [
        ("deny", "no, ok"),
        ("deny", "no, gracias"),
        ("stop_flow", "sí... no, mejor no"),
        ("affirm", "yes, but not now"),
        ("affirm", "no, it said yes?"),
        ("stop_flow", "no, no lo hagas"),
        ("deny", "no quiero, dale otra vez el precio"),
    ],
)
def test_who_ends_in_anything_less_has_not(chat, twin, intent, text):
    begin(chat)

    chat.says(intent, text)

    assert twin.accepted() == []


@pytest.mark.parametrize(
    ("intent", "text"),
    [
        ("make_payment", "no leave it, will pay at the store"),
        ("nlu_fallback", "hmm déjalo así, luego veo"),
        ("change_plan", "ah deixa quieto, vou ficar com esse"),
        ("check_balance", "and with taxes it is what?? no no leave it, my mom pays this"),
    ],
)
def test_who_leaves_it_in_her_first_words_has_left_it(chat, twin, intent, text):
    begin(chat)

    assert chat.says(intent, text).responses == ["utter_unchanged"]
    assert twin.accepted() == []


def test_who_leaves_one_plan_for_another_has_not_left_it(chat):
    begin(chat)

    said = chat.says("change_plan", "mejor no, la de 5 gigas", plan_name="starter-5gb")

    assert "utter_unchanged" not in said.responses


@pytest.mark.parametrize(
    ("text", "chosen_by"),
    [
        ("me dijeron que iba a pagar 149 al mes y llega un recibo altísimo", None),
        ("I was supposed to pay 149, why is it so much", None),
        ("vocês prometeram 149, e veio isso", None),
        ("me cobraron 149 de algo que no pedí", "149"),
        ("I was told 99 and you took 149", "149"),
    ],
)
def test_what_she_had_expected_to_pay_is_not_what_she_disputes(text, chosen_by):
    class Turn:
        intent, pressed_a_button = "dispute_charge", False

        def __init__(self):
            self.text = text

        def entity(self, name):
            return "149" if name == "amount" else None

    question = next(each for each in dispute_charge.DisputeCharge.questions if each.slot == "charge_id")

    assert question.mentioned(Turn()) == chosen_by


@pytest.mark.parametrize(
    ("text", "chosen_by"),
    [
        ("those extra gigas are not mine", "gigas"),
        ("ni llamadas ni datos", None),
        ("is wrong", None),
    ],
)
def test_a_charge_is_also_called_by_what_was_used(text, chosen_by):
    class Turn:
        intent, pressed_a_button = "dispute_charge", False

        def entity(self, name):
            return None

    Turn.text = text
    question = next(each for each in dispute_charge.DisputeCharge.questions if each.slot == "charge_id")

    assert question.mentioned(Turn()) == chosen_by


def test_a_yes_belongs_to_what_was_offered_last(chat, twin):
    chat.says("report_lost_sim", "perdí mi celular")
    chat.says("affirm", "sí")
    twin.says("activations", "none")
    chat.says("activate_sim", "y mi otro chip, el que compré ayer, cómo lo activo?")

    said = chat.says("affirm", "sí")

    assert said.responses[0] == "utter_handover"


def test_a_guess_in_the_middle_of_something_is_not_answered(chat, twin):
    begin(chat)

    said = chat.says("ticket_status", "oye y eso tiene plazo forzoso", sure=0.35)

    assert said.responses == ["utter_confirm_again"]


def test_a_line_that_is_not_hers_is_not_replaced_by_her_own(chat, twin):
    said = chat.says("change_plan", "cambia el plan", plan_name="max-unlimited", phone_number="+525500000001")

    assert said.responses == ["utter_not_your_line", "utter_ask_line"]
    assert twin.wanted() == []


def test_what_is_lost_stays_blocked_when_the_rest_is_left(chat):
    chat.says("report_lost_sim", "perdí mi celular")
    chat.says("affirm", "sí")

    assert chat.says("stop_flow", "luego veo eso").responses == ["utter_new_sim_later"]


def test_articles_do_not_choose():
    ways = [
        Option("esim", "eSIM, con un código", ("esim",)),
        Option("sim", "Chip en una tienda", ("tienda",)),
    ]

    assert chosen("una esim", ways) == ways[0]
    assert chosen("en la tienda", ways) == ways[1]


@pytest.mark.parametrize(
    ("intent", "text", "meant"),
    [
        ("deny", "no, eso está mal, yo no usé esos datos", "wrong"),
        ("affirm", "tá errada sim", "wrong"),
        ("deny", "no está bien", "wrong"),
        ("deny", "no, está bien", "right"),
        ("nlu_fallback", "ahh entendi, foi a internet que passou. tá certo então", "right"),
        ("affirm", "ok", "right"),
        ("affirm", "sí", "wrong"),
        ("affirm", "yes, I never used that", "wrong"),
        ("deny", "nope", "right"),
        ("thank", "ah gracias", "right"),
        ("dispute_charge", "nunca usei isso", "wrong"),
        ("dispute_charge", "quiero reclamar", "wrong"),
        ("dispute_charge", "pero por qué subió", None),
    ],
)
def test_whether_a_bill_is_wrong_is_heard_in_her_words(intent, text, meant):
    class Turn:
        def does(self, *_kinds):
            return False

    turn = Turn()
    turn.text, turn.intent = text, intent
    assert dispute_charge.judged(turn) == meant


def test_a_bare_number_asks_for_nobody(chat, twin):
    """ "0190" is the end of a line's number, whatever a model makes of it."""
    twin.says("context", "a verified customer with two lines")
    chat.says("buy_addon", "necesito más datos")

    assert "utter_handover" not in chat.says("talk_to_agent", "5678", sure=0.3).responses
    assert twin.bodies("handover") == []


def test_the_other_line_is_heard_beside_the_plan(chat, twin):
    twin.says("context", "a verified customer with two lines")
    chat.says("change_plan", "quiero cambiar de plan")
    chat.says("nlu_fallback", "la primera")

    chat.says("change_plan", "no perdón, la otra línea. y quiero la ilimitada", plan_name="max-unlimited")

    assert twin.wanted()[-1]["line_id"] != "0b8f3a52-3f0e-4c8a-9b5e-5d0a4f8e2c01"


@pytest.mark.parametrize(
    "text", ["o de 5 giga acho pouco... o do meio ta bom", "5 gb is too little, the middle one is ok"]
)
def test_the_plan_that_she_finds_too_small_is_not_the_one(chat, twin, text):
    chat.says("change_plan", "quero outro plano")

    said = chat.says("change_plan", text, sure=0.56, finds=True, does="answers")

    assert "starter-5gb" not in [each.get("offer_code") for each in twin.wanted()]
    assert said.responses in (["utter_confirm"], ["utter_choose_one"])


@pytest.mark.parametrize("intent", ["top_up", "deny", "affirm", "make_payment"])
@pytest.mark.parametrize(
    "text",
    ["no, con la tarjeta de mi mamá mejor. dale", "no, otra tarjeta, hazlo", "espera, con otra. pode pagar"],
)
def test_a_yes_after_another_wish_is_no_yes_to_what_was_proposed(chat, card, twin, intent, text):
    chat.says("make_payment", "quiero pagar 100 con la visa")
    chat.says("nlu_fallback", "la visa")

    chat.says(intent, text, sure=0.7)

    assert twin.accepted() == []


def test_the_price_of_another_plan_asked_beside_a_yes_is_told(chat, twin):
    chat.says("change_plan", "put me on the no limit one", plan_name="max-unlimited")

    said = chat.says(
        "list_plans",
        "wait thats too much. the 5 giga one is how much?",
        sure=0.7,
        does="asks_price",
        finds=True,
    )

    assert said.responses[0] == "utter_plans" or "starter-5gb" in str(twin.wanted())


@pytest.mark.parametrize(
    ("text", "rest", "told"),
    [
        ("deixa, quero pagar a fatura", "make_payment", "utter_payment_link"),
        ("nah forget it. how much data have i got", "check_usage", "utter_usage"),
        ("mejor no, ya veo luego lo del plan", "change_plan", None),
    ],
)
def test_who_leaves_it_for_something_else_is_asked_about_that(chat, twin, monkeypatch, text, rest, told):
    async def understood(turn, texts):
        meant = [*(["stop_flow"] * (len(texts) - 1)), rest]
        return [
            {"text": text, "intent": {"name": intent, "confidence": 0.9}, "reply": {}, "entities": []}
            for text, intent in zip(texts, meant)
        ]

    monkeypatch.setattr(parsing, "understood", understood)
    begin(chat)

    said = chat.says(rest, text)

    assert said.responses == ["utter_unchanged", *([told] if told else [])]
    assert twin.accepted() == []


def test_what_she_wishes_instead_is_reported_and_the_whole_of_it_known_again(chat, monkeypatch):
    async def understood(turn, texts):
        told = [("stop_flow", 0.9), ("check_usage", 0.7)]
        return [
            {"text": text, "intent": {"name": intent, "confidence": sure}, "reply": {}, "entities": []}
            for text, (intent, sure) in zip(texts, told)
        ]

    monkeypatch.setattr(parsing, "understood", understood)
    begin(chat)

    said = chat.says("stop_flow", "nah forget it. how much data have i got")

    assert said.responses == ["utter_unchanged", "utter_usage"]
    assert [each["intent"] for each in said.shown if each["kind"] == "understood"] == ["check_usage"]
    assert chat.slots["heard"] == "nah forget it. how much data have i got"


@pytest.mark.parametrize("intent", ["stop_flow", "change_plan"])
@pytest.mark.parametrize(
    ("text", "plan"),
    [
        ("ah não, deixa quieto, faz o starter pra ele mesmo", "starter-5gb"),
        ("no wait, leave that, do the max one", "max-unlimited"),
        ("olvídalo, me quedo con el plus que traigo", None),
        ("leave it. starter is too small for me and my wife", None),
    ],
)
def test_who_leaves_it_for_another_of_the_same_is_proposed_that(chat, twin, monkeypatch, intent, text, plan):
    async def understood(turn, texts):
        return [
            {
                "text": each,
                "intent": {"name": "nlu_fallback", "confidence": 0.3},
                "reply": {"name": "answers", "confidence": 0.5},
                "entities": facts_in(each, Setting.of({})),
            }
            for each in texts
        ]

    monkeypatch.setattr(parsing, "understood", understood)
    begin(chat)
    proposed = twin.wanted()[-1]["offer_code"]

    said = chat.says(intent, text, sure=0.45, finds=True)

    assert said.responses == ["utter_confirm" if plan else "utter_unchanged"]
    assert twin.wanted()[-1]["offer_code"] == (plan or proposed)
    assert twin.accepted() == []

"""Her cases, her mail and town, and a call instead of a chat."""

import pytest

from actions.tasks import update_contact


def test_a_case_is_told_with_what_happens_next_and_the_last_answer(chat):
    said = chat.says("ticket_status")

    assert said.responses == ["utter_ticket", "utter_ticket_answer"]
    assert said.words("utter_ticket_answer")["answer"] == "Mañana va un técnico."


@pytest.mark.parametrize(
    ("text", "case"), [("el último", "TT-2026-000124"), ("la primera", "TT-2026-000123")]
)
def test_of_several_open_cases_she_says_which(chat, twin, text, case):
    twin.says("tickets", "two open and an old one")

    asked = chat.says("ticket_status", "¿cómo va mi caso?")

    assert asked.responses == ["utter_ask_ticket"]
    assert len(asked.buttons) == 3  # two cases, and never mind
    assert chat.says("nlu_fallback", text).words("utter_ticket")["reference"] == case


def test_a_case_is_told_by_its_number_also_when_it_is_over(chat, twin):
    twin.says("tickets", "two open and an old one")

    said = chat.says("ticket_status", "TT-2026-000101", ticket_number="TT-2026-000101")

    assert said.words("utter_ticket")["reference"] == "TT-2026-000101"


def test_another_email_counts_once_its_code_is_told(chat, twin):
    asked = chat.says("update_contact", "cambia mi correo a nueva@example.com", email="nueva@example.com")
    assert asked.responses == ["utter_ask_email_code"]

    assert chat.says("nlu_fallback", "es 123 456").responses == ["utter_done"]
    assert twin.asked[-1]["json"]["code"] == "123456"
    for asked in ("asks_done", "asks_price"):
        said = chat.says("make_payment", "so the next one comes there, right?", sure=0.4, does=asked)
        assert said.responses == ["utter_already_done"]


def test_a_person_is_not_told_the_code(chat, twin):
    twin.says("contact", "a wrong code")
    chat.says("update_contact", "cambia mi correo", email="nueva@example.com")
    chat.says("nlu_fallback", "654321")
    chat.says("talk_to_agent", "quiero hablar con una persona")

    [told] = twin.bodies("handover")
    assert told["slots"]["email"] == "nueva@example.com"
    assert "654321" not in str(told)


def test_a_wrong_code_is_asked_for_again(chat, twin):
    twin.says("contact", "a wrong code")
    chat.says("update_contact", "cambia mi correo", email="nueva@example.com")

    assert chat.says("nlu_fallback", "654321").responses == ["utter_told", "utter_ask_email_code"]


def test_who_has_another_mail_and_has_moved_is_asked_about_both(chat, twin):
    chat.says(
        "update_contact",
        "ya vivo en Mérida, y también cambié de correo: nueva@example.com",
        email="nueva@example.com",
    )

    said = chat.says("nlu_fallback", "123456")

    assert said.responses == ["utter_done", "utter_second", "utter_confirm"]
    assert twin.wanted() == [{"city": "Mérida"}]


@pytest.mark.parametrize(
    ("text", "city"),
    [
        ("Puebla", "Puebla"),
        ("ahora vivo en Puebla", "Puebla"),
        ("nos mudamos a Ciudad Juárez, gracias", "Ciudad Juárez"),
        ("agora moro no Rio de Janeiro", "Rio de Janeiro"),
        ("perdón, quise decir Toluca", "Toluca"),
        ("sorry, I meant Leeds", "Leeds"),
        ("i live in New Delhi now", "New Delhi"),
        ("Agora e Campinas", "Campinas"),
        ("Mérida, la de Yucatán, sí porfa", "Mérida"),
        ("quer dizer, estado de sao paulo né, a cidade é Santos", "Santos"),
        ("calle 5 número 12", None),
        ("todavía no lo sé muy bien la verdad, les aviso", None),
    ],
)
def test_a_city_is_heard_in_a_sentence(text, city):
    class Turn:
        intent = "out_of_scope"

    Turn.text = text

    assert update_contact.city(Turn()) == city


def test_a_no_and_a_question_are_no_cities(chat, twin):
    chat.says("update_contact", "me mudé de casa")

    assert chat.says("check_balance", "¿cuánto debo?").responses[-1] == "utter_ask_city"
    assert chat.says("deny", "no").responses == ["utter_unchanged"]
    assert twin.proposals() == []


def test_a_city_after_a_yes_is_one(chat, twin):
    chat.says("update_contact", "me mudé de casa")

    assert chat.says("affirm", "Sí, Gracias").responses[-1] == "utter_ask_city"
    assert chat.says("affirm", "Sí, Mérida, Yucatán").responses == ["utter_confirm"]


def test_a_city_is_changed_after_a_yes(chat, twin):
    assert chat.says("update_contact", "me mudé de casa").responses == ["utter_ask_city"]
    assert chat.says("out_of_scope", "Mérida").responses == ["utter_confirm"]
    assert chat.agrees().responses == ["utter_done"]


def test_a_name_is_for_a_person(chat, twin):
    assert chat.says("update_contact", "mi apellido está mal").responses[0] == "utter_handover_contact"


def test_a_stranger_changes_nothing(chat, twin):
    twin.says("context", "an anonymous visitor")

    for intent in ("update_contact", "cancel_service", "get_puk", "report_lost_sim", "buy_addon"):
        assert chat.says(intent).responses == ["utter_ask_number", "utter_or_sign_in"]
    assert twin.proposals() == []


@pytest.mark.parametrize(
    "text",
    [
        "llámame por favor",
        "can you call me back",
        "me liga",
        "mejor márquenme mañana temprano",
        "liga pra mim depois do almoço",
        "ya no quiero chatear, q me marque alguien",
        "quem me ensinou foi a menina da farmácia. prefiro que alguém me ligue",
    ],
)
def test_who_wants_to_be_called_is_called_back(chat, twin, text):
    said = chat.says("talk_to_agent", text)

    assert said.responses == ["utter_call_back", "utter_wait"]
    assert twin.bodies("handover") == []
    assert twin.bodies("call-back")[0]["summary"] == text


def test_who_waits_to_be_called_is_still_served(chat, twin):
    chat.says("talk_to_agent", "me liga amanhã de manhã")

    said = chat.says("update_contact", "ah, e outra coisa, mudei de cidade. agora é Mérida", finds=True)

    assert said.responses == ["utter_confirm"]
    assert twin.wanted() == [{"city": "Mérida"}]


@pytest.mark.parametrize(
    ("intent", "text"),
    [
        ("ticket_status", "y sí me van a marcar verdad?"),
        ("talk_to_agent", "vocês vão me ligar mesmo?"),
        ("talk_to_agent", "will someone really call?"),
    ],
)
def test_who_asks_whether_she_will_be_called_is_promised_it_again(chat, twin, intent, text):
    chat.says("talk_to_agent", "can you call me back")

    assert chat.says(intent, text, sure=0.3, does="asks_risk").responses[0] == "utter_call_back"
    assert twin.bodies("handover") == []


def test_without_a_number_a_person_writes(chat, twin):
    twin.says("call_back", "no number")

    assert chat.says("talk_to_agent", "que me llamen").responses[0] == "utter_handover"


def test_what_else_changes_with_the_city_is_told(chat, twin):
    chat.says("update_contact", "me mudé de casa")
    chat.says("out_of_scope", "Mérida")

    said = chat.says(
        "change_plan", "pera, mudando isso o valor do plano muda tb?", sure=0.67, does="asks_price"
    )

    assert said.responses == ["utter_city_only", "utter_confirm_reminder"]
    assert chat.says("update_contact", "ah ta. entao pode mudar sim pra Mérida").responses == ["utter_done"]


@pytest.mark.parametrize(
    ("intent", "text"),
    [
        ("out_of_scope", "vim da França, e minha família mudou de São Paulo pra Puebla. Preciso mudar algo?"),
        ("update_contact", "pode colocar Puebla no meu cadastro por favor"),
        ("update_contact", "put Puebla in my details please"),
        ("nlu_fallback", "nos cambiamos de Mérida a Puebla. ¿tengo que avisar algo?"),
    ],
)
def test_the_town_she_moved_to_is_proposed_wherever_she_comes_from(chat, twin, intent, text):
    chat.metadata["market"] = "BR"
    country = {"country": "FR"} if "França" in text else {}

    chat.says(intent, text, sure=0.46, **country)

    assert twin.proposals() == [("change_city", {"city": "Puebla"})]

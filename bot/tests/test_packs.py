"""More data for a line: a pack by its volume, its place or its name."""

import pytest
from twin import LINE


def test_a_pack_is_named_by_its_volume_and_bought_once(chat, twin):
    said = chat.says("buy_addon", "quiero 2 gigas más", data_volume="2 GB")
    assert "$49.00" in said.words("utter_confirm")["sentence"]

    assert chat.agrees().responses == ["utter_done"]
    chat.agrees()

    assert twin.proposals() == [("buy_addon", {"line_id": LINE, "offer_code": "extra-2gb"})]
    assert len(twin.accepted()) == 1


def test_a_pack_is_chosen_and_corrected(chat, twin):
    asked = chat.says("buy_addon", "se me acabaron los datos")
    assert asked.responses == ["utter_ask_pack"]
    assert asked.buttons[0] == '/buy_addon{"pack":"extra-2gb"}'

    chat.says("nlu_fallback", "la segunda")
    corrected = chat.says("deny", "no, mejor la de 2 gigas", data_volume="2 GB")

    assert "Extra 2GB" in corrected.words("utter_confirm")["sentence"]
    assert twin.accepted() == []


@pytest.mark.parametrize(
    ("text", "pack"), [("la de 2", "extra-2gb"), ("2", "extra-10gb"), ("la de 10", "extra-10gb")]
)
def test_a_pack_of_two_is_not_the_second_one(chat, twin, text, pack):
    chat.says("buy_addon", "se me acabaron los datos")

    chat.says("nlu_fallback", text)

    assert twin.wanted()[0]["offer_code"] == pack


def test_a_pack_that_there_is_not_is_not_passed_over_in_silence(chat, twin):
    said = chat.says("buy_addon", "dame 3 gigas más", data_volume="3 GB")

    assert said.responses == ["utter_not_offered", "utter_ask_pack"]
    assert twin.wanted() == []


def test_without_a_pack_a_person_is_offered(chat, twin):
    twin.says("addons", "none")

    assert chat.says("buy_addon").responses == ["utter_no_pack"]


@pytest.mark.parametrize(
    ("text", "pack"),
    [
        ("o maior, vou ficar dois dias na estrada com as crianças", "extra-10gb"),
        ("el de más gigas, que me dure para ver los partidos del sábado", "extra-10gb"),
        ("the bigger one please, we have guests for the whole weekend", "extra-10gb"),
        ("the bigger one is too expensive, the one of 2 GB", "extra-2gb"),
    ],
)
def test_the_bigger_pack_is_chosen_among_other_words(chat, twin, text, pack):
    chat.says("buy_addon", "se me acabaron los datos")

    chat.says("buy_addon", text, sure=0.69, finds=True)

    assert [each["offer_code"] for each in twin.wanted()] == [pack]


@pytest.mark.parametrize("text", ["nel no me alcanza, dame el chico el de 49", "then the 49 one", "el de 49"])
def test_after_a_pack_that_is_too_dear_a_price_names_another(chat, twin, text):
    twin.breaks("proposals", 409, {"code": "credit_too_low", "message": "El saldo no alcanza para esto."})
    chat.says("buy_addon", "se me acabaron los datos")
    refused = chat.says("buy_addon", "el de 10 gigas", data_volume="10 GB")
    assert refused.responses == ["utter_refused"]
    twin.says("addons", "the small pack")

    said = chat.says("change_plan", text, sure=0.55, does="agrees", does_sure=0.4)

    assert said.responses == ["utter_confirm"]
    assert twin.wanted()[-1]["offer_code"] == "extra-2gb"

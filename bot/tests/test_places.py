"""What a message means where the talk stands: how it is learnt, and what comes of it."""

import numpy as np
import pytest
from rasa.shared.core.events import UserUttered

from actions.tasks import placing
from actions.tasks.question import Option
from components.places import PlaceModel, meant_at
from stores.trackers import _row

BLOCKED = "report_lost_sim"


def at(place, meaning, sure=0.9):
    return {place: [meaning, sure]}


def proposed(chat):
    """The smaller of two packs."""
    return chat.presses(chat.says("buy_addon", "más datos").button("extra-2gb"))


def learnt():
    """Two places where the same two messages mean different things."""
    shop, code = np.array([1.0, 0.0, 0.0]), np.array([0.0, 1.0, 0.0])
    lines = [("sim", "choose:card", shop), ("sim", "choose:esim", code)] * 6
    lines += [("pay", "no", shop), ("pay", "aside", code)] * 6
    return PlaceModel(5.0).fit(
        np.stack([vector for *_, vector in lines]),
        [place for place, *_ in lines],
        [meaning for _, meaning, _ in lines],
    ), shop


def test_the_same_message_means_different_things_at_different_places():
    model, shop = learnt()

    told = model.chances(shop)

    assert {place: meaning for place, (meaning, _) in told.items()} == {"sim": "choose:card", "pay": "no"}
    assert all(0.5 < sure <= 1 for _, sure in told.values())


def test_what_is_learnt_is_the_same_once_it_was_kept(tmp_path):
    model, shop = learnt()
    model.save(tmp_path)

    again = PlaceModel(5.0).restore(tmp_path).chances(shop)

    assert again == pytest.approx(model.chances(shop), abs=1e-6) or again == model.chances(shop)


def test_a_matter_that_is_seldom_taken_up_somewhere_is_only_another_one():
    vectors = np.eye(6)
    model = PlaceModel(5.0).fit(
        vectors, ["a"] * 6, ["aside", "aside", "no", "no", "other:get_puk", "other:top_up"]
    )

    assert {meaning for _, meaning in model.rows} == {"aside", "no", "other"}


def test_a_line_of_a_place_says_where_and_what():
    assert meant_at("at_asked.way__choose:card") == ("asked.way", "choose:card")
    assert meant_at("make_payment") is None


def test_what_a_message_would_mean_elsewhere_is_not_kept():
    heard = {"at_places": at("left", "aside"), "text": "sí"}
    said = UserUttered("sí", {"name": "affirm"}, parse_data=heard)

    assert "at_places" not in _row("talk", said)["data"]
    assert "at_places" in said.parse_data


def test_who_tells_it_loosely_chooses(chat, twin):
    chat.says(BLOCKED, "perdí mi chip")
    chat.agrees()

    chat.says(
        "out_of_scope",
        "vivo en el rancho, la tienda me queda a dos horas",
        at=at("asked.report_lost_sim.new_sim", "choose:esim"),
    )

    assert twin.wanted()[-1]["form"] == "esim"


def test_the_other_one_of_two_takes_the_place_of_what_was_proposed(chat, twin):
    proposed(chat)

    chat.says("nlu_fallback", "eso me dura un día, para nada", at=at("proposed.buy_addon", "choose:other"))

    assert [each["offer_code"] for each in twin.wanted()] == ["extra-2gb", "extra-10gb"]
    assert twin.accepted() == []


@pytest.mark.parametrize(
    ("text", "intent", "sure", "done"),
    [
        ("órale, que ya me urge en la chamba", "nlu_fallback", 0.9, 1),
        ("órale, que ya me urge en la chamba", "nlu_fallback", 0.6, 0),
        ("¿y si luego no me sirve, me regresan?", "nlu_fallback", 0.9, 0),
        ("no", "deny", 0.9, 0),
        ("<b>sí</b>", "nlu_fallback", 0.9, 0),
        ("mejor la de 10", "buy_addon", 0.9, 0),
    ],
)
def test_a_yes_is_one_where_nothing_else_is_said(chat, twin, text, intent, sure, done):
    proposed(chat)

    chat.says(intent, text, sure=0.55, at=at("proposed.buy_addon", "yes", sure), finds=True)

    assert len(twin.accepted()) == done


def test_what_is_told_beside_the_question_changes_nothing(chat, two_lines, card):
    chat.says("top_up", "recarga", phone_number="+525587654321")
    before = chat.slots["work"]["answers"]

    chat.says("check_usage", "con 100 cuántos gigas dan?", sure=0.5, at=at("asked.top_up.amount", "aside"))

    assert chat.slots["work"]["answers"] == before
    assert chat.slots["work"]["asking"] == "amount"


def test_another_matter_is_taken_up_in_the_middle(chat, twin):
    proposed(chat)

    chat.says(
        "check_balance",
        "espérate, primero cuánto debo?",
        sure=0.5,
        at=at("proposed.buy_addon", "other:check_balance"),
    )

    assert chat.slots["work"]["task"] == "buy_addon"
    assert any(each["path"].endswith("/balance") for each in twin.asked)
    assert twin.accepted() == []


def test_who_wants_nothing_more_begins_nothing(chat, twin):
    proposed(chat)
    chat.agrees()
    asked = len(twin.asked)

    said = chat.says(
        "make_payment",
        "beleza, agora consigo mandar os orçamentos",
        sure=0.6,
        at=at("done.buy_addon", "closes"),
    )

    assert said.responses == ["utter_anything_else"]
    assert len(twin.asked) == asked


@pytest.mark.parametrize(
    ("text", "amount"),
    [
        ("one fifty if possible", "150"),
        ("bota cinquentinha", "50"),
        ("lo menos", "50.00"),
        ("umm hundred no sorry two hundred", "200"),
    ],
)
def test_a_sum_is_heard_in_any_words(chat, two_lines, card, text, amount):
    chat.says("top_up", "recarga", phone_number="+525587654321")

    chat.says("deny", text, at=at("asked.top_up.amount", "choose:amount"))

    assert chat.slots["work"]["answers"]["amount"] == amount


def test_one_of_two_guesses_is_taken(chat, twin):
    chat.says("nlu_fallback", "lo de los gigas", ranking=["buy_addon", "change_plan"])

    chat.says("nlu_fallback", "lo primero", at=at("offered.guesses", "choose:first"))

    assert chat.slots["work"]["task"] == "buy_addon"


@pytest.mark.parametrize(
    ("told", "values", "chosen"),
    [
        ("small", ["a", "b", "c"], "a"),
        ("big", ["a", "b", "c"], "c"),
        ("oldest", ["all", "1", "2"], "1"),
        ("latest", ["all", "1", "2"], "2"),
        ("latest", ["1"], None),
        ("second", ["1", "2"], "2"),
        ("second", ["1", "2", "3"], None),
        ("card", ["saved:1", "link"], "saved:1"),
        ("card", ["saved:1", "saved:2", "link"], None),
        ("page", ["saved:1", "link"], "link"),
        ("esim", ["esim", "card", "later"], "esim"),
        ("smaller", ["plan:s", "plan:m", "pause"], "plan:s"),
        ("nothing_of_it", ["a", "b"], None),
    ],
)
def test_what_is_meant_by_its_role(told, values, chosen):
    option = placing.stands_for(told, [Option(each, each) for each in values])

    assert (option.value if option else None) == chosen


@pytest.mark.parametrize("text", ["para pagar las 2 por favor", "quero pagar as duas", "i'll pay the 2"])
def test_so_many_bills_are_no_sum(chat, twin, text):
    twin.says("payables", "two bills and a card")

    chat.says("make_payment", text, finds=True)

    assert chat.slots["work"]["answers"] == {"invoice_number": "all"}


def test_a_yes_alone_chooses_what_she_asked_about_last(chat, twin):
    chat.says(BLOCKED, "perdí mi chip")
    chat.agrees()
    chat.says(
        "activate_sim",
        "se puede con esim? tengo un iphone viejo",
        sure=0.5,
        at=at("asked.report_lost_sim.new_sim", "aside"),
    )

    chat.agrees()

    assert twin.wanted()[-1]["form"] == "esim"


def test_what_is_asked_about_another_plan_is_what_she_agrees_to(chat, twin):
    chat.presses(chat.says("change_plan", "otro plan").button("max-unlimited"))

    chat.says(
        "list_plans",
        "uf, es mucho. y el de 5 gigas cuánto es?",
        sure=0.7,
        at=at("proposed.change_plan", "aside"),
        plan_name="starter-5gb",
    )
    chat.says("goodbye", "ok ese entonces", sure=0.6, at=at("proposed.change_plan", "yes"))

    assert twin.accepted() == []
    assert twin.wanted()[-1]["offer_code"] == "starter-5gb"


def test_who_only_thanks_wants_no_person(chat, twin):
    chat.says("get_puk", "mi puk")

    said = chat.says("thank", "sos un genio, graciasss", at=at("told.get_puk", "person"))

    assert said.responses == ["utter_welcome"]


@pytest.mark.parametrize(
    ("text", "intent", "place", "meaning"),
    [
        ("¿cuánto tarda? ¿y si no me gusta?", "buy_addon", "done.change_plan", "aside"),
        ("asdkj qweoi zxmnb", "nlu_fallback", "done.change_plan", "other:buy_addon"),
    ],
)
def test_nothing_begins_upon_what_is_said_beside(chat, twin, text, intent, place, meaning):
    chat.presses(chat.says("change_plan", "otro plan").button("max-unlimited"))
    chat.agrees()

    chat.says(intent, text, sure=0.5, at=at(place, meaning))

    assert not chat.slots.get("work")


def test_what_she_refused_is_not_offered_again_after_the_other(chat, twin):
    chat.presses(chat.says("change_plan", "otro plan").button("max-unlimited"))

    chat.says(
        "buy_addon",
        "nah, mejor no, muy caro. nomas ponme gigas extra",
        sure=0.7,
        at=at("proposed.change_plan", "choose:other", 0.6),
    )

    assert chat.slots["work"]["task"] == "buy_addon"
    assert not chat.slots.get("parked")


def test_which_way_a_number_goes_is_known_before_it_is_asked(chat, twin):
    chat.says(
        "port_number",
        "en mi trabajo nos dan línea y quiero pasar mi número para allá",
        at=at("asked.port_number.direction", "choose:out"),
    )

    assert [kind for kind, _ in twin.proposals()] == ["port_out_code"]

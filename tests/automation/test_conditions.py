"""What holds, what contradicts itself, and what survives being written down."""

from uuid import uuid4

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from app.automation.contradictions import contradictions
from app.automation.definition import Condition, RuleContent, content_of
from app.automation.facts import FIELDS, OPERATORS, Facts, Operator, Type, folded, holds
from app.automation.readable import model_of, read, write

WORDS = st.sampled_from(["adios", "cancelar ya", "factura", "línea", "no"])
CHOICES = st.sampled_from(["billing", "sales", "MX", "BR", "es", "high"])
NUMBERS = st.integers(0, 9)
VALUES = {
    Type.CHOICE: CHOICES,
    Type.TEXT: WORDS,
    Type.NUMBER: NUMBERS.map(str),
    Type.TAGS: CHOICES,
    Type.FLAG: st.sampled_from(["yes", "no"]),
}
OWN = {
    Type.CHOICE: CHOICES,
    Type.TEXT: st.lists(WORDS, max_size=3).map(" ".join),
    Type.NUMBER: NUMBERS,
    Type.TAGS: st.frozensets(CHOICES, max_size=3),
    Type.FLAG: st.booleans(),
}


@st.composite
def conditions(draw):
    field = FIELDS[draw(st.sampled_from(["topic", "subject", "rating", "tags", "has_owner"]))]
    operator = draw(st.sampled_from(OPERATORS[field.type]))
    most = 1 if field.type is Type.NUMBER else 3
    values = draw(st.lists(VALUES[field.type], min_size=1, max_size=most))
    return Condition(field=field.name, operator=operator, values=tuple(values))


GROUPS = st.lists(conditions(), max_size=4).map(tuple)


@st.composite
def rules(draw):
    when = {group: draw(GROUPS) for group in ("all", "any", "none")}
    return RuleContent(
        name=draw(st.text("aé漢1:", min_size=1, max_size=8)),
        trigger="ticket.opened",
        when=when,
        actions=[{"kind": "add_tag", "value": "x"}],
    )


FACTS = st.fixed_dictionaries(
    {name: st.none() | OWN[field.type] for name, field in FIELDS.items()}
).map(lambda values: Facts(uuid4(), None, "MX", "TT", values))


quietly = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


@quietly
@given(rules(), FACTS)
def test_a_rule_that_is_called_contradictory_never_matches(rule, facts):
    if contradictions(rule):
        assert rule.when.matched_by(facts) is None


@quietly
@given(rules(), FACTS)
def test_a_match_names_conditions_that_hold_and_no_other(rule, facts):
    why = rule.when.matched_by(facts)

    alone = [each for group in ("all", "any") for each in rule.when.group(group)]
    if why is None:
        fails = [each for each in rule.when.all if not each.holds(facts)]
        bad = [each for each in rule.when.none if each.holds(facts)]
        none_of_any = rule.when.any and not any(each.holds(facts) for each in rule.when.any)
        assert fails or bad or none_of_any
    else:
        told = [each for each in why if each["group"] != "none"]
        assert all(
            holds(facts.values[each["field"]], Operator(each["operator"]), each["values"])
            for each in told
        )
        assert len(told) <= len(alone)


@quietly
@given(rules())
def test_a_rule_survives_json_and_yaml(rule):
    text = write(rule.plain())

    assert content_of(rule.plain()) == rule
    assert model_of(read(text), RuleContent) == rule
    assert write(model_of(read(text), RuleContent).plain()) == text


def test_words_are_found_whole_whatever_their_accents():
    assert holds("¡CANCELÁR mi línea!", Operator.CONTAINS, ["cancelar"])
    assert holds("Mi línea, cancelada", Operator.LACKS, ["cancelar", "lin"])
    assert holds("quiero dar de baja todo", Operator.CONTAINS, ["dar de baja"])
    assert folded(" A-b  Ç ") == " a b c "


def test_what_is_not_known_answers_no_question_with_yes():
    for operator, wanted in [("is", "x"), ("is_not", "x"), ("at_most", "9"), ("lacks", "x")]:
        assert not holds(None, Operator(operator), [wanted])

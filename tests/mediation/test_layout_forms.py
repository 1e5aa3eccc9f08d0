"""A layout as a form: filled in from a definition and read again, it means the same."""

import pytest
from werkzeug.datastructures import MultiDict

from app.backoffice import layout_forms
from app.core.errors import Invalid
from tests.factories.mediation import CSV, JSON
from tests.mediation.test_layouts import AS_CSV, AS_FIXED, FILES, SAME, parsed


def through_the_form(definition, **changed):
    return layout_forms.read(MultiDict({**layout_forms.shown(definition), **changed}))


@pytest.mark.parametrize(("definition", "text"), FILES)
def test_a_file_is_read_the_same_by_what_the_form_says(definition, text):
    assert parsed(through_the_form(definition), text) == [SAME]


WITH_BESIDE = {
    **JSON,
    "beside": {"suffix": ".ctl", "sha256": "SHA"},
    "totals": [{"in": "beside", "from": "2"}, {"in": "beside", "from": "U", "sum_of": "quantity"}],
}


@pytest.mark.parametrize("definition", [CSV, JSON, WITH_BESIDE, *(each for each, _text in FILES)])
def test_the_form_can_say_all_of_it(definition):
    assert layout_forms.unsaid(definition) == []


def changed(base, field, **more):
    return {**base, "fields": {**base["fields"], field: {**base["fields"][field], **more}}}


@pytest.mark.parametrize(
    ("definition", "lost"),
    [
        (changed(CSV, "kind", values={"a=b": "voice"}), ["kind"]),
        ({**CSV, "columns": [*CSV["columns"], "7"]}, []),
        (
            changed({**CSV, "columns": [*CSV["columns"], "7"]}, "other_party", **{"from": 7}),
            ["other_party"],
        ),
        ({**CSV, "totals": [{"in": "trailer", "from": 2}] * 5}, ["totals"]),
    ],
)
def test_what_the_form_cannot_say_is_named(definition, lost):
    assert layout_forms.unsaid(definition) == lost


@pytest.mark.parametrize(
    ("field", "text"),
    [("at_number", "2"), ("at_number", ""), ("values_kind", "voice"), ("total_at_0", "x")],
)
def test_a_place_that_is_none_is_refused_by_its_field(field, text):
    with pytest.raises(Invalid) as refused:
        through_the_form(AS_FIXED, **{field: text})

    assert refused.value.details["field"] == field


def test_a_number_is_a_column_s_place_unless_a_column_is_called_so():
    named = through_the_form(AS_CSV, at_record_id="1")
    called = through_the_form(
        CSV, columns="what\nid\nmsisdn\nkind\nstart\namount\n7", at_other_party="7"
    )

    assert named["fields"]["record_id"] == {"from": 1}
    assert called["fields"]["other_party"] == {"from": "7"}


def test_so_many_digits_are_no_place_but_a_name():
    definition = through_the_form(AS_CSV, at_record_id="1" * 5000)

    assert definition["fields"]["record_id"] == {"from": "1" * 5000}

"""What pydantic refuses is said in our words, for every kind of error that it has."""

import pytest
from pydantic import BaseModel, Field, ValidationError, field_validator
from pydantic_core._pydantic_core import list_all_errors

from app.core import faults
from app.core.i18n import lazy, speaking


class Parcel(BaseModel):
    weight: int = Field(ge=1)
    label: str = Field(min_length=1, max_length=5)
    note: str = ""

    @field_validator("note")
    @classmethod
    def _polite(cls, value):
        if value == "rude":
            raise ValueError(lazy("Please check what you entered."))
        if value == "slip":
            raise ValueError("an inner matter")
        return value


def said(**parcel):
    with pytest.raises(ValidationError) as refused:
        Parcel.model_validate(parcel)
    return [faults.sentence(map(str, each["loc"]), each) for each in refused.value.errors()]


def test_a_fault_is_named_by_its_field():
    assert said(weight=0, label="") == ["weight: must be at least 1", "label: must not be empty"]
    assert said(weight=1, label="sixsix") == ["label: is too long: at most 5"]
    assert said(label="x") == ["weight: is missing"]


def test_our_own_words_are_said_in_the_language_of_the_reader_and_nobody_elses():
    with speaking("es"):
        own = said(weight=1, label="x", note="rude")

    assert own != ["note: Please check what you entered."]
    assert said(weight=1, label="x", note="slip") == ["note: is not valid"]


@pytest.mark.parametrize("known", list_all_errors(), ids=lambda each: each["type"])
def test_no_error_is_told_in_the_words_of_pydantic(known):
    context = {name: str(value) for name, value in (known["example_context"] or {}).items()}
    fault = {"type": known["type"], "loc": (), "msg": known["example_message_python"]}

    told = faults.reason({**fault, "input": None, "ctx": context})

    assert told
    assert told != known["example_message_python"]
    assert "%(" not in told

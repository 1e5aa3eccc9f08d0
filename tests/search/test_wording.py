import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.search.snippets import snippet
from app.search.wording import fold, typed


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("  Facturación,  ¡ya! ", ("facturacion", "ya")),
        ("bill bill BILL", ("bill",)),
        ("o'brien & | ! (x) :* 'y'", ("o", "brien", "x", "y")),
        ("\0\ud800 ", ()),
        ("e\u0301lan ÉLAN", ("elan",)),
    ],
)
def test_words_are_plain_letters_and_never_operators(text, words):
    assert typed(text).words == words


@pytest.mark.parametrize(
    ("text", "reference", "email", "digits"),
    [
        ("tt-2026-000123", "TT-2026-000123", "", ""),
        ("INV-2026-000045", "INV-2026-000045", "", ""),
        ("c-000017", "C-000017", "", ""),
        ("Ana.Ruiz@Example.com", "", "ana.ruiz@example.com", ""),
        ("+52 (55) 1234-5678", "", "", "525512345678"),
        ("8952140061234567890", "", "", "8952140061234567890"),
        ("call 5512345678 please", "", "", ""),
        ("roaming", "", "", ""),
    ],
)
def test_what_is_one_name_as_a_whole_is_understood_as_such(text, reference, email, digits):
    found = typed(text)

    assert (found.reference, found.email, found.digits) == (reference, email, digits)


@given(st.text(max_size=300))
def test_nothing_that_is_typed_breaks_the_query(text):
    found = typed(text)

    assert all("'" not in word and word.isalnum() for word in found.words)
    assert len(found.tsquery) < 1000


def marked(pieces):
    return "".join(f"[{each.text}]" if each.is_match else each.text for each in pieces)


def test_what_matches_is_marked_whatever_its_accents_and_ending():
    shown = snippet("Mi FACTURACIÓN  llegó\ntarde; la prefactura no.", ("factura", "lleg"))

    assert marked(shown) == "Mi [FACTURACIÓN] [llegó] tarde; la prefactura no."


def test_of_a_long_text_the_part_that_matches_is_shown():
    shown = marked(snippet(f"{'before ' * 50}the router blinks {'after ' * 50}", ("router",)))

    assert "the [router] blinks" in shown
    assert shown.startswith("…")
    assert shown.endswith("…")
    assert len(shown) < 200


@pytest.mark.parametrize(
    ("text", "asked", "expected"),
    [
        ("Revisamos tu factura", "facturas", "Revisamos tu [factura]"),
        ("Se cayó el internet", "intrenet", "Se cayó el [internet]"),
        ("The router is on", "ruoter", "The [router] is on"),
        ("My plan, your plane", "bill", "My plan, your plane"),
        ("An is in it", "at", "An is in it"),
    ],
)
def test_what_was_forgiven_is_marked_too(text, asked, expected):
    assert marked(snippet(text, (asked,), near=True)) == expected


@given(st.text(max_size=400), st.lists(st.text("abcáñ", min_size=1, max_size=3), max_size=3))
def test_a_snippet_shows_only_what_the_text_says(text, words):
    shown = "".join(each.text for each in snippet(text, [fold(word) for word in words]))

    assert shown.strip("…") in " ".join(text.split())

"""Sentences end once, whatever is filled in."""

from datetime import UTC, datetime

import pytest
from flask import g

from app.core import i18n


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("5:44\N{NO-BREAK SPACE}p.m.", "Hello 5:44\N{NO-BREAK SPACE}p.m."),
        ("5:44 p. m.", "Hello 5:44 p. m."),
        ("Tacos S.A. de C.V.", "Hello Tacos S.A. de C.V."),
        ("Ana", "Hello Ana."),
        ("Ana...", "Hello Ana...."),
        ("e.g.x", "Hello e.g.x."),
    ],
)
def test_an_abbreviation_and_the_sentence_share_their_point(name, said):
    assert i18n.gettext("Hello %(name)s.", name=name) == said


@pytest.mark.parametrize("autoescaped", [True, False])
def test_so_do_sentences_of_templates_which_stay_escaped(app, autoescaped):
    template = app.jinja_env.overlay(autoescape=autoescaped).from_string(
        "{{ _('Valid until %(time)s.', time=at|moment ~ sign) }}"
    )
    with app.test_request_context():
        g.timezone = "Europe/Lisbon"
        i18n.use_language("es")
        at = datetime(2026, 11, 25, 17, 44, tzinfo=UTC)
        plain = template.render(at=at, sign="")
        escaped = template.render(at=at, sign="<b>")

    assert plain.endswith("p.m.")
    assert not plain.endswith("p.m..")
    assert ("&lt;b&gt;" in escaped) is autoescaped

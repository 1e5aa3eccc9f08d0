import re
from uuid import UUID

import pytest

from kb import render


def test_markdown_becomes_html():
    shown = render.to_html("## Steps\n\n1. Open *Settings*\n\n| a | b |\n|---|---|\n| 1 | 2 |")

    assert "<h2>Steps</h2>" in shown
    assert "<li>Open <em>Settings</em></li>" in shown
    assert "<td>1</td>" in shown


@pytest.mark.parametrize(
    "markdown",
    [
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
        "[x](javascript:alert(1))",
        "[x](data:text/html;base64,PHNjcmlwdD4=)",
        "![x](https://example.com/pixel.png)",
        '<p style="position:fixed" onclick="alert(1)">x</p>',
        "<iframe src=//example.com></iframe>",
        "[x](https://example.com 'a\" onclick=\"alert(1)')",
    ],
)
def test_nothing_in_an_article_runs_or_loads_by_itself(markdown):
    shown = render.to_html(markdown)

    tags = set(re.findall(r"<(\w+)", shown))
    assert tags <= {"p", "a"}
    attributes = set(re.findall(r'\s(\w+)="[^"]*"', "".join(re.findall(r"<[^>]+>", shown))))
    assert attributes <= {"href", "title", "rel"}
    assert not re.search(r'href="(javascript|data)', shown)


def test_links_do_not_tell_where_the_reader_came_from():
    assert 'rel="noopener noreferrer"' in render.to_html("[site](https://example.com)")


def test_plain_text_has_the_words_and_no_marks():
    text = render.to_text(
        "## A & B\n\n- **one**\n- [two](https://example.com)\n\n| x | y |\n|--|--|"
    )

    assert text == "A & B one two x y"


PICTURE = UUID("01890000-0000-7000-8000-000000000001")


def test_its_own_pictures_and_documents_stand_where_the_page_keeps_them():
    shown = render.to_html(
        f"![A red light](upload:{PICTURE})\n\n[Manual](upload:{PICTURE})",
        lambda file_id: f"/files/{file_id}",
    )

    assert f'<img src="/files/{PICTURE}" alt="A red light" loading="lazy">' in shown
    assert f'<a href="/files/{PICTURE}"' in shown


@pytest.mark.parametrize(
    "markdown",
    [
        "![x](upload:../../etc/passwd)",
        "![x](https://example.com/a.png)",
        "![x](/desk/kb/files/1)",
        f"![x](UPLOAD:{PICTURE}?a=1)",
    ],
)
def test_no_other_picture_is_ever_shown(markdown):
    assert "<img" not in render.to_html(markdown, lambda file_id: f"/files/{file_id}")


def test_where_nobody_says_where_files_are_none_is_shown():
    shown = render.to_html(f"![A red light](upload:{PICTURE}) [Manual](upload:{PICTURE})")

    assert "upload:" not in shown
    assert "<img" not in shown

"""Mails of which only the HTML tells what is quoted."""
# ruff: noqa: E501 - markup reads better unbroken

import pytest

from channels.email.reading import read


def html_mail(html, subject="Re: x"):
    head = f"From: a@b.c\nSubject: {subject}\nContent-Type: text/html; charset=utf-8\n\n"
    return read((head + html).encode())


GMAIL = (
    '<div dir="ltr">No me llega<div>la factura</div></div><br><div class="gmail_quote">'
    '<div dir="ltr" class="gmail_attr">El lun, 3 jun 2024, Aurora (&lt;c@a.x&gt;) escribió:<br></div>'
    '<blockquote class="gmail_quote" style="border-left:1px solid">Hola</blockquote></div>'
)
INTERLEAVED = (
    '<div dir="ltr"><div class="gmail_quote"><div class="gmail_attr">On 3 Jun A wrote:</div>'
    '<blockquote class="gmail_quote">uno?</blockquote><div>No me llega</div>'
    '<blockquote class="gmail_quote">dos?</blockquote><div>la factura</div></div></div>'
)
OUTLOOK = (
    '<div class="WordSection1"><p class="MsoNormal">No me llega<br>la factura</p>'
    '<div><div style="border:none;border-top:solid #E1E1E1 1.0pt;padding:3.0pt 0cm 0cm 0cm">'
    "<p><b>De:</b> Care<br><b>Enviado el:</b> lunes<br><b>Para:</b> Ana<br><b>Asunto:</b> x</p></div></div>"
    "<p>viejo</p></div>"
)
OUTLOOK_ON_THE_WEB = (
    '<body><div>No me llega<br>la factura</div><div id="Signature"><p>Ana</p></div>'
    '<div id="appendonsend"></div><hr><div id="divRplyFwdMsg" dir="ltr"><b>De:</b> Care</div>'
    "<div>viejo</div></body>"
)
APPLE = (
    '<body>No me llega<br>la factura<br><br><div dir="ltr">Enviado desde mi iPhone</div>'
    '<div><blockquote type="cite">El 3 jun 2024 Care escribió:<br></blockquote></div>'
    '<blockquote type="cite">hola</blockquote></body>'
)
YAHOO = (
    '<div class="ydp1yahoo-style-wrap"><div>No me llega</div><div>la factura</div></div>'
    '<div id="yahoo_quoted_12" class="yahoo_quoted"><div>El lunes, Care escribió:</div>viejo</div>'
)
SPARK = (
    '<div name="messageBodySection"><div>No me llega<br>la factura</div></div>'
    '<div name="messageReplySection">El 3 jun 2024, Care escribió:<br>viejo</div>'
)
HOTMAIL = '<div>No me llega<br>la factura</div><hr id="stopSpelling">Date: x<br>Subject: y<br>viejo'
MARKED_BY_NOBODY = (
    "<body>No me llega<br>la factura<div>On 11-Apr-2011, at 6:54 PM, Bob &lt;b@e.x&gt; wrote:</div>"
    "<div>old</div></body>"
)
BELOW = (
    '<div class="moz-cite-prefix">El 3/6/24 a las 10:22, A escribió:<br></div>'
    '<blockquote type="cite" cite="mid:x">uno</blockquote><p>No me llega<br>la factura</p>'
    '<div class="moz-signature">-- <br>Ana</div>'
)


@pytest.mark.parametrize(
    "html",
    [
        pytest.param(GMAIL, id="Gmail"),
        pytest.param(OUTLOOK, id="Outlook"),
        pytest.param(OUTLOOK_ON_THE_WEB, id="Outlook on the web"),
        pytest.param(APPLE, id="Apple Mail"),
        pytest.param(YAHOO, id="Yahoo"),
        pytest.param(HOTMAIL, id="Hotmail"),
        pytest.param(SPARK, id="Spark"),
        pytest.param(MARKED_BY_NOBODY, id="nobody's marks"),
        pytest.param(BELOW, id="Thunderbird, answered below"),
    ],
)
def test_the_mail_that_is_answered_is_left_out(html):
    assert html_mail(html).visible_reply == "No me llega\nla factura"


def test_answers_between_the_quotes_are_kept():
    assert html_mail(INTERLEAVED).visible_reply == "No me llega\n\nla factura"


def test_what_was_passed_on_to_us_is_kept():
    forwarded = (
        '<div dir="ltr">Miren<div class="gmail_quote">---------- Forwarded message ---------<br>'
        "De: Bob &lt;b@e.x&gt;<br>Subject: y<br>To: m@e.x<br><br>mi factura</div></div>"
    )

    assert "mi factura" in html_mail(forwarded, "Fwd: y").visible_reply
    assert "viejo" in html_mail(OUTLOOK, "RV: x").visible_reply
    assert "viejo" not in html_mail(OUTLOOK, "RE: RV: x").visible_reply


def test_what_was_passed_on_inside_a_quote_that_only_the_html_marks_is_kept():
    html = '<div>Miren</div><blockquote type="cite">mi factura</blockquote>'

    assert html_mail(html, "Fwd: y").visible_reply == "Miren\n\nmi factura"


@pytest.mark.parametrize("tag", ["pre", 'div style="white-space: pre-wrap"'])
def test_lines_that_stand_as_they_were_written_are_kept(tag):
    assert html_mail(f"<p>a</p><{tag}>uno\ndos\n\ntres</{tag[:3]}><p>b\nc").text == (
        "a\n\nuno\ndos\n\ntres\n\nb c"
    )


def test_what_she_indented_by_hand_is_hers():
    html = (
        '<p>Hola</p><blockquote style="margin:0 0 0 40px;border:none;padding:0px">aquí</blockquote>'
    )

    assert html_mail(html).visible_reply == "Hola\n\naquí"


def test_the_html_tells_the_quote_that_the_plain_words_do_not_mark():
    raw = (
        "From: a@b.c\nContent-Type: multipart/alternative; boundary=b\n\n"
        "--b\nContent-Type: text/plain; charset=utf-8\n\nNo me llega la factura\nHola\n"
        f"--b\nContent-Type: text/html; charset=utf-8\n\n{GMAIL}\n--b--\n"
    )

    assert read(raw.encode()).visible_reply == "No me llega\nla factura"


def test_a_footer_in_plain_words_does_not_hide_the_html():
    raw = (
        b"From: a@b.c\nContent-Type: multipart/mixed; boundary=b\n\n"
        b"--b\nContent-Type: text/html\n\n<p>words</p>\n"
        b"--b\nContent-Type: text/plain\n\n_____\nfooter\n--b--\n"
    )

    assert read(raw).text == "words\n\n_____\nfooter"


@pytest.mark.parametrize(
    "hidden",
    [
        '<div style="display:none;max-height:0;overflow:hidden">Vista previa &zwnj;&nbsp;</div>',
        '<span style="font-size:0; DISPLAY : NONE !important">Vista previa</span>',
        '<span style="mso-hide:all">Vista previa</span>',
        '<div style="max-height:0px;overflow:hidden">Vista previa</div>',
        "<p hidden>Vista previa</p>",
    ],
)
def test_what_no_reader_sees_is_not_read(hidden):
    page = f'{hidden}<p>No me llega</p><img src="https://t.example/p.gif" width="1" alt="">'

    assert html_mail(page).text == "No me llega"


@pytest.mark.parametrize(
    "style", ["max-height:0.5em;overflow:hidden", "border:none", "overflow:hidden", "color:#fff"]
)
def test_what_a_reader_may_see_is_read(style):
    assert html_mail(f'<p style="{style}">No me llega</p>').text == "No me llega"


def test_words_that_are_all_hidden_are_read_all_the_same():
    assert html_mail('<div style="display:none">No me llega</div>').text == "No me llega"


def test_an_emoji_that_is_a_picture():
    page = '<p>Gracias <img alt="😀" src="e.png"> <img alt="logo" src="l.png"></p>'

    assert html_mail(page).text == "Gracias 😀"

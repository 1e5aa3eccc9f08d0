"""Words whose mail does not say in which charset they are, or says it wrongly."""

import pytest

from channels.email.charsets import decode
from channels.email.reading import read

WORDS = {
    "ru": "Подскажите, пожалуйста, почему с меня списали деньги?",
    "uk": "Чому з мене списали гроші двічі? Дякую за відповідь",
    "zh": "请问为什么扣了我两次费用？",
    "zh, traditional": "請問為什麼扣了我兩次費用？",
    "ja": "二重に請求されています。返金してください。",
    "ko": "두 번 청구되었습니다. 환불해 주세요.",
    "el": "Γιατί με χρεώσατε δύο φορές;",
    "he": "למה חייבתם אותי פעמיים?",
    "ar": "لماذا خصمتم المبلغ مرتين؟",
    "th": "ทำไมคิดเงินสองครั้ง",
}
CHARSETS = {
    "ru": ["cp1251", "koi8_r", "iso8859_5"],
    "uk": ["cp1251", "koi8_u"],
    "zh": ["gb18030"],
    "zh, traditional": ["big5"],
    "ja": ["cp932", "euc_jp", "iso2022_jp"],
    "ko": ["cp949"],
    "el": ["cp1253"],
    "he": ["cp1255"],
    "ar": ["cp1256"],
    "th": ["cp874"],
}


@pytest.mark.parametrize("declared", [None, "us-ascii", "iso-8859-1", "windows-1252"])
@pytest.mark.parametrize("language", WORDS)
def test_letters_of_other_scripts(language, declared):
    for charset in CHARSETS[language]:
        raw = WORDS[language].encode(charset)

        assert decode(raw, declared) == WORDS[language], charset


@pytest.mark.parametrize("declared", [None, "utf-8", "us-ascii", "iso-8859-1"])
@pytest.mark.parametrize(
    "words",
    [
        "No funcionó",
        "¿Cuándo llegará el técnico? Mañana no estaré — gracias",
        "Não é justo, já reclamei à ANATEL",
        "Können Sie helfen? Schöne Grüße",
        "C’est inadmissible, réglez ça.",
        "¡¡¡¿¿¿",
        "ÑÑÑÑÑÑÑÑ",
        "————————",
    ],
)
def test_accents_of_latin_letters_are_no_other_script(words, declared):
    assert decode(words.encode("cp1252"), declared) == words


@pytest.mark.parametrize(
    ("charset", "declared", "words"),
    [
        ("utf-8", "iso-8859-1", "Mañana llamo a José"),
        ("utf-8", "windows-1252", "Mañana llamo a José"),
        ("utf-8", "koi8-r", WORDS["ru"]),
        ("utf-8", "gb2312", WORDS["zh"]),
        ("koi8_r", "windows-1251", WORDS["ru"]),
        ("cp1251", "koi8-r", WORDS["ru"]),
        ("big5", "gb2312", "您好，我的手機從昨天開始沒有訊號，請幫我處理。"),
        ("iso2022_jp", "utf-8", WORDS["ja"]),
        ("cp1252", "gb2312", "Olá, não tenho sinal. Vocês podem ajudar? Atenção à cobrança, João"),
    ],
)
def test_what_was_declared_makes_no_words(charset, declared, words):
    assert decode(words.encode(charset), declared) == words


@pytest.mark.parametrize("charset", ["koi8-r", "cp1251", "cp1253", "cp1252", "iso8859_5"])
def test_what_was_declared_and_fits_is_believed(charset):
    words = {"cp1253": "Ναι", "cp1252": "Ähß"}.get(charset, "Да")

    assert decode(words.encode(charset), charset) == words


def test_tags_are_no_letters():
    page = f'<div class="WordSection1"><p class="MsoNormal">{WORDS["ru"]}</p></div>'
    raw = b"From: a@b.c\nContent-Type: text/html\n\n" + page.encode("cp1251")

    assert read(raw).text == WORDS["ru"]


@pytest.mark.parametrize("charset", ["koi8_r", "cp1251", "utf-8"])
def test_a_subject_that_nobody_encoded(charset):
    raw = b"From: a@b.c\nSubject: " + WORDS["ru"].encode(charset) + b"\n\nx"

    assert read(raw).subject == WORDS["ru"]


def test_a_subject_of_seven_bits():
    raw = b"From: a@b.c\nSubject: " + "請求書について".encode("iso2022_jp") + b"\n\nx"

    assert read(raw).subject == "請求書について"

"""How many SMS a text takes. Sizes: 3GPP TS 23.038 and 23.040, as Twilio counts them."""

import pytest

from channels.sms.segments import BASIC, EXTENSION, Code, Segments, segments


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("", Segments(Code.GSM7, 0, 160)),
        ("a", Segments(Code.GSM7, 1, 159)),
        ("a" * 160, Segments(Code.GSM7, 1, 0)),
        ("a" * 161, Segments(Code.GSM7, 2, 145)),
        ("a" * 306, Segments(Code.GSM7, 2, 0)),
        ("a" * 307, Segments(Code.GSM7, 3, 152)),
        ("¿Señor? ¡Ñandú über è ù ì ò Ç!".replace("ú", "u"), Segments(Code.GSM7, 1, 130)),
        ("€", Segments(Code.GSM7, 1, 158)),
        ("€" * 80, Segments(Code.GSM7, 1, 0)),
        ("€" * 81, Segments(Code.GSM7, 2, 143)),
        ("a" * 152 + "€" + "a" * 7, Segments(Code.GSM7, 2, 144)),
        ("[a]{b}\\^~|", Segments(Code.GSM7, 1, 142)),
        ("line\nbreak\r", Segments(Code.GSM7, 1, 149)),
        ("á", Segments(Code.UCS2, 1, 69)),
        ("ç", Segments(Code.UCS2, 1, 69)),
        ("ã" * 70, Segments(Code.UCS2, 1, 0)),
        ("ã" * 71, Segments(Code.UCS2, 2, 63)),
        ("ã" * 134, Segments(Code.UCS2, 2, 0)),
        ("ã" * 135, Segments(Code.UCS2, 3, 66)),
        ("😀", Segments(Code.UCS2, 1, 68)),
        ("😀" * 35, Segments(Code.UCS2, 1, 0)),
        ("😀" * 36, Segments(Code.UCS2, 2, 61)),
        ("ñ" * 66 + "😀" + "ñ" * 4, Segments(Code.UCS2, 2, 61)),
        ("It’s", Segments(Code.UCS2, 1, 66)),
        ("`", Segments(Code.UCS2, 1, 69)),
    ],
)
def test_a_text_takes_so_many(text, expected):
    assert segments(text) == expected


def test_the_alphabet_is_whole():
    assert (len(BASIC), len(EXTENSION)) == (127, 10)  # 128 with the escape

"""Codes for payment apps.

Sources: Banco Central do Brasil, "Manual do BR Code" (the example with its CRC); NPCI, "UPI Linking
Specifications" (names of the parameters); the check value of CRC-16/CCITT-FALSE from the RevEng
catalogue.
"""

from decimal import Decimal
from urllib.parse import parse_qs, urlsplit

from hypothesis import given
from hypothesis import strategies as st

from app.billing.paying import crc16, pix_code, qr_svg, upi_address
from app.core.money import Money


def test_the_example_of_the_central_bank():
    key = "123e4567-e12b-12d1-a456-426655440000"

    code = pix_code(key, "Fulano de Tal", "BRASILIA", None, "***")

    assert code == (
        "00020126580014br.gov.bcb.pix0136123e4567-e12b-12d1-a456-426655440000"
        "5204000053039865802BR5913Fulano de Tal6008BRASILIA62070503***63041D3D"
    )


def test_the_check_value_of_the_crc():
    assert crc16("123456789") == 0x29B1


def fields(code):
    """An EMV string taken apart; whatever does not fit raises."""
    found = {}
    while code:
        name, length, code = code[:2], int(code[2:4]), code[4:]
        assert len(code) >= length
        found[name], code = code[:length], code[length:]
    return found


@given(
    st.text(st.characters(codec="utf-8", categories=["L", "N", "Zs"]), min_size=1, max_size=60),
    st.decimals("0.01", "999999", places=2),
    st.text(max_size=60),
)
def test_a_pix_code_reads_back_whatever_it_is_made_of(name, amount, reference):
    code = pix_code("pix@aurora.example", name, "São Paulo", Money(amount, "BRL"), reference)

    read = fields(code)
    assert read["54"] == f"{amount:.2f}"
    assert (len(read["59"]) <= 25, read["60"]) == (True, "Sao Paulo")
    assert int(read["63"], 16) == crc16(code[:-4])
    assert code.isascii()


def test_a_upi_link_names_payee_amount_and_invoice():
    link = upi_address(
        "aurora@okbank", "Aurora & Co", Money.of("352.82", "INR"), "INV-IN-2026-000001"
    )

    parts = urlsplit(link)
    assert (parts.scheme, parts.netloc) == ("upi", "pay")
    assert parse_qs(parts.query) == {
        "pa": ["aurora@okbank"],
        "pn": ["Aurora & Co"],
        "am": ["352.82"],
        "cu": ["INR"],
        "tr": ["INV-IN-2026-000001"],
        "tn": ["INV-IN-2026-000001"],
    }


def test_a_code_is_a_picture_without_script_or_size():
    picture = qr_svg("upi://pay?pa=aurora@okbank").decode()

    assert picture.startswith("<svg ")
    assert "viewBox" in picture
    assert "script" not in picture
    assert Decimal(picture.split('viewBox="0 0 ')[1].split(" ")[0]) > 20

"""The words of RTF, with what would be slow or in the way put aside before a library reads it."""

import re

from striprtf.striprtf import rtf_to_text

# It is read letter by letter; nobody writes as much.
_LONGEST = 400_000
# Pictures, in digits.
_PICTURES = re.compile(r"[0-9a-fA-F\s]{200,}")
# Of HTML inside of RTF: what is for readers of RTF alone, and what begins or ends a line.
_FOR_RTF = re.compile(r"\\htmlrtf\b.{0,300}?\\htmlrtf0 ?", re.DOTALL)
_LINES = re.compile(r"\{\\\*\\htmltag\d{0,6} ?</?(?:p|div|br|li|tr|table|ul|ol|h\d|hr)\b")
# The library looks for the address of each link, and for each font, as long as there is text.
_LINK = re.compile(r"\\fldinst", re.IGNORECASE)
_FONTS = "\\fonttbl"
_LONGEST_FONTS = 100_000
_FONT = re.compile(r"\\f(\d{1,5})\b[^;{}]{0,100}?\\fcharset(\d{1,3})\b")
_MOST_FONTS = 500
_BRACE = re.compile(r"[{}]")
_BLANKS = re.compile(r"\n{3,}")


def words_of(rtf: str) -> str:
    """Raises whatever the library does on what is no RTF."""
    rtf = _LINK.sub(r"\\fldtype", _PICTURES.sub("", rtf)[:_LONGEST])
    rtf = _with_short_fonts(rtf)
    if "\\fromhtml" in rtf:
        rtf = _LINES.sub(r"\\par \g<0>", _FOR_RTF.sub("", rtf))
    lines = (line.strip() for line in _text(rtf).split("\n"))
    return _BLANKS.sub("\n\n", "\n".join(lines)).strip()


def _text(rtf: str) -> str:
    return str(rtf_to_text(rtf, errors="replace"))  # type: ignore[no-untyped-call]


def _with_short_fonts(rtf: str) -> str:
    """With a table of fonts that tells their numbers and charsets, and nothing else."""
    at = rtf.find(_FONTS)
    if at < 0:
        return rtf
    end = _end_of_group(rtf, at)
    told = _FONT.findall(rtf[at : min(end, at + _LONGEST_FONTS)])[:_MOST_FONTS]
    fonts = "".join(f"{{\\f{font}\\fcharset{charset} x;}}" for font, charset in told)
    return f"{rtf[:at]}{_FONTS}{fonts}{rtf[end:].replace(_FONTS, '')}"


def _end_of_group(rtf: str, at: int) -> int:
    """Where the brace stands that closes what is open there."""
    depth = 1
    for brace in _BRACE.finditer(rtf, at):
        depth += 1 if brace[0] == "{" else -1
        if depth == 0:
            return brace.start()
    return len(rtf)

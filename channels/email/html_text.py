"""The words of an HTML mail, as one would read them aloud, and which of them are a quote."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import Enum

from selectolax.lexbor import LexborHTMLParser, LexborNode

_UNSEEN = {"script", "style", "head", "title", "template", "noscript", "svg"}


class _Kind(Enum):
    """What a place on the page is to the text: words, or the end of what stands before."""

    WORDS = "words"
    BREAK = "break"
    LINE = "line"
    PARAGRAPH = "paragraph"


_LINES = "address article center dd div dl dt fieldset footer form header hr li main section tr"
_PARAGRAPHS = "p h1 h2 h3 h4 h5 h6 blockquote pre table ul ol"
_AROUND = {
    **dict.fromkeys(_LINES.split(), _Kind.LINE),
    **dict.fromkeys(_PARAGRAPHS.split(), _Kind.PARAGRAPH),
    "br": _Kind.BREAK,
}
_OPENS_WITH = {"li": "- ", "td": " ", "th": " "}
# What mail programs wrap the quoted mail in.
_QUOTES = (
    "blockquote[type=cite], .gmail_quote, .gmail_extra > .gmail_quote, .moz-cite-prefix,"
    " .yahoo_quoted, .protonmail_quote, .tutanota_quote, .zmail_extra, .OutlookMessageHeader,"
    " #isReplyContent, #mailcontent-quote, blockquote.gmail_quote, blockquote#isReplyContent"
)
# From here to the end of the mail it is quoted.
_QUOTED_FROM = (
    "#divRplyFwdMsg, #appendonsend, #x_divRplyFwdMsg, #stopSpelling, #reply-intro,"
    " #mail-editor-reference-message-container, #ms-outlook-mobile-signature ~ hr"
)
_SIGNATURES = (
    ".gmail_signature, .moz-signature, #ms-outlook-mobile-signature, #Signature,"
    " .protonmail_signature_block, .AppleMailSignature, #AppleMailSignature"
)
_DEEPEST = 2000
_CLOSED = re.compile(
    r"<(/?)(?:a|b|big|blockquote|center|div|em|font|i|ol|section|small"
    r"|span|strong|table|u|ul)\b",
    re.IGNORECASE,
)
_TAG = re.compile(r"<[^<>]*>")
_SPACE = re.compile(r"[ \t\r\n\f\u00a0]+")
_MANY_BLANKS = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class Words:
    """`reply` leaves out what the mail program marked as quote or signature; None without marks."""

    text: str
    reply: str | None


def words_of(html: str) -> Words:
    """Never fails, whatever the markup."""
    if _depth(html) > _DEEPEST:
        return Words(tidy(_TAG.sub(" ", html)), None)
    tree = LexborHTMLParser(html)
    text = _text(tree)
    return Words(text, _text(tree) if _cut(tree) else None)


def _depth(html: str) -> int:
    """How deep elements that must be closed are nested: parsing takes its square."""
    depth = deepest = 0
    for match in _CLOSED.finditer(html):
        depth = max(0, depth - 1) if match[1] else depth + 1
        deepest = max(deepest, depth)
    return deepest


def _cut(tree: LexborHTMLParser) -> bool:
    """Take the quotes out; whether there were any."""
    found = False
    for node in tree.css(_QUOTED_FROM)[:1]:
        found = True
        _drop_from(node)
    for node in tree.css(f"{_QUOTES}, {_SIGNATURES}"):
        found = True
        node.decompose()
    return found


def _drop_from(node: LexborNode) -> None:
    """The node, everything after it, and everything after what it stands in."""
    at: LexborNode | None = node
    first = True
    while at is not None and at.tag not in {"body", "html"}:
        following = at.next
        while following is not None:
            after = following.next
            following.decompose()
            following = after
        parent = at.parent
        if first:
            at.decompose()
            first = False
        at = parent


def _text(tree: LexborHTMLParser) -> str:
    lines: list[str] = []
    line = ""
    for kind, words in _pieces(tree.body) if tree.body is not None else ():
        if kind is _Kind.WORDS:
            line += words if line else words.lstrip()
        elif line or kind is _Kind.BREAK:
            lines.append(line)
            line = ""
        if kind is _Kind.PARAGRAPH:
            lines.append("")
    return tidy("\n".join([*lines, line]))


def _pieces(body: LexborNode) -> Iterator[tuple[_Kind, str]]:
    """In the order of the page; by a stack of our own, since pages may be nested without end."""
    ways: list[tuple[LexborNode | None, _Kind]] = [(body.child, _Kind.WORDS)]
    while ways:
        node, closes = ways.pop()
        if node is None:
            yield closes, ""
            continue
        ways.append((node.next, closes))
        tag = node.tag or ""
        if tag == "-text":
            yield _Kind.WORDS, _SPACE.sub(" ", node.text_content or "")
        elif tag not in _UNSEEN:
            around = _AROUND.get(tag, _Kind.WORDS)
            yield around, ""
            if tag in _OPENS_WITH:
                yield _Kind.WORDS, _OPENS_WITH[tag]
            if tag != "br":
                ways.append((node.child, around))


def tidy(text: str) -> str:
    """Lines without blanks around them, and never two empty lines in a row."""
    lines = (_SPACE.sub(" ", line).strip() for line in text.split("\n"))
    return _MANY_BLANKS.sub("\n\n", "\n".join(lines)).strip()

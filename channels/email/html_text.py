"""The words of an HTML mail, as one would read them aloud, and which of them are a quote."""

import re
from collections.abc import Iterator, Mapping
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
    "blockquote, div.gmail_quote:not(:has(blockquote)), .gmail_attr, .moz-cite-prefix,"
    " .yahoo_quoted, [id^=yahoo_quoted], .protonmail_quote, .tutanota_quote, .zmail_extra,"
    " .OutlookMessageHeader, #isReplyContent, #mailcontent-quote, #OLK_SRC_BODY_SECTION,"
    " .ms-outlook-mobile-reference-message, .AppleOriginalContents, .front-blockquote,"
    " .freshdesk_quote, .mail_android_quote, .quote_header, .titan_quote, .ox-quote,"
    " [name=messageReplySection]"
)
# From here to the end of the mail it is quoted.
_QUOTED_FROM = (
    "[id$=divRplyFwdMsg], [id$=appendonsend], #stopSpelling, #reply-intro, #replySplit,"
    " #mail-editor-reference-message-container, #ms-outlook-mobile-signature ~ hr,"
    " hr[data-marker=__DIVIDER__], [id$=mail-editor-reference-message-container],"
    " div[style*='border-top:solid #E1E1E1'], div[style*='border-top:solid #B5C4DF'],"
    " div[style*='border-top: solid #E1E1E1'], div[style*='border-top: solid #B5C4DF'],"
    " div[style*='border-top:solid rgb(225'], div[style*='border-top: 1pt solid rgb(225'],"
    " div[style*='border-top-color: rgb(229, 229, 229)'], #zwchr, .zm_divider"
)
_SIGNATURES = (
    ".gmail_signature, .moz-signature, [id$=ms-outlook-mobile-signature], #Signature, #x_Signature,"
    " .protonmail_signature_block, .AppleMailSignature, #AppleMailSignature, .zm_signature,"
    " .ms-outlook-ios-signature, [data-smartmail=gmail_signature], .gmail_signature_prefix,"
    " #yahoo_signature, #composer_signature, .ymail_android_signature, [data-signature]"
)
_INDENTED = re.compile(
    r"border\s*:\s*(?:none|0)|margin\s*:\s*0(?:px)? 0(?:px)? 0(?:px)? 40px", re.IGNORECASE
)
# What no reader sees: previews that mailings hide before their words.
_MAYBE_HIDDEN = (
    "[hidden], [style*=none], [style*=hidden], [style*=mso-hide], [style*=NONE], [style*=HIDDEN]"
)
_HIDDEN = re.compile(
    r"(?:^|[;\s])(?:display\s*:\s*none|visibility\s*:\s*hidden|mso-hide\s*:\s*all)", re.IGNORECASE
)
_FLAT = re.compile(r"max-height\s*:\s*0(?:px)?\s*(?:!important\s*)?(?:;|$)", re.IGNORECASE)
# Stands for a quote among the lines.
_QUOTED = "> …"
_DEEPEST = 2000
_MOST_TAGS = 150_000
_CLOSED = re.compile(
    r"<(/?)(?:a|b|big|blockquote|center|div|em|font|i|ol|section|small"
    r"|span|strong|table|u|ul)\b",
    re.IGNORECASE,
)
_TAG = re.compile(r"<[^<>]*>")
_SPACE = re.compile(r"[ \t\r\n\f\u00a0]+")
_BLANKS = re.compile(r"[ \t\r\f\u00a0]+")
_LETTER = re.compile(r"\w")
_AS_WRITTEN = re.compile(r"white-space\s*:\s*(?:pre|break-spaces)", re.IGNORECASE)
_MANY_BLANKS = re.compile(r"\n{3,}")


@dataclass(frozen=True, slots=True)
class Words:
    """`reply` has a quoted line for whatever the mail program marked as a quote, and not what it
    marked as a signature; None without marks."""

    text: str
    reply: str | None


def words_of(html: str) -> Words:
    """Never fails, whatever the markup."""
    if html.count("<") > _MOST_TAGS or _depth(html) > _DEEPEST:
        return Words(tidy(_TAG.sub(" ", html)), None)
    tree = LexborHTMLParser(html)
    unseen = _unseen(tree)
    text = _text(tree, {}, unseen)
    if unseen and not text:
        text, unseen = _text(tree, {}, frozenset()), frozenset()
    instead = _instead(tree)
    return Words(text, _text(tree, instead, unseen) if instead else None)


def _unseen(tree: LexborHTMLParser) -> frozenset[int]:
    return frozenset(node.mem_id for node in tree.css(_MAYBE_HIDDEN) if _is_hidden(node))


def _is_hidden(node: LexborNode) -> bool:
    if "hidden" in node.attributes:
        return True
    style = node.attributes.get("style") or ""
    return bool(_HIDDEN.search(style) or ("hidden" in style and _FLAT.search(style)))


def _depth(html: str) -> int:
    """How deep elements that must be closed are nested: parsing takes its square."""
    depth = deepest = 0
    for match in _CLOSED.finditer(html):
        depth = max(0, depth - 1) if match[1] else depth + 1
        deepest = max(deepest, depth)
    return deepest


def _instead(tree: LexborHTMLParser) -> dict[int, str]:
    """What stands for the elements that are no words of hers: a quoted line for a quote, nothing
    for a signature. All behind a quote's head is taken out."""
    heads = tree.css(_QUOTED_FROM)[:1]
    for node in heads:
        _drop_after(node)
    signatures = dict.fromkeys((node.mem_id for node in tree.css(_SIGNATURES)), "")
    quotes = [node for node in tree.css(_QUOTES) if not _is_indented(node)]
    return signatures | dict.fromkeys((node.mem_id for node in [*heads, *quotes]), _QUOTED)


def _is_indented(node: LexborNode) -> bool:
    """By her own hand, with the button that programs have for it."""
    return bool(_INDENTED.search(node.attributes.get("style") or ""))


def _drop_after(node: LexborNode) -> None:
    """Everything after the node, and everything after what it stands in."""
    at: LexborNode | None = node
    while at is not None and at.tag not in {"body", "html"}:
        following = at.next
        while following is not None:
            after = following.next
            following.decompose()
            following = after
        at = at.parent


def _text(tree: LexborHTMLParser, instead: Mapping[int, str], unseen: frozenset[int]) -> str:
    lines: list[str] = []
    line = ""
    for kind, words in _pieces(tree.body, instead, unseen) if tree.body is not None else ():
        if kind is _Kind.WORDS:
            line += words if line else words.lstrip()
        elif line or kind is _Kind.BREAK:
            lines.append(line)
            line = ""
        if kind is _Kind.PARAGRAPH:
            lines.append("")
    return tidy("\n".join([*lines, line]))


def _pieces(
    body: LexborNode, instead: Mapping[int, str], unseen: frozenset[int]
) -> Iterator[tuple[_Kind, str]]:
    """In the order of the page; by a stack of our own, since pages may be nested without end."""
    ways: list[tuple[LexborNode | None, _Kind, bool]] = [(body.child, _Kind.WORDS, False)]
    while ways:
        node, closes, as_written = ways.pop()
        if node is None:
            yield closes, ""
            continue
        ways.append((node.next, closes, as_written))
        tag = node.tag or ""
        if tag == "-text":
            blanks = _BLANKS if as_written else _SPACE
            yield _Kind.WORDS, blanks.sub(" ", node.text_content or "")
        elif instead and node.mem_id in instead:
            yield _Kind.PARAGRAPH, ""
            yield _Kind.WORDS, instead[node.mem_id]
            yield _Kind.PARAGRAPH, ""
        elif tag not in _UNSEEN and not (unseen and node.mem_id in unseen):
            around = _AROUND.get(tag, _Kind.WORDS)
            yield around, ""
            yield _Kind.WORDS, _sign(node) if tag == "img" else _OPENS_WITH.get(tag, "")
            if tag != "br":
                ways.append((node.child, around, as_written or _keeps_lines(node, tag)))


def _sign(picture: LexborNode) -> str:
    """The emoji that a picture stands for."""
    sign = picture.attributes.get("alt") or ""
    return sign if len(sign) <= 8 and not sign.isascii() and not _LETTER.search(sign) else ""


def _keeps_lines(node: LexborNode, tag: str) -> bool:
    style = node.attributes.get("style") if tag in {"div", "span", "p"} else None
    return tag == "pre" or bool(style and _AS_WRITTEN.search(style))


def tidy(text: str) -> str:
    """Lines without blanks around them, and never two empty lines in a row."""
    lines = (_SPACE.sub(" ", line).strip() for line in text.split("\n"))
    return _MANY_BLANKS.sub("\n\n", "\n".join(lines)).strip()

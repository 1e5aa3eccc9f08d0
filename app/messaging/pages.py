"""The page that came with a mail, as it may be shown: nothing in it acts or loads by itself. Pure.

It is shown in a frame of its own that may run nothing; this is the first of two walls.
"""

import re
from collections import Counter
from collections.abc import Mapping
from html import escape
from urllib.parse import unquote

import nh3

LONGEST = 300_000
# What parsers take long for. Those that end by themselves do not count.
_DEEPEST = 200
_ENDS_BY_ITSELF = {
    *("area", "base", "br", "col", "dd", "dt", "embed", "hr", "img", "input", "li", "link", "meta"),
    *("option", "p", "param", "source", "tbody", "td", "tfoot", "th", "thead", "tr", "wbr"),
}
_TAG = re.compile(r"<(/?)([a-zA-Z][^\s/>]{0,30})")
_TAGS = {
    *("a", "abbr", "b", "blockquote", "br", "caption", "center", "cite", "code", "col"),
    *("colgroup", "dd", "del", "div", "dl", "dt", "em", "font", "h1", "h2", "h3", "h4", "h5"),
    *("h6", "hr", "i", "img", "ins", "li", "ol", "p", "pre", "q", "s", "small", "span", "strike"),
    *("strong", "sub", "sup", "table", "tbody", "td", "tfoot", "th", "thead", "tr", "u", "ul"),
}
_ATTRIBUTES = {
    "*": {"style", "dir", "lang", "align", "title"},
    "a": {"href"},
    "img": {"src", "alt", "width", "height"},
    "table": {"width", "border", "cellpadding", "cellspacing", "bgcolor"},
    "tr": {"bgcolor", "valign"},
    "td": {"width", "height", "colspan", "rowspan", "bgcolor", "valign"},
    "th": {"width", "height", "colspan", "rowspan", "bgcolor", "valign"},
    "font": {"color", "face", "size"},
    "ol": {"start", "type"},
}
# None of them can name an address or put something over something else.
_STYLES = {
    *("color", "background-color", "font", "font-family", "font-size", "font-style", "font-weight"),
    *("text-align", "text-decoration", "text-indent", "line-height", "white-space"),
    *("padding", "padding-top", "padding-right", "padding-bottom", "padding-left"),
    *("border", "border-top", "border-right", "border-bottom", "border-left", "border-collapse"),
    *("border-color", "border-radius", "border-style", "border-width", "width", "max-width"),
    *("height", "vertical-align", "direction"),
}
_SCHEMES = {"https", "http", "mailto", "tel", "cid"}
_REMOVED_WHOLE = {"script", "style", "title", "head", "noscript", "template", "svg", "math"}
_ROUNDS = 5
_PICTURE = re.compile(r'(<img\b[^>]*?\ssrc=")([^"]*)(")')


def may_be_read(html: str) -> bool:
    """Whether it is neither too long nor nested too deeply."""
    if len(html) > LONGEST:
        return False
    opened: Counter[str] = Counter()
    depth = 0
    for closing, written in _TAG.findall(html):
        name = written.lower()
        if name in _ENDS_BY_ITSELF:
            continue
        if not closing:
            opened[name] += 1
            depth += 1
        elif opened[name]:
            opened[name] -= 1
            depth -= 1
        if depth > _DEEPEST:
            return False
    return True


def cleaned(html: str) -> str:
    """Cleaned twice is cleaned once: a link within a link in a table, for one, is read otherwise
    when it is read again, so it is cleaned until nothing changes. What never comes to rest is
    words."""
    for _round in range(_ROUNDS):
        before, html = html, _once(html)
        if html == before:
            return html
    return escape(words_of(html))


def _once(html: str) -> str:
    return nh3.clean(
        html,
        tags=_TAGS,
        clean_content_tags=_REMOVED_WHOLE,
        attributes=_ATTRIBUTES,
        filter_style_properties=_STYLES,
        url_schemes=_SCHEMES,
        link_rel="noopener noreferrer nofollow",
        set_tag_attribute_values={"a": {"target": "_blank"}},
    )


def words_of(html: str) -> str:
    """Everything that a reader or a search would see of it."""
    return nh3.clean(html, tags=set(), clean_content_tags=_REMOVED_WHOLE)


def with_pictures(html: str, addresses: Mapping[str, str], *, remote: bool) -> str:
    """Those that came with the mail at our own addresses; others only where they are wanted."""

    def place(match: re.Match[str]) -> str:
        source = match[2]
        if source.lower().startswith("cid:"):
            shown = addresses.get(unquote(source[4:]), "")
        else:
            shown = source if remote and source.lower().startswith("https:") else ""
        return match[1] + escape(shown) + match[3]

    return _PICTURE.sub(place, html)


def has_remote(html: str) -> bool:
    return any(m[2].lower().startswith("https:") for m in _PICTURE.finditer(html))

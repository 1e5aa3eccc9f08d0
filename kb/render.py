"""From an article's Markdown to HTML that is safe to show, and to plain text to search in."""

import html
from collections.abc import Callable, Sequence
from uuid import UUID

import nh3
from markdown_it import MarkdownIt
from markdown_it.token import Token

_markdown = MarkdownIt("commonmark", {"html": False}).enable(["table", "strikethrough"])

_TAGS = {
    *("p", "br", "hr", "h2", "h3", "h4", "ul", "ol", "li", "strong", "em", "s", "code", "pre", "a"),
    *("blockquote", "table", "thead", "tbody", "tr", "th", "td", "img"),
}
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}, "img": {"src", "alt", "loading"}}
_SCHEMES = {"https", "http", "mailto", "tel"}
# How an article names one of its own files.
_OWN = "upload:"

Address = Callable[[UUID], str]


def to_html(markdown: str, files: Address | None = None) -> str:
    """Safe HTML without styles or scripts; it may be put on a page as it is.

    Its own files (`![a red light](upload:<id>)`) stand where `files` says they are; pictures from
    elsewhere are left out, for they would tell others who reads.
    """
    tokens = _markdown.parse(markdown)
    for token in tokens:
        _settle(token.children or [], files)
    rendered = _markdown.renderer.render(tokens, _markdown.options, {})
    return nh3.clean(rendered, tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=_SCHEMES)


def to_text(markdown: str) -> str:
    """The words alone, on one line."""
    bare = nh3.clean(to_html(markdown), tags=set())
    return " ".join(html.unescape(bare).split())


def _settle(tokens: Sequence[Token], files: Address | None) -> None:
    for token in tokens:
        if token.type == "image":
            _settle_image(token, files)
        elif token.type == "link_open":
            address = _address(str(token.attrGet("href") or ""), files)
            if address is not None:
                token.attrSet("href", address)


def _settle_image(token: Token, files: Address | None) -> None:
    address = _address(str(token.attrGet("src") or ""), files)
    if address is None:
        token.type, token.tag = "text", ""
        return
    token.attrSet("src", address)
    token.attrSet("loading", "lazy")


def _address(source: str, files: Address | None) -> str | None:
    """Where a file of the article is; None for everything else."""
    if files is None or not source.startswith(_OWN):
        return None
    try:
        return files(UUID(source.removeprefix(_OWN)))
    except ValueError:
        return None

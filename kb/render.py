"""From an article's Markdown to HTML that is safe to show, and to plain text to search in."""

import html

import nh3
from markdown_it import MarkdownIt

_markdown = MarkdownIt("commonmark", {"html": False}).enable("table")

_TAGS = {
    *("p", "br", "hr", "h2", "h3", "h4", "ul", "ol", "li", "strong", "em", "code", "pre", "a"),
    *("blockquote", "table", "thead", "tbody", "tr", "th", "td"),
}
_ATTRIBUTES = {"a": {"href", "title"}, "ol": {"start"}}
_SCHEMES = {"https", "http", "mailto", "tel"}


def to_html(markdown: str) -> str:
    """Safe HTML without images, styles or scripts; it may be put on a page as it is."""
    return nh3.clean(
        _markdown.render(markdown), tags=_TAGS, attributes=_ATTRIBUTES, url_schemes=_SCHEMES
    )


def to_text(markdown: str) -> str:
    """The words alone, on one line."""
    bare = nh3.clean(_markdown.render(markdown), tags=set())
    return " ".join(html.unescape(bare).split())

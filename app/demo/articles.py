"""The demo operator's articles, `articles/<slug>.<language>.md`, written through the service."""

from pathlib import Path

from app.core.actor import Actor
from kb import service
from kb.models import Audience

FOLDER = Path(__file__).parent / "articles"
_FENCE = "---\n"


def load_articles(by: Actor) -> int:
    """Write every article as `by`, who needs `kb.write`; returns how many there are.

    Doing it again changes only articles whose files have changed.
    """
    paths = sorted(FOLDER.glob("*.md"))
    for path in paths:
        slug, language = path.stem.rsplit(".", 1)
        front, body = _parts(path.read_text(encoding="utf-8"))
        service.write(
            slug,
            language,
            by=by,
            title=front["title"],
            summary=front["summary"],
            body=body,
            category=front["category"],
            audience=Audience(front["audience"]),
            search_words=front.get("search_words", ""),
            markets=front.get("markets", "").split(),
        )
    return len(paths)


def _parts(text: str) -> tuple[dict[str, str], str]:
    """The `name: value` lines between the fences, and the Markdown after them."""
    _, front, body = text.split(_FENCE, 2)
    fields = (line.split(": ", 1) for line in front.splitlines())
    return {name: value.strip() for name, value in fields}, body

"""What the knowledge base refuses."""

from app.core.errors import Invalid, NotFound
from app.core.i18n import lazy


class ArticleNotFound(NotFound):
    code = "article_not_found"
    message = lazy("This article does not exist or is no longer published.")


class ArticleInvalid(Invalid):
    """`details["field"]` names what is wrong."""

    code = "article_invalid"
    message = lazy("An article needs a short address, a category, a title, a summary and a text.")

"""What the knowledge base refuses."""

from app.core.errors import Invalid, NotFound, Refusal
from app.core.i18n import lazy


class ArticleNotFound(NotFound):
    code = "article_not_found"
    message = lazy("This article does not exist or is no longer published.")


class ArticleInvalid(Invalid):
    """`details["field"]` names what is wrong."""

    code = "article_invalid"
    message = lazy("An article needs a short address, a category, a title, a summary and a text.")


class ArticleChangedMeanwhile(Refusal):
    """`details["number"]` is the version that somebody else saved."""

    code = "article_changed_meanwhile"
    status = 409
    message = lazy("Somebody else saved a newer version meanwhile. Compare before you go on.")


class NothingToPublish(Refusal):
    code = "nothing_to_publish"
    status = 409
    message = lazy("There is no draft to publish.")


class ShelfNotEmpty(Refusal):
    code = "shelf_not_empty"
    status = 409
    message = lazy("There are still articles or shelves on this shelf.")


class ShelfInvalid(Invalid):
    """`details["field"]` names what is wrong."""

    code = "shelf_invalid"
    message = lazy("A shelf needs a short address and a name, and cannot stand on itself.")


class FileOfArticleUnknown(NotFound):
    code = "article_file_not_found"
    message = lazy("This file is gone or not for you.")

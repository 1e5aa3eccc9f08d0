"""What the search refuses."""

from app.core.errors import Conflict, Refusal
from app.core.i18n import lazy


class NoEngine(Refusal):
    code = "no_search_engine"
    message = lazy("There is no search engine: set ELASTICSEARCH_URL.")


class AlreadyRebuilding(Conflict):
    code = "search_already_rebuilding"
    message = lazy("The search is being rebuilt already.")

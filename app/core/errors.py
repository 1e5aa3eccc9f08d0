"""Refusals: what the application says when it will not do a thing. Never a 5xx."""

from typing import Any

from app.core.i18n import lazy


class Refusal(Exception):
    """A coded, translated no. `details` are shown to machines, never secrets."""

    code: str = "refused"
    status: int = 422
    message: Any = lazy("That is not possible.")

    def __init__(self, message: Any = None, /, **details: object) -> None:
        super().__init__(self.code)
        if message is not None:
            self.message = message
        self.details = details


class Invalid(Refusal):
    """What was sent cannot be understood or is out of bounds."""

    code = "invalid"
    status = 400
    message = lazy("Please check what you entered.")


class NotFound(Refusal):
    code = "not_found"
    status = 404
    message = lazy("We could not find that.")


class Forbidden(Refusal):
    code = "forbidden"
    status = 403
    message = lazy("You are not allowed to do that.")


class SignInNeeded(Refusal):
    code = "sign_in_needed"
    status = 401
    message = lazy("Please sign in.")


class Conflict(Refusal):
    """Somebody or something was there before."""

    code = "conflict"
    status = 409
    message = lazy("This has changed in the meantime.")


class TooMany(Refusal):
    code = "too_many_requests"
    status = 429
    message = lazy("Too many attempts. Please wait a moment and try again.")


class Unavailable(Refusal):
    """A neighbour we need is away; asking again later may work."""

    code = "unavailable"
    status = 503
    message = lazy("This is not available right now. Please try again in a moment.")

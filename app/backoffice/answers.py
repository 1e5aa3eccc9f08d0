"""Answers of commands that change something elsewhere on the page."""

import json

from flask import Response, make_response


def told(text: str, *, changed: str) -> Response:
    """No content, a short message, and the name of what should fetch itself anew."""
    answer = make_response("", 204)
    answer.headers["HX-Trigger"] = json.dumps({"told": {"text": text}, changed: {}})
    return answer

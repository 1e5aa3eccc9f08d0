"""Between the web framework and the adapters: a provider's call as they read it, their answer."""

from flask import Response, current_app, request

from channels.port import Answer, Call


def call() -> Call:
    """As the provider was given the address: what the caller says of our host does not count."""
    address = f"{current_app.config['DIALTONE'].public_url}{request.path}"
    query = request.query_string.decode("latin-1")
    return Call(
        method=request.method,
        url=f"{address}?{query}" if query else address,
        headers={name.lower(): value for name, value in request.headers},
        body=request.get_data(cache=False),
    )


def response(answer: Answer) -> Response:
    return Response(answer.body, answer.status, content_type=answer.content_type)

"""Headers of every page: scripts from ourselves and the chat's host, and nothing inline."""

from urllib.parse import urlsplit

from flask import Flask, Response, g

from app.demo.world.settings import Settings


def _origin(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc}"


def _policy(settings: Settings) -> dict[str, str]:
    hosts = [_origin(url) for url in (settings.dialtone_url, settings.sockets_url) if url]
    chat = " ".join(hosts)
    sockets = " ".join("ws" + host.removeprefix("http") for host in hosts)
    return {
        "default-src": "'self'",
        "script-src": f"'self' {chat}",
        "style-src": f"'self' {chat}",
        "font-src": f"'self' {chat}",
        "img-src": f"'self' data: blob: {chat}",
        "media-src": f"'self' blob: {chat}",
        "frame-src": f"'self' {chat}",
        "connect-src": f"'self' {chat} {sockets}",
        "object-src": "'none'",
        "base-uri": "'self'",
        "frame-ancestors": "'none'",
    }


def install(app: Flask, settings: Settings) -> None:
    policy = _policy(settings)

    @app.after_request
    def add_headers(response: Response) -> Response:
        # A browser holds the redirect after a form to form-action, too.
        leads_to = f" {_origin(g.leads_to)}" if "leads_to" in g else ""
        own = {**policy, "form-action": f"'self'{leads_to}"}
        response.headers["Content-Security-Policy"] = "; ".join(
            f"{name} {value}" for name, value in own.items()
        )
        response.headers["X-Content-Type-Options"] = "nosniff"
        response.headers["Referrer-Policy"] = "strict-origin-when-cross-origin"
        if response.mimetype in {"text/html", "application/json"}:
            response.headers["Cache-Control"] = "no-store"
        return response

"""Headers that every answer carries."""

from collections.abc import Iterable
from urllib.parse import urlsplit

from flask import Flask, Response, g, request

from config import Config


def protect(app: Flask, config: Config) -> None:
    policy = _policy(config)

    @app.after_request
    def add_headers(response: Response) -> Response:
        headers = response.headers
        hosts = g.get("also_reached", ())
        own = _policy(config, hosts) if hosts else policy
        headers.setdefault("Content-Security-Policy", own)
        headers.setdefault("X-Content-Type-Options", "nosniff")
        headers.setdefault("Referrer-Policy", "same-origin")
        headers.setdefault("X-Frame-Options", "DENY")
        headers.setdefault("Cross-Origin-Opener-Policy", "same-origin")
        headers.setdefault("Permissions-Policy", "camera=(), geolocation=(), payment=()")
        if config.public_url.startswith("https://"):
            headers.setdefault("Strict-Transport-Security", "max-age=31536000; includeSubDomains")
        if not request.path.startswith(("/static/", "/widget/")):
            # Set, not left to a view: files sent from memory would say "no-cache".
            headers["Cache-Control"] = "no-store"
        return response


def also_reach(hosts: Iterable[str]) -> None:
    """Let the page that is being answered speak with others: for an agent's telephone."""
    g.also_reached = tuple(hosts)


def _policy(config: Config, hosts: Iterable[str] = ()) -> str:
    sockets = urlsplit(config.sockets_url)
    live = f"{sockets.scheme}://{sockets.netloc}"
    live_ws = f"{'wss' if sockets.scheme == 'https' else 'ws'}://{sockets.netloc}"
    rules = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data: blob:",
        "font-src": "'self'",
        "media-src": " ".join(["'self'", *(each for each in hosts if each.startswith("http"))]),
        "frame-src": "'self'",
        "connect-src": " ".join(["'self'", live, live_ws, *hosts]),
        "form-action": f"'self' {config.gateway_url}",
        "manifest-src": "'self'",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())

"""Headers that every answer carries."""

from urllib.parse import urlsplit

from flask import Flask, Response, request

from config import Config


def protect(app: Flask, config: Config) -> None:
    policy = _policy(config)

    @app.after_request
    def add_headers(response: Response) -> Response:
        headers = response.headers
        headers.setdefault("Content-Security-Policy", policy)
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


def _policy(config: Config) -> str:
    sockets = urlsplit(config.sockets_url)
    live = f"{sockets.scheme}://{sockets.netloc}"
    live_ws = f"{'wss' if sockets.scheme == 'https' else 'ws'}://{sockets.netloc}"
    rules = {
        "default-src": "'none'",
        "script-src": "'self'",
        "style-src": "'self'",
        "img-src": "'self' data: blob:",
        "font-src": "'self'",
        "media-src": "'self'",
        "frame-src": "'self'",
        "connect-src": f"'self' {live} {live_ws}",
        "form-action": f"'self' {config.gateway_url}",
        "manifest-src": "'self'",
        "frame-ancestors": "'none'",
        "base-uri": "'none'",
    }
    return "; ".join(f"{name} {value}" for name, value in rules.items())

"""Every route of the application, and addresses made for it."""

from dataclasses import dataclass
from urllib.parse import quote
from uuid import UUID

from app.identity.models import SessionKind
from app.web.login import PUBLIC

# Flask's own; it serves files and asks nobody.
NOT_OURS = {"static"}
SIGNED_OUT_BY = {"workspace.sign_out", "portal.sign_out"}
UNKNOWN = UUID("01890000-0000-7000-8000-000000000000")


@dataclass(frozen=True)
class Route:
    endpoint: str
    method: str
    rule: str
    arguments: dict
    permission: str

    def path(self, **known):
        """Its address; arguments not given are of things that do not exist."""
        path = self.rule
        for name, converter in self.arguments.items():
            value = known.get(name, UNKNOWN if converter == "UUIDConverter" else "unknown")
            start, end = path.index("<"), path.index(">") + 1
            path = path[:start] + quote(str(value), safe="%") + path[end:]
        return path

    @property
    def is_public(self):
        return self.permission == PUBLIC

    @property
    def is_for_the_bot(self):
        return self.rule.startswith("/api/bot/")

    @property
    def is_for_machines(self):
        """No session opens it, whoever's it is."""
        return self.rule.startswith(("/api/", "/scim/"))

    @property
    def kind(self):
        """Whose session it asks for, told by where it stands."""
        return SessionKind.CUSTOMER if self.rule.startswith("/my/") else SessionKind.STAFF


def routes_of(app, *methods):
    """Those that end a session come last."""
    found = [
        Route(
            rule.endpoint,
            method,
            rule.rule,
            {name: type(rule._converters[name]).__name__ for name in _in_order(rule)},
            getattr(app.view_functions[rule.endpoint], "permission", ""),
        )
        for rule in app.url_map.iter_rules()
        if rule.endpoint not in NOT_OURS
        for method in rule.methods & set(methods or ("GET", "POST"))
    ]
    return sorted(found, key=lambda each: (each.endpoint in SIGNED_OUT_BY, each.rule, each.method))


def _in_order(rule):
    return sorted(rule.arguments, key=lambda name: rule.rule.index(f"{name}>"))

"""What people call a service."""

from typing import Any

from app.catalog.models import Service
from app.core.i18n import lazy

SERVICES: dict[str, Any] = {
    Service.MOBILE: lazy("Mobile"),
    Service.FIBRE: lazy("Fibre"),
    Service.TV: lazy("TV"),
}

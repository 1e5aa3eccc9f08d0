"""The shelves that articles stand on, in the order they are shown."""

from typing import Any

from app.core.i18n import lazy

CATEGORIES: dict[str, Any] = {
    "billing": lazy("Bills"),
    "payments": lazy("Payments and top-ups"),
    "plans": lazy("Plans and add-ons"),
    "data": lazy("Data and roaming"),
    "calls": lazy("Calls and voicemail"),
    "sim": lazy("SIM and number"),
    "home": lazy("Internet and TV at home"),
    "account": lazy("Your account"),
    "procedures": lazy("Procedures for staff"),
}

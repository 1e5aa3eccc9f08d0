"""What beat runs, and how often in seconds. Tasks are named, so this imports nothing of ours."""

from typing import Any

SCHEDULE: dict[str, dict[str, Any]] = {
    "sweep the outbox": {"task": "outbox.sweep", "schedule": 2.0},
}

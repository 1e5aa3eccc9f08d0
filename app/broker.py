"""How Celery speaks to Redis, whoever it is that speaks."""

from typing import Any

# A task is acknowledged when it is done, and given to another worker soon after its own has died.
# Whoever sends one tries once: the row that it is about is found by the sweep.
BROKER: dict[str, Any] = {
    "broker_connection_retry_on_startup": True,
    "broker_transport_options": {
        "visibility_timeout": 60,
        "unacked_restore_interval": 1,
        "socket_timeout": 2,
        "socket_connect_timeout": 1,
        "max_retries": 0,  # of a connection, by who sends; a worker tries on by itself
    },
    "task_publish_retry": False,
    "timezone": "UTC",
}

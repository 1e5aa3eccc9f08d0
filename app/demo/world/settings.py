"""What the outside world is told from outside: addresses, keys, folders and delays."""

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path

import httpx

from app.demo.world import ways


@dataclass(frozen=True, slots=True)
class Settings:
    """Delays are in seconds. Without a key and a secret the gateway refuses every call. Telephones
    reach Dialtone by its transport, by HTTP without one."""

    world_url: str = "http://localhost:8002"
    dialtone_url: str = "http://localhost:8000"
    sockets_url: str = ""
    state_folder: Path = Path("var/world")
    accounts_file: Path = Path("var/demo/accounts.json")
    gateway_api_key: str = ""
    gateway_webhook_secret: str = ""
    retry_delays: tuple[float, ...] = (1, 2, 4, 8, 8, 8, 8)
    provider_hangs_for: float = 30
    receipts_after: float = 0.5
    hung_for: float = 20
    time_to_pay: Mapping[str, float] = field(default_factory=lambda: dict(ways.TIME_TO_PAY))
    network_hangs_for: float = 30
    dialtone_transport: httpx.BaseTransport | None = None

    @classmethod
    def read(cls, environment: Mapping[str, str] = os.environ, *, port: int = 8002) -> "Settings":
        get = environment.get
        return cls(
            world_url=get("WORLD_URL", f"http://localhost:{port}").rstrip("/"),
            dialtone_url=get("DIALTONE_URL", "http://localhost:8000").rstrip("/"),
            sockets_url=get("DIALTONE_SOCKETS_URL", "").rstrip("/"),
            state_folder=Path(get("WORLD_STATE", "var/world")),
            accounts_file=Path(get("WORLD_ACCOUNTS", "var/demo/accounts.json")),
            gateway_api_key=get("GATEWAY_API_KEY", ""),
            gateway_webhook_secret=get("GATEWAY_WEBHOOK_SECRET", ""),
        )

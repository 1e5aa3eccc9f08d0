"""The sandbox network of the demo operator, over HTTP."""

from urllib.parse import quote
from uuid import UUID

from pydantic import TypeAdapter

from app.network.adapters.http_service import SECONDS, HttpService
from app.network.port import Action, Diagnosis, NetworkDown, OrderRefused

# The sandbox knows no stronger block than outgoing calls.
_ITS_WORDS = {Action.BLOCK_ALL: "block_outgoing", Action.DEACTIVATE: "block_outgoing"}
_DIAGNOSIS = TypeAdapter(Diagnosis)


class SandboxNetwork:
    def __init__(self, base_url: str, *, timeout: float = SECONDS) -> None:
        self._network = HttpService(f"{base_url}/network/v1", timeout=timeout)

    def diagnose(self, number: str, *, service: str) -> Diagnosis:
        path = f"/lines/{quote(number, safe='')}/diagnosis"
        return self._network.ask_for(_DIAGNOSIS, "GET", path, params={"service": service})

    def carry_out(self, order_id: UUID, action: Action, number: str, *, plan: str) -> None:
        """The network's word is not enough: the order is read back."""
        body = {
            "order_id": str(order_id),
            "action": _ITS_WORDS.get(action, action.value),
            "msisdn": number,
            "plan": plan,
        }
        self._network.ask("POST", "/orders", json=body)
        try:
            kept = self._network.ask("GET", f"/orders/{order_id}")
        except OrderRefused as error:
            raise NetworkDown("it said done, but knows nothing of it") from error
        if not isinstance(kept, dict) or kept.get("status") != "done":
            raise NetworkDown("it is not done yet")

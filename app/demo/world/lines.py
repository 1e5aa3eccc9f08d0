"""The operator's network: the orders it carried out, its outages, and how it behaves today."""

import secrets
import threading
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import Any

from app.demo.world.diagnosis import Diagnosis, Habits, diagnose
from app.demo.world.refusals import Refusal
from app.demo.world.store import Store

ACTIONS = ("activate", "block_outgoing", "unblock", "throttle", "change_plan")
SERVICES = ("mobile", "fibre", "tv")
MODES = ("normal", "fail", "hang", "lie")
DOORS = ("orders", "diagnosis")


@dataclass(frozen=True, slots=True)
class Order:
    order_id: str
    action: str
    msisdn: str
    plan: str
    status: str = "done"


@dataclass(frozen=True, slots=True)
class Outage:
    """`started_at` is ISO 8601 in UTC."""

    id: str
    area: str
    service: str
    text: str
    started_at: str


class Network:
    def __init__(self, store: Store, *, hangs_for: float) -> None:
        self._store = store
        self._hangs_for = hangs_for

    def mode(self, door: str) -> str:
        row = self._store.get("network_modes", door)
        return str(row["mode"]) if row else "normal"

    def behave(self, door: str, mode: str) -> None:
        self._store.put("network_modes", door, {"mode": mode})

    def diagnose(self, msisdn: str, *, service: str) -> Diagnosis:
        """A lying network says that every line is well."""
        mode = self._suffer("diagnosis")
        row = self._store.get("lines", msisdn) or {}
        outages = [] if mode == "lie" else [(o.area, o.service) for o in self.outages()]
        return diagnose(msisdn, service=service, outages=outages, honest=mode != "lie", **row)

    def carry_out(self, order: Order) -> Order:
        """Once per order id. A lying network says done and does nothing."""
        mode = self._suffer("orders")
        with self._store.changing():
            earlier = self.order(order.order_id)
            if earlier is not None and earlier != order:
                raise Refusal(409, "order_reused", "This order id was used for another order.")
            if earlier is None and mode != "lie":
                self._store.put("orders", order.order_id, asdict(order))
                self._change_line(order)
        return order

    def order(self, order_id: str) -> Order | None:
        row = self._store.get("orders", order_id)
        return Order(**row) if row else None

    def latest_orders(self, count: int = 30) -> list[Order]:
        return [Order(**row) for row in self._store.rows("orders")[: -count - 1 : -1]]

    def outages(self) -> list[Outage]:
        return [Outage(**row) for row in self._store.rows("outages")]

    def break_down(self, *, area: str, service: str, text: str) -> Outage:
        started_at = datetime.now(UTC).isoformat(timespec="seconds").replace("+00:00", "Z")
        outage = Outage(f"out_{secrets.token_hex(6)}", area, service, text, started_at)
        self._store.put("outages", outage.id, asdict(outage))
        return outage

    def repair(self, outage_id: str) -> None:
        if self._store.get("outages", outage_id) is None:
            raise Refusal(404, "not_found", "There is no such outage.")
        self._store.remove("outages", outage_id)

    def _suffer(self, door: str) -> str:
        mode = self.mode(door)
        if mode == "fail":
            raise Refusal(503, "network_down", "The network does not answer orders now.")
        if mode == "hang":
            threading.Event().wait(self._hangs_for)
        return mode

    def _change_line(self, order: Order) -> None:
        line: dict[str, Any] = self._store.get("lines", order.msisdn) or asdict(Habits())
        changes: dict[str, dict[str, Any]] = {
            "activate": {"blocked": False, "throttled": False, "activated": True},
            "block_outgoing": {"blocked": True},
            "unblock": {"blocked": False, "throttled": False},
            "throttle": {"throttled": True},
            "change_plan": {"plan": order.plan, "throttled": False},
        }
        plan = {"plan": order.plan} if order.plan else {}
        self._store.put("lines", order.msisdn, {**line, **plan, **changes[order.action]})

"""Sample calls of the control plane for its OpenAPI document: requests to a small API, and calls one after another."""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, replace
from importlib.resources import files
from pathlib import Path
from typing import Any, Literal, TypedDict

from ..core.contract.api import Action, Api, RateWindow
from ..core.http.messages import Request
from ..export.openapi.samples import Sample, samples
from ..fake import FakeSources
from ..kit import Api as KitApi
from ..kit import bearer
from ..verify.coverage import Coverage
from .access import Access
from .context import ControlContext

SECONDS = 1_767_225_600
"""End of the rate window of the samples, in seconds since 1970."""


@dataclass(frozen=True)
class Order:
    """An order of the shop."""

    id: int
    title: str
    size: Literal["S", "M"] = "M"


class OrderFields(TypedDict):
    """Fields of a new order."""

    title: str


def _shop() -> Api[Any]:
    """Return a small API: a shop whose orders are created and read, and shipped by a test."""
    api = KitApi("shop", host="api.shop.example", auth=bearer(), title="Shop")
    rows = api.rows("orders", Order)
    not_found = api.error("not-found", 404, {"error": "no such order"}, summary="An unknown id gets 404.")

    @api.post("/orders", id="order.create", body=OrderFields, responses={201: Order})
    def create(call: Any) -> Any:
        """Create an order."""
        return rows.of(call).add(title=call.body["title"])

    @api.get("/orders/<id>", id="order.get", responses={200: Order}, errors=[not_found])
    def get(call: Any) -> Any:
        """Return an order."""
        return rows.of(call).get(int(call.path["id"]), otherwise=not_found)

    api.deviation("sizes", says="Sizes are S to XXL.", does="Sizes are S and M.", reason="the shop uses no others")

    def ship(_: Any, title: str = "") -> int:
        """Ship the orders of a title, or all of them, and return their number."""
        return len(title)

    window = RateWindow(1_000, 25, SECONDS + 3600.0)
    return replace(api.api, actions=(Action("orders.ship", ship),), rates=lambda *_: window)


def _context() -> ControlContext:
    """Return a control plane's objects around a fake that had a few calls."""
    fake = FakeSources(apis=[_shop()])
    coverage = Coverage()
    fake.journal.subscribe(coverage.counter(fake.journal), is_waiting=False)
    headers = (("Authorization", "Bearer alice"), ("Content-Type", "application/json"))
    for method, target, body in (
        ("POST", "/orders", b'{"title": "Tea", "colour": "red"}'),
        ("GET", "/orders/1", b""),
    ):
        fake.handle(Request(method, target, headers, body, "127.0.0.1:8080", "http", "server", "127.0.0.1"))
    limits = {"planned_faults": 1_000, "snapshot_bytes": 64 << 20, "expectations": 100, "waiting_requests": 1_000}
    gauges = {"planned_faults": lambda: len(fake.faults.planned), "waiting_requests": lambda: 0}
    access = Access()
    return ControlContext(
        fake, lambda: Path("state.json"), threading.Event(), access, limits, gauges, coverage, "0123456789abcdef"
    )


def sample_calls(control: Api[Any]) -> dict[str, Sample]:
    """Return a sample call of each operation of the control plane, the same in every run."""
    rows = json.loads(files("fakesources.control").joinpath("samples.json").read_text("utf-8"))
    made = samples(control, control.editions[control.default_edition], _context(), rows)
    return {id: _stable(sample) for id, sample in made.items()}


_STABLE: Mapping[str, Any] = {"duration": 0.4, "python": "3.12.1"}


def _stable(sample: Sample) -> Sample:
    """Return a sample with the values that differ from run to run replaced."""
    return Sample(sample.path, sample.query, sample.params, sample.status, _replaced(sample.value))


def _replaced(value: Any) -> Any:
    if isinstance(value, dict):
        return {name: _STABLE.get(name, _replaced(inner)) for name, inner in value.items()}
    return [_replaced(inner) for inner in value] if isinstance(value, list) else value

"""Fields of a response that follow from its request: a response with any other value is a finding."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest
from exchanges import CURATOR, DATASIFT, Line, answered, call, lines

from fakesources import FakeSources
from fakesources.apis.registry import installed
from fakesources.verify import check_files

DS = f"{DATASIFT}/v1.6/source"
KEY = "api_key=0d1c6a1e-7a1c-4c59-8d7e-6a8a3b0d2f11"
RESOURCE, TOKEN = {"parameters": {"id": "1"}}, {"parameters": {"value": "t"}}
PAGE = {"source_type": "facebook_page", "name": "Rock"}


def others(value: Any) -> list[Any]:
    """Return other values of the same type."""
    if isinstance(value, bool):
        return [not value]
    return [value + 1] if isinstance(value, int) else [f"{value[:-1]}{'0' if value[-1] != '0' else '1'}"]


class Calls:
    """One fake with a source in each API, and a successful call of every operation."""

    def __init__(self) -> None:
        self.fake = FakeSources(strict=False)
        self.source = self.fake.datasift.sources.add(
            source_type="facebook_page", name="Rock", resources=[RESOURCE, RESOURCE], auth=[TOKEN, TOKEN]
        )
        self.feed = next(iter(self.fake.curator.feeds))
        self.tag = self.fake.curator.sources.add(tag="rock").id

    def line(self, operation: str, name: str) -> Line:
        """Return the exchange of one call whose response has a field."""
        id, query = {"id": self.source.id}, f"id={self.source.id}" if name == "id" else "page=1&per_page=20"
        made: dict[str, tuple[str, str, Any]] = {
            "datasift.source.create": ("POST", f"{DS}/create", {**PAGE, "resources": [RESOURCE]}),
            "datasift.source.update": ("PUT", f"{DS}/update", {**id, "name": "Pop"}),
            "datasift.source.get": ("GET", f"{DS}/get?{query}", None),
            "datasift.source.log": ("GET", f"{DS}/log?id={self.source.id}&page=1&per_page=20", None),
            "datasift.source.start": ("PUT", f"{DS}/start", id),
            "datasift.source.stop": ("PUT", f"{DS}/stop", id),
            "datasift.source.resource.add": ("PUT", f"{DS}/resource/add", {**id, "resources": [RESOURCE]}),
            "datasift.source.resource.remove": (
                "PUT", f"{DS}/resource/remove", {**id, "resource_ids": [self.source.resources[0].resource_id]},
            ),
            "datasift.source.auth.add": ("PUT", f"{DS}/auth/add", {**id, "auth": [TOKEN]}),
            "datasift.source.auth.remove": (
                "PUT", f"{DS}/auth/remove", {**id, "auth_ids": [self.source.auth[0].identity_id]},
            ),
            "curator.sources.create": (
                "POST", f"{CURATOR}/v1/sources?{KEY}", {"feed_id": self.feed, "tag": "pop", "source_type": 1},
            ),
            "curator.sources.update": ("POST", f"{CURATOR}/v1/sources/{self.tag}?{KEY}", {"tag": "jazz"}),
            "curator.sources.delete": ("DELETE", f"{CURATOR}/v1/sources/{self.tag}?{KEY}", None),
            "curator.feeds.create": ("POST", f"{CURATOR}/v1/feeds?{KEY}", {"name": "Pop"}),
            "curator.feeds.update": ("POST", f"{CURATOR}/v1/feeds/{self.feed}?{KEY}", {"name": "Pop"}),
            "curator.feeds.delete": ("DELETE", f"{CURATOR}/v1/feeds/{self.feed}?{KEY}", None),
        }  # fmt: skip
        return call(*made[operation], fake=self.fake)


OPERATIONS = [
    (operation, name)
    for api in installed()
    if api.traffic is not None
    for operation, names in api.traffic.determined.items()
    for name in names
]


@pytest.mark.parametrize(("operation", "name"), OPERATIONS)
def test_another_value_of_a_field_that_follows_from_the_request_is_a_finding(
    operation: str, name: str, tmp_path: Path
) -> None:
    line = Calls().line(operation, name)
    response = line["response"]
    body = json.loads(response["body"])
    assert response["status"] < 300, body
    right = check_files([lines(tmp_path, line)])
    assert [group.first for part in right.parts for group in part.groups] == []
    for other in others(body[name]):
        wrong = answered(line, response["status"], {**body, name: other}, response["headers"])
        report = check_files([lines(tmp_path, wrong, name="wrong.jsonl")])

        found = {group.first.rule for part in report.parts for group in part.groups}
        assert f"{operation}.{response['status']}.{name}" in found, found

"""Any sequence of calls and changes has the same effect on the fake as on a model of each API.

Two accounts call through two adapters at once, patched `requests` and the live server. A long run:
`python -m pytest tests/model --hypothesis-profile=long`.
"""

from __future__ import annotations

import copy
import http.client
import json
from typing import Any
from urllib.parse import urlencode

import pytest
import requests
from curator_model import CuratorModel
from datasift_model import LIMIT, DataSiftModel
from generated import examples
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import Bundle, RuleBasedStateMachine, initialize, invariant, rule

from fakesources import FakeSources
from fakesources.core.storage.clock import START

pytestmark = pytest.mark.once

ACCOUNTS = ("alice", "bob")
IS_LONG = settings().max_examples > 100
DATASIFT = {"create": "POST", "update": "PUT", "delete": "DELETE", "get": "GET", "log": "GET", "start": "PUT",
            "stop": "PUT", "resource/add": "PUT"}  # fmt: skip
CURATOR = {
    "feeds.list": ("GET", "/v1/feeds"),
    "feeds.create": ("POST", "/v1/feeds"),
    "feeds.delete": ("DELETE", "/v1/feeds/{id}"),
    "sources.list": ("GET", "/v1/sources"),
    "sources.create": ("POST", "/v1/sources"),
    "sources.update": ("PUT", "/v1/sources/{id}"),
    "sources.delete": ("DELETE", "/v1/sources/{id}"),
    "posts.list": ("GET", "/v1/feeds/{feed_id}/posts"),
    "posts.love": ("POST", "/v1/feeds/{feed_id}/post/{post_id}/love"),
}
EDITIONS = [("docs-1.6", "docs-2017"), ("live-1.6", "docs-2025")]

accounts, adapters, picks = st.sampled_from(ACCOUNTS), st.sampled_from(["requests", "server"]), st.integers(0, 6)
texts = st.sampled_from(["Rock", "rock music", "a b", "é日", "%+&=", ""])
tags = st.sampled_from(["cats", "dogs", "é"])


def includes(seen: Any, expected: Any) -> bool:
    """Return whether a value has what is expected, and perhaps more names."""
    if isinstance(expected, dict):
        return isinstance(seen, dict) and all(
            name in seen and includes(seen[name], expected[name]) for name in expected
        )
    if isinstance(expected, list):
        return isinstance(seen, list) and len(seen) == len(expected) and all(map(includes, seen, expected))
    return bool(seen == expected)


class Machine(RuleBasedStateMachine):
    """The fake, the models, and what tests do with both."""

    snapshots: Bundle[Any] = Bundle("snapshots")

    @initialize(editions=st.sampled_from(EDITIONS), delay=st.sampled_from([0, 60]))
    def start(self, editions: tuple[str, str], delay: int) -> None:
        self.delay = delay
        posts: Any = float(delay) if delay else "immediate"
        self.fake = FakeSources(
            datasift=editions[0], curator=editions[1], strict=False, rate_limit=LIMIT, posts=posts
        )  # fmt: skip
        self.fake.start()
        self.server = self.fake.server().start()
        self.connection = http.client.HTTPConnection("127.0.0.1", self.server.port, timeout=60)
        self.begin()

    def begin(self) -> None:
        """Begin with an empty state on both sides."""
        self.now = START.timestamp()
        self.datasift, self.curator = DataSiftModel(), CuratorModel(self.delay)
        self.planned: dict[str, list[str]] = {}
        self.calls = 0
        for name in ACCOUNTS:
            self.curator.open(name, self.send("requests", "GET", "curator", f"/v1/feeds?api_key={name}")[1])

    def teardown(self) -> None:
        if hasattr(self, "fake"):
            self.connection.close()
            self.server.stop()
            self.fake.stop()

    def send(self, adapter: str, method: str, api: str, target: str, body: Any = None, **headers: str) -> Any:
        """Return status, JSON value and headers of a response."""
        self.calls += 1
        content = b"" if body is None else json.dumps(body).encode()
        headers |= {"Content-Type": "application/json"} if content else {}
        if adapter == "requests":
            host = {"datasift": "api.datasift.com", "curator": "api.curator.io"}[api]
            found = requests.request(method, f"https://{host}{target}", data=content, headers=headers, timeout=60)
            return found.status_code, json.loads(found.content) if found.content else None, found.headers
        self.connection.request(method, target, content, headers)
        response = self.connection.getresponse()
        read = response.read()
        return response.status, json.loads(read) if read else None, response.headers

    def pick(self, ids: list[str], number: int) -> str:
        return [*ids, "f" * 32][number % (len(ids) + 1)]

    # -- calls ---------------------------------------------------------------------------------------------------------

    def call_datasift(self, adapter: str, account: str, operation: str, params: dict[str, Any]) -> None:
        target, body, method = f"/v1.6/source/{operation}", None, DATASIFT[operation]
        if method == "GET":
            target += f"?{urlencode(params)}" if params else ""
        else:
            body = params
        status, value, headers = self.send(adapter, method, "datasift", target, body, Authorization=f"{account}:key")
        planned = self.planned.get(operation, [])
        if planned[:1] == ["respond"]:
            planned.pop(0)
            assert status == 502
            return
        if not self.datasift.charge(account, operation, int(self.now)):
            assert (status, value) == (403, {"error": "API Rate Limit Exceeded"})
            assert headers["X-RateLimit-Remaining"] == "0"
            return
        before = copy.deepcopy(self.datasift)
        expected = self.datasift.answer(account, operation, params, int(self.now), value)
        if planned and expected[0] != 400:
            self.datasift = before
            planned.pop(0)
            expected = 404, {}
        assert status == expected[0], (operation, params, status, value, expected)
        assert includes(DataSiftModel.seen(value), expected[1]), (operation, params, value, expected)
        assert headers["X-RateLimit-Remaining"] == str(self.datasift.remaining(account))

    @rule(adapter=adapters, account=accounts, name=texts, values=st.lists(tags, max_size=2), missing=st.integers(0, 9))
    def create_source(self, adapter: str, account: str, name: str, values: list[str], missing: int) -> None:
        resources = [{"parameters": {"type": "tag", "value": value}} for value in values]
        params = {"source_type": "instagram", "name": name, "resources": resources}
        if missing < 3:
            del params[list(params)[missing]]
        self.call_datasift(adapter, account, "create", params)

    @rule(adapter=adapters, account=accounts, pick=picks,
          operation=st.sampled_from([name for name in DATASIFT if name not in ("create", "update", "resource/add")]))  # fmt: skip
    def call_a_source(self, adapter: str, account: str, pick: int, operation: str) -> None:
        self.call_datasift(adapter, account, operation, {"id": self.pick(self.datasift.ids(), pick)})

    @rule(adapter=adapters, account=accounts, pick=picks, name=texts)
    def rename_a_source(self, adapter: str, account: str, pick: int, name: str) -> None:
        self.call_datasift(adapter, account, "update", {"id": self.pick(self.datasift.ids(), pick), "name": name})

    @rule(adapter=adapters, account=accounts, pick=picks, value=tags)
    def add_a_resource(self, adapter: str, account: str, pick: int, value: str) -> None:
        params = {
            "id": self.pick(self.datasift.ids(), pick),
            "resources": [{"parameters": {"type": "tag", "value": value}}],
        }
        self.call_datasift(adapter, account, "resource/add", params)

    @rule(adapter=adapters, account=accounts, page=st.integers(0, 3), per_page=st.integers(0, 3), search=texts)
    def list_sources(self, adapter: str, account: str, page: int, per_page: int, search: str) -> None:
        self.call_datasift(adapter, account, "get", {"page": page, "per_page": per_page, "search": search})

    def call_curator(self, adapter: str, account: str, operation: str, params: dict[str, Any]) -> None:
        method, path = CURATOR[operation]
        target, query, body = path.format(**params), {"api_key": account}, None
        rest = {name: value for name, value in params.items() if f"{{{name}}}" not in path}
        if method == "GET":
            query |= rest
        elif rest:
            body = rest
        status, value, _ = self.send(adapter, method, "curator", f"{target}?{urlencode(query)}", body)
        planned = self.planned.get(operation, [])
        if planned:
            planned.pop(0)
            assert status == 502
            return
        expected = self.curator.answer(account, operation, params, self.now, value)
        assert status == expected[0], (operation, params, status, value, expected)
        assert includes(CuratorModel.seen(value), expected[1]), (operation, params, value, expected)

    @rule(adapter=adapters, account=accounts, name=texts)
    def create_feed(self, adapter: str, account: str, name: str) -> None:
        self.call_curator(adapter, account, "feeds.create", {"name": name})

    @rule(adapter=adapters, account=accounts, operation=st.sampled_from(["feeds.list", "sources.list"]))
    def list_rows(self, adapter: str, account: str, operation: str) -> None:
        self.call_curator(adapter, account, operation, {})

    @rule(adapter=adapters, account=accounts, pick=picks, tag=tags)
    def create_a_source_of_a_feed(self, adapter: str, account: str, pick: int, tag: str) -> None:
        feed = self.pick(self.curator.feeds(), pick)
        self.call_curator(adapter, account, "sources.create", {"feed_id": feed, "source_type": 1, "tag": tag})
        self.call_curator(adapter, account, "sources.list", {"feed_id": feed})

    @rule(adapter=adapters, account=accounts, pick=picks, tag=tags)
    def change_a_tag(self, adapter: str, account: str, pick: int, tag: str) -> None:
        mine = self.curator.accounts[account]
        for feed in [] if mine["sources"] else list(mine["feeds"])[:1]:
            self.call_curator(adapter, account, "sources.create", {"feed_id": feed, "source_type": 1, "tag": "birds"})
        if mine["sources"]:
            id = [*mine["sources"]][pick % len(mine["sources"])]
            self.call_curator(adapter, account, "sources.update", {"id": id, "tag": tag})
            for feed in self.curator.feeds():
                self.call_curator(adapter, account, "posts.list", {"feed_id": feed, "limit": 100})

    @rule(adapter=adapters, account=accounts, pick=picks, kind=st.sampled_from(["feeds", "sources"]))
    def delete_a_row(self, adapter: str, account: str, pick: int, kind: str) -> None:
        ids = {"feeds": self.curator.feeds, "sources": self.curator.sources}[kind]()
        unknown = "0" * 8 + "-0000-0000-0000-" + "0" * 12
        self.call_curator(adapter, account, f"{kind}.delete", {"id": ids[pick] if pick < len(ids) else unknown})

    @rule(adapter=adapters, account=accounts, pick=picks)
    def list_posts(self, adapter: str, account: str, pick: int) -> None:
        self.call_curator(
            adapter, account, "posts.list", {"feed_id": self.pick(self.curator.feeds(), pick), "limit": 100}
        )

    @rule(adapter=adapters, account=accounts, pick=picks, post=st.integers(1, 45))
    def love_a_post(self, adapter: str, account: str, pick: int, post: int) -> None:
        params = {"feed_id": self.pick(self.curator.feeds(), pick), "post_id": post}
        self.call_curator(adapter, account, "posts.love", params)

    # -- what tests do -------------------------------------------------------------------------------------------------

    @rule(
        operation=st.sampled_from(["start", "delete", "get", "update", "resource/add"]),
        type=st.sampled_from(["error", "respond"]),
    )
    def plan_a_fault_of_datasift(self, operation: str, type: str) -> None:
        if self.planned.get(operation):
            return
        self.planned[operation] = [type]
        id = f"datasift.source.{operation.replace('/', '.')}"
        if type == "error":
            self.fake.faults.error(id, "not-found")
        else:
            self.fake.faults.respond(id, status=502)

    @rule(operation=st.sampled_from(list(CURATOR)))
    def plan_a_fault_of_curator(self, operation: str) -> None:
        self.planned.setdefault(operation, []).append("respond")
        self.fake.faults.respond(f"curator.{operation}", status=502)

    @rule(seconds=st.sampled_from([0.5, 1, 59, 60, 3_599, 3_600, 10**6]))
    def advance(self, seconds: float) -> None:
        self.fake.clock.advance(seconds)
        self.now += seconds

    @rule(target=snapshots)
    def take_a_snapshot(self) -> Any:
        return self.fake.snapshot(), copy.deepcopy((self.datasift, self.curator, self.now))

    @rule(snapshot=snapshots)
    def restore(self, snapshot: Any) -> None:
        taken, model = snapshot
        self.fake.restore(taken)
        self.datasift, self.curator, self.now = copy.deepcopy(model)
        assert not self.fake.diff(taken)

    @rule(target=snapshots)
    def dump_and_load(self) -> Any:
        """A state file has everything: nothing differs after it was loaded."""
        before, document = self.fake.snapshot(), json.loads(json.dumps(self.fake.dump()))
        self.fake.load(document)
        assert not self.fake.diff(before)
        return self.fake.snapshot(), copy.deepcopy((self.datasift, self.curator, self.now))

    @rule()
    def reset(self) -> None:
        self.fake.reset()
        self.begin()

    @invariant()
    def rows_and_journal_agree(self) -> None:
        if not hasattr(self, "fake"):
            return
        assert len(self.fake.journal) == self.calls
        for name in ACCOUNTS:
            sources = self.fake.datasift.account(name).sources
            assert {id: each.name for id, each in sources.items()} == {
                id: each["name"] for id, each in self.datasift.account(name)["sources"].items()
            }
            feeds = self.fake.curator.account(name).feeds
            assert [*feeds] == [*self.curator.accounts[name]["feeds"]]


Machine.TestCase.settings = settings(
    max_examples=examples(12),
    stateful_step_count=50 if IS_LONG else 25,
    deadline=None,
    database=None,
)
TestModels = Machine.TestCase

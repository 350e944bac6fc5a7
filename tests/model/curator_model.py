"""Model of Curator: feeds, sources and posts of accounts as plain dicts."""

from __future__ import annotations

from typing import Any

POSTS = 20

Answer = tuple[int, Any]


class CuratorModel:
    """Accounts by key. `answer` takes what the fake answered for the ids alone, which are its choice."""

    def __init__(self, delay: float) -> None:
        self.delay = delay
        self.accounts: dict[str, dict[str, Any]] = {}

    def open(self, name: str, feeds: list[dict[str, Any]]) -> None:
        """Add an account with the feed that a new one has."""
        assert [feed["name"] for feed in feeds] == ["Default"]
        self.accounts[name] = {"feeds": {feeds[0]["id"]: "Default"}, "sources": {}, "posts": [], "next": 1}

    def feeds(self) -> list[str]:
        """Return the ids of all feeds."""
        return [id for account in self.accounts.values() for id in account["feeds"]]

    def sources(self) -> list[str]:
        """Return the ids of all sources."""
        return [id for account in self.accounts.values() for id in account["sources"]]

    def answer(self, name: str, operation: str, params: dict[str, Any], now: float, shown: Any) -> Answer:
        """Perform a call; return the status and the part of the body that is known."""
        mine = self.accounts[name]
        if operation == "feeds.list":
            return 200, [{"id": id, "name": each} for id, each in mine["feeds"].items()]
        if operation == "feeds.create":
            if not params["name"]:
                return 400, {"success": False}
            mine["feeds"][shown["id"]] = params["name"]
            return 200, {"name": params["name"]}
        if operation == "sources.list":
            rows = [{"id": id, "tag": each["tag"]} for id, each in mine["sources"].items()
                    if params.get("feed_id") in (None, each["feed"])]  # fmt: skip
            return 200, rows
        if operation == "sources.create":
            if params["feed_id"] not in mine["feeds"]:
                return 403 if params["feed_id"] in self.feeds() else 422, {"success": False}
            mine["sources"][shown["id"]] = {"feed": params["feed_id"], "tag": params["tag"], "due": self._due(now)}
            self._request(mine, shown["id"])
            return 200, {"tag": params["tag"], "feed_id": params["feed_id"]}
        if operation.startswith("posts."):
            return self._posts(operation, params, now)
        kind = operation.partition(".")[0]
        known = {"feeds": self.feeds, "sources": self.sources}[kind]()
        if params["id"] not in mine[kind]:
            return 403 if params["id"] in known else 404, {"success": False}
        if operation == "sources.update":
            source = mine["sources"][params["id"]]
            if source["tag"] != params["tag"]:
                source.update(tag=params["tag"], due=max(source["due"], self._due(now)))
                self._request(mine, params["id"])
            return 200, {"id": params["id"], "tag": params["tag"]}
        del mine[kind][params["id"]]
        gone = {id for id, each in mine["sources"].items() if each["feed"] == params["id"]} | {params["id"]}
        mine["sources"] = {id: each for id, each in mine["sources"].items() if id not in gone}
        mine["posts"] = [post for post in mine["posts"] if post["source"] not in gone]
        return 200, {"success": True}

    def _due(self, now: float) -> float:
        return now + self.delay if self.delay else 0

    def _request(self, mine: dict[str, Any], id: str) -> None:
        """Request the latest posts of a source."""
        source = mine["sources"][id]
        new = range(mine["next"], mine["next"] + POSTS)
        mine["next"] += POSTS
        mine["posts"] += [
            {"id": n, "source": id, "feed": source["feed"], "due": source["due"], "loves": 0} for n in new
        ]

    def _posts(self, operation: str, params: dict[str, Any], now: float) -> Answer:
        if params["feed_id"] not in self.feeds():
            return 404, {"success": False}
        mine = next(each for each in self.accounts.values() if params["feed_id"] in each["feeds"])
        posts = [post for post in mine["posts"] if post["feed"] == params["feed_id"] and post["due"] <= now]
        if operation == "posts.list":
            return 200, {"postCount": len(posts), "ids": {post["id"] for post in posts} if len(posts) <= 100 else None}
        found = [post for post in posts if post["id"] == params["post_id"]]
        if not found:
            return 404, {"success": False}
        found[0]["loves"] += 1
        return 200, {"success": True, "loves": found[0]["loves"]}

    @staticmethod
    def seen(body: Any) -> Any:
        """Return a response's body in the terms of the model."""
        if isinstance(body, dict) and "posts" in body:
            ids = {post["id"] for post in body["posts"]}
            return {**body, "ids": ids if body["postCount"] <= 100 else None}
        return body

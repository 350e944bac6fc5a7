"""Model of DataSift: sources of accounts as plain dicts, and the credits they have spent."""

from __future__ import annotations

from typing import Any

READS = ("get", "log", "start", "stop")
LIMIT, WINDOW_SECONDS = 400, 3_600
NOT_FOUND = {"delete": "Source instance not found", "start": "Source not found", "stop": "Source not found"}

Answer = tuple[int, Any]


class DataSiftModel:
    """Accounts by name. `answer` takes what the fake answered for the ids alone, which are its choice."""

    def __init__(self) -> None:
        self.accounts: dict[str, dict[str, Any]] = {}

    def account(self, name: str) -> dict[str, Any]:
        """Return an account, opened with its first call."""
        return self.accounts.setdefault(name, {"sources": {}, "spent": 0, "opened": None})

    def ids(self) -> list[str]:
        """Return the ids of all sources."""
        return [id for account in self.accounts.values() for id in account["sources"]]

    def charge(self, name: str, operation: str, now: int) -> bool:
        """Charge a call; return whether the credits cover it."""
        account, cost = self.account(name), 5 if operation in READS else 25
        if account["opened"] is None or not account["opened"] <= now < account["opened"] + WINDOW_SECONDS:
            account["opened"], account["spent"] = now, 0
        is_covered = account["spent"] + cost <= LIMIT
        account["spent"] += cost if is_covered else 0
        return is_covered

    def remaining(self, name: str) -> int:
        """Return the credits that are left."""
        return LIMIT - int(self.account(name)["spent"])

    def answer(self, name: str, operation: str, params: dict[str, Any], now: int, shown: Any) -> Answer:
        """Perform a call that was charged; return the status and the part of the body that is known."""
        sources = self.account(name)["sources"]
        if operation == "create":
            missing = [each for each in ("source_type", "name", "resources") if each not in params]
            if missing:
                return 400, {"error": f"Missing param '{missing[0]}'"}
            id = shown.get("id", "") if isinstance(shown, dict) else ""
            assert id not in self.ids()
            tags = [item["parameters"]["value"] for item in params["resources"]]
            sources[id] = {"name": params["name"], "running": False, "created_at": now, "tags": sorted(tags), "log": []}
            return 201, self.show(id, sources[id])
        if operation == "get" and "id" not in params:
            return self._page(sources, params)
        id = params.get("id", "")
        if not id:
            return 400, {"error": "Missing param 'id'"}
        if id not in sources:
            return 404, {"error": NOT_FOUND[operation]} if operation in NOT_FOUND else {}
        source = sources[id]
        if operation == "delete":
            del sources[id]
            return 204, None
        if operation == "log":
            return 200, {"count": len(source["log"])}
        if operation in ("start", "stop"):
            source["running"] = operation == "start"
        if operation == "update":
            source["name"] = params.get("name", source["name"])
        if operation == "resource/add":
            source["tags"] = sorted([*source["tags"], *(item["parameters"]["value"] for item in params["resources"])])
        return 202 if operation == "update" else 200, self.show(id, source)

    def _page(self, sources: dict[str, Any], params: dict[str, Any]) -> Answer:
        page, size = params.get("page", 1), params.get("per_page", 20)
        if page < 1 or size < 1:
            return 400, {}
        found = [id for id, each in sources.items() if params.get("search", "").lower() in each["name"].lower()]
        found = sorted(found, key=lambda each: sources[each]["created_at"])  # a sort that keeps the order of creation
        found.reverse()
        shown = [self.show(id, sources[id]) for id in found[(page - 1) * size : page * size]]
        return 200, {"count": len(found), "page": page, "pages": -(-len(found) // size), "sources": shown}

    @staticmethod
    def show(id: str, source: dict[str, Any]) -> dict[str, Any]:
        """Return the part of a source that responses show and the model knows."""
        return {"id": id, **{name: source[name] for name in ("name", "running", "created_at", "tags")}}

    @staticmethod
    def seen(body: Any) -> Any:
        """Return a response's body in the terms of the model."""
        if isinstance(body, dict) and "sources" in body:
            return {**body, "sources": [DataSiftModel.seen(each) for each in body["sources"]]}
        if isinstance(body, dict) and "resources" in body:
            tags = sorted(item["parameters"]["value"] for item in body["resources"])
            return {**body, "running": body["status"] != "stopped", "tags": tags}
        return body

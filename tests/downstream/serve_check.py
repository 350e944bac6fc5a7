"""Script for `fakesources run`: the requests of the documentation, with a host, a key and an id filled in."""

import json
import os
from urllib.request import Request, urlopen

BASE = os.environ["FAKESOURCES_URL"]


def call(method: str, path: str, body: bytes | None = None, **headers: str) -> tuple[int, dict[str, str], object]:
    names = {name.replace("_", "-"): value for name, value in headers.items()}
    with urlopen(Request(BASE + path, body, names, method=method), timeout=10) as response:
        text = response.read()
        return response.status, dict(response.headers), json.loads(text) if text else None


KEY = {"Authorization": "datasift-user:your-datasift-api-key"}
FORM = KEY | {"Content_Type": "application/x-www-form-urlencoded"}
status, _, source = call(
    "POST", "/v1.6/source/create",
    b'source_type=facebook_page&name=Rock Music&resources=[{"parameters":{"id":8305888286}}]&auth=[{"parameters":{"value":"t"}}]',
    **FORM,
)  # fmt: skip
assert (status, source["status"]) == (201, "stopped"), (status, source)
status, headers, started = call("PUT", "/v1.6/source/start", f"id={source['id']}".encode(), **FORM)
assert (status, started["status"], headers["X-RateLimit-Cost"]) == (200, "active", "5"), (status, started, headers)

JSON = {"Content_Type": "application/json"}
_, _, feeds = call("GET", "/v1/feeds?api_key=ABCD-1234")
assert [feed["name"] for feed in feeds] == ["Default"], feeds
made = {"feed_id": "660b923a-a6e7-4540-bd03-7e08fd006e0d", "source_type": 2, "tag": "myawesometag"}
_, _, created = call("POST", "/v1/sources?api_key=ABCD-1234", json.dumps(made).encode(), **JSON)
assert set(created) == {"id", "source_type", "tag", "status", "feed_id"}, created
_, _, updated = call("PUT", f"/v1/sources/{created['id']}?api_key=ABCD-1234", b'{"tag": "curator_io"}', **JSON)
assert (updated["tag"], updated["initialised"]) == ("curator_io", 0), updated
_, _, listed = call("GET", "/v1/sources?api_key=ABCD-1234")
assert (listed[0]["initialised"], listed[0]["feed"]["name"]) == (1, "Default"), listed
_, _, gone = call("DELETE", f"/v1/sources/{created['id']}?api_key=ABCD-1234")
assert gone == {"success": True, "message": "Source deleted"}, gone
print("both APIs answered as their pages say")

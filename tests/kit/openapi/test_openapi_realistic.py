"""Documents in the style of real ones: every operation gives valid responses to valid requests, and rows live on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from openapi_samples import json_of

from fakesources import FakeSources, Request, Response
from fakesources.kit import Api
from fakesources.kit.samples import sample

DOCUMENTS = Path(__file__).with_name("documents")
HEADERS = (
    ("Authorization", "Bearer token"),
    ("key", "token"),
    ("Cookie", "sessionid=token"),
    ("Content-Type", "application/json"),
)
OPEN = {
    "pets_30": "update_pet find_pets_by_status update_pet_with_form upload_file get_inventory create_users_with_list login_user",
    "pets_31": "tree_create get_ping",
    "json_api": "",
    "slashes": "books_publish",
    "wrapped": "get_feed favorite unfavorite get_tags",
}
"""Documents, and the operations of each that answer 501."""


def api_of(name: str) -> Api:
    return Api.from_openapi(DOCUMENTS / f"{name}.yaml", name="real")


def send(fake: FakeSources, method: str, target: str, value: Any = None) -> Response:
    api = fake.apis[0]
    data = b"" if value is None else json.dumps(value).encode()
    target = f"{target}{'&' if '?' in target else '?'}api_key=token" if "pets.test:8443" in api.hosts[0] else target
    return fake.handle(Request(method, target, HEADERS, data, api.hosts[0]))


def bodies(schema: Any) -> Iterator[Any]:
    """Yield valid bodies of a schema: with all properties, with those required, and an empty one where that is valid."""
    whole = sample(schema, schema)
    yield whole
    if isinstance(whole, dict):
        required = sample(schema, schema, 1)
        yield required
        yield dict.fromkeys(required)
        yield dict.fromkeys(required, required)
    else:
        yield []


@pytest.mark.parametrize("name", OPEN)
def test_the_operations_that_are_open(name: str) -> None:
    """Are those whose behaviour no path or schema tells."""
    assert [each.partition(".")[2] for each in api_of(name).not_guessed] == OPEN[name].split()


def ids_of(response: Response) -> list[str]:
    """Return the id of the row that a response shows, for requests about it and about what is below it."""
    body = json.loads(response.body) if response.status == 201 and response.body else None
    return [str(body["id"])] if isinstance(body, dict) and "id" in body else []


@pytest.mark.parametrize("name", OPEN)
def test_every_operation_gives_valid_responses(name: str) -> None:
    """To valid requests and to some that are not, before and after there are rows; an invalid one would be raised."""
    api = api_of(name)
    fake = FakeSources(apis=[api], strict=False)
    built = api.api
    statuses: dict[str, set[int]] = {}

    items = ["none", "1", "2", "text"]
    for item in items:
        for endpoint in sorted(built.endpoints, key=lambda each: each.methods == ("DELETE",)):
            path = endpoint.paths[0]
            for part in path.split("/"):
                if part.startswith("<"):
                    path = path.replace(part, item)
            schema = (
                built.schemas.schema_of(built.default_edition, endpoint.body_schema).schema
                if endpoint.body_schema
                else None
            )
            for value in bodies(schema) if schema is not None else [None]:
                response = send(fake, endpoint.methods[0], path, value)
                statuses.setdefault(endpoint.id.partition(".")[2], set()).add(response.status)
                items += [id for id in ids_of(response) if len(items) < 12 and id not in items]

    assert 500 not in set().union(*statuses.values())
    for operation, seen in statuses.items():
        assert (501 in seen) == (operation in OPEN[name].split()), operation
        if operation not in OPEN[name].split() and "create" in operation:
            assert {200, 201} & seen, operation


LIVES: dict[str, tuple[str, Any, list[str], Any]] = {
    "pets_30 pet": ("/api/v3/pet", {"name": "Rex", "photoUrls": []}, ["id"], {"id": 1, "name": "Rex", "photoUrls": []}),
    "pets_30 user": ("/api/v3/user", {"username": "bob"}, ["username"], {"id": 1, "username": "bob"}),
    "json_api": (
        "/articles", {"data": {"type": "articles", "attributes": {"title": "T"}}}, ["data", "id"],
        {"type": "articles", "attributes": {"title": "T", "created": "2026-01-01T00:00:00Z"}},
    ),
    "slashes": ("/api/books/", {"title": "T"}, ["id"], {"id": 1, "title": "T", "created": "2026-01-01T00:00:00Z"}),
    "wrapped": ("/api/articles", {"article": {"title": "My First", "body": "b"}}, ["article", "slug"], {"slug": "my-first", "title": "My First"}),
}  # fmt: skip


@pytest.mark.parametrize("case", LIVES)
def test_what_is_created_is_read_and_gone_after_its_deletion(case: str) -> None:
    """At the address that its fields give."""
    path, given, key, expected = LIVES[case]
    fake = FakeSources(apis=[api_of(case.partition(" ")[0])], strict=True)
    response = send(fake, "POST", path, given)
    made = json_of(response)
    found: Any = made
    for name in key:
        found = found[name]
    row = made[key[0]] if len(key) > 1 else made
    item = f"{path.rstrip('/')}/{found}{'/' * path.endswith('/')}"

    assert response.status in (200, 201)
    assert row.items() >= expected.items()
    assert json_of(send(fake, "GET", item)) == made
    assert send(fake, "DELETE", item).status in (200, 204)
    assert send(fake, "GET", item).status == 404


def test_a_discriminator_tells_animals_apart() -> None:
    """Each keeps the properties of its own."""
    fake = FakeSources(apis=[api_of("pets_31")], strict=True)
    cat = json_of(send(fake, "POST", "/v2/animals", {"kind": "cat", "name": "Tom", "lives": 9, "secret": "s"}))
    dog = json_of(send(fake, "POST", "/v2/animals", {"kind": "dog", "name": "Rex", "barks": True}))

    assert ({*cat}, cat["kind"]) == ({"id", "kind", "name", "lives", "created_at"}, "cat")
    assert ({*dog}, dog["kind"]) == ({"id", "kind", "name", "barks", "created_at"}, "dog")
    first = json_of(send(fake, "GET", "/v2/animals?limit=1"))
    assert (first["data"], first["meta"]["total"]) == ([cat], 2)
    assert json_of(send(fake, "GET", f"/v2/animals?cursor={first['meta']['next_cursor']}"))["data"] == [dog]
    changed = json_of(send(fake, "PATCH", f"/v2/animals/{cat['id']}", {"name": None, "weight": 2.5}))
    assert changed == cat | {"weight": 2.5}

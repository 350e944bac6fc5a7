"""Parts of an API of one's own that the three whole ones do not use: ids, credentials of other kinds, typed helpers."""

from dataclasses import dataclass
from typing import ClassVar, TypedDict

import pytest
import requests

from fakesources import FakeSources
from fakesources.kit import (
    AccountRows,
    Api,
    ApiError,
    ApiErrorRaised,
    Auth,
    Call,
    DefinitionError,
    Page,
    Rows,
    api_key,
    integer_ids,
    paginate,
    slug_ids,
)


class Shown(TypedDict):
    id: str
    title: str


class NewPost(TypedDict):
    title: str


@dataclass(frozen=True, kw_only=True)
class Post:
    id: str
    title: str


@dataclass(frozen=True, kw_only=True)
class Visit:
    id: int
    post: str
    indexes: ClassVar = {"post": lambda row: row.post}


blog = Api("blog", host="api.blog.example", auth=api_key(header="X-API-Key"))
POSTS: Rows[Post] = blog.rows("posts", Post, ids=slug_ids("title"))  # my-first-post, my-first-post-2
VISITS: Rows[Visit] = blog.rows("visits", Visit, ids=integer_ids(start=100))
NOT_FOUND: ApiError = blog.error("not-found", 404, {"error": "There is no post {id}"})


def posts_of(call: Call) -> AccountRows[Post]:
    """Return the posts of the calling account; editors know their type."""
    return POSTS.of(call)


@blog.post("/posts", body=NewPost, responses={201: Shown})
def create_post(call: Call) -> Post:
    """Create a post."""
    return posts_of(call).add(**call.body)


@blog.get("/posts", responses={200: list[Shown]})
def list_posts(call: Call) -> Page[Post]:
    """List posts."""
    return paginate(call, posts_of(call).all())


@blog.post("/posts/<id>/visits", responses={204: None}, errors=(NOT_FOUND,))
def visit_post(call: Call) -> None:
    """Count a visit."""
    if call.path["id"] not in posts_of(call):
        raise ApiErrorRaised(NOT_FOUND)
    VISITS.of(call).add(post=call.path["id"])


def test_ids_are_texts_of_a_title_or_numbers():
    with FakeSources(apis=[blog]) as fake:
        session = requests.Session()
        session.headers["X-API-Key"] = "key"

        ids = [
            session.post("https://api.blog.example/posts", json={"title": "My first post"}).json()["id"]
            for _ in range(2)
        ]
        session.post(f"https://api.blog.example/posts/{ids[0]}/visits")

        assert ids == ["my-first-post", "my-first-post-2"]
        assert [visit.id for visit in VISITS.of(fake).where("post", ids[0])] == [100]
        answer = session.post("https://api.blog.example/posts/nowhere/visits")
        assert answer.json() == {"error": "There is no post nowhere"}


def test_a_credential_may_be_read_in_a_way_of_ones_own():
    def read(call):
        user = call.request.header("x-user")
        return (user, "") if user else None

    signed = Auth(read, {"user": {"type": "apiKey", "in": "header", "name": "X-User"}}, by_key=False)
    own = Api("own", host="own.example", auth=signed)

    @own.get("/me", responses={200: dict[str, str]})
    def me(call: Call) -> dict[str, str]:
        """Name the caller."""
        return {"user": call.accounts.name_of(call.account)}

    with FakeSources(apis=[own]):
        assert requests.get("https://own.example/me", headers={"X-User": "ann"}).json() == {"user": "ann"}
        assert requests.get("https://own.example/me").status_code == 401


def test_a_mistake_is_an_error_at_import():
    with pytest.raises(DefinitionError, match=r"test_howto_parts\.py:\d+: host: expected a host"):
        Api("odd", host="https://odd.example")

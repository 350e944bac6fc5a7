"""Walking through a feed by cursors and offsets, with generated posts and changes between pages."""

from __future__ import annotations

from datetime import timedelta

from curator_calls import Caller
from hypothesis import given, settings
from hypothesis import strategies as st

from fakesources import FakeSources

POST = st.tuples(st.integers(0, 4), st.booleans(), st.booleans())
"""Age in minutes, few values so that many posts are equally old; is_pinned; is_shown."""

CHANGE = st.one_of(
    st.tuples(st.just("add"), POST), st.tuples(st.just("remove"), st.integers(0, 30)), st.just(("nothing", None))
)
"""A change between two pages."""


def add(fake: FakeSources, post: tuple[int, bool, bool]) -> int:
    age, is_pinned, is_shown = post
    created = fake.clock.now() - timedelta(minutes=age)
    return fake.curator.posts.add(source_created_at=created, pinned=is_pinned, shown=is_shown).id


@settings(deadline=None)
@given(posts=st.lists(POST, max_size=25), limit=st.integers(1, 30), status=st.sampled_from(["1", "0", "all"]))
def test_walking_after_visits_every_post_once_in_order(
    posts: list[tuple[int, bool, bool]], limit: int, status: str
) -> None:
    """In the order of one large page; walking back by `before` visits the same posts."""
    fake = FakeSources()
    call = Caller(fake)
    for post in posts:
        add(fake, post)
    whole = call.ids(limit=100, status=status)

    walked, pages, page = [], [], call.posts(limit=limit, status=status)
    while page["posts"]:
        ids = [post["id"] for post in page["posts"]]
        walked += ids
        pages.append(page)
        assert page["postCount"] == len(whole)
        page = call.posts(limit=limit, status=status, after=page["pagination"]["after"])
    back: list[int] = []
    while pages and (page := call.posts(limit=limit, status=status, before=page["pagination"]["before"]))["posts"]:
        back = [post["id"] for post in page["posts"]] + back

    assert walked == whole
    assert sorted(whole) == sorted(
        row.id for row in fake.curator.posts.values() if status == "all" or row.shown == (status == "1")
    )
    assert back == (whole[:-1] if pages else [])


@settings(deadline=None)
@given(posts=st.lists(POST, max_size=25), limit=st.integers(1, 7), changes=st.lists(CHANGE, max_size=30))
def test_walking_after_visits_remaining_posts_once_in_spite_of_changes(
    posts: list[tuple[int, bool, bool]], limit: int, changes: list[tuple[str, object]]
) -> None:
    """Posts that exist from the first page to the last are visited once and in order; none is visited twice."""
    fake = FakeSources()
    call = Caller(fake)
    initial = [add(fake, post) for post in posts]
    removed: set[int] = set()
    pending = iter(changes)

    walked, page = [], call.posts(limit=limit)
    while page["posts"]:
        walked += [post["id"] for post in page["posts"]]
        kind, argument = next(pending, ("nothing", None))
        if kind == "add":
            add(fake, argument)  # type: ignore[arg-type]
        elif kind == "remove" and initial:
            id = initial[argument % len(initial)]  # type: ignore[operator]
            if id not in removed:
                fake.curator.posts.remove(id)
                removed.add(id)
        page = call.posts(limit=limit, after=page["pagination"]["after"])

    assert len(set(walked)) == len(walked)
    remaining = [id for id in walked if id in initial and id not in removed]
    assert remaining == [id for id in call.ids(limit=100) if id in initial]


@settings(deadline=None)
@given(count=st.integers(0, 30), limit=st.integers(1, 40))
def test_walking_by_offset_visits_every_post_once_in_order(count: int, limit: int) -> None:
    """With offsets that grow by the limit."""
    fake = FakeSources()
    call = Caller(fake)
    for number in range(count):
        add(fake, (number % 3, number % 7 == 0, True))

    walked: list[int] = []
    while len(walked) < call.posts()["postCount"]:
        walked += call.ids(limit=limit, offset=len(walked))

    assert walked == call.ids(limit=100)

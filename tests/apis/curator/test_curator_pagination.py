"""Walking a feed by cursors, whatever its posts are and whatever happens on the way."""

from __future__ import annotations

from datetime import timedelta

from curator_calls import Caller
from hypothesis import given, settings
from hypothesis import strategies as st

from fakesources import FakeSources

MADE = st.tuples(st.integers(0, 4), st.booleans(), st.booleans())
"""A post: how many minutes old, so that many are equally old; whether it is pinned; whether it is shown."""

HAPPENS = st.one_of(
    st.tuples(st.just("add"), MADE), st.tuples(st.just("remove"), st.integers(0, 30)), st.just(("nothing", None))
)
"""What happens between two pages."""


def add(fake: FakeSources, made: tuple[int, bool, bool]) -> int:
    age, pinned, shown = made
    when = fake.clock.now() - timedelta(minutes=age)
    return fake.curator.posts.add(source_created_at=when, pinned=pinned, shown=shown).id


@settings(deadline=None)
@given(posts=st.lists(MADE, max_size=25), limit=st.integers(1, 30), status=st.sampled_from(["1", "0", "all"]))
def test_walking_after_visits_every_post_once_in_order(
    posts: list[tuple[int, bool, bool]], limit: int, status: str
) -> None:
    """Page after page there is every post once, in the order of the whole; walking back by `before` finds the same."""
    fake = FakeSources()
    call = Caller(fake)
    for made in posts:
        add(fake, made)
    whole = call.ids(limit=100, status=status)

    walked, pages, page = [], [], call.posts(limit=limit, status=status)
    while page["posts"]:
        ids = [post["id"] for post in page["posts"]]
        walked += ids
        pages.append(page)
        assert page["postCount"] == len(whole)
        page = call.posts(limit=limit, status=status, after=page["pagination"]["after"])
    back = []
    while pages and (page := call.posts(limit=limit, status=status, before=page["pagination"]["before"]))["posts"]:
        back = [post["id"] for post in page["posts"]] + back

    assert walked == whole
    assert sorted(whole) == sorted(
        row.id for row in fake.curator.posts.values() if status == "all" or row.shown == (status == "1")
    )
    assert back == (whole[:-1] if pages else [])


@settings(deadline=None)
@given(posts=st.lists(MADE, max_size=25), limit=st.integers(1, 7), happens=st.lists(HAPPENS, max_size=30))
def test_walking_after_visits_what_stays_once_whatever_comes_and_goes(
    posts: list[tuple[int, bool, bool]], limit: int, happens: list[tuple[str, object]]
) -> None:
    """Posts that are there from the first page to the last are visited once and in order; none is visited twice."""
    fake = FakeSources()
    call = Caller(fake)
    there = [add(fake, made) for made in posts]
    gone: set[int] = set()
    events = iter(happens)

    walked, page = [], call.posts(limit=limit)
    while page["posts"]:
        walked += [post["id"] for post in page["posts"]]
        kind, what = next(events, ("nothing", None))
        if kind == "add":
            add(fake, what)  # type: ignore[arg-type]
        elif kind == "remove" and there:
            id = there[what % len(there)]  # type: ignore[operator]
            if id not in gone:
                fake.curator.posts.remove(id)
                gone.add(id)
        page = call.posts(limit=limit, after=page["pagination"]["after"])

    assert len(set(walked)) == len(walked)
    stayed = [id for id in walked if id in there and id not in gone]
    assert stayed == [id for id in call.ids(limit=100) if id in there]


@settings(deadline=None)
@given(count=st.integers(0, 30), limit=st.integers(1, 40))
def test_walking_by_offset_visits_every_post_once_in_order(count: int, limit: int) -> None:
    """Offsets that grow by the limit lead through all posts as well."""
    fake = FakeSources()
    call = Caller(fake)
    for number in range(count):
        add(fake, (number % 3, number % 7 == 0, True))

    walked: list[int] = []
    while len(walked) < call.posts()["postCount"]:
        walked += call.ids(limit=limit, offset=len(walked))

    assert walked == call.ids(limit=100)

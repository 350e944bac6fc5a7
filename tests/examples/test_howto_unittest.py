# ruff: noqa: PT009  # as users of unittest write it
"""Test with unittest alone.

`@FakeSources()` on a TestCase opens a fake, `cls.fake`, from before `setUpClass` until after `tearDownClass`. Every
test begins with the state that `setUpClass` left, and with an empty journal. A test with contract violations fails.

Subclasses are included, and so are plain classes with pytest's `setup_class`.
"""

from __future__ import annotations

import unittest

import requests

from fakesources import FakeSources

SOURCES = "https://api.curator.io/v1/sources"
KEY = {"api_key": "our-key"}


@FakeSources(curator="docs-2025")
class TestSources(unittest.TestCase):
    """Sources, in the newer edition."""

    fake: FakeSources

    def setUp(self) -> None:
        self.source = self.fake.curator.sources.add(tag="cats")

    def test_a_source_is_listed(self) -> None:
        listed = requests.get(SOURCES, params=KEY, timeout=5).json()

        self.assertEqual([source["id"] for source in listed], [self.source.id])

    def test_deleting_a_source_deletes_its_posts(self) -> None:
        self.assertEqual(len(self.fake.curator.posts), 20)

        requests.delete(f"{SOURCES}/{self.source.id}", params=KEY, timeout=5)

        self.assertEqual(len(self.fake.curator.sources), 0)
        self.assertEqual(len(self.fake.curator.posts), 0)

    def test_a_misspelt_field_is_a_violation(self) -> None:
        """The real service accepts it silently; without `expect_violation` the test fails."""
        with self.fake.expect_violation("curator.sources.update.unknown-parameter") as expected:
            requests.put(f"{SOURCES}/{self.source.id}", params=KEY, json={"tag": "dogs", "tagg": "x"}, timeout=5)

        assert expected.violation is not None
        self.assertEqual(expected.violation.suggestion, "tag")


@FakeSources()
class TestPrepared(unittest.TestCase):
    """Rows that all tests begin with."""

    fake: FakeSources

    @classmethod
    def setUpClass(cls) -> None:
        feeds = requests.get("https://api.curator.io/v1/feeds", params=KEY, timeout=5).json()
        cls.source = cls.fake.curator.sources.add(tag="cats", feed_id=feeds[0]["id"])

    def test_a_source_is_deleted(self) -> None:
        """The change is undone after the test."""
        requests.delete(f"{SOURCES}/{self.source.id}", params=KEY, timeout=5)

        self.assertNotIn(self.source.id, self.fake.curator.sources)

    def test_a_source_exists(self) -> None:
        """In any order of the tests."""
        self.assertIn(self.source.id, self.fake.curator.sources)


class TestOneFunction(unittest.TestCase):
    """Decorator on one test, which takes the fake as `fake`."""

    @FakeSources()
    def test_an_empty_account(self, fake: FakeSources) -> None:
        """A new account has a default feed and no source."""
        self.assertEqual(requests.get(SOURCES, params=KEY, timeout=5).json(), [])
        self.assertEqual([feed.name for feed in fake.curator.feeds.values()], ["Default"])

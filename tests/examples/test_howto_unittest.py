# ruff: noqa: PT009  # as users of unittest write it
"""How to test with unittest alone.

`@FakeSources()` on a TestCase opens a fake, `cls.fake`, from before `setUpClass` until after `tearDownClass`. Every test
begins with what `setUpClass` has left, whatever the tests before it did: `self.fake` has its rows, and a journal without
calls. A test whose calls break the contract fails, once, as a test does.

Subclasses are covered as well, and so are classes with pytest's `setup_class` that are no TestCase.
"""

from __future__ import annotations

import unittest

import requests

from fakesources import FakeSources

SOURCES = "https://api.curator.io/v1/sources"
KEY = {"api_key": "our-key"}


@FakeSources(curator="docs-2025")
class TestSources(unittest.TestCase):
    """Sources of Curator, in the newer edition."""

    fake: FakeSources

    def setUp(self) -> None:
        self.source = self.fake.curator.sources.add(tag="cats")

    def test_a_source_is_listed(self) -> None:
        """What was arranged is there."""
        listed = requests.get(SOURCES, params=KEY, timeout=5).json()

        self.assertEqual([source["id"] for source in listed], [self.source.id])

    def test_a_deleted_source_takes_its_posts_with_it(self) -> None:
        """What happened can be looked at."""
        self.assertEqual(len(self.fake.curator.posts), 20)

        requests.delete(f"{SOURCES}/{self.source.id}", params=KEY, timeout=5)

        self.assertEqual(len(self.fake.curator.sources), 0)
        self.assertEqual(len(self.fake.curator.posts), 0)

    def test_a_misspelt_field_would_fail_the_test(self) -> None:
        """What the service would swallow is expected here; elsewhere it fails the test."""
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
        """What a test does is taken back."""
        requests.delete(f"{SOURCES}/{self.source.id}", params=KEY, timeout=5)

        self.assertNotIn(self.source.id, self.fake.curator.sources)

    def test_a_source_is_there(self) -> None:
        """In whatever order the tests run."""
        self.assertIn(self.source.id, self.fake.curator.sources)


class TestOneFunction(unittest.TestCase):
    """The decorator works on a single test, too, and hands the fake over as `fake`."""

    @FakeSources()
    def test_an_empty_account(self, fake: FakeSources) -> None:
        """A fresh account has the feed that every account begins with, and no source."""
        self.assertEqual(requests.get(SOURCES, params=KEY, timeout=5).json(), [])
        self.assertEqual([feed.name for feed in fake.curator.feeds.values()], ["Default"])

# ruff: noqa: PT009  # as users of unittest write it
"""How to test with unittest alone.

`@FakeSources()` on a TestCase gives each of its tests a fake of its own: `self.fake`, there before `setUp` and gone
after `tearDown`. A test whose calls break the contract fails, once, as a test does.
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
        self.assertEqual(expected.violation.nearest, "tag")


class TestOneFunction(unittest.TestCase):
    """The decorator works on a single test, too, and hands the fake over as `fake`."""

    @FakeSources()
    def test_an_empty_account(self, fake: FakeSources) -> None:
        """A fresh account has the feed that every account begins with, and no source."""
        self.assertEqual(requests.get(SOURCES, params=KEY, timeout=5).json(), [])
        self.assertEqual([feed.name for feed in fake.curator.feeds.values()], ["Default"])

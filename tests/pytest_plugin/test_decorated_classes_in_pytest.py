"""Decorated classes under pytest: plain classes with `setup_class`, and TestCases."""

from __future__ import annotations

from plugin_runs import Run

HEAD = """
import pytest, requests, unittest
from fakesources import FakeSources
from requests.adapters import HTTPAdapter

SEND = HTTPAdapter.send
KEY = {"Authorization": "user:key"}

def count():
    return requests.get("https://api.datasift.com/v1.6/source/get", headers=KEY, timeout=5).json()["count"]

def misspell():
    requests.put("https://api.datasift.com/v1.6/source/start", headers=KEY, data={"id": "x", "nmae": "y"})

def test_nothing_is_left_behind():
    assert HTTPAdapter.send is SEND
"""


def test_each_test_begins_with_the_state_of_the_class_setup(run: Run) -> None:
    """The fake is open from the setup of the class, class-scoped fixtures included, to its teardown."""
    result = run(
        HEAD
        + """
@FakeSources()
class TestPlain:
    def setup_class(cls):
        assert count() == 0
        cls.fake.datasift.sources.add()

    @classmethod
    def teardown_class(cls):
        assert count() == 2

    @pytest.fixture(scope="class", autouse=True)
    def seeded(self):
        self.fake.datasift.sources.add()

    @pytest.fixture(autouse=True)
    def prepared(self, tmp_path):
        self.fake.datasift.sources.add()

    def setup_method(self, method):
        assert method.__name__.startswith("test_")
        assert count() == 2

    def test_one(self):
        self.fake.datasift.sources.add()
        assert count() == 4

    @pytest.mark.parametrize("number", [1, 2])
    def test_parametrized(self, number, fake):
        self.fake.datasift.sources.add()
        assert number and fake is self.fake
        assert count() == 4

    def test_with_a_fixture(self, tmp_path):
        assert tmp_path.is_dir() and count() == 3

    @staticmethod
    def test_static():
        assert count() == 3

class TestSub(TestPlain):
    def setup_class(cls):
        cls.fake.datasift.sources.add()

    def test_another(self):
        assert count() == 3

class Mixin:
    @pytest.fixture(scope="class", autouse=True)
    def seeded(self):
        type(self).fake.datasift.sources.add()

    @pytest.fixture(autouse=True)
    def prepared(self):
        self.fake.datasift.sources.add()

    def test_one(self):
        self.fake.datasift.sources.add()
        assert count() == 4
        assert self.fake.journal.count() == 1

    test_two = test_one

@FakeSources()
class TestUnittest(Mixin, unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.fake.datasift.sources.add()

    @classmethod
    def tearDownClass(cls):
        assert count() == 2

@FakeSources()
class TestNoHooks:
    def test_one(self):
        self.fake.datasift.sources.add()
        assert count() == 1

    test_two = test_one

def test_nothing_is_left_behind_at_the_end():
    assert HTTPAdapter.send is SEND
"""
    )

    result.assert_outcomes(passed=17)


def test_the_next_test_begins_anew_where_the_setup_of_one_failed(run: Run) -> None:
    """In a class of pytest and in one of unittest; pytest calls `setup_method` of both."""
    result = run(
        HEAD
        + """
class Mixin:
    def setup_method(self, method):
        self.fake.datasift.sources.add()
        if len(type(self).fake.datasift.sources) == 1 and not vars(type(self)).get("failed"):
            type(self).failed = True
            raise KeyError

    def test_one(self):
        assert len(self.fake.datasift.sources) == 1

    test_two = test_three = test_one

@FakeSources()
class TestPlain(Mixin):
    pass

@FakeSources()
class TestUnittest(Mixin, unittest.TestCase):
    pass
"""
    )

    result.assert_outcomes(passed=5, errors=2)  # one of them is in every file


def test_violations_and_exceptions_in_hooks_are_reported_once(run: Run) -> None:
    """They fail the test or class of the hook, and leave nothing to the next class."""
    result = run(
        HEAD
        + """
@FakeSources()
class TestInATest:
    def test_one(self):
        misspell()

    def test_two(self):
        assert count() == 0

@FakeSources()
class TestInASetup:
    def setup_method(self):
        misspell()

    def test_one(self):
        pass

@FakeSources()
class TestInATeardown:
    def teardown_method(self):
        misspell()

    def test_one(self):
        pass

@FakeSources()
class TestInASetupOfTheClass:
    def setup_class(cls):
        misspell()

    def test_one(self):
        pass

@FakeSources()
class TestInATeardownOfTheClass:
    def teardown_class(cls):
        misspell()

    def test_one(self):
        pass

@FakeSources()
class TestSkippedInItsSetup:
    def setup_class(cls):
        pytest.skip("why")

    def test_one(self):
        pass

@FakeSources()
class TestCaseSkippedInItsSetup(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        pytest.skip("why")

    def test_one(self):
        pass

@FakeSources()
class TestCaseFailingInItsSetup(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        misspell()

    def test_one(self):
        pass

def test_nothing_is_left_behind_at_the_end():
    assert HTTPAdapter.send is SEND
"""
    )

    # passed: the two at module level, one beside the failing test, and two before their teardowns failed
    result.assert_outcomes(passed=5, failed=1, errors=5, skipped=2)
    assert sum("location" in line and line.endswith("test_it.py:12") for line in result.outlines) == 6

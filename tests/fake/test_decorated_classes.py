# ruff: noqa: N802, PT009  # as users of unittest write it
"""Decorated TestCases: active from setUpClass to tearDownClass, with the same initial state for every test."""

from __future__ import annotations

import asyncio
import io
import socket
import unittest
from collections.abc import Callable, Iterator
from typing import Any, ClassVar

import pytest
import requests
from requests.adapters import HTTPAdapter

from fakesources import FakeSources

LIST = "https://api.datasift.com/v1.6/source/get"
START = "https://api.datasift.com/v1.6/source/start"
KEY = {"Authorization": "user:key"}
ORIGINAL_SEND = HTTPAdapter.send
ORIGINAL_GETADDRINFO = socket.getaddrinfo


@pytest.fixture(autouse=True)
def _no_patch_is_left() -> Iterator[None]:
    """Assert that every patch is undone."""
    yield
    assert (HTTPAdapter.send, socket.getaddrinfo) == (ORIGINAL_SEND, ORIGINAL_GETADDRINFO)


def count() -> int:
    """Return the number of sources in the active fake."""
    return int(requests.get(LIST, headers=KEY, timeout=5).json()["count"])


def misspell() -> None:
    """Send a request with a violation."""
    requests.put(START, headers=KEY, data={"id": "x", "nmae": "y"}, timeout=5)


class CountingResult(unittest.TextTestResult):
    """Result that counts a test whether it ran or was skipped: `testsRun` differs between versions of Python."""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        """Start without a test."""
        super().__init__(*args, **kwargs)
        self.counted: dict[int, object] = {}

    @property
    def tests(self) -> int:
        """Number of tests that ran or were skipped one by one."""
        return len(self.counted)

    def startTest(self, test: unittest.TestCase) -> None:
        """Count a test that runs."""
        self.counted[id(test)] = test
        super().startTest(test)

    def addSkip(self, test: unittest.TestCase, reason: str) -> None:
        """Count a skipped test; a skipped setUpClass is not one."""
        if isinstance(test, unittest.TestCase):
            self.counted[id(test)] = test
        super().addSkip(test, reason)


def results(*cases: type[unittest.TestCase]) -> CountingResult:
    """Run TestCases and return the result."""
    suites = [unittest.defaultTestLoader.loadTestsFromTestCase(case) for case in cases]
    runner = unittest.TextTestRunner(stream=io.StringIO(), resultclass=CountingResult)
    return runner.run(unittest.TestSuite(suites))


def outcome(*cases: type[unittest.TestCase]) -> tuple[int, int, int, int]:
    """Return the number of tests, failures, errors (of classes too) and skipped tests."""
    result = results(*cases)
    return result.tests, len(result.failures), len(result.errors), len(result.skipped)


class Sources(unittest.TestCase):
    """Two tests that add one source each to the one of setUpClass; pytest does not collect them."""

    __test__ = False
    fake: ClassVar[FakeSources]
    seen: ClassVar[list[Any]]

    @classmethod
    def setUpClass(cls) -> None:
        cls.seen = [count()]
        cls.id = cls.fake.datasift.sources.add().id

    @classmethod
    def tearDownClass(cls) -> None:
        cls.seen.append(count())

    def setUp(self) -> None:
        self.seen.append(count())

    def test_one(self) -> None:
        self.fake.datasift.sources.add()
        self.seen.append((count(), self.fake.journal.count()))

    test_two = test_one


EXPECTED = [0, *[1, (2, 2)] * 2, 1]


def test_each_test_begins_with_the_state_of_the_class() -> None:
    """Each test has the rows of setUpClass, and none of other tests."""
    case = FakeSources()(type("Case", (Sources,), {}))

    assert outcome(case) == (2, 0, 0, 0)
    assert case.seen == EXPECTED
    assert not hasattr(case, "fake")


def test_a_class_can_run_twice() -> None:
    """The second run has a new fake."""
    case = FakeSources()(type("Case", (Sources,), {}))

    for _ in range(2):
        assert (outcome(case), case.seen) == ((2, 0, 0, 0), EXPECTED)
    assert outcome(case, FakeSources()(type("Other", (Plain,), {})), case) == (6, 0, 0, 0)


def overriding(base: type[unittest.TestCase], calls_super: bool) -> type[unittest.TestCase]:
    class Case(base):  # type: ignore[misc,valid-type]
        @classmethod
        def setUpClass(cls) -> None:
            if calls_super:
                super().setUpClass()
            else:
                cls.seen = [count()]
                cls.id = cls.fake.datasift.sources.add().id

        @classmethod
        def tearDownClass(cls) -> None:
            if calls_super:
                super().tearDownClass()
            else:
                cls.seen.append(count())

        def setUp(self) -> None:
            self.seen.append(count())

        def run(self, result: Any = None) -> Any:
            return super().run(result)

    return Case


INHERITED: dict[str, Callable[[], type[unittest.TestCase]]] = {
    "a subclass of a decorated class": lambda: type("Sub", (FakeSources()(type("Base", (Sources,), {})),), {}),
    "hooks that call super": lambda: overriding(FakeSources()(type("Base", (Sources,), {})), True),
    "hooks that do not call super": lambda: overriding(FakeSources()(type("Base", (Sources,), {})), False),
    "a decorated subclass of a decorated class": lambda: FakeSources()(
        overriding(FakeSources(seed=1)(type("Base", (Sources,), {})), True)
    ),
    "a decorated class whose base is not": lambda: FakeSources()(overriding(Sources, True)),
    "a base without tests": lambda: type("Sub", (FakeSources()(type("Base", (unittest.TestCase,), {})), Sources), {}),
    "a mixin before the decorated class": lambda: type(
        "Sub", (overriding(Sources, False), FakeSources()(type("Base", (Sources,), {}))), {}
    ),
    "decorated twice": lambda: FakeSources()(FakeSources(seed=1)(type("Case", (Sources,), {}))),
    "async tests": lambda: FakeSources()(type("Case", (AsyncSources,), {})),
}


class AsyncSources(unittest.IsolatedAsyncioTestCase):
    """The same tests as coroutines."""

    __test__ = False
    fake: ClassVar[FakeSources]
    seen: ClassVar[list[Any]]
    setUpClass = Sources.__dict__["setUpClass"]
    tearDownClass = Sources.__dict__["tearDownClass"]

    async def asyncSetUp(self) -> None:
        self.seen.append(await asyncio.to_thread(count))

    async def test_one(self) -> None:
        self.fake.datasift.sources.add()
        self.seen.append((await asyncio.to_thread(count), self.fake.journal.count()))

    test_two = test_one


@pytest.mark.parametrize("make", INHERITED.values(), ids=INHERITED)
def test_inheritance(make: Callable[[], type[unittest.TestCase]]) -> None:
    """The decorator works at any place among bases, subclasses and hooks."""
    case: Any = make()

    assert (outcome(case), case.seen) == ((2, 0, 0, 0), EXPECTED)


def test_the_innermost_decorator_sets_the_options() -> None:
    """A decorated subclass has its own options, also for its subclasses."""
    base = FakeSources(seed=1)(type("Base", (Sources,), {}))
    sub = FakeSources(seed=2)(type("Sub", (base,), {"test_two": lambda self: self.assertEqual(self.fake.seed, 2)}))
    subsub = type("SubSub", (sub,), {"test_one": lambda self: self.assertEqual(self.fake.seed, 2)})

    assert outcome(subsub) == (2, 0, 0, 0)


def raising(error: Exception) -> Any:
    def raise_it(*_: Any) -> None:
        count()
        raise error

    return raise_it


VIOLATIONS: dict[str, tuple[dict[str, Any], tuple[int, int, int, int]]] = {
    "in the class's setup": ({"setUpClass": classmethod(lambda cls: misspell())}, (0, 0, 1, 0)),
    "in the class's teardown": ({"tearDownClass": classmethod(lambda cls: misspell())}, (2, 0, 1, 0)),
    "in a cleanup of the class": (
        {"setUpClass": classmethod(lambda cls: cls.addClassCleanup(misspell)), "tearDownClass": None},
        (2, 0, 1, 0),
    ),
    "in setUp": ({"setUp": lambda self: misspell()}, (2, 2, 0, 0)),
    "in tearDown": ({"tearDown": lambda self: misspell()}, (2, 2, 0, 0)),
    "in a cleanup": ({"setUp": lambda self: self.addCleanup(misspell)}, (2, 2, 0, 0)),
    "in a test": ({"test_one": lambda self: misspell()}, (2, 1, 0, 0)),
    "in a subtest": ({"test_one": lambda self: in_subtest(self)}, (2, 1, 0, 0)),
    "an exception in the class's setup": ({"setUpClass": classmethod(raising(ValueError()))}, (0, 0, 1, 0)),
    "an exception in the class's teardown": ({"tearDownClass": classmethod(raising(ValueError()))}, (2, 0, 1, 0)),
    "an exception in setUp": ({"setUp": raising(ValueError())}, (2, 0, 2, 0)),
    "the class is skipped in its setup": ({"setUpClass": classmethod(raising(unittest.SkipTest()))}, (0, 0, 0, 1)),
    "a test is skipped": ({"test_one": raising(unittest.SkipTest())}, (2, 0, 0, 1)),
    "a test is marked as skipped": ({"test_one": unittest.skip("why")(lambda self: misspell())}, (2, 0, 0, 1)),
    "a test is expected to fail": ({"test_one": unittest.expectedFailure(lambda self: misspell())}, (2, 0, 0, 0)),
}


def in_subtest(case: Any) -> None:
    with case.subTest("one"):
        misspell()


class Plain(unittest.TestCase):
    """Two tests that pass if other tests left no rows."""

    __test__ = False
    fake: ClassVar[FakeSources]

    def test_one(self) -> None:
        self.fake.datasift.sources.add()
        self.assertEqual(count(), 1)

    test_two = test_one


@pytest.mark.parametrize(("attributes", "expected"), VIOLATIONS.values(), ids=VIOLATIONS)
def test_a_violation_is_reported_where_it_happened(
    attributes: dict[str, Any], expected: tuple[int, int, int, int]
) -> None:
    """Once, by the class or by the test; other tests and classes still run."""
    namespace = {name: value for name, value in attributes.items() if value is not None}
    case = FakeSources()(type("Case", (Plain,), namespace))

    assert outcome(case) == expected
    assert outcome(FakeSources()(type("Next", (Plain,), {}))) == (2, 0, 0, 0)


def test_a_skipped_class_opens_no_fake() -> None:
    """Its setUpClass does not run."""
    case = FakeSources()(unittest.skip("why")(type("Case", (Sources,), {})))

    assert outcome(case) == (2, 0, 0, 2)


def test_a_test_without_a_suite_has_a_fake() -> None:
    """Without a suite unittest does not call setUpClass."""
    case = FakeSources()(type("Case", (Plain,), {}))

    assert case("test_one").run().wasSuccessful()
    case("test_two").debug()


def test_cleanups_of_the_class_have_a_fake() -> None:
    """They run after tearDownClass."""
    seen: list[int] = []
    setup = classmethod(lambda cls: cls.addClassCleanup(lambda: seen.append(count())))
    case = FakeSources()(type("Case", (Plain,), {"setUpClass": setup}))

    assert (outcome(case), seen) == ((2, 0, 0, 0), [0])


def test_a_fake_of_a_module_surrounds_those_of_its_classes() -> None:
    """The fake of `setUpModule` is active again after a class."""
    case = FakeSources()(type("Case", (Sources,), {}))
    with FakeSources() as around:
        around.datasift.sources.add(), around.datasift.sources.add()
        result = outcome(case)

        assert (result, case.seen, count()) == ((2, 0, 0, 0), EXPECTED, 2)


def test_objects_of_the_setup_stay_usable() -> None:
    """A server, a transport or a collection from setUpClass belongs to the fake of the tests."""
    fake_of_setup: list[FakeSources] = []

    class Case(Plain):
        @classmethod
        def setUpClass(cls) -> None:
            fake_of_setup.append(cls.fake)
            cls.sources = cls.fake.datasift.sources
            cls.server = cls.enterClassContext(cls.fake.server())

        def test_one(self) -> None:
            id = self.fake.datasift.sources.add().id
            body = requests.get(f"{self.server.url}/v1.6/source/get", headers=KEY, timeout=5).json()
            self.assertEqual(([id], 1, True), (list(self.sources), body["count"], self.fake is fake_of_setup[0]))

        test_two = test_one

    assert outcome(FakeSources()(Case)) == (2, 0, 0, 0)


def test_without_a_runner_each_test_has_a_fake_of_its_own() -> None:
    """Hooks that are called by hand are those of the class, and nothing else."""
    calls: list[object] = []

    @FakeSources()
    class Case:
        fake: FakeSources

        @classmethod
        def teardown_class(cls) -> None:
            calls.append("class")

        def setup_method(self) -> None:
            calls.append("setup")

        def teardown_method(self) -> None:
            calls.append("teardown")

        def test_it(self) -> None:
            self.fake.datasift.sources.add()
            calls.append(len(self.fake.datasift.sources))

    case = Case()
    case.setup_method()
    case.test_it()
    case.test_it()
    case.teardown_method()
    Case.teardown_class()

    assert calls == ["setup", 1, 1, "teardown", "class"]

"""A decorated test class: one fake from before its first setup until after its last teardown, fresh for each test.

Rows made in `setUpClass` or `setup_class` are there in every test; what a test changes is taken back at its end.
The hooks are those of unittest, and those of pytest for a class that is no TestCase; a subclass is covered as well.
"""

from __future__ import annotations

import functools
import inspect
import unittest
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any

from .context import ContractCheck, tell

if TYPE_CHECKING:
    from ..core.state.snapshots import Snapshot

FAKE = "fake"
"""The parameter through which a decorated function gets its fake, and the attribute of a decorated class."""

Hook = Callable[..., Any]

_MAKE, _SCOPE, _COVERED = "_fakesources_make", "_fakesources_scope", "_fakesources_covered"


class ClassScope:
    """The open fake of one test class. It is kept on the class itself while the tests of the class run."""

    def __init__(self, case: Any) -> None:
        self.fake: Any = getattr(case, _MAKE)()
        self._case = case
        self._baseline: Snapshot | None = None
        self.is_torn_down = False
        self.fake.__enter__()
        setattr(case, _SCOPE, self)
        setattr(case, FAKE, self.fake)

    def begin_test(self) -> None:
        """Keep the state that every test begins with, when the first one begins."""
        if self._baseline is None:
            self._baseline = self.fake.snapshot()
            self.end_test()  # the first test finds no calls and faults of the class's setup, as the others do not

    def end_test(self) -> None:
        """Take back what a test did; journal and faults are empty again."""
        self.fake.reset()
        if self._baseline is not None:
            self.fake.restore(self._baseline)

    def check(self) -> None:
        """Raise ContractViolation where a strict fake has violations."""
        __tracebackhide__ = True
        tell(self.fake, None)

    def close(self, error: BaseException | None = None) -> None:
        """Close the fake, once. Raises ContractViolation as `check`, or adds a note to the exception there is."""
        __tracebackhide__ = True
        if vars(self._case).get(_SCOPE) is self:
            delattr(self._case, _SCOPE)
            delattr(self._case, FAKE)
            self.fake.__exit__(type(error) if error else None, error, None)


def cover_class(case: type, make: Callable[[], Any]) -> type:
    """Provide a test class, and every subclass of it, with a fake. Raises TypeError for a class without tests."""
    if not issubclass(case, unittest.TestCase) and not _tests(case):
        raise TypeError(f"FakeSources decorates functions and test classes, not {case.__name__}, which has no tests")
    setattr(case, _MAKE, staticmethod(make))
    _cover(case)
    if not _is_covered(case.__init_subclass__):
        own = vars(case).get("__init_subclass__")

        def init_subclass(cls: type, **kwargs: Any) -> None:
            before = own.__get__(None, cls) if own is not None else super(case, cls).__init_subclass__  # type: ignore[arg-type]
            before(**kwargs)
            _cover(cls)

        case.__init_subclass__ = classmethod(_marked(init_subclass))  # type: ignore[assignment]
    return case


def _cover(case: type) -> None:
    """Wrap the hooks and tests of a class that are not wrapped yet."""
    is_unittest = issubclass(case, unittest.TestCase)
    for name, wrap in (_UNITTEST_CLASS if is_unittest else _PYTEST_CLASS).items():
        if not _is_covered(getattr(case, name, None)):
            setattr(case, name, classmethod(_marked(wrap(_class_hook(case, name)))))
    for name, wrap in (_UNITTEST_TEST if is_unittest else _PYTEST_TEST).items():
        if not _is_covered(getattr(case, name, None)):
            setattr(case, name, _marked(wrap(_test_hook(case, name))))
    for name in _tests(case):
        if not _is_covered(getattr(case, name)):
            setattr(case, name, _marked(_checked(getattr(case, name))))


def _marked(function: Hook) -> Hook:
    setattr(function, _COVERED, True)
    return function


def _is_covered(found: Any) -> bool:
    return getattr(getattr(found, "__func__", found), _COVERED, False) is True


def _tests(case: type) -> list[str]:
    """The names of the test methods of a class."""
    if issubclass(case, unittest.TestCase):
        return list(unittest.defaultTestLoader.getTestCaseNames(case))
    named = [name for name in dir(case) if name.startswith("test")]
    return [name for name in named if inspect.isfunction(inspect.getattr_static(case, name))]


def _class_hook(case: type, name: str) -> Hook:
    """The hook that a class has under a name, as a function of the class that also takes that there is none."""
    own = vars(case).get(name)

    def call(cls: type) -> None:
        found = own.__get__(None, cls) if own is not None else getattr(super(case, cls), name, None)
        if found is not None:
            _with_optional(getattr(found, "__func__", found), cls)

    return call


def _test_hook(case: type, name: str) -> Hook:
    """The same for a hook that is a method of an instance."""
    own = vars(case).get(name)

    def call(self: Any, *args: Any) -> Any:
        found = own.__get__(self, type(self)) if own is not None else getattr(super(case, self), name, None)
        return _with_optional(found, *args) if found is not None else None

    return call


def _with_optional(function: Hook, *args: Any) -> Any:
    """Call a function with as many of the arguments as it takes, as pytest calls its hooks."""
    taken = inspect.signature(function).parameters.values()
    takes_all = any(parameter.kind is parameter.VAR_POSITIONAL for parameter in taken)
    return function(*args) if takes_all else function(*args[: len(taken)])


def _scope(case: type) -> ClassScope | None:
    """The scope of a class whose setup has begun."""
    found: ClassScope | None = vars(case).get(_SCOPE)
    return found


def _cleans_up(case: type) -> bool:
    """Return whether the runner calls the cleanups of a class after its last teardown."""
    return issubclass(case, unittest.TestCase)


# -- hooks of a class ----------------------------------------------------------------------------------------------


def _set_up_class(original: Hook) -> Hook:
    def set_up_class(cls: Any) -> None:
        __tracebackhide__ = True
        outer = _scope(cls)  # of a subclass whose hook calls this one
        scope = outer or ClassScope(cls)
        if outer is None and _cleans_up(cls):
            cls.addClassCleanup(scope.close)  # the first one made is the last one called
        try:
            with ContractCheck(scope.fake):
                original(cls)
        except BaseException as error:
            # The runners of unittest tests clean up after an Exception, but neither a pytest.skip nor an interrupt.
            if outer is None and not (isinstance(error, Exception) and _cleans_up(cls)):
                scope.close(error)
            raise

    return set_up_class


def _tear_down_class(original: Hook) -> Hook:
    def tear_down_class(cls: Any) -> None:
        __tracebackhide__ = True
        scope = _scope(cls)
        if scope is None:
            original(cls)
            return
        is_outermost, scope.is_torn_down = not scope.is_torn_down, True
        try:
            with ContractCheck(scope.fake):
                original(cls)
        finally:
            if is_outermost and not _cleans_up(cls):
                scope.close()

    return tear_down_class


# -- hooks of a test -----------------------------------------------------------------------------------------------


def _run(original: Hook) -> Hook:
    """Run one test of a TestCase. One whose class was not set up, since it is run alone, has a fake for itself."""

    def run(self: Any, result: Any = None) -> Any:
        __tracebackhide__ = True
        if _SCOPE in vars(self):  # a `run` of a subclass that calls this one
            return original(self, result)
        found = _scope(type(self))
        scope = found or ClassScope(type(self))
        scope.begin_test()
        setattr(self, _SCOPE, scope)
        self.addCleanup(scope.check)
        try:
            return original(self, result)
        finally:
            delattr(self, _SCOPE)
            scope.end_test()
            if found is None:
                scope.close()

    return run


def _set_up_method(original: Hook) -> Hook:
    def setup_method(self: Any, method: Any = None) -> None:
        __tracebackhide__ = True
        scope = _scope(type(self))
        if scope is None:
            original(self, method)
            return
        scope.begin_test()
        try:
            with ContractCheck(scope.fake):
                original(self, method)
        except BaseException:
            if not _cleans_up(type(self)):
                scope.end_test()  # pytest calls no teardown where the setup failed
            raise

    return setup_method


def _tear_down_method(original: Hook) -> Hook:
    def teardown_method(self: Any, method: Any = None) -> None:
        __tracebackhide__ = True
        scope = _scope(type(self))
        if scope is None:
            original(self, method)
            return
        try:
            with ContractCheck(scope.fake):
                original(self, method)
        finally:
            scope.end_test()

    return teardown_method


def _checked(method: Hook) -> Hook:
    """A test method that fails by itself for its violations: what is raised later would count as a second failure."""
    signature = inspect.signature(method)
    wants = FAKE in signature.parameters

    if inspect.iscoroutinefunction(method):

        @functools.wraps(method)
        async def check_async(self: Any, *args: Any, **kwargs: Any) -> Any:
            __tracebackhide__ = True
            with _fake_of(self) as fake:
                return await method(self, *args, **({**kwargs, FAKE: fake} if wants else kwargs))

        check: Hook = check_async
    else:

        @functools.wraps(method)
        def check_sync(self: Any, *args: Any, **kwargs: Any) -> Any:
            __tracebackhide__ = True
            with _fake_of(self) as fake:
                return method(self, *args, **({**kwargs, FAKE: fake} if wants else kwargs))

        check = check_sync
    others = [parameter for name, parameter in signature.parameters.items() if name != FAKE]
    check.__signature__ = signature.replace(parameters=others)  # type: ignore[attr-defined]  # so pytest asks for no fixture
    return check


@contextmanager
def _fake_of(test: Any) -> Iterator[Any]:
    """The fake of a test's class, checked afterwards, or one for this call of a test that no runner has prepared."""
    __tracebackhide__ = True
    scope = _scope(type(test))
    if scope is not None:
        with ContractCheck(scope.fake):
            yield scope.fake
        return
    with getattr(test, _MAKE)() as fake:
        setattr(test, FAKE, fake)
        yield fake


_UNITTEST_CLASS = {"setUpClass": _set_up_class, "tearDownClass": _tear_down_class}
_UNITTEST_TEST = {"run": _run, "debug": _run, "setup_method": _set_up_method}
_PYTEST_CLASS = {"setup_class": _set_up_class, "teardown_class": _tear_down_class}
_PYTEST_TEST = {"setup_method": _set_up_method, "teardown_method": _tear_down_method}

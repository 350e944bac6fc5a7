"""Decorated test classes: one fake from before the first setup until after the last teardown, reset for each test.

Rows made in `setUpClass` or `setup_class` are there in every test; changes of a test are undone at its end. The hooks
are those of unittest, and those of pytest for a class that is not a TestCase; subclasses are included.
"""

from __future__ import annotations

import inspect
import unittest
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from ..core.state.snapshots import Snapshot
from .context import ContractCheck, check_contract
from .decorated_functions import FAKE, run_with_fake

Hook = Callable[..., Any]

_MAKE_FAKE, _SCOPE, _WRAPPED = "_fakesources_make_fake", "_fakesources_scope", "_fakesources_wrapped"


class ClassScope:
    """The open fake of one test class, an attribute of the class itself while its tests run."""

    def __init__(self, case: Any) -> None:
        self.fake: Any = getattr(case, _MAKE_FAKE)()
        self._case = case
        self._baseline: Snapshot | None = None
        self.is_torn_down = False
        self.fake.__enter__()
        setattr(case, _SCOPE, self)
        setattr(case, FAKE, self.fake)

    def begin_test(self) -> None:
        """Take a snapshot when the first test begins: the state that every test begins with."""
        if self._baseline is None:
            self._baseline = self.fake.snapshot()
            self.end_test()  # the first test has no calls and faults of the class's setup either

    def end_test(self) -> None:
        """Undo the changes of a test; journal and faults are empty again."""
        assert self._baseline is not None
        self.fake.reset()
        self.fake.restore(self._baseline)

    def check(self) -> None:
        """Raise ContractViolation where a strict fake has violations."""
        __tracebackhide__ = True
        check_contract(self.fake, None)

    def close(self, error: BaseException | None = None) -> None:
        """Close the fake, once. Raise ContractViolation as `check` does, or add a note to the given exception."""
        __tracebackhide__ = True
        if vars(self._case).get(_SCOPE) is self:  # pragma: no branch - else the runner's cleanup follows another end
            delattr(self._case, _SCOPE)
            delattr(self._case, FAKE)
            self.fake.__exit__(type(error) if error else None, error, None)


def decorate_class(case: type, make_fake: Callable[[], Any]) -> type:
    """Provide a test class, and every subclass of it, with a fake. Raises TypeError for a class without tests."""
    if not issubclass(case, unittest.TestCase) and not _test_names(case):
        raise TypeError(
            f"decorated: expected a function or a class with tests, got {case.__name__}, which has no tests"
        )
    setattr(case, _MAKE_FAKE, staticmethod(make_fake))
    _wrap_members(case)
    if not _is_wrapped(case.__init_subclass__):
        own = vars(case).get("__init_subclass__")

        def init_subclass(cls: type, **kwargs: Any) -> None:
            original = own.__get__(None, cls) if own is not None else super(case, cls).__init_subclass__  # type: ignore[arg-type]
            original(**kwargs)
            _wrap_members(cls)

        case.__init_subclass__ = classmethod(_marked(init_subclass))  # type: ignore[assignment]
    return case


def _wrap_members(case: type) -> None:
    """Wrap the hooks and tests of a class that are not wrapped yet."""
    is_unittest = issubclass(case, unittest.TestCase)
    for name, wrap in (_UNITTEST_CLASS if is_unittest else _PYTEST_CLASS).items():
        if not _is_wrapped(getattr(case, name, None)):
            setattr(case, name, classmethod(_marked(wrap(_class_hook(case, name)))))
    for name, wrap in (_UNITTEST_TEST if is_unittest else _PYTEST_TEST).items():
        if not _is_wrapped(getattr(case, name, None)):
            setattr(case, name, _marked(wrap(_test_hook(case, name))))
    for name in _test_names(case):
        if not _is_wrapped(getattr(case, name)):
            setattr(case, name, _marked(_wrap_test(getattr(case, name))))


def _marked(function: Hook) -> Hook:
    setattr(function, _WRAPPED, True)
    return function


def _is_wrapped(member: Any) -> bool:
    return getattr(getattr(member, "__func__", member), _WRAPPED, False) is True


def _test_names(case: type) -> list[str]:
    """Return the names of the test methods of a class."""
    if issubclass(case, unittest.TestCase):
        return list(unittest.defaultTestLoader.getTestCaseNames(case))
    names = [name for name in dir(case) if name.startswith("test")]
    return [name for name in names if inspect.isfunction(inspect.getattr_static(case, name))]


def _class_hook(case: type, name: str) -> Hook:
    """Return the class's hook of that name as a function of the class, which does nothing where there is none."""
    own = vars(case).get(name)

    def call(cls: type) -> None:
        hook = own.__get__(None, cls) if own is not None else getattr(super(case, cls), name, None)
        if hook is not None:
            _call_with_optional(getattr(hook, "__func__", hook), cls)

    return call


def _test_hook(case: type, name: str) -> Hook:
    """Return the same for a hook that is a method of an instance."""
    own = vars(case).get(name)

    def call(self: Any, *args: Any) -> Any:
        hook = own.__get__(self, type(self)) if own is not None else getattr(super(case, self), name, None)
        return _call_with_optional(hook, *args) if hook is not None else None

    return call


def _call_with_optional(function: Hook, *args: Any) -> Any:
    """Call a function with as many of the arguments as it has parameters, as pytest calls its hooks."""
    parameters = inspect.signature(function).parameters.values()
    takes_all = any(parameter.kind is parameter.VAR_POSITIONAL for parameter in parameters)
    return function(*args) if takes_all else function(*args[: len(parameters)])


def _scope(case: type) -> ClassScope | None:
    """Return the scope of a class whose setup has begun."""
    scope: ClassScope | None = vars(case).get(_SCOPE)
    return scope


def _has_cleanups(case: type) -> bool:
    """Return whether the runner calls the cleanups of a class after its last teardown."""
    return issubclass(case, unittest.TestCase)


# -- hooks of a class ----------------------------------------------------------------------------------------------


def _set_up_class(original: Hook) -> Hook:
    def set_up_class(cls: Any) -> None:
        __tracebackhide__ = True
        outer = _scope(cls)  # of a subclass whose hook calls this one
        scope = outer or ClassScope(cls)
        if outer is None and _has_cleanups(cls):
            cls.addClassCleanup(scope.close)  # the first one added is the last one called
        try:
            with ContractCheck(scope.fake):
                original(cls)
        except BaseException as error:
            # The runners of unittest tests clean up after an Exception, but neither a pytest.skip nor an interrupt.
            if outer is None and not (isinstance(error, Exception) and _has_cleanups(cls)):
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
            if is_outermost and not _has_cleanups(cls):
                scope.close()

    return tear_down_class


# -- hooks of a test -----------------------------------------------------------------------------------------------


def _run(original: Hook) -> Hook:
    """Return a wrapper that runs one test of a TestCase. A test run alone, without its class's setup, has its own fake."""

    def run(self: Any, result: Any = None) -> Any:
        __tracebackhide__ = True
        if _SCOPE in vars(self):  # a `run` of a subclass that calls this one
            return original(self, result)
        class_scope = _scope(type(self))
        scope = class_scope or ClassScope(type(self))
        scope.begin_test()
        setattr(self, _SCOPE, scope)
        self.addCleanup(scope.check)
        try:
            return original(self, result)
        finally:
            delattr(self, _SCOPE)
            scope.end_test()
            if class_scope is None:
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
            scope.end_test()  # pytest neither runs the test nor calls its teardown where the setup failed
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


def _wrap_test(method: Hook) -> Hook:
    """Return a test method that itself fails for its violations: raised later they would count as a second failure."""
    return run_with_fake(method, lambda test, *_: _fake_of(test))


@contextmanager
def _fake_of(test: Any) -> Iterator[Any]:
    """Provide the fake of a test's class and check it afterwards, or a new one for a test without a runner."""
    __tracebackhide__ = True
    scope = _scope(type(test))
    if scope is not None:
        with ContractCheck(scope.fake):
            yield scope.fake
        return
    with getattr(test, _MAKE_FAKE)() as fake:
        setattr(test, FAKE, fake)
        yield fake


_UNITTEST_CLASS = {"setUpClass": _set_up_class, "tearDownClass": _tear_down_class}
_UNITTEST_TEST = {"run": _run, "debug": _run, "setup_method": _set_up_method}
_PYTEST_CLASS = {"setup_class": _set_up_class, "teardown_class": _tear_down_class}
_PYTEST_TEST = {"setup_method": _set_up_method, "teardown_method": _tear_down_method}

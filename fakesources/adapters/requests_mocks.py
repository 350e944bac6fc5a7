"""Mocks of requests_mock that users open beside the fake, under the same rule as those of `responses`.

They replace `Session.send`, above the patch of the fake's own. A mock opened inside answers what its own entries match,
and leaves other calls of the fake's hosts to the fake; one opened around sees the calls of all other hosts. The library
is not imported here: a test that has not imported it has no mock of it.
"""

from __future__ import annotations

import sys
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any

from ..core.http.messages import Handles
from .import_hook import ImportHook
from .patching import Patch, patched
from .requests import handled_url

LIBRARY = "requests_mock"


def prefer_fake(handles: Handles) -> AbstractContextManager[None]:
    """Make mocks leave calls that the fake handles and none of their entries match to the next sender below them."""
    inner: list[Any] = []

    def make_start(patch: Patch) -> Callable[..., Any]:
        def start(mock: Any) -> None:
            patch.original(mock)
            if patch.active:
                inner.append(mock._adapter)

        return start

    def make_adapter_send(patch: Patch) -> Callable[..., Any]:
        def adapter_send(adapter: Any, request: Any, **options: Any) -> Any:
            library = sys.modules[LIBRARY]
            try:
                return patch.original(adapter, request, **options)
            except library.NoMockAddress:
                is_inner = any(adapter is other for other in inner)
                if patch.active and is_inner and handled_url(handles, request) is not None:
                    raise library.adapter._RunRealHTTP from None  # which the mock takes for a call to pass through
                raise

        return adapter_send

    def make_session_send(patch: Patch) -> Callable[..., Any]:
        def session_send(session: Any, request: Any, **options: Any) -> Any:
            if patch.active and handled_url(handles, request) is not None:
                return sys.modules[LIBRARY].mocker._original_send(session, request, **options)
            return patch.original(session, request, **options)

        return session_send

    def patch_library() -> AbstractContextManager[None]:
        library = sys.modules[LIBRARY]
        if not (hasattr(library.adapter, "_RunRealHTTP") and hasattr(library.mocker, "_original_send")):
            return patched()
        return patched(
            (library.mocker.MockerCore, "start", make_start),
            (library.Adapter, "send", make_adapter_send),
            (sys.modules["requests"].Session, "send", make_session_send),
        )

    return patch_library() if LIBRARY in sys.modules else ImportHook((LIBRARY,), patch_library)

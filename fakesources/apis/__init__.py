"""The APIs that are faked. ALL is the only list of them."""

from __future__ import annotations

from ..core.contract.api import Api
from .curator import API as CURATOR
from .datasift import API as DATASIFT

ALL: tuple[Api, ...] = (DATASIFT, CURATOR)  # type: ignore[type-arg]

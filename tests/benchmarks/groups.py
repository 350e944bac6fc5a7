"""Everything that is measured, in the order it is reported."""

from __future__ import annotations

import bench_doors
import bench_engine
import bench_pytest
import bench_server
import bench_sizes
import bench_state
from harness import Group


def groups() -> list[Group]:
    """Every group."""
    modules = (bench_doors, bench_engine, bench_pytest, bench_server, bench_sizes, bench_state)
    return [group for module in modules for group in module.groups()]

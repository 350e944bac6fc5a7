"""All groups of benchmarks, in the order of the report."""

from __future__ import annotations

import bench_adapters
import bench_engine
import bench_memory
import bench_pytest
import bench_server
import bench_sizes
import bench_state
from harness import Group


def groups() -> list[Group]:
    """Return every group."""
    modules = (bench_adapters, bench_engine, bench_memory, bench_pytest, bench_server, bench_sizes, bench_state)
    return [group for module in modules for group in module.groups()]

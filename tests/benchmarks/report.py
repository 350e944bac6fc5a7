"""What a run found, for people as tables and for programs as JSON."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from harness import Held, Outcome


def promises_table(outcomes: Iterable[Outcome]) -> str:
    """One line for each promise: what, against what, its bound, its ratio, whether it was kept."""
    rows = [
        (held.promise.what, held.promise.against, bound(held), ratio(held), verdict(held))
        for outcome in outcomes
        for held in outcome.held
    ]
    return table(("what", "against", "promised", "measured", ""), rows)


def figures_table(outcome: Outcome) -> str:
    """One line for each figure of a group: its median, its least, and how far its rounds were apart."""
    rows = []
    for name, rounds in outcome.rounds.items():
        low, high = min(rounds), max(rounds)
        rows.append((name, number(statistics.median(rounds)), number(low), number(high)))
    for case in outcome.group.cases:
        if case.absent:
            rows.append((case.name, "absent", case.absent, ""))
    return table((outcome.group.name, f"median {outcome.group.unit}", "least", "most"), rows)


def document(outcomes: Sequence[Outcome], versions: Mapping[str, str]) -> dict[str, Any]:
    """Everything that was measured, round by round."""
    return {
        "versions": dict(versions),
        "promises": [
            {
                "group": outcome.group.name,
                "what": held.promise.what,
                "against": held.promise.against,
                "at_least" if held.promise.at_least else "at_most": held.promise.bound,
                "ratio": held.ratio,
                "kept": held.kept,
                "absent": held.absent,
            }
            for outcome in outcomes
            for held in outcome.held
        ],
        "figures": {
            outcome.group.name: {
                name: {"unit": outcome.group.unit, "median": outcome.median(name), "rounds": rounds}
                for name, rounds in outcome.rounds.items()
            }
            for outcome in outcomes
        },
    }


def bound(held: Held) -> str:
    """What was promised: `≤ 1.10` or `≥ 3`; a dash where nothing was."""
    if held.promise.bound is None:
        return "-"
    return f"{'≥' if held.promise.at_least else '≤'} {held.promise.bound:g}"


def ratio(held: Held) -> str:
    """What was measured."""
    return "-" if held.ratio is None else f"{held.ratio:.3f}" if held.ratio < 10 else f"{held.ratio:.1f}"


def verdict(held: Held) -> str:
    """Kept or not, or why nobody knows."""
    if held.ratio is None:
        return f"not measured: {held.absent}"
    if held.promise.bound is None:
        return "for comparison"
    return "kept" if held.kept else "FALLS SHORT"


def number(value: float) -> str:
    """A figure with three digits that mean something."""
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown, its columns aligned."""
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]

    def line(cells: Sequence[str]) -> str:
        return f"| {' | '.join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True))} |"

    return "\n".join([line(head), line(["-" * width for width in widths]), *(line(row) for row in rows)])

"""Report of a run: tables in Markdown, and JSON."""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from harness import Outcome, Promise, PromiseResult


def promises_table(outcomes: Iterable[Outcome]) -> str:
    """Return one line for each promise: subject, baseline, bound, goal, ratio, verdict; below, why goals are missed."""
    results = [result for outcome in outcomes for result in outcome.results]
    rows = [
        (
            result.promise.subject,
            result.promise.baseline,
            limit(result.promise, result.promise.bound),
            limit(result.promise, result.promise.goal),
            ratio(result),
            verdict(result),
        )
        for result in results
    ]
    missed = [f"- {each.promise.subject}: {each.promise.obstacle}" for each in results if each.misses_goal]
    lines = ["", "Goals that are not reached, and where the time goes (`--where`):", "", *missed] if missed else []
    return "\n".join([table(("subject", "baseline", "promised", "goal", "measured", ""), rows), *lines])


def figures_table(outcome: Outcome) -> str:
    """Return one line for each figure of a group: its median, least and most."""
    rows = []
    for name, rounds in outcome.rounds.items():
        low, high = min(rounds), max(rounds)
        rows.append((name, number(statistics.median(rounds)), number(low), number(high)))
    for case in outcome.group.cases:
        if case.absent:
            rows.append((case.name, "absent", case.absent, ""))
    return table((outcome.group.name, f"median {outcome.group.unit}", "least", "most"), rows)


def document(outcomes: Sequence[Outcome], versions: Mapping[str, str]) -> dict[str, Any]:
    """Return every figure of every round, as JSON."""
    return {
        "versions": dict(versions),
        "promises": [
            {
                "group": outcome.group.name,
                "subject": result.promise.subject,
                "baseline": result.promise.baseline,
                "at_least" if result.promise.at_least else "at_most": result.promise.bound,
                "goal": result.promise.goal,
                "ratio": result.ratio,
                "kept": result.is_kept,
                "absent": result.absent,
            }
            for outcome in outcomes
            for result in outcome.results
        ],
        "figures": {
            outcome.group.name: {
                name: {"unit": outcome.group.unit, "median": outcome.median(name), "rounds": rounds}
                for name, rounds in outcome.rounds.items()
            }
            for outcome in outcomes
        },
    }


def limit(promise: Promise, value: float | None) -> str:
    """Return a bound or a goal: `≤ 1.10` or `≥ 3`; a dash for None."""
    return "-" if value is None else f"{'≥' if promise.at_least else '≤'} {value:g}"


def ratio(result: PromiseResult) -> str:
    """Return the measured ratio; a dash for None."""
    return "-" if result.ratio is None else f"{result.ratio:.3f}" if result.ratio < 10 else f"{result.ratio:.1f}"


def verdict(result: PromiseResult) -> str:
    """Return the verdict, or the reason why there is none."""
    if result.ratio is None:
        return f"not measured: {result.absent}"
    if result.promise.bound is None:
        return "for comparison"
    if not result.is_kept:
        return "NOT KEPT"
    return "kept, not the goal" if result.misses_goal else "kept"


def number(value: float) -> str:
    """Return a figure with three significant digits."""
    if value >= 1000:
        return f"{value:,.0f}"
    return f"{value:.3g}"


def table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    """Return a table in Markdown, its columns aligned."""
    widths = [max(len(row[column]) for row in (head, *rows)) for column in range(len(head))]

    def line(cells: Sequence[str]) -> str:
        return f"| {' | '.join(cell.ljust(width) for cell, width in zip(cells, widths, strict=True))} |"

    return "\n".join([line(head), line(["-" * width for width in widths]), *(line(row) for row in rows)])

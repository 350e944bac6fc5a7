"""Figures of the tables: numbers of statements, and of those that the fake agrees with."""

from __future__ import annotations

import re
from pathlib import Path

from statement_runner import ALL, EDITIONS, TRANSPORTS, disagreements
from statements import statements

from fakesources.core.contract.deviations import deviations_of

README = Path(__file__).resolve().parents[2] / "README.md"
BEGIN, END = "<!-- statements: made by `python tests/fidelity --write` -->", "<!-- end of statements -->"


def unexpected(api: str, edition: str, transport: str) -> list[str]:
    """Return the statements that differ but are not listed as differing, and those listed that agree."""
    found = disagreements(api, edition, transport)
    lines = [text for statement, text in found.items() if not statement.differs]
    agreeing = [each for each in statements(api, edition) if each.differs and each not in found]
    return lines + [f"{each.id}: listed as differing ({each.differs}), and the fake agrees" for each in agreeing]


def figures() -> list[tuple[str, str, int, int, int]]:
    """Return a row per edition: API, edition, and the numbers of statements, agreeing and differing ones."""
    rows = []
    for api, edition in EDITIONS:
        stated = statements(api, edition)
        differing = sum(bool(each.differs) for each in stated)
        rows.append((api, edition, len(stated), len(stated) - differing, differing))
    return rows


def run_all() -> tuple[list[str], list[str]]:
    """Run every edition over every transport. Return the lines of the report, and the unexpected results."""
    lines = [f"{'API':10}{'edition':12}{'transport':13}{'statements':>10}{'agreed':>8}{'differing':>11}"]
    wrong: list[str] = []
    for api, edition in EDITIONS:
        for transport in TRANSPORTS:
            count, differing = len(statements(api, edition)), len(disagreements(api, edition, transport))
            lines.append(f"{api:10}{edition:12}{transport:13}{count:10}{count - differing:8}{differing:11}")
            wrong += [f"{transport}: {text}" for text in unexpected(api, edition, transport)]
    for api in ALL:
        lines += ["", f"{api.name}: {len(statements(api.name))} statements in all; known deviations:"]
        for deviation in deviations_of(api):
            lines.append(
                f"{deviation.id}: {deviation.does} {deviation.source}: {deviation.says} Reason: {deviation.reason}"
            )
            lines += [f"- {each.id}" for each in statements(api.name) if each.differs == deviation.id]
    return [*lines, *(["", "Not as listed:", *wrong] if wrong else [])], wrong


def replace_section(page: str, rows: list[tuple[str, str, int, int, int]]) -> str:
    """Return a page with its section regenerated. Raises ValueError for a page without the section."""
    if BEGIN not in page or END not in page:
        raise ValueError(f"README.md: expected {BEGIN} and {END}, got a page without them")
    table = ["| API | edition | statements | agreed | differing |", "|---|---|---:|---:|---:|"]
    table += [
        f"| {api} | `{edition}` | {count:,} | {agreed:,} | {differing} |"
        for api, edition, count, agreed, differing in rows
    ]
    totals = " and ".join(f"{len(statements(api)):,} about {api}" for api in dict(EDITIONS))
    section = "\n".join([BEGIN, "", f"Statements: {totals}.", "", *table, "", END])
    return re.sub(f"{re.escape(BEGIN)}.*?{re.escape(END)}", lambda _: section, page, flags=re.DOTALL)

"""Coverage as a page: a picture to take in at once, with the names of everything that was met and missed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from ...core.text.display import pluralize
from ..coverage import percent
from ..operation_counts import KINDS
from .page import page, shared_style, text

_STYLE = "body { margin: 0 auto; padding: 1.5rem; max-width: 80rem; }\nh1 { margin: 0 0 1rem; font-size: 1.5rem; }\n"


def render(value: Mapping[str, Any]) -> str:
    """Return the page of a coverage: the total, then each operation with a square for each of its things."""
    total, operations = value["total"], value["operations"]
    body = ["<h1>fakesources coverage</h1>", '<main class="coverage">', *_sum(total, operations)]
    for api in dict.fromkeys(each["api"] for each in operations):
        body += _card(api, [each for each in operations if each["api"] == api])
    return page(
        f"{total['percent']:g} % fakesources coverage", _STYLE + shared_style("coverage.css"), [*body, "</main>"]
    )


def _sum(total: Mapping[str, Any], operations: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    calls = [each["calls"] for each in operations if each["id"] != each["api"]]
    yield f'<div class="sum">{_ring(total["percent"])}<div>'
    yield f"<h2>{total['percent']:g} % of the contract was met</h2>"
    things = f"{total['met']:,} of {pluralize(total['of'], 'documented thing')}"
    yield f"<p>{things}: parameters, errors, responses and changes of the state. "
    yield f"{len(calls) - calls.count(0)} of {pluralize(len(calls), 'operation')} were called.</p>"
    yield '<ul class="legend">'
    for kind in KINDS:
        yield f'<li><span class="cell met {kind}"></span>{kind}</li>'
    yield '<li><span class="cell missed"></span>not met</li></ul></div></div>'


def _ring(value: float) -> str:
    circle = '<circle cx="18" cy="18" r="15.9" fill="none" stroke-width="4" pathLength="100"'
    return (
        f'<svg viewBox="0 0 36 36" class="ring" role="img" aria-label="{value:g} per cent">{circle} class="track"/>'
        f'{circle} class="part" stroke-dasharray="{value} 100" transform="rotate(-90 18 18)"/>'
        f'<text x="18" y="21" text-anchor="middle">{int(value)}%</text></svg>'
    )


def _card(api: str, operations: Sequence[Mapping[str, Any]]) -> Iterator[str]:
    met, of = (sum(each[name] for each in operations) for name in ("met", "of"))
    yield f'<section class="card" aria-label="{text(api)}">'
    yield f'<div class="card-head"><h2>{text(api)}</h2><span class="hint">{percent(met, of):g} %</span></div>'
    for each in operations:
        yield from _operation(each)
    yield "</section>"


def _operation(each: Mapping[str, Any]) -> Iterator[str]:
    calls = pluralize(each["calls"], "call") if each["calls"] else "not called"
    yield f'<details class="operation{"" if each["calls"] else " uncalled"}"><summary>'
    yield f'<code class="id">{text(each["id"])}</code><span class="calls">{calls}</span>'
    yield f'<span class="cells" aria-hidden="true">{"".join(_cells(each))}</span>'
    yield f'<span class="percent">{percent(each["met"], each["of"]):g} %</span></summary>'
    yield f"<p>{text(each['summary'])}</p><dl>"
    for kind in KINDS:
        names = [(name, "met") for name in each[kind]["met"]] + [(name, "missed") for name in each[kind]["missed"]]
        if names:
            shown = " ".join(f'<code class="{state}">{text(str(name))}</code>' for name, state in names)
            yield f"<dt>{kind}</dt><dd>{shown}</dd>"
    yield "</dl></details>"


def _cells(each: Mapping[str, Any]) -> Iterator[str]:
    for kind in KINDS:
        for name in each[kind]["met"]:
            yield f'<span class="cell met {kind}" title="{kind}: {text(str(name))}"></span>'
        for name in each[kind]["missed"]:
            yield f'<span class="cell missed {kind}" title="{kind}: {text(str(name))}, not met"></span>'

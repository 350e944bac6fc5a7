"""The tables: source types and networks as the lists have them, and rules with their sources."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from fakesources.apis.curator import API
from fakesources.apis.curator.data import networks, pages, source_types, ignored_params
from fakesources.core.contract.rulebook import Rulebook

LISTS = {"2017": "repo-2017-list", "older": "misc-older", "newer": "misc-newer"}


def test_source_types_are_those_of_the_lists(reference: Callable[[str], Path]) -> None:
    """Every type of every list is there, with its network, and with the lists that have it."""
    known = json.loads(reference("curator-ids.json").read_text("utf-8"))["source_types"]

    assert sorted(source_types()) == sorted(map(int, known))
    for number, kind in source_types().items():
        listed = known[str(number)]
        assert kind.network.id == listed["network_id"]
        assert [LISTS[name] for name in kind.lists] == [name for name in listed["in"] if name in LISTS.values()]
        assert listed["name"].startswith(kind.name)
        assert (kind.tag_format is None) == (listed["tag_format"] is None) or number == 56


def test_networks_are_those_of_the_lists(reference: Callable[[str], Path]) -> None:
    """Every network of every list is there under its name."""
    known = json.loads(reference("curator-ids.json").read_text("utf-8"))["networks"]

    assert {str(number): network.name for number, network in networks().items()} == known


def test_every_source_of_a_rule_is_a_page() -> None:
    """What rules, problems, endpoints and tolerances were read from is in the table of pages."""
    problems = [*API.errors, API.no_such_endpoint, API.no_such_method, API.too_large]
    problems += [problem for endpoint in API.endpoints for problem in endpoint.errors]
    sources = [rule.source for rule in API.rules] + [problem.source for problem in problems]
    sources += [endpoint.source for endpoint in API.endpoints] + [row["source"] for row in ignored_params()]

    assert {name.strip() for source in sources for name in source.split(",")} <= set(pages())


def test_every_rule_that_was_decided_has_a_reason() -> None:
    """Nothing speaks of it, so we say why; what a source says needs no reason."""
    for rule in Rulebook(API):
        assert rule.provenance != "decided" or rule.reason, rule.id
        assert rule.source, rule.id
        assert rule.description, rule.id


def test_rules_have_ids_of_their_own() -> None:
    """No two rules of one edition have the same id."""
    for edition in API.editions:
        ids = [rule.id for rule in API.rules if not rule.editions or edition in rule.editions]
        assert len(ids) == len(set(ids))
        assert all(id.startswith("curator.") for id in ids)

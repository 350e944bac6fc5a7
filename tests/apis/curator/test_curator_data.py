"""Data tables: source types and networks as documented, and rules with their sources."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from fakesources.apis.curator import API
from fakesources.apis.curator.data import ignored_params, networks, pages, source_types
from fakesources.core.contract.rulebook import Rulebook

LISTS = {"2017": "repo-2017-list", "older": "misc-older", "newer": "misc-newer"}


def test_source_types_are_those_of_the_lists(reference: Callable[[str], Path]) -> None:
    """Every documented type has its network and its lists."""
    known = json.loads(reference("curator-ids.json").read_text("utf-8"))["source_types"]

    assert sorted(source_types()) == sorted(map(int, known))
    for number, kind in source_types().items():
        listed = known[str(number)]
        assert kind.network.id == listed["network_id"]
        assert [LISTS[name] for name in kind.lists] == [name for name in listed["in"] if name in LISTS.values()]
        assert listed["name"].startswith(kind.name)
        assert (kind.tag_format is None) == (listed["tag_format"] is None) or number == 56


def test_networks_are_those_of_the_lists(reference: Callable[[str], Path]) -> None:
    """Every documented network has its name."""
    known = json.loads(reference("curator-ids.json").read_text("utf-8"))["networks"]

    assert {str(number): network.name for number, network in networks().items()} == known


def test_every_source_of_a_rule_is_a_page() -> None:
    """Sources of rules, errors, endpoints and ignored parameters are in the table of pages."""
    errors = list(API.errors)
    errors += [error for endpoint in API.endpoints for error in endpoint.errors]
    sources = [rule.source for rule in API.rules] + [error.source for error in errors]
    sources += [endpoint.source for endpoint in API.endpoints] + [row["source"] for row in ignored_params()]

    assert {name.strip() for source in sources for name in source.split(",")} <= set(pages())


def test_every_rule_that_was_decided_has_a_reason() -> None:
    """A documented or observed rule needs no reason."""
    for rule in Rulebook(API):
        assert rule.provenance != "decided" or rule.reason, rule.id
        assert rule.source, rule.id
        assert rule.description, rule.id


def test_ids_of_rules_are_unique() -> None:
    """Unique in each edition."""
    for edition in API.editions:
        ids = [rule.id for rule in API.rules if not rule.editions or edition in rule.editions]
        assert len(ids) == len(set(ids))
        assert all(id.startswith("curator.") for id in ids)

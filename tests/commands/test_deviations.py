"""Deviations of the fake from its sources, as `rules --deviations`, a rule and the control plane show them."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from fakesources import FakeSources, Request
from fakesources.apis.registry import installed
from fakesources.commands.main import main
from fakesources.control.hosted import Hosted
from fakesources.core.contract.deviations import deviations_of
from fakesources.kit import Api

ALL = [each for api in installed() for each in deviations_of(api)]
HERE = Path(__file__)


def run(*arguments: str) -> Result:
    """Run the command line in this process."""
    return CliRunner().invoke(main, ["rules", *arguments])


def plain(deviation: Any) -> dict[str, Any]:
    """Return a deviation as JSON has it."""
    return json.loads(json.dumps(asdict(deviation)))


def test_every_deviation_is_listed_with_its_source_and_reason() -> None:
    text = run("--deviations").stdout

    assert len(ALL) > 20
    for each in ALL:
        shown = text[text.index(f"{each.id}\n") :].splitlines()[1:5]
        assert shown == [
            f"  the source says: {each.says}",
            f"  the fake does: {each.does}",
            f"  because: {each.reason}",
            f"  source: {each.source}",
        ]


def test_deviations_are_listed_as_json() -> None:
    assert json.loads(run("--deviations", "--json").stdout) == [plain(each) for each in ALL]


@pytest.mark.parametrize(
    ("arguments", "found"),
    [
        (["--deviations", "datasift.deviation.allow-header"], ["allow-header"]),
        (["datasift.deviation.allow-header"], ["allow-header"]),
        (["--deviations", "datasift.allow"], ["allow-header"]),
        (["--deviations", "datasift.source.start"], ["both-spellings", "start-without-id"]),
        (["--deviations", "datasift.source.start", "--edition", "live-1.6"], ["start-without-id"]),
        (["--deviations", "curator", "--edition", "docs-2017", "curator.posts"], None),
        (["--deviations", "curator.posts", "--edition", "docs-2017"], ["page-offset", "older-times"]),
    ],
)
def test_deviations_are_selected_by_id_operation_rule_and_edition(
    arguments: list[str], found: list[str] | None
) -> None:
    ran = run(*arguments, "--json")

    assert (ran.exit_code == 2) is (found is None)
    if found is not None:
        assert [row["id"].rpartition(".")[2] for row in json.loads(ran.stdout)] == found


@pytest.mark.parametrize(
    ("arguments", "hint"),
    [
        (["datasift.deviation.alow-header"], "did you mean 'datasift.deviation.allow-header'?"),
        (["--deviations", "curator.deviation.adds"], "did you mean 'curator.deviation.ads'?"),
        (["--deviations", "nothing of that kind"], "`fakesources rules --deviations` lists all"),
    ],
)
def test_an_unknown_one_is_an_error_with_the_nearest(arguments: list[str], hint: str) -> None:
    ran = run(*arguments)

    assert (ran.exit_code, hint in ran.output, "Traceback" in ran.output) == (2, True, False)


def test_a_rule_names_the_deviations_about_it() -> None:
    text = run("datasift.words-documented").stdout
    (row,) = json.loads(run("datasift.words-documented", "--json").stdout)
    (other,) = json.loads(run("datasift.words-recorded", "--json").stdout)

    assert "  datasift.deviation.status-word: " in text
    assert (row["deviations"], other["deviations"]) == (["datasift.deviation.status-word"], [])


@pytest.mark.parametrize(("query", "apis"), [("", {"datasift", "curator"}), ("?api=curator", {"curator"})])
def test_the_control_plane_lists_them(query: str, apis: set[str]) -> None:
    response = Hosted({}).handle(Request("GET", f"/_fakesources/deviations{query}", host="127.0.0.1", peer="127.0.0.1"))

    assert json.loads(response.body)["deviations"] == [plain(each) for each in ALL if each.id.split(".")[0] in apis]


@dataclass(frozen=True, kw_only=True)
class Thing:
    """A row."""

    id: int


def test_an_api_of_ones_own_has_deviations_too() -> None:
    things = Api("things", host="api.things.test", source="https://things.test/docs", editions=("1", "2"))
    rows = things.rows("things", Thing)

    @things.get("/things", responses={200: list[Thing]})
    def list_things(call: Any) -> Any:
        """List the things."""
        return list(rows.of(call).all())

    assert deviations_of(things.api) == ()
    things.deviation(
        "order", says="By name.", does="By id.", reason="things are few", operations=["list_things"], editions=["1"]
    )

    (found,) = deviations_of(things.api)
    assert (found.id, found.source) == ("things.deviation.order", "https://things.test/docs")
    assert (found.operations, found.editions, found.rules) == (("things.list_things",), ("1",), ())
    response = FakeSources(apis=[things]).handle(Request("GET", "/things", host="api.things.test"))
    assert response.status == 200

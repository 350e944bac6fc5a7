"""`--load` and `--save`: a state that outlives its server, written whole or not at all."""

from __future__ import annotations

import json
import os
import signal
import stat
import sys
import threading
from http.client import HTTPException
from pathlib import Path
from typing import Any

import pytest
from processes import KEY, Command, Serve, ask


def test_a_server_goes_on_where_another_stopped(serve: Serve, tmp_path: Path) -> None:
    """What was saved on stopping is there when it is loaded, and ids go on."""
    file = tmp_path / "state.json"
    first = serve("--save", str(file), "--clock", "2018-01-16T10:00:00Z")
    ids = [first.create(name)["id"] for name in ("one", "two")]
    first.stop()

    second = serve("--load", str(file), "--clock", "2018-01-16T10:00:00Z")
    ids.append(second.create("three")["id"])

    assert sorted(source["name"] for source in second.sources()) == ["one", "three", "two"]
    assert len(set(ids)) == 3


@pytest.mark.skipif(sys.platform == "win32", reason="file modes are POSIX's")
def test_the_file_is_its_owners_alone(serve: Serve, tmp_path: Path) -> None:
    """Secrets are whole in a state, so nobody else may read it; nothing but the file is left behind."""
    file = tmp_path / "state.json"
    served = serve("--save", str(file))
    served.create()
    served.stop()

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [file]


def test_a_file_that_cannot_be_saved_fails_the_end(serve: Serve, tmp_path: Path) -> None:
    """Whoever asked for a file is told that there is none, by a sentence and exit code 1."""
    (tmp_path / "folder").mkdir()
    served = serve("--save", str(tmp_path / "folder" / "state.json"))
    (tmp_path / "folder").rmdir()

    code, _, err = served.stop()

    assert code == 1
    assert "could not be saved" in err
    assert "Traceback" not in err


def test_a_run_saves_what_its_command_did(command: Command, tmp_path: Path) -> None:
    """`run` loads and saves as `serve` does."""
    file = tmp_path / "state.json"
    script = "import os, urllib.request as u; u.urlopen(os.environ['FAKESOURCES_URL'] + '/v1/feeds?api_key=ABCD-1234')"

    ended = command("run", "--save", str(file), "--", sys.executable, "-c", script)

    assert ended.code == 0
    assert json.loads(file.read_text())["curator"]["home"] == "ABCD-1234"


class TestMistakes:
    """A file that is no state to begin with."""

    @pytest.fixture
    def state(self, serve: Serve, tmp_path: Path) -> Any:
        """What a server saved that has one source."""
        served = serve("--save", str(tmp_path / "good.json"))
        served.create()
        served.stop()
        return json.loads((tmp_path / "good.json").read_text())

    @pytest.mark.parametrize(
        ("place", "value", "said"),
        [
            (["datasift", "accounts", "home", "rows", "sources", 0, "name"], 7, "rows.sources[0].name"),
            (["datasift", "accounts", "home", "rows", "sources", 0, "nmae"], "x", "nmae"),
            (["clock", "now"], "yesterday", "$.clock.now"),
            (["fakesources"], 99, "$.fakesources"),
        ],
    )
    def test_the_place_is_named(
        self, command: Command, state: Any, tmp_path: Path, place: list[Any], value: Any, said: str
    ) -> None:
        """Exit code 2, the file and the JSON path, and no secret."""
        holder = state
        for step in place[:-1]:
            holder = holder[step]
        holder[place[-1]] = value
        file = tmp_path / "bad.json"
        file.write_text(json.dumps(state))

        ended = command("serve", "--load", str(file))

        assert ended.code == 2
        assert str(file) in ended.err
        assert said in ended.err
        assert "Traceback" not in ended.err

    @pytest.mark.parametrize(
        ("content", "said"),
        [(b"{", "not JSON"), (b"[]", "$"), (b"\xff\xfe", "bad.json"), (None, "No such file"), (b"", "not JSON")],
    )
    def test_what_is_no_json_is_told(self, command: Command, tmp_path: Path, content: bytes | None, said: str) -> None:
        """A sentence with the file's name, whatever is in it."""
        file = tmp_path / "bad.json"
        if content is not None:
            file.write_bytes(content)

        ended = command("serve", "--load", str(file))

        assert ended.code == 2
        assert said in ended.err
        assert str(file) in ended.err
        assert "Traceback" not in ended.err


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is POSIX's")
@pytest.mark.parametrize("after", range(4))
def test_a_server_that_is_killed_while_it_saves_loses_nothing(serve: Serve, tmp_path: Path, after: int) -> None:
    """Whenever the kill comes, the file is a whole state: the one before, or the one that was being written."""
    file = tmp_path / "state.json"
    served = serve("--save", str(file))
    for number in range(20):
        served.create(f"source {number}")
    served.control("POST", "state/save")
    saved = threading.Semaphore(0)

    def save_on_and_on() -> None:
        try:
            while True:
                served.create("one more")
                ask(served.url, "POST", "/_fakesources/state/save")
                saved.release()
        except (OSError, HTTPException):
            pass  # killed

    saving = threading.Thread(target=save_on_and_on)
    saving.start()
    for _ in range(after + 1):
        saved.acquire()

    os.kill(served.process.pid, signal.SIGKILL)
    saving.join()

    loaded = serve("--load", str(file))
    assert loaded.ask("GET", "/v1.6/source/get", headers=KEY).json["count"] >= 20 + after


def test_a_large_state_can_be_put_over_a_socket(serve: Serve) -> None:
    """A thousand sources are more than an API's limit for a body, and no more than a state's."""
    first, second = serve("--rate-limit", "1000000"), serve()
    state = first.control("GET", "state")
    first.create()
    rows = first.control("GET", "state")["datasift"]["accounts"]["home"]
    row = rows["rows"]["sources"][0]
    state["datasift"]["home"] = "alice"
    state["datasift"]["accounts"]["home"] = {
        **rows, "rows": {**rows["rows"], "sources": [{**row, "id": f"{number:032x}"} for number in range(3000)]}
    }  # fmt: skip

    status = second.ask("PUT", "/_fakesources/state", state).status

    assert len(json.dumps(state)) > 1 << 20
    assert status == 200
    assert second.ask("GET", "/v1.6/source/get", headers=KEY).json["count"] == 3000

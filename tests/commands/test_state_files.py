"""`--load` and `--save`: a state that outlives its server, written whole or not at all."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import threading
from http.client import HTTPException
from pathlib import Path
from typing import Any

import pytest
from processes import KEY, Command, Serve, ask, reached


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


@pytest.mark.skipif(sys.platform == "win32", reason="symlinks and FIFOs are POSIX's")
class TestSpecialFiles:
    """Only regular files are replaced."""

    @pytest.mark.parametrize("flag", ["--save", "--state", "--address-file"])
    def test_a_symlink_is_followed(self, serve: Serve, tmp_path: Path, flag: str) -> None:
        """It stays, and leads to what was written; a file that is not there yet is made."""
        (tmp_path / "there").mkdir()
        link, target = tmp_path / "link", tmp_path / "there" / "file"
        link.symlink_to(target)

        served = serve(flag, str(link))
        if flag == "--address-file":
            assert target.read_text() == f"{served.url}\n"
        served.stop()

        assert link.is_symlink()
        assert [each.name for each in target.parent.iterdir()] == ([] if flag == "--address-file" else ["file"])

    @pytest.mark.parametrize("flag", ["--save", "--state", "--address-file"])
    @pytest.mark.parametrize("kind", ["a FIFO", "a symlink that leads to itself", "a symlink to a FIFO", "a socket"])
    def test_anything_else_is_refused_and_stays(self, command: Command, tmp_path: Path, flag: str, kind: str) -> None:
        """With exit code 2 and a sentence, before the server starts."""
        file = tmp_path / "file"
        with socket.socket(socket.AF_UNIX) as listening:
            if kind == "a FIFO":
                os.mkfifo(file)
            elif kind == "a socket":
                listening.bind(str(file))
            elif kind == "a symlink to a FIFO":
                os.mkfifo(tmp_path / "fifo")
                file.symlink_to(tmp_path / "fifo")
            else:
                file.symlink_to(file)
            before = file.lstat()

            ended = command("serve", "--port", "0", flag, str(file))

        assert ended.code == 2
        assert "expected a regular file" in ended.err
        assert "Traceback" not in ended.err
        assert (file.lstat().st_ino, file.lstat().st_mode) == (before.st_ino, before.st_mode)

    def test_what_a_killed_process_left_is_removed_at_the_next_start(self, serve: Serve, tmp_path: Path) -> None:
        """Temporary files of this server's files alone, and not those of a process that still runs."""
        gone = subprocess.Popen([sys.executable, "-c", ""])
        gone.wait()
        stale = [f".state.json.fakesources-{gone.pid}-abc123.tmp", f".address.fakesources-{gone.pid}-x_y.tmp"]
        others = [
            f".state.json.fakesources-{os.getpid()}-abc123.tmp", f".other.json.fakesources-{gone.pid}-abc123.tmp",
            ".state.json.tmp", ".state.json.fakesources-x-abc.tmp",
        ]  # fmt: skip
        for name in (*stale, *others):
            (tmp_path / name).write_text("half a sta")

        serve("--save", str(tmp_path / "state.json"), "--address-file", str(tmp_path / "address"))

        assert sorted(each.name for each in tmp_path.iterdir()) == sorted([*others, "address"])


class TestState:
    """`--state FILE` begins with the file if it is there, and keeps it up to date."""

    def test_it_need_not_be_there_and_is_gone_on_with(self, serve: Serve, tmp_path: Path) -> None:
        """The first start makes it, the next one has what is in it."""
        file = tmp_path / "state.json"
        first = serve("--state", str(file))
        first.create("Rock Music")
        assert first.stop()[0] == 0

        second = serve("--state", str(file))

        assert [source["name"] for source in second.sources()] == ["Rock Music"]

    def test_it_is_written_at_intervals(self, serve: Serve, tmp_path: Path) -> None:
        """A server that is killed has lost no more than the last interval."""
        file = tmp_path / "state.json"
        served = serve("--state", str(file), "--save-every", "0.05")
        served.create("Rock Music")
        assert reached(lambda: file.exists() and "Rock Music" in file.read_text())

        os.kill(served.process.pid, signal.SIGKILL)

        assert [source["name"] for source in serve("--load", str(file)).sources()] == ["Rock Music"]

    def test_it_is_written_when_the_control_plane_is_asked_to(self, serve: Serve, tmp_path: Path) -> None:
        file = tmp_path / "state.json"
        served = serve("--state", str(file))
        served.create("Rock Music")

        assert served.control("POST", "state/save") == {"saved": str(file)}
        assert "Rock Music" in file.read_text()

    def test_a_failed_write_is_told_and_the_server_goes_on(self, serve: Serve, tmp_path: Path) -> None:
        """A folder that is not there for a while costs nothing but the writes of that time."""
        folder = tmp_path / "folder"
        folder.mkdir()
        served = serve("--state", str(folder / "state.json"), "--save-every", "0.05")
        folder.rename(tmp_path / "elsewhere")
        assert served.process.stderr is not None
        assert "could not be saved" in served.process.stderr.readline()

        folder.mkdir()

        assert reached(lambda: (folder / "state.json").exists())
        assert served.stop()[0] == 0


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

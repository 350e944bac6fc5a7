"""Flags `--load`, `--save` and `--state`: state files, written as a whole or not at all."""

from __future__ import annotations

import json
import os
import signal
import socket
import stat
import subprocess
import sys
import threading
from functools import partial
from http.client import HTTPException
from pathlib import Path
from typing import Any

import pytest
from processes import KEY, TIMEOUT_SECONDS, Command, Serve, becomes_true, environment, fakesources, send


@pytest.mark.parametrize("has_mark", [False, True])
def test_a_saved_state_can_be_loaded(serve: Serve, tmp_path: Path, has_mark: bool) -> None:
    """New ids differ from the loaded ones. An editor may have added a byte order mark."""
    file = tmp_path / "state.json"
    first = serve("--save", str(file), "--clock", "2018-01-16T10:00:00Z")
    ids = [first.create(name)["id"] for name in ("one", "two")]
    first.stop()
    if has_mark:
        file.write_text(file.read_text("utf-8"), "utf-8-sig")

    second = serve("--load", str(file), "--clock", "2018-01-16T10:00:00Z")
    ids.append(second.create("three")["id"])

    assert sorted(source["name"] for source in second.sources()) == ["one", "three", "two"]
    assert len(set(ids)) == 3


@pytest.mark.parametrize("flag", ["--state", "--save"])
def test_a_state_that_another_server_has_written_is_replaced_with_a_warning(
    flag: str, serve: Serve, tmp_path: Path
) -> None:
    """Two servers of one file are most likely a mistake. A server's own saves, and a file that was removed, are none."""
    file = tmp_path / "state.json"
    first, second, third = (serve(flag, str(file)) for _ in range(3))

    first.control("POST", "state/save")
    logs = [each.stop()[2] for each in (first, second)]
    fourth = serve(flag, str(file))
    file.unlink()
    logs += [each.stop()[2] for each in (fourth, third)]

    warning = f"{file}: written by another program, such as a second server; its state is replaced"
    assert [warning in log for log in logs] == [False, True, False, True]


@pytest.mark.skipif(sys.platform == "win32", reason="file modes are POSIX's")
def test_only_the_owner_can_read_the_file(serve: Serve, tmp_path: Path) -> None:
    """State files contain secrets. No temporary file is left."""
    file = tmp_path / "state.json"
    served = serve("--save", str(file))
    served.create()
    served.stop()

    assert stat.S_IMODE(file.stat().st_mode) == 0o600
    assert list(tmp_path.iterdir()) == [file]


def test_a_file_that_cannot_be_saved_is_exit_code_1(serve: Serve, tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    served = serve("--save", str(tmp_path / "folder" / "state.json"))
    (tmp_path / "folder").rmdir()

    code, _, err = served.stop()

    assert code == 1
    assert "could not be saved" in err
    assert "Errno" not in err
    assert "Traceback" not in err


@pytest.mark.skipif(sys.platform == "win32", reason="a current folder is not removed there")
@pytest.mark.parametrize(
    ("flags", "code"),
    [([], 0), (["--save", "state.json"], 2), (["--state", "state.json"], 2), (["--address-file", "address"], 2),
     (["--api", "nowhere:API"], 2), (["--load", "state.json"], 2)],
)  # fmt: skip
def test_a_removed_current_folder_is_an_error_of_relative_paths_alone(
    tmp_path: Path, flags: list[str], code: int
) -> None:
    words = ["sh", "-c", 'rmdir "$PWD" && "$@"', "sh", *fakesources("run", *flags, "--", "true")]

    result = subprocess.run(
        words, cwd=tmp_path, env=environment(), capture_output=True, text=True, timeout=TIMEOUT_SECONDS
    )

    assert result.returncode == code
    assert "Traceback" not in result.stderr


def test_run_saves_the_state_too(command: Command, tmp_path: Path) -> None:
    file = tmp_path / "state.json"
    script = "import os, urllib.request as u; u.urlopen(os.environ['FAKESOURCES_URL'] + '/v1/feeds?api_key=ABCD-1234')"

    result = command("run", "--save", str(file), "--", sys.executable, "-c", script)

    assert result.code == 0
    assert json.loads(file.read_text())["curator"]["home"] == "ABCD-1234"


@pytest.mark.skipif(sys.platform == "win32", reason="symlinks and FIFOs are POSIX's")
class TestSpecialFiles:
    """Only regular files are replaced."""

    @pytest.mark.parametrize("flag", ["--save", "--state", "--address-file"])
    def test_a_symlink_is_followed(self, serve: Serve, tmp_path: Path, flag: str) -> None:
        """It remains, and its target is written, or created."""
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
    @pytest.mark.parametrize(
        "kind", ["a FIFO", "a symlink to itself", "a symlink to a FIFO", "a socket", "a pipe", "a deleted file"]
    )
    def test_other_files_are_errors_and_remain(
        self, command: Command, tmp_path: Path, flag: str, kind: str, request: pytest.FixtureRequest
    ) -> None:
        """The exit code is 2, before the server starts."""
        file = tmp_path / "file"
        with socket.socket(socket.AF_UNIX) as listening:
            if kind == "a FIFO":
                os.mkfifo(file)
            elif kind == "a socket":
                listening.bind(str(file))
            elif kind == "a symlink to a FIFO":
                os.mkfifo(tmp_path / "fifo")
                file.symlink_to(tmp_path / "fifo")
            elif kind in ("a pipe", "a deleted file"):
                if not Path("/proc/self/fd").is_dir():
                    pytest.skip("this system has no paths for open files")
                reading, writing = os.pipe()
                deleted = os.open(tmp_path / "deleted", os.O_CREAT)
                opened = writing if kind == "a pipe" else deleted
                for each in (reading, writing, deleted):
                    request.addfinalizer(partial(os.close, each))
                file.symlink_to(f"/proc/{os.getpid()}/fd/{opened}")
                (tmp_path / "deleted").unlink(missing_ok=True)
            else:
                file.symlink_to(file)
            before = file.lstat()

            result = command("serve", "--port", "0", flag, str(file))

        assert result.code == 2
        assert "expected a regular file" in result.err
        assert "Traceback" not in result.err
        assert (file.lstat().st_ino, file.lstat().st_mode) == (before.st_ino, before.st_mode)

    def test_temporary_files_of_killed_processes_are_removed_at_the_start(self, serve: Serve, tmp_path: Path) -> None:
        """Files of other names, or of running processes, remain."""
        ended = subprocess.Popen([sys.executable, "-c", ""])
        ended.wait()
        stale = [f".state.json.fakesources-{ended.pid}-abc123.tmp", f".address.fakesources-{ended.pid}-x_y.tmp"]
        others = [
            f".state.json.fakesources-{os.getpid()}-abc123.tmp", f".other.json.fakesources-{ended.pid}-abc123.tmp",
            ".state.json.tmp", ".state.json.fakesources-x-abc.tmp",
        ]  # fmt: skip
        for name in (*stale, *others):
            (tmp_path / name).write_text("incomplete")

        serve("--save", str(tmp_path / "state.json"), "--address-file", str(tmp_path / "address"))

        assert sorted(each.name for each in tmp_path.iterdir()) == sorted([*others, "address"])


class TestState:
    """Flag `--state`: the file is loaded if it exists, and kept up to date."""

    def test_it_is_created_and_loaded_by_the_next_server(self, serve: Serve, tmp_path: Path) -> None:
        file = tmp_path / "state.json"
        first = serve("--state", str(file))
        first.create("Rock Music")
        assert first.stop()[0] == 0

        second = serve("--state", str(file))

        assert [source["name"] for source in second.sources()] == ["Rock Music"]

    def test_it_is_written_at_intervals(self, serve: Serve, tmp_path: Path) -> None:
        file = tmp_path / "state.json"
        served = serve("--state", str(file), "--save-every", "0.05")
        served.create("Rock Music")
        assert becomes_true(lambda: file.exists() and "Rock Music" in file.read_text())

        os.kill(served.process.pid, signal.SIGKILL)

        assert [source["name"] for source in serve("--load", str(file)).sources()] == ["Rock Music"]

    def test_the_control_plane_can_save_it(self, serve: Serve, tmp_path: Path) -> None:
        file = tmp_path / "state.json"
        served = serve("--state", str(file))
        served.create("Rock Music")

        assert served.control("POST", "state/save") == {"saved": str(file)}
        assert "Rock Music" in file.read_text()

    def test_a_failed_write_is_logged_and_tried_again(self, serve: Serve, tmp_path: Path) -> None:
        folder = tmp_path / "folder"
        folder.mkdir()
        served = serve("--state", str(folder / "state.json"), "--save-every", "0.05")
        folder.rename(tmp_path / "elsewhere")
        assert served.process.stderr is not None
        assert "could not be saved" in served.process.stderr.readline()

        folder.mkdir()

        assert becomes_true(lambda: (folder / "state.json").exists())
        assert served.stop()[0] == 0


class TestErrors:
    """Invalid state files."""

    @pytest.fixture
    def state(self, serve: Serve, tmp_path: Path) -> Any:
        """Return a saved state with one source."""
        served = serve("--save", str(tmp_path / "good.json"))
        served.create()
        served.stop()
        return json.loads((tmp_path / "good.json").read_text())

    @pytest.mark.parametrize(
        ("path", "value", "error"),
        [
            (["datasift", "accounts", "home", "rows", "sources", 0, "name"], 7, "rows.sources[0].name"),
            (["datasift", "accounts", "home", "rows", "sources", 0, "nmae"], "x", "nmae"),
            (["clock", "now"], "yesterday", "$.clock.now"),
            (["datasfit"], {}, "one of fakesources, clock, datasift, curator"),
            (["datasfit"], {}, "did you mean 'datasift'"),
            (["fakesources"], 99, "$.fakesources"),
        ],
    )
    def test_an_invalid_state_is_an_error_with_its_json_path(
        self, command: Command, state: Any, tmp_path: Path, path: list[Any], value: Any, error: str
    ) -> None:
        """The error has the file and the JSON path, and the exit code is 2."""
        holder = state
        for step in path[:-1]:
            holder = holder[step]
        holder[path[-1]] = value
        file = tmp_path / "bad.json"
        file.write_text(json.dumps(state))

        result = command("serve", "--load", str(file))

        assert result.code == 2
        assert str(file) in result.err
        assert error in result.err
        assert "Traceback" not in result.err

    @pytest.mark.parametrize(
        ("content", "error"),
        [
            (b"{", "expected JSON"),
            (b"[]", "$"),
            (b"\xff\xfe", "bad.json"),
            (None, "No such file"),
            (b"", "expected JSON"),
        ],
    )
    def test_a_file_without_json_is_an_error(
        self, command: Command, tmp_path: Path, content: bytes | None, error: str
    ) -> None:
        file = tmp_path / "bad.json"
        if content is not None:
            file.write_bytes(content)

        result = command("serve", "--load", str(file))

        assert result.code == 2
        assert error in result.err
        assert str(file) in result.err
        assert "Traceback" not in result.err


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9 is POSIX's")
@pytest.mark.parametrize("after", range(4))
def test_killing_a_server_while_it_saves_keeps_the_file_valid(serve: Serve, tmp_path: Path, after: int) -> None:
    """The file is always a complete state."""
    file = tmp_path / "state.json"
    served = serve("--save", str(file))
    for number in range(20):
        served.create(f"source {number}")
    served.control("POST", "state/save")
    saved = threading.Semaphore(0)

    def save_repeatedly() -> None:
        try:
            while True:
                served.create("one more")
                send(served.url, "POST", "/_fakesources/state/save")
                saved.release()
        except (OSError, HTTPException):
            pass  # killed

    saving = threading.Thread(target=save_repeatedly)
    saving.start()
    for _ in range(after + 1):
        saved.acquire()

    os.kill(served.process.pid, signal.SIGKILL)
    saving.join()

    loaded = serve("--load", str(file))
    assert loaded.send("GET", "/v1.6/source/get", headers=KEY).json["count"] >= 20 + after


def test_a_large_state_can_be_put_over_a_socket(serve: Serve) -> None:
    """Its limit is higher than that of a request to an API."""
    first, second = serve("--rate-limit", "1000000"), serve()
    state = first.control("GET", "state")
    first.create()
    rows = first.control("GET", "state")["datasift"]["accounts"]["home"]
    row = rows["rows"]["sources"][0]
    state["datasift"]["home"] = "alice"
    state["datasift"]["accounts"]["home"] = {
        **rows, "rows": {**rows["rows"], "sources": [{**row, "id": f"{number:032x}"} for number in range(3000)]}
    }  # fmt: skip

    status = second.send("PUT", "/_fakesources/state", state).status

    assert len(json.dumps(state)) > 1 << 20
    assert status == 200
    assert second.send("GET", "/v1.6/source/get", headers=KEY).json["count"] == 3000

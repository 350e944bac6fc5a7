"""The fixtures: what each gives, for how long, and what it leaves alone."""

from __future__ import annotations

import pytest
from somebody import Run, failure, failures, outcomes, shows

from fakesources.pytest_plugin import plugin


def test_every_test_has_a_fake_of_its_own(run: Run) -> None:
    """What one test made is not there in the next, whatever became of the first."""
    result = run(
        """
        import app

        def test_one(fakesources):
            fakesources.datasift.sources.add()
            raise RuntimeError("in the middle")

        def test_two(fakesources):
            assert len(fakesources.datasift.sources) == 0
            assert len(fakesources.journal) == 0
        """
    )

    result.assert_outcomes(passed=1, failed=1)


def test_a_broken_fixture_leaves_nothing_open(run: Run) -> None:
    """After a fixture that failed half-way, calls go out as if there had never been a fake."""
    result = run(
        """
        import pytest
        from requests.adapters import HTTPAdapter

        send = HTTPAdapter.send

        @pytest.fixture
        def broken(fakesources):
            raise RuntimeError("in the middle")

        def test_one(broken):
            pass

        def test_two():
            assert HTTPAdapter.send is send
        """
    )

    result.assert_outcomes(passed=1, errors=1)


def test_the_server_has_the_same_state(run: Run) -> None:
    """What came in through the socket is there in-process, in the same journal."""
    result = run(
        """
        import app

        def test_it(fakesources, fakesources_server):
            id = fakesources.datasift.sources.add().id
            app.API = fakesources_server.url + "/v1.6/source/"
            assert app.start(id) == 200
            assert fakesources.datasift.sources[id].running
            assert fakesources.journal.only("datasift.source.start").raw_request.host == fakesources_server.netloc
        """
    )

    result.assert_outcomes(passed=1)


def test_other_hosts_are_not_swallowed(run: Run) -> None:
    """A request to any other host goes out for real."""
    result = run(
        """
        import http.server, threading
        import pytest, requests

        class Hello(http.server.BaseHTTPRequestHandler):
            def do_GET(self):
                self.send_response(204)
                self.end_headers()
            def log_message(self, *args):
                pass

        def test_it(fakesources):
            with http.server.HTTPServer(("127.0.0.1", 0), Hello) as server:
                threading.Thread(target=server.serve_forever, daemon=True).start()
                assert requests.get(f"http://127.0.0.1:{server.server_port}/").status_code == 204
                server.shutdown()
            assert len(fakesources.journal) == 0
        """
    )

    result.assert_outcomes(passed=1)


def test_a_wider_fake_charges_the_test_that_called(run: Run) -> None:
    """A fake of module scope keeps its state between tests; each violation fails the test that made it, and no other."""
    result = run(
        """
        import app, pytest

        @pytest.fixture(scope="module")
        def shared(fakesources_factory):
            with fakesources_factory(seed=5) as fake:
                yield fake

        def test_one(shared):
            shared.datasift.sources.add(id="0123456789abcdef0123456789abcdef")

        def test_two(shared):
            app.start_and_swallow("0123456789abcdef0123456789abcdef")

        def test_three(shared):
            assert shared.seed == 5
            assert shared.datasift.sources["0123456789abcdef0123456789abcdef"].running
        """
    )

    assert outcomes(result) == {"test_one": "passed", "test_two": "failed", "test_three": "passed"}


def test_a_factory_refuses_options_that_do_not_exist(run: Run) -> None:
    """A misspelt option of a wider fake is told, with the nearest."""
    result = run(
        """
        def test_it(fakesources_factory):
            fakesources_factory(sede=5)
        """
    )

    assert "TypeError: fakesources_factory: there is no option 'sede'; did you mean 'seed'?" in result.stdout.str()


def test_fixtures_are_told_in_one_line_each(run: Run) -> None:
    """`pytest --fixtures` lists every fixture with its scope and a first sentence."""
    result = run("", "--fixtures", "-q")

    text = result.stdout.str()
    for name in ("fakesources", "fakesources_server", "fakesources_options", "fakesources_factory"):
        sentence = getattr(plugin, name).__doc__.splitlines()[0]
        assert any(line.startswith(f"{name} ") for line in text.splitlines()), name
        assert sentence in text


def test_the_plugin_can_be_left_out(run: Run) -> None:
    """With -p no:fakesources there is no fixture and no header line."""
    result = run("def test_it(fakesources): pass", "-p", "no:fakesources")

    result.assert_outcomes(errors=1)
    assert [report.when for report in result.reports if report.failed] == ["setup"]
    assert not shows(result, "fakesources: ...")


def test_workers_share_nothing(run: Run) -> None:
    """Under xdist each worker has fakes of its own, violations fail there, and what is listed reaches the terminal."""
    result = run(
        """
        import app, pytest

        @pytest.mark.parametrize("number", range(4))
        def test_alone(fakesources, fakesources_server, number):
            assert len(fakesources.datasift.sources) == 0
            app.API = fakesources_server.url + "/v1.6/source/"
            assert app.start(fakesources.datasift.sources.add().id) == 200

        def test_swallowed(fakesources):
            app.API = "https://api.datasift.com/v1.6/source/"
            app.start_and_swallow(fakesources.datasift.sources.add().id)

        @pytest.mark.fakesources(strict=False)
        def test_listed(fakesources):
            app.API = "https://api.datasift.com/v1.6/source/"
            app.start_and_swallow(fakesources.datasift.sources.add().id)
        """,
        "-n2",
    )

    result.assert_outcomes(passed=5, failed=1)
    assert failure(result).message.startswith('fakesources.ContractViolation: datasift.source.start $.nmae: got "x"')
    assert shows(result, "test_it.py::test_listed\n  datasift.source.start $.nmae: got ...")


def test_a_worker_tells_of_a_marker_that_nobody_can_obey(run: Run) -> None:
    """Under xdist, too, a misspelt option stops the run before any test and is told, once."""
    result = run(
        """
        import pytest

        @pytest.mark.fakesources(sede=1)
        def test_it():
            print("has run")

        def test_that():
            print("has run")
        """,
        "-n2",
        "-rP",
    )

    result.assert_outcomes(errors=1)
    said = "test_it.py::test_it: @pytest.mark.fakesources: there is no option 'sede'; did you mean 'seed'?"
    assert result.outlines.count(said) == 1
    assert "has run" not in result.stdout.str()


def test_threads_that_go_on_cannot_write_into_the_next_test(run: Run) -> None:
    """A request that is held while its test ends is answered from the state it began with, and the next sees nothing."""
    result = run(
        """
        import threading, time
        import app

        threads = []

        def test_one(fakesources):
            id = fakesources.datasift.sources.add().id
            latch = fakesources.faults.hold("datasift.source.start")
            threads.append((threading.Thread(target=app.start, args=(id,)), latch))
            threads[0][0].start()
            latch.wait()

        def test_two(fakesources):
            thread, latch = threads[0]
            latch.release()
            thread.join()
            assert len(fakesources.journal) == 0
            assert len(fakesources.datasift.sources) == 0
        """
    )

    result.assert_outcomes(passed=2)


def test_a_forgotten_latch_holds_nobody_up(run: Run) -> None:
    """A latch that a failing test never releases is released when its fake ends, so the run ends too."""
    result = run(
        """
        import threading
        import app

        threads = []

        def test_one(fakesources):
            latch = fakesources.faults.hold("datasift.source.start")
            threads.append(threading.Thread(target=app.start, args=(fakesources.datasift.sources.add().id,)))
            threads[0].start()
            latch.wait()
            raise RuntimeError("in the middle")

        def test_two():
            threads[0].join(timeout=10)
            assert not threads[0].is_alive()
        """
    )

    result.assert_outcomes(passed=1, failed=1)


def test_decorated_tests_are_tests(run: Run) -> None:
    """Functions and TestCases with a fake of their own take fixtures as others do, and fail once at the line."""
    result = run(
        """
        import unittest
        import app
        from fakesources import FakeSources

        @FakeSources()
        def test_function(fake, tmp_path):
            assert tmp_path.is_dir()
            app.start_and_swallow(fake.datasift.sources.add().id)

        @FakeSources()
        class TestCase(unittest.TestCase):
            def test_method(self):
                app.start_and_swallow(self.fake.datasift.sources.add().id)

            def test_passing(self):
                assert app.start(self.fake.datasift.sources.add().id) == 200
        """
    )

    result.assert_outcomes(passed=1, failed=2)
    assert [each.places[-1] for each in failures(result)] == ["app.py:13", "app.py:13"]


def test_two_fakes_at_once_are_two(run: Run) -> None:
    """Of fakes that are open inside each other, the innermost answers; when it is closed the outer one answers again."""
    result = run(
        """
        import app
        from fakesources import FakeSources

        def test_it(fakesources):
            with FakeSources() as inner:
                id = inner.datasift.sources.add().id
                assert app.start(id) == 200
            assert fakesources.journal.count() == 0
            assert app.start(id) == 404
            assert fakesources.journal.count() == inner.journal.count() == 1
        """
    )

    result.assert_outcomes(passed=1)


@pytest.mark.parametrize("library", ["httpx", "httpx2"])
def test_a_client_made_before_the_fake_is_answered(run: Run, library: str) -> None:
    """Clients of httpx and of httpx2 that a module made when it was imported are intercepted too."""
    pytest.importorskip(library)
    result = run(
        f"""
        import {library}

        client = {library}.Client()

        def test_it(fakesources):
            assert client.get("https://api.curator.io/v1/feeds?api_key=key").status_code == 200
        """
    )

    result.assert_outcomes(passed=1)

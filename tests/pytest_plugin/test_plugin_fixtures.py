"""Fixtures: their values, their lifetime and their isolation."""

from __future__ import annotations

import pytest
from plugin_runs import Run, failure, failures, outcomes, shows

from fakesources.pytest_plugin import plugin


def test_every_test_has_a_fake_of_its_own(run: Run) -> None:
    result = run(
        """
        import app

        def test_one(fakesources):
            fakesources.datasift.sources.add()
            raise RuntimeError

        def test_two(fakesources):
            assert len(fakesources.datasift.sources) == 0
            assert len(fakesources.journal) == 0
        """
    )

    result.assert_outcomes(passed=1, failed=1)


def test_a_failing_fixture_closes_the_fake(run: Run) -> None:
    result = run(
        """
        import pytest
        from requests.adapters import HTTPAdapter

        send = HTTPAdapter.send

        @pytest.fixture
        def failing(fakesources):
            raise RuntimeError

        def test_one(failing):
            pass

        def test_two():
            assert HTTPAdapter.send is send
        """
    )

    result.assert_outcomes(passed=1, errors=1)


def test_the_server_has_state_and_journal_of_the_fake(run: Run) -> None:
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


def test_requests_to_other_hosts_are_sent(run: Run) -> None:
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


def test_a_violation_in_a_shared_fake_fails_the_test_that_made_it(run: Run) -> None:
    """A fake of module scope keeps its state between tests."""
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
            app.start_misspelt("0123456789abcdef0123456789abcdef")

        def test_three(shared):
            assert shared.seed == 5
            assert shared.datasift.sources["0123456789abcdef0123456789abcdef"].running
        """
    )

    assert outcomes(result) == {"test_one": "passed", "test_two": "failed", "test_three": "passed"}


def test_a_factory_rejects_unknown_options(run: Run) -> None:
    result = run(
        """
        def test_it(fakesources_factory):
            fakesources_factory(sede=5)
        """
    )

    assert "TypeError: fakesources_factory: there is no option 'sede'; did you mean 'seed'?" in result.stdout.str()


def test_every_fixture_is_listed_with_its_first_sentence(run: Run) -> None:
    result = run("", "--fixtures", "-q")

    text = result.stdout.str()
    for name in ("fakesources", "fakesources_server", "fakesources_options", "fakesources_factory"):
        sentence = getattr(plugin, name).__doc__.splitlines()[0]
        assert any(line.startswith(f"{name} ") for line in text.splitlines()), name
        assert sentence in text


def test_the_plugin_can_be_disabled(run: Run) -> None:
    result = run("def test_it(fakesources): pass", "-p", "no:fakesources")

    result.assert_outcomes(errors=1)
    assert [report.when for report in result.reports if report.failed] == ["setup"]
    assert not shows(result, "fakesources: ...")


def test_workers_share_nothing(run: Run) -> None:
    """With xdist, violations fail in the worker; listed ones reach the terminal."""
    result = run(
        """
        import app, pytest

        @pytest.mark.parametrize("number", range(4))
        def test_alone(fakesources, fakesources_server, number):
            assert len(fakesources.datasift.sources) == 0
            app.API = fakesources_server.url + "/v1.6/source/"
            assert app.start(fakesources.datasift.sources.add().id) == 200

        def test_failing(fakesources):
            app.API = "https://api.datasift.com/v1.6/source/"
            app.start_misspelt(fakesources.datasift.sources.add().id)

        @pytest.mark.fakesources(strict=False)
        def test_listed(fakesources):
            app.API = "https://api.datasift.com/v1.6/source/"
            app.start_misspelt(fakesources.datasift.sources.add().id)
        """,
        "-n2",
    )

    result.assert_outcomes(passed=5, failed=1)
    assert failure(result).message.startswith(
        'fakesources.ContractViolation: datasift.source.start $.nmae: expected one of id, got "x"'
    )
    assert shows(result, "test_it.py::test_listed\n  datasift.source.start $.nmae: expected ...")


def test_a_worker_reports_a_wrong_marker(run: Run) -> None:
    """It stops the run before any test and is reported once."""
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
    error = "test_it.py::test_it: @pytest.mark.fakesources: there is no option 'sede'; did you mean 'seed'?"
    assert result.outlines.count(error) == 1
    assert "has run" not in result.stdout.str()


def test_a_thread_of_an_earlier_test_changes_nothing_in_the_next(run: Run) -> None:
    """A request that is held while its test ends is answered from the state of that test."""
    result = run(
        """
        import threading, time
        import app

        threads = []

        def test_one(fakesources):
            id = fakesources.datasift.sources.add().id
            hold = fakesources.faults.hold("datasift.source.start")
            threads.append((threading.Thread(target=app.start, args=(id,)), hold))
            threads[0][0].start()
            hold.wait()

        def test_two(fakesources):
            thread, hold = threads[0]
            hold.release()
            thread.join()
            assert len(fakesources.journal) == 0
            assert len(fakesources.datasift.sources) == 0
        """
    )

    result.assert_outcomes(passed=2)


def test_a_hold_is_released_when_its_fake_is_closed(run: Run) -> None:
    result = run(
        """
        import threading
        import app

        threads = []

        def test_one(fakesources):
            hold = fakesources.faults.hold("datasift.source.start")
            threads.append(threading.Thread(target=app.start, args=(fakesources.datasift.sources.add().id,)))
            threads[0].start()
            hold.wait()
            raise RuntimeError

        def test_two():
            threads[0].join(timeout=10)
            assert not threads[0].is_alive()
        """
    )

    result.assert_outcomes(passed=1, failed=1)


def test_decorated_tests_take_fixtures_and_fail_once(run: Run) -> None:
    result = run(
        """
        import unittest
        import app
        from fakesources import FakeSources

        @FakeSources()
        def test_function(fake, tmp_path):
            assert tmp_path.is_dir()
            app.start_misspelt(fake.datasift.sources.add().id)

        @FakeSources()
        class TestCase(unittest.TestCase):
            def test_method(self):
                app.start_misspelt(self.fake.datasift.sources.add().id)

            def test_passing(self):
                assert app.start(self.fake.datasift.sources.add().id) == 200
        """
    )

    result.assert_outcomes(passed=1, failed=2)
    assert [each.places[-1] for each in failures(result)] == ["app.py:13", "app.py:13"]


def test_the_innermost_fake_answers(run: Run) -> None:
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
def test_a_client_made_before_the_fake_is_intercepted(run: Run, library: str) -> None:
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

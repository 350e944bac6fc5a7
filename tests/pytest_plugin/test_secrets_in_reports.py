"""Secrets of failing tests: not in the output of pytest nor in its files."""

from __future__ import annotations

from base64 import b64encode

import pytest
from plugin_runs import Run

SECRET = "exampl3-S3cret-value"


def test_reports_of_a_run_hold_no_secret(run: Run, pytester: pytest.Pytester) -> None:
    """The source of the tests contains the secret in Base64 only."""
    encoded = b64encode(SECRET.encode()).decode()
    result = run(
        f"""
        from base64 import b64decode
        import pytest, requests

        def secret():
            return b64decode("{encoded}").decode()

        def call(name):
            requests.post(
                "https://api.datasift.com/v1.6/source/create?tokne=" + secret(),
                json={{"source_type": "facebook_page", "name": "x", "resources": [{{"parameters": {{"id": "1"}}}}],
                      "client_secert": secret(), name: '{{"oauth_token_secret": "' + secret() + '"}}'}},
                headers={{"Authorization": "alice:" + secret(), "Cookie": "session=" + secret()}},
            )

        @pytest.mark.parametrize("strict", [True, False])
        def test_violation(fakesources_factory, strict):
            with fakesources_factory(strict=strict):
                call("x")

        def test_error_of_the_journal(fakesources):
            fakesources.strict = False
            call("y")
            fakesources.journal.only(status=404)

        def test_planned_and_never_used(fakesources):
            fakesources.faults.error("datasift.source.get", "rate-limit", when={{"id": secret()}})

        def test_difference(fakesources):
            before = fakesources.snapshot()
            fakesources.datasift.sources.add(auth=[{{"parameters": {{"value": secret()}}}}])
            assert not fakesources.diff(before)

        def test_wrong_call(fakesources):
            fakesources.datasift.sources.add(auth=[{{"value": secret()}}])
        """,
        "--junit-xml=report.xml", "-vv", "-rA",
    )  # fmt: skip

    printed = result.stdout.str() + result.stderr.str()
    assert "client_secert" in printed
    assert SECRET not in printed
    assert SECRET not in (pytester.path / "report.xml").read_text("utf-8")

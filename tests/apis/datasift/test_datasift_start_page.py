"""The page of /source/start, sentence by sentence, in the edition of the documentation."""

from __future__ import annotations

import pytest
from datasift_calls import FORM, Caller

PAGE = {
    "resources": [{"parameters": {"url": "", "title": "The Rolling Stones", "id": 8305888286}}],
    "auth": [{"parameters": {"value": "token"}, "expires_at": 1388556000}],
    "parameters": {"comments": True, "like_count": True},
}


def test_a_started_source_is_active(call: Caller) -> None:
    """Starting answers 200 and a source whose status is active."""
    source = call.fake.datasift.sources.add()

    answer = call("PUT", "start", form=f"id={source.id}")

    assert (answer.status, answer.json["status"]) == (200, "active")
    assert call.fake.datasift.sources[source.id].running


def test_the_answer_has_every_field_of_the_example_and_of_the_table(call: Caller) -> None:
    """Start answers the keys of the page's example in its order, then those that only the field table names."""
    source = call.fake.datasift.sources.add(name="Rock Music", **PAGE)

    shown = call("PUT", "start", form={"id": source.id}).json

    identity, resource = source.auth[0], source.resources[0]
    auth = [
        {
            "identity_id": identity.identity_id,
            "source_id": source.id,
            "status": "valid",
            "parameters": {"value": "token"},
            "expires_at": 1388556000,
        }
    ]
    assert list(shown.items()) == [
        ("id", source.id),
        ("name", "Rock Music"),
        ("source_type_id", "facebook_page"),
        ("status", "active"),
        (
            "parameters",
            {
                "comments": True,
                "posts_by_others": False,
                "page_likes": False,
                "comment_count": False,
                "like_count": True,
            },
        ),
        ("identities", auth),
        (
            "resources",
            [
                {
                    "resource_id": resource.resource_id,
                    "source_id": source.id,
                    "status": "valid",
                    "parameters": {"url": "", "title": "The Rolling Stones", "id": 8305888286},
                }
            ],
        ),
        ("created_at", source.created_at),
        ("source_type", "facebook_page"),
        ("auth", auth),
    ]


def test_an_unknown_source_is_not_found(call: Caller) -> None:
    """An id that does not exist is answered with 404 and the page's sentence."""
    answer = call("PUT", "start", form={"id": "fd2e72e3a7ae40c2a6e86e96381d8165"})

    assert (answer.status, answer.json) == (404, {"error": "Source not found"})


def test_a_start_costs_five(call: Caller) -> None:
    """A start takes 5 credits of the hour's 10,000."""
    source = call.fake.datasift.sources.add()

    answer = call("PUT", "start", form={"id": source.id})

    assert [answer.rate(name) for name in ("Limit", "Remaining", "Cost")] == [10_000, 9_995, 5]


@pytest.mark.parametrize("carrier", ["form", "query", "json_body"])
def test_the_id_is_read_from_every_carrier(call: Caller, carrier: str) -> None:
    """The id may come in a form, in the query string or in a JSON body."""
    source = call.fake.datasift.sources.add()

    answer = call("PUT", "start", **{carrier: {"id": source.id}})

    assert answer.json["status"] == "active"
    assert call.fake.journal.only("datasift.source.start").request.params == {"id": source.id}


def test_the_page_own_command_line_works(call: Caller) -> None:
    """The curl line of the page works with an id put in, its placeholder credential included."""
    source = call.fake.datasift.sources.add()

    answer = call(
        "PUT",
        "start",
        body=f"id={source.id}".encode(),
        headers=(("Authorization", "datasift-user:your-datasift-api-key"), ("Content-Type", FORM)),
    )

    assert answer.status == 200
    assert call.fake.violations == []


def test_a_missing_id_is_refused(call: Caller) -> None:
    """Without an id the call is refused with 400 and the name of the parameter."""
    answer = call("PUT", "start")

    assert (answer.status, answer.error) == (400, "Missing param 'id'")


def test_starting_a_running_source_changes_nothing(call: Caller) -> None:
    """A source that is running is restarted without anything to see."""
    source = call.fake.datasift.sources.add(running=True)

    answer = call("PUT", "start", form={"id": source.id})

    assert (answer.status, answer.json["status"]) == (200, "active")
    assert call.fake.datasift.sources[source.id] == source

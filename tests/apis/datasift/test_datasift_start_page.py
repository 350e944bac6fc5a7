"""The page of /source/start, sentence by sentence, in the documented edition."""

from __future__ import annotations

import pytest
from datasift_calls import FORM, Caller

PAGE = {
    "resources": [{"parameters": {"url": "", "title": "The Rolling Stones", "id": 8305888286}}],
    "auth": [{"parameters": {"value": "token"}, "expires_at": 1388556000}],
    "parameters": {"comments": True, "like_count": True},
}


def test_a_started_source_is_active(call: Caller) -> None:
    source = call.fake.datasift.sources.add()

    response = call("PUT", "start", form=f"id={source.id}")

    assert (response.status, response.json["status"]) == (200, "active")
    assert call.fake.datasift.sources[source.id].running


def test_the_response_has_the_fields_of_the_example_then_those_of_the_table(call: Caller) -> None:
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
    response = call("PUT", "start", form={"id": "fd2e72e3a7ae40c2a6e86e96381d8165"})

    assert (response.status, response.json) == (404, {"error": "Source not found"})


def test_a_start_costs_5_credits(call: Caller) -> None:
    source = call.fake.datasift.sources.add()

    response = call("PUT", "start", form={"id": source.id})

    assert [response.rate(name) for name in ("Limit", "Remaining", "Cost")] == [10_000, 9_995, 5]


@pytest.mark.parametrize("part", ["form", "query", "json_body"])
def test_the_id_is_read_from_form_query_and_json(call: Caller, part: str) -> None:
    source = call.fake.datasift.sources.add()

    response = call("PUT", "start", **{part: {"id": source.id}})

    assert response.json["status"] == "active"
    assert call.fake.journal.only("datasift.source.start").request.params == {"id": source.id}


def test_the_curl_example_works(call: Caller) -> None:
    """Its placeholder credential is valid."""
    source = call.fake.datasift.sources.add()

    response = call(
        "PUT",
        "start",
        body=f"id={source.id}".encode(),
        headers=(("Authorization", "datasift-user:your-datasift-api-key"), ("Content-Type", FORM)),
    )

    assert response.status == 200
    assert call.fake.violations == []


def test_a_missing_id_is_an_error(call: Caller) -> None:
    response = call("PUT", "start")

    assert (response.status, response.error) == (400, "Missing param 'id'")


def test_starting_a_running_source_changes_nothing(call: Caller) -> None:
    source = call.fake.datasift.sources.add(running=True)

    response = call("PUT", "start", form={"id": source.id})

    assert (response.status, response.json["status"]) == (200, "active")
    assert call.fake.datasift.sources[source.id] == source

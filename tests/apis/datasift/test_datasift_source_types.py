"""Switches, resources and tokens by source type, and their defaults."""

from __future__ import annotations

from typing import Any

import pytest
from datasift_calls import Caller
from parsed_response import rules

FACEBOOK = {"resources": [{"parameters": {"id": "guardian"}}], "parameters": {}}

SHOWN = {
    "docs-1.6": ["comments", "posts_by_others", "page_likes", "comment_count", "like_count"],
    "live-1.6": [
        "posts_by_others",
        "comments",
        "comment_counts",
        "like_counts",
        "share_counts",
        "page_likes",
        "tagged",
    ],
}
OTHERS = {
    "instagram": ["comments", "like_count", "comment_count"],
    "googleplus": ["comments", "plus_ones"],
    "yammer": ["extract_links"],
    "twitter_gnip": [],
}


def test_an_unknown_type_is_an_error(call_either: Caller) -> None:
    response = call_either.create("meow_pages")

    assert (response.status, response.error) == (400, "Invalid source type meow_pages")
    assert len(call_either.fake.datasift.sources) == 0


@pytest.mark.parametrize("source_type", ["facebook_page", *OTHERS])
def test_parameters_has_all_switches_in_the_editions_order(call_either: Caller, source_type: str) -> None:
    """Switches that are not given are off."""
    created = call_either.create(source_type, resources=[], auth=[]).json

    edition = "docs-1.6" if "docs-1.6" in repr(call_either.fake) else "live-1.6"
    names = SHOWN[edition] if source_type == "facebook_page" else OTHERS[source_type]
    assert list(created["parameters"].items()) == [(name, False) for name in names]


@pytest.mark.parametrize("sent", ["comment_count", "comment_counts"])
@pytest.mark.parametrize(("edition", "shown"), [("call", "comment_count"), ("call_live", "comment_counts")])
def test_both_spellings_are_one_switch(request: pytest.FixtureRequest, edition: str, shown: str, sent: str) -> None:
    """A Facebook switch may be in the pages' singular or the recorded plural; each edition returns its own."""
    call: Caller = request.getfixturevalue(edition)

    created = call.create("facebook_page", resources=[], parameters={sent: True}).json

    assert [name for name, on in created["parameters"].items() if on] == [shown]
    assert call.fake.datasift.sources[created["id"]].parameters["comment_count"] is True
    assert call.fake.violations == []


@pytest.mark.parametrize("name", ["share_counts", "tagged", "instagram_comments", "instagram_mentions"])
def test_a_switch_beyond_the_page_is_shown_when_it_is_on(call: Caller, name: str) -> None:
    on = call.create("facebook_page", resources=[], parameters={name: True}).json["parameters"]
    off = call.create("facebook_page", resources=[], parameters={name: False}).json["parameters"]

    assert list(on) == [*SHOWN["docs-1.6"], name]
    assert list(off) == SHOWN["docs-1.6"]
    assert call.fake.violations == []


@pytest.mark.parametrize(
    ("source_type", "switch", "near"),
    [("facebook_page", "comment", "comments"), ("instagram", "plus_ones", ""), ("yammer", "comments", ""),
     ("twitter_gnip", "comments", ""), ("googleplus", "plus_one", "plus_ones")],
)  # fmt: skip
def test_a_switch_of_another_type_is_ignored_and_a_violation(
    call_either: Caller, source_type: str, switch: str, near: str
) -> None:
    response = call_either.create(source_type, resources=[], auth=[], parameters={switch: True})

    assert response.status == 201
    assert True not in response.json["parameters"].values()
    assert [(one.rule, one.path, one.suggestion) for one in call_either.fake.violations] == [
        ("datasift.source.create.unknown-parameter", f"$.parameters.{switch}", near)
    ]


@pytest.mark.parametrize("source_type", ["facebook_page", "instagram"])
def test_the_retired_switch_likes_is_ignored_and_not_reported(call_either: Caller, source_type: str) -> None:
    response = call_either.create(source_type, resources=[], parameters={"likes": True, "comments": True})

    assert "likes" not in response.json["parameters"]
    assert response.json["parameters"]["comments"] is True
    assert call_either.fake.violations == []


@pytest.mark.parametrize(
    ("sent", "shown"),
    [(10513336322, "10513336322"), ("guardian", "guardian"), (105133879658212345678901, "1.0513387965821E+23"),
     (10**400, str(10**400))],
    ids=["number", "text", "a number no integer holds", "a number nothing holds"],
)  # fmt: skip
def test_a_facebook_id_is_text_in_the_recorded_edition_only(
    call: Caller, call_live: Caller, sent: Any, shown: str
) -> None:
    resources = [{"parameters": {"id": sent}}]

    responses = [each.create("facebook_page", resources=resources).json for each in (call, call_live)]

    assert [response["resources"][0]["parameters"]["id"] for response in responses] == [sent, shown]


def test_an_instagram_value_is_text_in_the_recorded_edition(call: Caller, call_live: Caller) -> None:
    resources = [{"parameters": {"type": "user", "value": 12345}}]

    values = [
        each.create(resources=resources).json["resources"][0]["parameters"]["value"] for each in (call, call_live)
    ]

    assert values == [12345, "12345"]


def test_a_twitter_resource_gets_the_recorded_defaults(call_either: Caller) -> None:
    response = call_either("POST", "create", json_body={
        "source_type": "twitter_gnip", "name": "tw", "resources": '[{"parameters":{"mapping":"gnip_1"}}]',
    })  # fmt: skip

    assert response.status == 201
    assert (response.json["auth"], response.json["parameters"]) == ([], {})
    assert list(response.json["resources"][0]["parameters"].items()) == [
        ("unique_id_location", "id"),
        ("mapping", "gnip_1"),
        ("interaction_type", "twitter_gnip"),
        (
            "augmentations",
            [
                "gender",
                "languagedetection",
                "salience_content",
                "salience_title",
                "trends",
                "zenya_content",
                "zenya_title",
            ],
        ),
    ]


def test_instagram_tokens_show_a_refresh_token(call_either: Caller) -> None:
    given = {"value": "v", "refresh_token": "r"}

    instagram = [
        call_either.create(auth=[{"parameters": token}]).json["auth"][0]["parameters"]
        for token in ({"value": "v"}, given)
    ]
    facebook = call_either.create("facebook_page", resources=[]).json["auth"][0]["parameters"]

    assert instagram == [{"value": "v", "refresh_token": None}, given]
    assert facebook == {"value": "TOKEN-1"}


@pytest.mark.parametrize(
    ("source_type", "parameters"),
    [
        ("facebook_page", {"id": "1", "title": "t", "url": "", "username": "u", "image": "i"}),
        ("facebook_page", {"id": "1", "type": "instagram"}),
        ("facebook_page", {"id": "someone", "type": "instagram_user"}),
        ("instagram", {"type": "user", "value": "someone"}),
        ("instagram", {"type": "tag", "value": "cats", "exact_match": True}),
        ("instagram", {"type": "location", "lat": 51.5, "lng": -0.1, "distance": 5000}),
        ("instagram", {"type": "location", "foursq": "4b05"}),
        ("instagram", {"type": "area", "lat": 51, "lng": 0}),
        ("instagram", {"type": "popular"}),
        ("googleplus", {"type": "public_activities"}),
        ("googleplus", {"type": "people_updates", "user_id": "1", "event_types": ["activities"]}),
        ("yammer", {}),
    ],
)
def test_documented_resources_are_returned_unchanged(call_either: Caller, source_type: str, parameters: Any) -> None:
    response = call_either.create(source_type, resources=[{"parameters": parameters}])

    assert response.status == 201
    assert response.json["resources"][0]["parameters"] == parameters
    assert call_either.fake.violations == []


@pytest.mark.parametrize(
    ("source_type", "parameters", "error"),
    [
        ("facebook_page", {"title": "t"}, "Missing param 'resources[0].parameters.id'"),
        ("facebook_page", {"id": ""}, "Missing param 'resources[0].parameters.id'"),
        ("facebook_page", {"id": {"a": 1}}, "resources[0].parameters.id must be a valid string or integer"),
        ("facebook_page", {"id": "1", "type": "page"},
         "resources[0].parameters.type is invalid; valid values are: instagram,instagram_user"),
        ("instagram", {"value": "x"}, "Missing param 'resources[0].parameters.type'"),
        ("instagram", {"type": "tags", "value": "x"},
         "resources[0].parameters.type is invalid; valid values are: user,tag,area,location,popular"),
        ("instagram", {"type": "user"}, "Missing param 'resources[0].parameters.value'"),
        ("instagram", {"type": "location", "lat": 1}, "Missing param 'resources[0].parameters.lng'"),
        ("instagram", {"type": "location", "lat": 1, "lng": 1, "distance": 5001},
         "resources[0].parameters.distance must be at most 5000"),
        ("instagram", {"type": "location", "lat": 1, "lng": 1, "distance": 0},
         "resources[0].parameters.distance must be at least 1"),
        ("instagram", {"type": "area", "lat": 91, "lng": 1}, "resources[0].parameters.lat must be at most 90"),
        ("googleplus", {"type": "people_updates"}, "Missing param 'resources[0].parameters.user_id'"),
        ("twitter_gnip", {"augmentations": "all"}, "resources[0].parameters.augmentations must be a valid array"),
    ],
)  # fmt: skip
def test_invalid_resources_are_errors(call_either: Caller, source_type: str, parameters: Any, error: str) -> None:
    response = call_either.create(source_type, resources=[{"parameters": parameters}])

    assert (response.status, response.error) == (400, error)
    assert len(call_either.fake.datasift.sources) == 0
    assert call_either.fake.violations == []


@pytest.mark.parametrize(
    ("part", "items", "error"),
    [
        ("resources", "all", "resources must be a valid array"),
        ("resources", {"parameters": {}}, "resources must be a valid array"),
        ("resources", ["x"], "resources[0] must be a valid object"),
        ("resources", [{}], "Missing param 'resources[0].parameters'"),
        ("auth", [{"parameters": {}}], "Missing param 'auth[0].parameters.value'"),
        ("auth", [{"parameters": {"value": ""}}], "Missing param 'auth[0].parameters.value'"),
        ("auth", [{"parameters": {"value": "v"}, "expires_at": "soon"}], "auth[0].expires_at must be a valid integer"),
        ("auth", [{"value": "v"}], "Missing param 'auth[0].parameters'"),
        ("parameters", "x", "parameters must be a valid object"),
        ("parameters", [1], "parameters must be a valid object"),
        ("parameters", {"comments": "maybe"}, "parameters.comments must be a valid boolean"),
        ("parameters", {"comments": {}}, "parameters.comments must be a valid boolean"),
    ],
)
def test_structured_values_of_another_type_are_errors(call_either: Caller, part: str, items: Any, error: str) -> None:
    response = call_either.create(**{part: items})

    assert (response.status, response.error) == (400, error)
    assert len(call_either.fake.datasift.sources) == 0


def test_a_failed_call_has_no_violations(call: Caller) -> None:
    call.create(name={"a": 1}, paramters=1)

    assert rules(call.fake) == []

"""An API from an OpenAPI document: created tickets are there, and what the document does not say is one function."""

import pytest
import requests
from tickets import zendesk

from fakesources import FakeSources
from fakesources.kit.testing import ApiTests

KEY = {"Authorization": "Bearer token"}
URL = "https://acme.zendesk.com/api/v2/tickets"


@pytest.fixture
def fake():
    with FakeSources(apis=[zendesk]) as fake:
        yield fake


def create(**fields):
    return requests.post(URL, json={"subject": "Help"} | fields, headers=KEY)


def test_a_ticket_lives(fake):
    made = create(priority="high").json()
    url = f"{URL}/{made['id']}"

    assert requests.get(url, headers=KEY).json() == made
    assert requests.put(url, json={"subject": "Solved"}, headers=KEY).json()["subject"] == "Solved"
    assert requests.delete(url, headers=KEY).status_code == 204
    assert requests.get(url, headers=KEY).json() == {"error": "RecordNotFound", "description": "Not found"}


def test_every_host_below_the_domain_is_answered(fake):
    create()

    assert requests.get("https://other.zendesk.com/api/v2/tickets", headers=KEY).json()["tickets"]


def test_pages_follow_cursors(fake):
    for subject in "abc":
        create(subject=subject)

    first = requests.get(URL, headers=KEY, params={"page[size]": 2}).json()
    rest = requests.get(URL, headers=KEY, params={"page[after]": first["meta"]["after_cursor"]}).json()

    assert [each["subject"] for each in (*first["tickets"], *rest["tickets"])] == ["a", "b", "c"]
    assert rest["meta"] == {"has_more": False, "after_cursor": None}


def test_what_could_not_be_guessed_is_listed_and_answers_501(fake):
    ticket = create().json()["id"]

    assert zendesk.not_guessed == ["zendesk.mark_as_spam"]
    assert requests.put(f"{URL}/{ticket}/mark_as_spam", headers=KEY).status_code == 501


def test_the_document_is_enforced(fake):
    assert create(priority="very").status_code == 422
    with fake.expect_violation("zendesk.create_ticket.unknown-parameter"):
        create(subjct="x")


class TestTickets(ApiTests):
    """Tests that every API should pass."""

    api = zendesk

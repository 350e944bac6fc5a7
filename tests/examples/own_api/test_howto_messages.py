"""An API with forms, HTTP Basic and an account in its path: everything the fake offers comes from messages.py."""

import pytest
import requests
from messages import MESSAGES, twilio

from fakesources import FakeSources
from fakesources.kit.testing import ApiTests

KEY = ("AC123", "token")
BASIC = {"Authorization": "Basic QUMxMjM6dG9rZW4="}
URL = "https://api.twilio.com/2010-04-01/Accounts/AC123/Messages"


@pytest.fixture
def fake():
    with FakeSources(apis=[twilio]) as fake:
        yield fake


def send(**changes):
    return requests.post(
        f"{URL}.json", auth=KEY, data={"To": "+15550100", "From": "+15550101", "Body": "Hello"} | changes
    )


def test_a_message_is_sent_and_found(fake):
    sid = send().json()["sid"]

    assert sid.startswith("SM")
    assert requests.get(f"{URL}/{sid}.json", auth=KEY).json()["body"] == "Hello"
    assert [row.body for row in MESSAGES.of(fake).all()] == ["Hello"]
    assert fake.journal.only("twilio.create_message").request.params["To"] == "+15550100"


def test_errors_are_in_the_words_of_the_api(fake):
    assert send(To="555").json()["code"] == 21604
    assert requests.get(f"{URL}.json").json()["code"] == 20003
    assert requests.get(f"{URL}/SM0.json", auth=KEY).json()["message"].endswith("/Messages/SM0.json was not found")
    assert requests.get("https://api.twilio.com/2010-04-01/Calls", auth=KEY).status_code == 404


def test_a_sent_message_is_not_cancelled(fake):
    row = MESSAGES.of(fake).add(account_sid="AC123", to="+15550100", sender="+15550101", body="x", status="sent")

    assert requests.post(f"{URL}/{row.id}.json", auth=KEY, data={"Status": "canceled"}).status_code == 409


def test_the_newest_comes_first_and_pages_are_counted(fake):
    for body in "abc":
        send(Body=body)
        fake.clock.advance(seconds=1)

    def bodies(**query):
        return [each["body"] for each in requests.get(f"{URL}.json", auth=KEY, params=query).json()["messages"]]

    assert bodies() == ["c", "b", "a"]
    assert bodies(PageSize=2, Page=2) == ["a"]


def test_a_misspelt_parameter_is_a_violation(fake):
    with fake.expect_violation("twilio.create_message.unknown-parameter"):
        send(Bdy="Hello")


class TestMessages(ApiTests):
    """Tests that every API should pass."""

    api = twilio
    headers = BASIC

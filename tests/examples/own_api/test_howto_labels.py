"""Fake of an API in one file: every adapter, state, errors, faults, snapshots and violations."""

import httpx
import pytest
import requests
from labels import github

from fakesources import ContractViolation, FakeSources
from fakesources.kit.testing import ApiTests

KEY = {"Authorization": "token x"}
URL = "https://api.github.com/repos/octocat/hello-world/labels"


@pytest.fixture
def fake():
    with FakeSources(apis=[github]) as fake:
        yield fake


def test_a_label_lives(fake):
    assert requests.post(URL, headers=KEY, json={"name": "ours"}).status_code == 201
    fake.github.labels.add(repo="octocat/hello-world", name="bug")

    assert [label["name"] for label in requests.get(URL, headers=KEY).json()] == ["ours", "bug"]
    assert requests.patch(f"{URL}/ours", headers=KEY, json={"new_name": "theirs"}).json()["name"] == "theirs"
    assert httpx.get(f"{URL}/theirs", headers=KEY).status_code == 200
    before = fake.snapshot()
    assert requests.delete(f"{URL}/theirs", headers=KEY).status_code == 204
    assert requests.get(f"{URL}/theirs", headers=KEY).json() == {"message": "Not Found"}
    assert "theirs" in str(fake.diff(before))
    fake.restore(before)
    assert len(requests.get(URL, headers=KEY, params={"per_page": 1, "page": 2}).json()) == 1


def test_documented_errors(fake):
    requests.post(URL, headers=KEY, json={"name": "ours"})

    assert requests.post(URL, headers=KEY, json={"name": "OURS"}).json() == {"message": "Validation Failed"}
    assert requests.get(URL).json() == {"message": "Bad credentials"}
    assert requests.post(URL, headers=KEY, data=b"{").status_code == 400
    fake.faults.error("github.get_label", "not-found")
    assert requests.get(f"{URL}/ours", headers=KEY).status_code == 404


def test_a_state_holds_this_api_alone(fake):
    document = fake.dump()

    assert "datasift" not in str(document)
    fake.load(document)


def test_the_server_serves_it(fake):
    fake.github.labels.add(repo="octocat/hello-world", name="bug")

    with fake.server() as server:
        assert requests.get(f"{server.url}/repos/octocat/hello-world/labels/bug", headers=KEY).json()["name"] == "bug"


def test_an_unknown_field_is_accepted_silently_where_nothing_is_strict():
    with FakeSources(apis=[github], strict=False):
        created = requests.post(URL, headers=KEY, json={"name": "ours", "colour": "f29513"})

    assert (created.status_code, created.json()["color"]) == (201, "ededed")


def test_a_misspelt_field_is_a_violation():
    with pytest.raises(ContractViolation, match="colour"), FakeSources(apis=[github]):
        requests.post(URL, headers=KEY, json={"name": "ours", "colour": "f29513"})


def test_pages_are_linked(fake):
    for name in "abc":
        fake.github.labels.add(repo="octocat/hello-world", name=name)

    first = requests.get(URL, headers=KEY, params={"per_page": 2})
    assert [label["name"] for label in requests.get(first.links["next"]["url"], headers=KEY).json()] == ["c"]


class TestLabels(ApiTests):
    """Tests that every API should pass."""

    api = github

"""Generated data for tests of a client: parameters it may be called with, and responses it may get.

    pip install 'fakesources[hypothesis]'

Hypothesis makes the choices, and reduces what fails to a simple example. The values come from the same schemas that validate
requests and responses, so whatever the documentation allows can occur, in each edition.
"""

import requests
from hypothesis import given, settings

from fakesources import FakeSources
from fakesources.kit.testing import parameters_of, requests_of, responses_of

URL = "https://api.datasift.com/v1.6/source"
KEY = {"Authorization": "alice:key"}


def create(parameters):
    """The client under test: create a source and return its id."""
    return requests.post(f"{URL}/create", json=parameters, headers=KEY).json()["id"]


def names_of_running_sources():
    """The client under test: return the names of the sources that are running."""
    page = requests.get(f"{URL}/get", headers=KEY).json()
    sources = page.get("sources", [page])
    return [source["name"] for source in sources if source["status"] == "active"]


@settings(max_examples=10, deadline=None)
@given(parameters_of("datasift", "datasift.source.create"))
def test_what_the_client_creates_is_there(parameters):
    with FakeSources() as fake:
        id = create(parameters)

        assert fake.datasift.sources[id].name == parameters["name"]


@settings(max_examples=10, deadline=None)
@given(responses_of("datasift", "datasift.source.get"))
def test_the_client_reads_any_documented_response(result):
    with FakeSources() as fake:
        fake.faults.respond("datasift.source.get", status=result.status, body=result.value)

        assert all(isinstance(name, str) for name in names_of_running_sources())


@settings(max_examples=10, deadline=None)
@given(requests_of("curator", "curator.feeds.create", kind="hostile", headers={}, query={"api_key": "key"}))
def test_a_hostile_request_gets_a_response(request):
    """`kind` is valid, nearly valid or hostile; without it, each of them occurs."""
    assert FakeSources(strict=False).handle(request).status < 500

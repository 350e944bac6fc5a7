"""DataSift's endpoints, a row each. Nothing in here acts."""

from __future__ import annotations

from ...core.contract.api import Endpoint
from . import actions, errors
from .rates import READING, WRITING
from .source_types import names

METHODS = ("GET", "POST", "PUT", "DELETE")
"""What the official clients send between them; the service hardly looked at the method."""

CARRIERS = ("application/json", "application/x-www-form-urlencoded")
"""What bodies may be."""


def _methods(documented: str) -> tuple[str, ...]:
    return (documented, *(method for method in METHODS if method != documented))


def _paths(path: str) -> tuple[str, ...]:
    return (f"/<version>/source/{path}", f"/source/{path}")


OPERATIONS = (
    "create", "update", "delete", "get", "log", "start", "stop", "resource/add", "resource/remove", "auth/add", "auth/remove",
)  # fmt: skip
"""The end of every path."""

_PARTS = (errors.MISSING, errors.NOT_VALID, errors.NOT_AMONG, errors.OUT_OF_RANGE)
_ID = (errors.MISSING, errors.NOT_VALID)
_PAGED = (errors.MISSING, errors.NOT_VALID, errors.OUT_OF_RANGE)

ENDPOINTS = (
    Endpoint(
        id="datasift.source.create",
        methods=_methods("POST"),
        documented=("POST",),
        paths=_paths("create"),
        does=actions.create,
        takes="create.request",
        media=CARRIERS,
        chosen_by="source_type",
        choices=tuple(names()),
        gives={201: "source"},
        refuses=(*_PARTS, errors.INVALID_SOURCE_TYPE),
        cost=WRITING,
        docs="sourcecreate-1.6",
        says="Make a source. It is stopped until it is started.",
    ),
    Endpoint(
        id="datasift.source.update",
        methods=_methods("PUT"),
        documented=("PUT",),
        paths=_paths("update"),
        does=actions.update,
        takes="update.request",
        media=CARRIERS,
        chosen_by="source_type",
        choices=tuple(names()),
        gives={202: "source"},
        refuses=(*_PARTS, errors.NOTHING_TO_UPDATE, errors.INVALID_SOURCE_TYPE, errors.OTHER_SOURCE_TYPE),
        cost=WRITING,
        docs="sourceupdate-1.3",
        says="Change a source's name, switches, resources or tokens; lists are replaced as a whole.",
    ),
    Endpoint(
        id="datasift.source.delete",
        methods=_methods("DELETE"),
        documented=("DELETE",),
        paths=_paths("delete"),
        does=actions.delete,
        takes="id.request",
        media=CARRIERS,
        gives={204: ""},
        refuses=(*_ID, errors.NOTHING_TO_DELETE),
        cost=WRITING,
        docs="recorded-1.6",
        says="Remove a source, running or not.",
    ),
    Endpoint(
        id="datasift.source.get",
        methods=_methods("GET"),
        documented=("GET",),
        paths=_paths("get"),
        does=actions.get,
        takes="get.request",
        gives={200: "source-or-list"},
        refuses=(*_PAGED, errors.NO_INSTANCE),
        cost=READING,
        docs="sourceget-1.6",
        says="One source by its id, or a page of all sources, newest first.",
    ),
    Endpoint(
        id="datasift.source.log",
        methods=_methods("GET"),
        documented=("GET",),
        paths=_paths("log"),
        does=actions.log,
        takes="log.request",
        gives={200: "log"},
        refuses=(errors.MISSING_IN_LOG, errors.NOT_VALID, errors.OUT_OF_RANGE, errors.NOTHING_TO_LOG),
        cost=READING,
        docs="sourcelog-1.4",
        says="A page of the log of a source's connection to its third party, newest first.",
    ),
    Endpoint(
        id="datasift.source.start",
        methods=_methods("PUT"),
        documented=("PUT",),
        paths=_paths("start"),
        does=actions.start,
        takes="id.request",
        media=CARRIERS,
        gives={200: "started"},
        refuses=(*_ID, errors.NOTHING_TO_START),
        cost=READING,
        docs="sourcestart-1.6",
        says="Start or restart the delivery of a source's data.",
    ),
    Endpoint(
        id="datasift.source.stop",
        methods=_methods("PUT"),
        documented=("PUT",),
        paths=_paths("stop"),
        does=actions.stop,
        takes="id.request",
        media=CARRIERS,
        gives={200: "started"},
        refuses=(*_ID, errors.NOTHING_TO_STOP),
        cost=READING,
        docs="sourcestop-1.6",
        says="Stop the delivery of a source's data.",
    ),
    Endpoint(
        id="datasift.source.resource.add",
        methods=_methods("PUT"),
        documented=("PUT",),
        paths=_paths("resource/add"),
        does=actions.add_resources,
        takes="resource.add.request",
        media=CARRIERS,
        choices=tuple(names()),
        gives={200: "source"},
        refuses=(*_PARTS, errors.NO_INSTANCE_EITHER),
        cost=WRITING,
        docs="sourceresourceadd-1.6",
        says="Add resources to a source.",
    ),
    Endpoint(
        id="datasift.source.resource.remove",
        methods=_methods("PUT"),
        documented=("PUT",),
        paths=_paths("resource/remove"),
        does=actions.remove_resources,
        takes="resource.remove.request",
        media=CARRIERS,
        gives={200: "source"},
        refuses=(*_ID, errors.NO_INSTANCE_EITHER),
        cost=WRITING,
        docs="sourceresourceremove-1.6",
        says="Take resources out of a source.",
    ),
    Endpoint(
        id="datasift.source.auth.add",
        methods=_methods("PUT"),
        documented=("PUT",),
        paths=_paths("auth/add"),
        does=actions.add_auth,
        takes="auth.add.request",
        media=CARRIERS,
        choices=tuple(names()),
        gives={200: "source"},
        refuses=(*_ID, errors.NO_INSTANCE_EITHER),
        cost=WRITING,
        docs="sourceauthadd-1.6",
        says="Add tokens to a source.",
    ),
    Endpoint(
        id="datasift.source.auth.remove",
        methods=_methods("PUT"),
        documented=("PUT",),
        paths=_paths("auth/remove"),
        does=actions.remove_auth,
        takes="auth.remove.request",
        media=CARRIERS,
        gives={200: "source"},
        refuses=(*_ID, errors.NO_INSTANCE_EITHER),
        cost=WRITING,
        docs="recorded-1.6",
        says="Take tokens out of a source.",
    ),
    Endpoint(
        id="datasift.preflight",
        methods=("OPTIONS",),
        documented=("OPTIONS",),
        paths=tuple(path for operation in OPERATIONS for path in _paths(operation)),
        does=actions.preflight,
        gives={204: ""},
        docs="recorded-1.6",
        says="Tell a browser that a page of any origin may call: the answer to a preflight.",
        open=True,
    ),
)

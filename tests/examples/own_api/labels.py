"""Fake of an API in one file: labels of a repository, after GitHub's REST documentation. JSON, a bearer token, a Link header."""

# ruff: noqa: UP013 - the functional form allows fields such as "from", which are keywords of Python

from dataclasses import dataclass, replace
from typing import Annotated, Any, ClassVar, NotRequired, TypedDict

from fakesources.kit import Api, ApiErrorRaised, Call, bearer, paginate

Color = Annotated[str, "Six hexadecimal digits, without #.", {"pattern": "^[0-9A-Fa-f]{6}$"}]
Page = TypedDict("Page", {"per_page": Annotated[int, {"maximum": 100}], "page": int}, total=False)
NewLabel = TypedDict("NewLabel", {"name": str, "color": NotRequired[Color], "description": NotRequired[str]})
LabelChange = TypedDict("LabelChange", {"new_name": str, "color": Color, "description": str}, total=False)
LabelShown = TypedDict(
    "LabelShown", {"id": int, "name": str, "color": Color, "default": bool, "description": str | None}
)


@dataclass(frozen=True, kw_only=True)
class Label:
    id: int
    repo: str
    name: str
    color: str = "ededed"
    default: bool = False
    description: str | None = None
    indexes: ClassVar[dict[str, Any]] = {"repo": lambda row: row.repo, "name": lambda row: (row.repo, row.name.lower())}


github = Api(
    "github",
    host="api.github.com",
    edition="2022-11-28",
    source="https://docs.github.com/en/rest/issues/labels",
    auth=bearer(schemes=("Bearer", "token")),
    unauthorized=(401, {"message": "Bad credentials"}),
    unreadable=(400, {"message": "Problems parsing JSON"}),
    invalid=(422, {"message": "Validation Failed"}),
)
ROWS = github.rows("labels", Label)
NOT_FOUND = github.error("not-found", 404, {"message": "Not Found"}, summary="No such label.")
EXISTS = github.error("already-exists", 422, {"message": "Validation Failed"}, summary="Another label has this name.")

LABELS, LABEL = "/repos/<owner>/<repo>/labels", "/repos/<owner>/<repo>/labels/<name>"


def repo_of(call: Call) -> str:
    return f"{call.path['owner']}/{call.path['repo']}".lower()


def find(call: Call) -> Label:
    return ROWS.of(call).first("name", (repo_of(call), call.path["name"].lower()), otherwise=NOT_FOUND)


def unused(call: Call, name: str) -> str:
    if ROWS.of(call).count("name", (repo_of(call), name.lower())):
        raise ApiErrorRaised(EXISTS, "$.name")
    return name


@github.get(LABELS, query=Page, responses={200: list[LabelShown]})
def list_labels(call: Call) -> list[Label]:
    """List the labels of a repository."""
    return paginate(call, ROWS.of(call).where("repo", repo_of(call)), per_page=30)  # adds the Link header


@github.post(LABELS, body=NewLabel, responses={201: LabelShown}, errors=(EXISTS,))
def create_label(call: Call) -> Label:
    """Create a label."""
    unused(call, call.body["name"])
    return ROWS.of(call).add(repo=repo_of(call), **call.body)


@github.get(LABEL, responses={200: LabelShown}, errors=(NOT_FOUND,))
def get_label(call: Call) -> Label:
    """Get a label by its name."""
    return find(call)


@github.patch(LABEL, body=LabelChange, responses={200: LabelShown}, errors=(NOT_FOUND, EXISTS))
def update_label(call: Call) -> Label:
    """Update a label."""
    row, changes = find(call), dict(call.body)
    if "new_name" in changes:
        changes["name"] = unused(call, changes.pop("new_name"))
    return ROWS.of(call).put(replace(row, **changes))


@github.delete(LABEL, responses={204: None}, errors=(NOT_FOUND,))
def delete_label(call: Call) -> None:
    """Delete a label."""
    ROWS.of(call).remove(find(call).id)

"""Fake of an API in one file: text messages, after Twilio's documentation. Forms, HTTP Basic, the account in the path."""

# ruff: noqa: UP013 - the functional form allows fields such as "from", which are keywords of Python

from dataclasses import dataclass
from datetime import datetime
from typing import Annotated, Any, ClassVar, Literal, NotRequired, TypedDict

from fakesources.kit import Api, ApiErrorRaised, Call, Result, basic, paginate, uuid_ids

Phone = Annotated[str, "A number in E.164 format.", {"pattern": r"^\+[1-9][0-9]{1,14}$"}]
NewMessage = TypedDict("NewMessage", {"To": Phone, "From": Phone, "Body": Annotated[str, {"maxLength": 1600}]})
MessageChange = TypedDict("MessageChange", {"Status": NotRequired[Literal["canceled"]], "Body": NotRequired[str]})
MessagesQuery = TypedDict("MessagesQuery", {"To": str, "PageSize": int, "Page": int}, total=False)
MessageShown = TypedDict(
    "MessageShown",
    {"sid": str, "account_sid": str, "to": str, "from": str, "body": str, "status": str, "date_created": datetime, "uri": str},
)  # fmt: skip
MessageList = TypedDict("MessageList", {"messages": list[MessageShown], "page": int, "page_size": int})


@dataclass(frozen=True, kw_only=True)
class Message:
    id: str
    account_sid: str
    to: str
    sender: str
    body: str
    status: str = "queued"
    date_created: datetime
    indexes: ClassVar[dict[str, Any]] = {"account": lambda row: row.account_sid}


def problem(code: int, status: int, message: str) -> tuple[int, dict[str, Any]]:
    return status, {
        "code": code,
        "message": message,
        "more_info": f"https://www.twilio.com/docs/errors/{code}",
        "status": status,
    }


twilio = Api(
    "twilio",
    host="api.twilio.com",
    edition="2010-04-01",
    base="/2010-04-01",
    source="https://www.twilio.com/docs/messaging/api/message-resource",
    auth=basic(),
    media_types=("application/x-www-form-urlencoded",),
    unauthorized=problem(20003, 401, "Authenticate"),
    invalid=problem(21604, 400, "{field} is wrong: expected {expected}"),
    no_such_endpoint=problem(20404, 404, "The requested resource {path} was not found"),
)
MESSAGES = twilio.rows(
    "messages", Message, ids=uuid_ids(hyphens=False, prefix="SM"), created="date_created", newest_first=True
)
NOT_FOUND = twilio.error(
    "not-found", *problem(20404, 404, "The requested resource {path} was not found"), summary="No such message."
)
FINAL = twilio.error(
    "not-cancelable", *problem(30409, 409, "Message can not be canceled"), summary="It was sent already."
)

LIST, ITEM = "/Accounts/<account_sid>/Messages.json", "/Accounts/<account_sid>/Messages/<sid>.json"


def shown(row: Message) -> dict[str, Any]:
    uri = f"/2010-04-01/Accounts/{row.account_sid}/Messages/{row.id}.json"
    return {"sid": row.id, "from": row.sender, "uri": uri} | {
        name: getattr(row, name) for name in ("account_sid", "to", "body", "status", "date_created")
    }


def find(call: Call) -> Message:
    row = MESSAGES.of(call).get(call.path["sid"])
    if row is None or row.account_sid != call.path["account_sid"]:
        raise ApiErrorRaised(NOT_FOUND, path=call.request.path)
    return row


@twilio.post(LIST, body=NewMessage, responses={201: MessageShown})
def create_message(call: Call) -> Any:
    """Send a message."""
    given = call.body
    return shown(
        MESSAGES.of(call).add(
            account_sid=call.path["account_sid"], to=given["To"], sender=given["From"], body=given["Body"]
        )
    )


@twilio.get(LIST, query=MessagesQuery, responses={200: MessageList})
def list_messages(call: Call) -> Any:
    """List the messages of an account, the newest first."""
    rows = [
        row
        for row in MESSAGES.of(call).where("account", call.path["account_sid"])
        if call.query.get("To") in (None, row.to)
    ]
    page = paginate(call, rows, style="page", page="Page", size="PageSize", per_page=50, link=False)
    return {
        "messages": list(map(shown, page)),
        "page": call.query.get("Page", 1),
        "page_size": call.query.get("PageSize", 50),
    }


@twilio.get(ITEM, responses={200: MessageShown}, errors=(NOT_FOUND,))
def get_message(call: Call) -> Any:
    """Get a message."""
    return shown(find(call))


@twilio.post(ITEM, body=MessageChange, responses={200: MessageShown}, errors=(NOT_FOUND, FINAL))
def update_message(call: Call) -> Any:
    """Cancel a message, or change its text."""
    row = find(call)
    if call.body.get("Status") and row.status != "queued":
        raise ApiErrorRaised(FINAL)
    changes = {name.lower(): value for name, value in call.body.items()}
    return shown(MESSAGES.of(call).change(row.id, **changes))


@twilio.delete(ITEM, responses={204: None}, errors=(NOT_FOUND,))
def delete_message(call: Call) -> Result:
    """Delete a message."""
    MESSAGES.of(call).remove(find(call).id)
    return Result(204)

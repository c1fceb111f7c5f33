"""Messages without a text: contacts, places, dice and polls, with what Telegram adds to them."""

import secrets
from collections.abc import Callable
from typing import Any

from pydantic import BaseModel, Field, ValidationError

from deploy.sandbox.errors import ClientError

_SIDES = {"🎲": 6, "🎯": 6, "🎳": 6, "🏀": 5, "⚽": 5, "🎰": 64}


class _Contact(BaseModel):
    phone_number: str
    first_name: str
    last_name: str | None = None
    user_id: int | None = None
    vcard: str | None = None


class _Location(BaseModel):
    latitude: float = Field(ge=-90, le=90)
    longitude: float = Field(ge=-180, le=180)


class _Venue(BaseModel):
    location: _Location
    title: str
    address: str


class _Dice(BaseModel):
    emoji: str = "🎲"


class _Poll(BaseModel):
    question: str = Field(min_length=1, max_length=300)
    options: list[str] = Field(min_length=1, max_length=12)
    allows_multiple_answers: bool = False


def read_content(content: dict[str, Any]) -> dict[str, Any]:
    """Return the fields of the Bot API's Message for a content such as `{"dice": {}}`.

    Raises ClientError 400.
    """
    kind, value = next(iter(content.items()), ("", None))
    if len(content) != 1 or kind not in _READERS:
        raise ClientError(400, f"content: name one of {', '.join(_READERS)}.")
    try:
        return _READERS[kind](value)
    except ValidationError as error:
        first = error.errors(include_url=False, include_input=False)[0]
        place = ".".join(str(part) for part in (kind, *first["loc"]))
        raise ClientError(400, f"content.{place}: {first['msg']}.") from None


def _read_contact(value: Any) -> dict[str, Any]:
    return {"contact": _Contact.model_validate(value).model_dump(exclude_none=True)}


def _read_location(value: Any) -> dict[str, Any]:
    return {"location": _Location.model_validate(value).model_dump()}


def _read_venue(value: Any) -> dict[str, Any]:
    venue = _Venue.model_validate(value).model_dump()
    return {"venue": venue, "location": venue["location"]}


def _read_dice(value: Any) -> dict[str, Any]:
    emoji = _Dice.model_validate(value).emoji
    if emoji not in _SIDES:
        raise ClientError(400, f"content.dice.emoji: one of {' '.join(_SIDES)}.")
    return {"dice": {"emoji": emoji, "value": secrets.randbelow(_SIDES[emoji]) + 1}}


def _read_poll(value: Any) -> dict[str, Any]:
    poll = _Poll.model_validate(value)
    options = [
        {"persistent_id": str(number), "text": option, "voter_count": 0}
        for number, option in enumerate(poll.options)
    ]
    return {
        "poll": {
            "id": str(secrets.randbits(62)),
            "question": poll.question,
            "options": options,
            "total_voter_count": 0,
            "is_closed": False,
            "is_anonymous": True,
            "type": "regular",
            "allows_multiple_answers": poll.allows_multiple_answers,
            "allows_revoting": True,
            "members_only": False,
        }
    }


_READERS: dict[str, Callable[[Any], dict[str, Any]]] = {
    "contact": _read_contact,
    "location": _read_location,
    "venue": _read_venue,
    "dice": _read_dice,
    "poll": _read_poll,
}

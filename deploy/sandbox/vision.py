"""Pictures in chat requests. The stand-in sees none: it reads the description in the metadata."""

import base64
import binascii
import re
from typing import Any

from deploy.sandbox.errors import OpenAIError
from deploy.sandbox.pictures import read_description

_DATA_URL = re.compile(r"data:(image/[\w.+-]+);base64,(.*)", re.DOTALL)


def see(messages: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the messages with `read`, what a picture says of itself, instead of its bytes.

    Raises OpenAIError for what is no picture.
    """
    return [
        {**message, "content": [_see_part(part) for part in message["content"]]}
        if isinstance(message.get("content"), list)
        else message
        for message in messages
    ]


def list_pictures(message: dict[str, Any]) -> list[str]:
    """Return the description of each picture in a message that `see` has returned."""
    content = message.get("content")
    parts = content if isinstance(content, list) else []
    return [part["read"] for part in parts if isinstance(part, dict) and "read" in part]


def _see_part(part: Any) -> Any:
    if not isinstance(part, dict) or part.get("type") != "image_url":
        return part
    address = part.get("image_url")
    url = str(address.get("url", "")) if isinstance(address, dict) else str(address)
    match = _DATA_URL.fullmatch(url)
    if match is None:
        raise OpenAIError(
            400, f"Failed to download image from {url[:200]}.", code="invalid_image_url"
        )
    try:
        content = base64.b64decode(match[2], validate=True)
        description = read_description(content)
    except (binascii.Error, ValueError):
        raise OpenAIError(
            400,
            "You uploaded an unsupported image. Please make sure your image has of one the "
            "following formats: ['png', 'jpeg', 'gif', 'webp'].",
            code="image_parse_error",
        ) from None
    shortened = f"data:{match[1]};base64,… ({len(content)} bytes)"
    return {"type": "image_url", "image_url": {"url": shortened}, "read": description}

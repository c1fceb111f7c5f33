"""The name of a service that speaks OpenAI's API, as people read it."""

import ipaddress
from urllib.parse import urlsplit

OPENAI = "OpenAI"
_OPENAI_HOST = "api.openai.com"

_chosen: dict[str, str] = {}  # by base URL


def is_openai(base_url: str) -> bool:
    """Tell whether a base URL is that of OpenAI itself."""
    return urlsplit(base_url).hostname == _OPENAI_HOST


def is_this_machine(base_url: str) -> bool:
    """Tell whether what is sent to a base URL stays on this machine."""
    host = urlsplit(base_url).hostname or ""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"


def call_service(base_url: str, name: str | None) -> None:
    """Name the service at a base URL as the operator calls it; None keeps its own name."""
    if name is None:
        _chosen.pop(base_url, None)
    else:
        _chosen[base_url] = name


def name_service(base_url: str) -> str:
    """Return the operator's name, "OpenAI", or the host of another service, with its port."""
    if base_url in _chosen:
        return _chosen[base_url]
    parts = urlsplit(base_url)
    if is_openai(base_url) or not parts.hostname:
        return OPENAI
    return f"{parts.hostname}:{parts.port}" if parts.port else parts.hostname

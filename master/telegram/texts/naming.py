"""The names of the services that bots use: the same in all texts of an installation."""

from contextvars import ContextVar

from aiogram import html

from personal_bot.contract import is_openai, is_this_machine, name_service

_base_url = ContextVar("base_url", default="https://api.openai.com/v1")
_embedding_base_url: ContextVar[str | None] = ContextVar("embedding_base_url", default=None)


def set_services(base_url: str, embedding_base_url: str | None = None) -> None:
    """Name these services in texts from now on: in this task, and in those that it creates."""
    _base_url.set(base_url)
    _embedding_base_url.set(embedding_base_url if embedding_base_url != base_url else None)


def service() -> str:
    """Return "OpenAI" or the host of another service, as HTML."""
    return html.quote(name_service(_base_url.get()))


def embedding_service() -> str | None:
    """Return the name of another service that texts are sent to, or None."""
    other = _embedding_base_url.get()
    return html.quote(name_service(other)) if other else None


def is_indexed_here() -> bool:
    """Tell whether texts are embedded on this machine, apart from `service`."""
    other = _embedding_base_url.get()
    return other is not None and is_this_machine(other)


def is_service_openai() -> bool:
    """Tell whether instructions for OpenAI's own website apply."""
    return is_openai(_base_url.get())


def keys_address() -> str:
    """Return where keys are created and deleted."""
    return "platform.openai.com/api-keys" if is_service_openai() else service()


def billing_address() -> str:
    """Return where an account is topped up."""
    if is_service_openai():
        return "platform.openai.com/settings/organization/billing"
    return service()

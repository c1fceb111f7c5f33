"""The parts of a PostgreSQL server's DATABASE_URL, and what is wrong with an invalid one."""

import re
from dataclasses import dataclass, field
from typing import Self
from urllib.parse import SplitResult, quote, unquote, urlsplit

EXAMPLE = "postgresql://user:password@host/name"
_SECRET_PARAMETERS = ("password", "sslpassword")  # of libpq
# A per cent sign that does not begin a code counts, too: it cannot be told from a mistyped code.
_AMBIGUOUS = re.compile(r"[@/?#\[\]\s]|%(?![0-9A-Fa-f]{2})")


@dataclass(frozen=True)
class DatabaseUrl:
    """The address of a PostgreSQL database. `str` and `repr` show no password.

    `parameters` are libpq's, such as `sslmode`. An empty `host` is the local socket.
    """

    host: str
    port: int | None
    database: str
    user: str | None
    password: str | None = field(repr=False)
    parameters: dict[str, str] = field(repr=False)

    @classmethod
    def parse(cls, url: str) -> Self:
        """Parse a URL. Raises ValueError, whose message says what to change without quoting it."""
        if not re.match(r"postgres(ql)?://", url):
            raise ValueError(f"must be like {EXAMPLE} or sqlite:////path")
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError:  # its message may quote the password
            raise ValueError(_explain(url)) from None
        if _is_ambiguous(parts):
            raise ValueError(_explain(url))
        database = unquote(parts.path.removeprefix("/"))
        if not database:
            raise ValueError(f"names no database: it must be like {EXAMPLE}")
        userinfo, _, address = parts.netloc.rpartition("@")
        user, _, password = userinfo.partition(":")
        parameters = {name: unquote(value) for name, value in _split_query(parts.query)}
        return cls(
            # Not `hostname`, which is in lower case: a host may be the folder of a socket.
            host=parameters.pop("host", "") or unquote(re.sub(r":\d*$", "", address).strip("[]")),
            port=port,
            database=database,
            user=parameters.pop("user", "") or unquote(user) or None,
            password=parameters.pop("password", "") or unquote(password) or None,
            parameters=parameters,
        )

    def __str__(self) -> str:
        host = self.host if self.host and not self.host.startswith("/") else None
        place = f"{host}:{self.port or 5432}" if host else self.host or "the local socket"
        user = f", user {self.user}" if self.user else ""
        return f"PostgreSQL at {place} (database {self.database}{user})"


def list_passwords(url: str) -> list[str]:
    """Return the passwords in a valid URL, each as it is written there, decoded and encoded."""
    parts = urlsplit(url)
    written = [value for name, value in _split_query(parts.query) if name in _SECRET_PARAMETERS]
    written += [parts.password] if parts.password else []
    forms = [(raw, unquote(raw), quote(unquote(raw), safe="")) for raw in written]
    return list(dict.fromkeys(form for each in forms for form in each))


def _is_ambiguous(parts: SplitResult) -> bool:
    """Tell whether a program may find other parts in the URL than the person who wrote it."""
    userinfo = parts.netloc.rpartition("@")[0]
    return bool(
        _AMBIGUOUS.search(userinfo)
        or "/" in parts.path[1:]
        or "@" in parts.path
        or ("@" in parts.query and not userinfo)
        or parts.fragment
    )


def _split_query(query: str) -> list[tuple[str, str]]:
    """Split a query into names and values. Unlike in a form, a plus sign is one (as in libpq)."""
    pairs = [pair.partition("=") for pair in query.split("&") if pair]
    return [(name, value) for name, _, value in pairs]


def _explain(url: str) -> str:
    rest = url.partition("://")[2]
    user, _, password = rest.rpartition("@")[0].partition(":")
    for name, text in (("password", password), ("user name", user)):
        if found := list(dict.fromkeys(_AMBIGUOUS.findall(text))):
            codes = ", ".join(f"{_name(each)} as {quote(each, safe='')}" for each in found)
            return (
                f"the {name} contains {_join(found)}, which means something else in a URL: "
                f"percent-encode it, {codes}"
            )
    return f"is not a valid URL: it must be like {EXAMPLE}, with a number as the port if any"


def _join(characters: list[str]) -> str:
    *first, last = map(_name, characters)
    return f"{', '.join(first)} and {last}" if first else last


def _name(character: str) -> str:
    return "a space" if character.isspace() else character

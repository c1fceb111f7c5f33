"""A PostgreSQL URL is read as it was meant, or refused with what to change."""

from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from master.installation.database_url import DatabaseUrl, list_passwords

SPECIAL = "@/:#?%[ ]"


def test_all_parts_are_read():
    url = DatabaseUrl.parse("postgresql://keeper:s3cret@db.example:5433/bots?sslmode=require")
    assert (url.host, url.port, url.database) == ("db.example", 5433, "bots")
    assert (url.user, url.password) == ("keeper", "s3cret")
    assert url.parameters == {"sslmode": "require"}
    assert str(url) == "PostgreSQL at db.example:5433 (database bots, user keeper)"
    assert "s3cret" not in repr(url)


def test_most_parts_may_be_left_out():
    url = DatabaseUrl.parse("postgres:///bots")
    assert (url.host, url.port, url.user, url.password) == ("", None, None, None)
    assert str(url) == "PostgreSQL at the local socket (database bots)"


@pytest.mark.parametrize("host", ["?host=/run/Sockets", "%2Frun%2FSockets"])
def test_a_host_may_be_the_folder_of_a_socket(host):
    before, _, query = host.partition("?")
    url = DatabaseUrl.parse(f"postgresql://{before}/bots?{query}")
    assert url.host == "/run/Sockets"


def test_an_ipv6_host_is_in_brackets():
    assert DatabaseUrl.parse("postgresql://u:p@[::1]:5433/bots").host == "::1"


def test_special_characters_are_read_when_they_are_encoded():
    encoded = quote(SPECIAL, safe="")
    url = DatabaseUrl.parse(f"postgresql://{encoded}:{encoded}@host/{encoded}")
    assert url.user == url.password == url.database == SPECIAL


def test_a_colon_in_a_password_needs_no_encoding():
    assert DatabaseUrl.parse("postgresql://u:a:b+c@host/bots").password == "a:b+c"


@pytest.mark.parametrize("character", list("@/#?%[] "))
@pytest.mark.parametrize("password", ["s3c{}ret", "{}s3cret", "s3cret{}", "1{}s3cret", "{0}s3{0}x"])
def test_a_character_that_must_be_encoded_is_named_with_its_code(password, character):
    with pytest.raises(ValueError, match="the password contains") as caught:
        DatabaseUrl.parse(f"postgresql://u:{password.format(character)}@host/bots")
    said = str(caught.value)
    assert "percent-encode" in said
    assert quote(character, safe="") in said
    assert (character if character != " " else "a space") in said
    assert "s3" not in said


def test_each_character_is_named_once():
    with pytest.raises(ValueError, match=r"contains @, / and #, which.*%40, / as %2F, # as %23"):
        DatabaseUrl.parse("postgresql://u:s@3/c@r#t/@host/bots")


def test_a_character_in_the_user_name_is_said_to_be_there():
    with pytest.raises(ValueError, match="the user name contains @"):
        DatabaseUrl.parse("postgresql://u@tenant:s3cret@host/bots")


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("postgresql://u:s3cret@host", "names no database"),
        ("postgresql://u:s3cret@host:port/bots", "a number as the port"),
        ("postgresql://u:s3cret@host/bots/s", "not a valid URL"),
        ("postgresql://u:s3cret℀@host/bots", "not a valid URL"),
        ("mysql://u:s3cret@host/bots", "must be like postgresql://"),
        ("s3cret", "must be like postgresql://"),
    ],
)
def test_what_else_is_wrong_is_said_without_a_quotation(url, reason):
    with pytest.raises(ValueError, match=reason) as caught:
        DatabaseUrl.parse(url)
    assert "s3cret" not in str(caught.value)


@given(st.text(st.characters(exclude_categories=["Cs"]), min_size=1))
def test_any_password_can_be_written_encoded(password):
    encoded = quote(password, safe="")
    url = f"postgresql://u:{encoded}@host/bots"
    assert DatabaseUrl.parse(url).password == password
    assert {password, encoded} <= set(list_passwords(url))


@given(st.text("ab1@/:#?%[] ", min_size=1))
def test_a_password_is_read_as_it_is_written_or_not_at_all(password):
    try:
        url = DatabaseUrl.parse(f"postgresql://u:{password}@host/bots")
    except ValueError:
        return
    assert quote(url.password, safe="") == quote(password, safe="%")
    assert (url.user, url.host, url.database) == ("u", "host", "bots")


def test_passwords_are_listed_in_each_form():
    url = "postgresql://u:p%40ss-W%c3%b6rd:1@host/bots?sslpassword=k%2Fey"
    assert list_passwords(url) == [
        "k%2Fey",
        "k/ey",
        "p%40ss-W%c3%b6rd:1",
        "p@ss-Wörd:1",
        "p%40ss-W%C3%B6rd%3A1",
    ]
    assert list_passwords("sqlite:////var/x.db") == []

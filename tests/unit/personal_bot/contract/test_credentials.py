import json

from cryptography.fernet import Fernet, MultiFernet

from personal_bot.contract import Credentials, read_credentials, write_credentials

KEY = MultiFernet([Fernet(Fernet.generate_key())])


def test_what_is_written_is_read_back(tmp_path):
    credentials = Credentials("1:token", "sk-key", "key-of-qdrant", "key-of-embeddings")
    write_credentials(tmp_path / "credentials", credentials, KEY)
    assert read_credentials(tmp_path / "credentials", KEY) == credentials
    assert "key" not in repr(credentials).removeprefix("Credentials")


def test_a_file_of_a_version_without_the_key_of_embeddings_is_read(tmp_path):
    fields = {"bot_token": "1:token", "openai_key": "sk-key", "qdrant_api_key": None}
    (tmp_path / "credentials").write_bytes(KEY.encrypt(json.dumps(fields).encode()))
    found = read_credentials(tmp_path / "credentials", KEY)
    assert found == Credentials("1:token", "sk-key")

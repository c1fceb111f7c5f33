import pytest

from personal_bot.telegram.languages import load_catalogues


@pytest.fixture
def speaking():
    """Return the context manager in which texts have a language."""
    i18n = load_catalogues()

    def speak(language: str):
        return i18n.use_locale(language)

    with i18n.context():
        yield speak

"""The README's table of services is the one that the stand-in plays."""

from deploy.environment import ROOT
from tests.services.service import load_services
from tests.services.tables import render_services

README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_readme_has_the_table_of_all_services() -> None:
    assert render_services(load_services()) in README


def test_the_readme_says_that_none_was_tried_for_real() -> None:
    assert "None of them was tried for real" in README


def test_at_least_fourteen_services_are_played() -> None:
    assert len({service.name for service in load_services()}) >= 14

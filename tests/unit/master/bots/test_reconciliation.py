"""What a reconciliation found is said in words, as it is logged."""

from master.bots.reconciliation import Reconciliation


def test_nothing_found_is_said_so():
    assert str(Reconciliation()) == "no differences"


def test_what_was_repaired_and_what_failed_is_named():
    found = Reconciliation(rewritten=[7, 8], started=[9], failed={10: "no space left"})
    assert str(found) == "rewritten bot-7, bot-8; started bot-9; failed bot-10: no space left"

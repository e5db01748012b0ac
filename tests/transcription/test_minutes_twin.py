"""The browser folds the minutes as the server does: both are held against the same journals."""

from tests.support.minutes_twin import TWIN, text


def test_the_browser_is_held_against_what_the_server_folds() -> None:
    told = "not what the server folds: python -m tests.support.minutes_twin"
    # Compared as one value: the difference of two long lines would take minutes to print.
    same = TWIN.read_text(encoding="utf-8") == text()
    assert same, told

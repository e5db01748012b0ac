"""The browser's copy of the wire contract is never stale."""

from pathlib import Path

from room_server.rules import procedure_tables
from room_server.rules.typescript import TARGET, protocol_text

ROOT = Path(__file__).parents[2]


def test_the_generated_file_is_fresh() -> None:
    written = (ROOT / TARGET).read_text(encoding="utf-8")
    assert written == protocol_text(), "run: python -m room_server.rules.typescript"


def test_the_tables_of_the_procedures_are_fresh() -> None:
    written = (ROOT / procedure_tables.TARGET).read_text(encoding="utf-8")
    assert written == procedure_tables.tables_text(), "run: python -m room_server.rules.typescript"


def test_unions_are_discriminated_by_their_tags() -> None:
    text = protocol_text()
    assert "export interface WelcomeFrame {\n  kind: 'welcome'\n" in text
    assert "export interface Knock {\n  type: 'Knock'\n}" in text
    assert "  command: Command\n" in text
    assert "  event: Event\n" in text


def test_only_what_the_browser_sends_may_be_left_out() -> None:
    text = protocol_text()
    assert "  takeover?: boolean\n" in text
    assert "  media_time: number | null\n" in text
    assert "  speaker?: string | null\n" in text
    assert "  speaker: string | null\n" in text

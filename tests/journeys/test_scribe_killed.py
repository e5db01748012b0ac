"""A scribe that is killed in mid-sentence: every sentence is in the minutes in the end, each once."""

import asyncio
import os
import signal
from pathlib import Path

import pytest

from tests.support.courthouse import in_session

pytestmark = [pytest.mark.journey, pytest.mark.untimed]

BEFORE, TORN, AFTER = "applicant-years", "applicant-unpaid", "applicant-agree"


async def test_a_scribe_killed_in_mid_sentence_loses_and_doubles_nothing(tmp_path: Path) -> None:
    async with in_session(tmp_path) as (_, session):
        applicant, mediator = session.applicant, session.mediator

        def heard() -> list[str]:
            return [event["text"] for event in mediator.told("UtteranceHeard")]

        await applicant.say(f"{BEFORE}.ogg")
        await mediator.until(lambda: len(heard()) == 1)
        speaking = asyncio.create_task(applicant.say(f"{TORN}.ogg"))
        await asyncio.sleep(0.7)
        old = session.worker("scribe")
        os.kill(old.pid, signal.SIGKILL)
        await speaking
        await mediator.until(lambda: bool(mediator.told("SpeechMissed")), 60)
        await asyncio.sleep(2)
        await applicant.say(f"{AFTER}.ogg")
        await mediator.until(lambda: len(heard()) == 2, 30)
        journal = await session.close(120)
        assert session.worker("scribe").pid != old.pid
        lines = [entry["body"] for entry in journal if entry["type"] == "UtteranceHeard"]
        by_time = [line["text"] for line in sorted(lines, key=lambda line: line["start_ms"])]
        assert by_time == ["我在公司工作了三年", "公司拖欠我两个月工资", "我同意调解"]
        assert {line["participant"] for line in lines} == {applicant.participant}
        done = [entry["body"] for entry in journal if entry["type"] == "SpeechCaughtUp"]
        assert sum(fact["utterances"] for fact in done) == 1
        minutes = [entry["seq"] for entry in journal if entry["type"] == "DocumentMade"]
        assert max(entry["seq"] for entry in journal if entry["type"] == "UtteranceHeard") < min(minutes)

"""A long arbitration hearing for page tests: two hundred paragraphs with everything that can stand at one."""

import msgspec

from room_server.rules import events as e
from room_server.rules.minutes.events import Hint
from room_server.rules.people import Participant, Role
from tests.support.exhibits import submitted

from .scenes import APPLICANT, MEDIATOR, PEOPLE, RESPONDENT, SCENES, prepared

LINES = 200
AGENT = Participant(id="p_agent001", name="赵敏", role=Role.AGENT, side="applicant")
SAID = [
    (MEDIATOR, "申请人，你是什么时候入职的，有没有签订书面劳动合同？"),
    (APPLICANT, "我是2024年3月入职的，一直没有签合同，每个月工资8000元。"),
    (AGENT, "补充一点，有工资流水和工作证可以证明劳动关系。"),
    (RESPONDENT, "入职时间没有异议，但是合同签过，公司保管的那一份在搬家时遗失了。"),
    (MEDIATOR, "被申请人对拖欠工资的期间和数额有没有异议？"),
    (RESPONDENT, "对期间没有异议，数额应当扣除已经支付的3000元。"),
]


def dense() -> list[e.Event]:
    """The facts after the first one."""
    facts: list[e.Event] = [*SCENES["table"](), e.Opened()]
    facts += [submitted("v_1"), submitted("v_2", number=2, title="工资流水"), submitted("v_3", "respondent")]
    for number in range(LINES):
        speaker, text = SAID[number % len(SAID)]
        facts.append(_heard(number, speaker, text))
        if number % 5 != 4 and number < LINES - 12:
            facts.append(e.LineEdited(line=f"u_{number}", version=1, text=f"{text[:-1]}。", speaker=None))
    shown = e.LineInserted(line="h1", after="u_196", text="（申请人出示申证2）", speaker="", evidence=["v_2"])
    named = "申证2是银行盖章的流水，被证1我们没有见过。"
    edited = e.LineEdited(line="u_197", version=1, text=named, speaker=AGENT.id, evidence=["v_2", "v_3"])
    asked = e.RequestMade(
        request="r9",
        participant=APPLICANT.id,
        kind="correction",
        text="工资是8500元",
        ref="u_193",
        place="table",
    )
    return [
        *facts,
        shown,
        edited,
        e.LineStruck(line="u_194", version=1),
        asked,
        e.Bookmarked(bookmark="b1", note=""),
    ]


def first() -> e.Event:
    """The first fact: an arbitration before one arbitrator."""
    sole = msgspec.structs.replace(MEDIATOR, role=Role.SOLE_ARBITRATOR)
    people = [sole, *(one for one in PEOPLE if one is not MEDIATOR), AGENT]
    made = prepared(False, people)
    return msgspec.structs.replace(made, kind="arbitration", case_number="苏劳人仲案〔2026〕118号")


def _heard(number: int, speaker: Participant, text: str) -> e.Event:
    hints = (
        [Hint(at=0, length=3, text="陈晓燕", said="陈小艳", kind="hot_word")] if number == LINES - 3 else []
    )
    return e.UtteranceHeard(
        utterance=f"u_{number}",
        participant=speaker.id,
        start_ms=number * 9_000,
        end_ms=number * 9_000 + 7_000,
        text=f"陈小艳说，{text}" if hints else text,
        words=[],
        confidence=0.9,
        language="zh",
        engine="faster-whisper",
        hints=hints,
        cross_talk=RESPONDENT.id if number == LINES - 2 else "",
    )

"""Scenes of a hearing for page tests: facts as the server would tell them, one list per situation."""

from collections.abc import Callable
from typing import Any

from room_server.law.consents import consents
from room_server.rules import events as e
from room_server.rules.consents.events import ConsentAnswered, ConsentsLaid
from room_server.rules.people import Participant, Role
from room_server.rules.readback.events import (
    ConfirmationRefused,
    MinutesConfirmed,
    MinutesLaid,
    MinutesRead,
)
from room_server.rules.room import Room, evolve
from room_server.sittings.agreeing import missing
from tests.support.exhibits import submitted

MEDIATOR = Participant(id="p_wang0001", name="王敏", role=Role.MEDIATOR)
CLERK = Participant(id="p_zhao0001", name="赵静", role=Role.CLERK)
APPLICANT = Participant(id="p_li000001", name="李建国", role=Role.APPLICANT, side="applicant")
RESPONDENT = Participant(id="p_chen0001", name="陈晓燕", role=Role.RESPONDENT, side="respondent")
OBSERVER = Participant(id="p_sun00001", name="孙浩", role=Role.OBSERVER)
PEOPLE = [MEDIATOR, CLERK, APPLICANT, RESPONDENT, OBSERVER]
CROWD = [
    *PEOPLE,
    *(
        Participant(
            id=f"p_many{n:04}",
            name=f"{'赵钱孙周吴郑冯'[n % 7]}{'一二三四五六七'[n // 7]}",
            role=role,
            side=side,
        )
        for n, (role, side) in enumerate(
            [(Role.APPLICANT, "applicant")] * 9
            + [(Role.AGENT, "respondent")] * 6
            + [(Role.THIRD_PARTY, "")] * 6
            + [(Role.SUPERVISOR, "")]
        )
    ),
]
TITLE = "李建国与恒达电子有限公司工资争议"
ORGANISATION = "苏州市劳动人事争议调解中心"
Scene = list[e.Event]


def prepared(rehearsal: bool, people: list[Participant] = PEOPLE, procedure: str = "") -> e.Event:
    """The first fact of every journal."""
    return e.SittingPrepared(
        sitting="s_1",
        case_number="苏劳调〔2026〕118号",
        case_title="工资争议",
        hearing="h_1",
        kind="mediation",
        organisation=ORGANISATION,
        rehearsal=rehearsal,
        participants=people,
        procedure=procedure,
    )


def _inside(people: list[Participant] = PEOPLE) -> Scene:
    facts: Scene = []
    for person in people:
        facts += [
            e.Joined(participant=person.id, device="device01"),
            e.Knocked(participant=person.id),
            e.Admitted(participant=person.id),
            e.Moved(participant=person.id, origin="lobby", place="table"),
            e.TrackStarted(participant=person.id, source="microphone", codec="opus"),
        ]
    return facts


def _stage(code: str, origin: str, turn: str = "") -> e.Event:
    return e.StageEntered(
        stage=code,
        origin=origin,
        reason="",
        skipped=[],
        override=False,
        turn=turn,
        limit_s=600 if turn else 0,
    )


def _asked(number: int, kind: str, text: str = "") -> e.Event:
    return e.RequestMade(
        request=f"r{number}", participant=APPLICANT.id, kind=kind, text=text, ref="", place="table"
    )


def _asked_for(*answers: tuple[Participant, str]) -> Scene:
    room = evolve(Room(), prepared(False, procedure="mediation"))
    laid = missing(room, consents(), "mediation", [])
    texts = [fact for fact in laid if isinstance(fact, ConsentsLaid)]
    given: Scene = [
        ConsentAnswered(
            participant=who.id,
            item=text.item,
            version=text.version,
            sha256=text.sha256,
            act=act,
            answered_at=0,
        )
        for who, act in answers
        for text in texts[0].texts
        if "open" in text.before and (act == "given" or text.blocks)
    ]
    return [*texts, *given]


STAGED = frozenset(
    {
        "statements",
        "examining",
        "negotiation",
        "signing",
        "reading",
        "gone",
        "warned",
        "moved",
        "asked",
        "asked_table",
        "asked_open",
    }
)
"""Scenes of a hearing that follows its procedure."""


def _heard(number: int, speaker: Participant, text: str) -> e.Event:
    return e.UtteranceHeard(
        utterance=f"u_{number}",
        participant=speaker.id,
        start_ms=number * 9_000,
        end_ms=number * 9_000 + 7_000,
        text=text,
        words=[],
        confidence=0.9,
        language="zh",
        engine="faster-whisper",
    )


def _engine(state: str) -> e.Event:
    return e.EngineStated(
        engine="faster-whisper", state=state, model="", sha256="", licence="", reason="model_absent"
    )


MINUTES: Scene = [
    _heard(1, MEDIATOR, "现在开始调解，请申请人陈述请求。"),
    _heard(2, APPLICANT, "公司拖欠我去年十月到十二月的工资，一共两万四千元。"),
    _heard(3, RESPONDENT, "工资是晚发了，公司愿意支付，但是数额需要核对。"),
    e.LineEdited(line="u_3", version=1, text="工资确实晚发了，公司愿意支付，但数额需要核对。", speaker=None),
    e.LineInserted(line="l_1", after="u_3", text="（被申请人出示工资表）", speaker=""),
    _heard(4, MEDIATOR, "双方先核对工资表，申请人看一下有没有异议。"),
]

ON_SITE: dict[str, Any] = {
    "reason": "申请人无法在线核验身份",
    "place": "苏州市劳动人事争议仲裁院 3 楼第二调解室",
    "time": 1_795_500_000_000,
    "stage": "M7_NEGOTIATE",
}
"""Where and when a sitting goes on in person."""

SCENES: dict[str, Callable[[], Scene]] = {
    "lobby": list,
    "refused": lambda: [e.Refused(participant=APPLICANT.id, reason="请先补交委托手续")],
    "isolation": lambda: [
        *_inside(),
        e.Moved(participant=APPLICANT.id, origin="table", place="isolation"),
    ],
    "table": _inside,
    "open": lambda: [*_inside(), _engine("ready"), e.Opened(), *MINUTES],
    "silent": lambda: [*_inside(), _engine("absent"), e.Opened()],
    "floor": lambda: [*_inside(), e.Opened(), *MINUTES, e.FloorGiven(participant=RESPONDENT.id)],
    "turn": lambda: [*_inside(), e.Opened(), *MINUTES, e.FloorGiven(participant=APPLICANT.id)],
    "muted": lambda: [*_inside(), e.Opened(), *MINUTES, e.Muted(participant=APPLICANT.id)],
    "adjourned": lambda: [*_inside(), e.Opened(), *MINUTES, e.Adjourned(reason="核对证据")],
    "sharing": lambda: [
        *_inside(),
        e.Opened(),
        *MINUTES,
        e.ScreenShared(participant=RESPONDENT.id, place="table"),
    ],
    "crowd": lambda: [
        *_inside(CROWD),
        e.Opened(),
        *MINUTES,
        e.Toggled(participant="p_many0012", source="microphone", on=False),
    ],
    "caucus": lambda: [
        *_inside(),
        e.Opened(),
        *MINUTES,
        e.Moved(participant=MEDIATOR.id, origin="table", place="caucus:1"),
        e.Moved(participant=RESPONDENT.id, origin="table", place="caucus:1"),
    ],
    "own_caucus": lambda: [
        *_inside(),
        e.Opened(),
        e.Moved(participant=MEDIATOR.id, origin="table", place="caucus:1"),
        e.Moved(participant=APPLICANT.id, origin="table", place="caucus:1"),
    ],
    "statements": lambda: [
        *_inside(),
        e.Opened(),
        _stage("M4_OPENING", "M3_LOBBY"),
        _stage("M5_STATEMENTS", "M4_OPENING", "respondent"),
        *MINUTES,
        _asked(1, "floor"),
        _asked(2, "correction", "第二行的金额应为两万六千元"),
    ],
    "examining": lambda: [
        *_inside(),
        e.Opened(),
        _stage("M4_OPENING", "M3_LOBBY"),
        _stage("M6_ISSUES", "M5_STATEMENTS"),
        submitted("e_1", "applicant"),
        submitted("e_2", "respondent"),
        *MINUTES,
    ],
    "signing": lambda: [
        *_inside(),
        e.Opened(),
        _stage("M4_OPENING", "M3_LOBBY"),
        _stage("M10_SIGN", "M9_READBACK"),
        *MINUTES,
        e.SigningDeclined(participant=RESPONDENT.id, stage="M10_SIGN", reason="金额不符"),
    ],
    "reading": lambda: [
        *_inside(),
        e.Opened(),
        _stage("M4_OPENING", "M3_LOBBY"),
        *MINUTES,
        _stage("M12_ADJOURNED", "M7_NEGOTIATE"),
        MinutesLaid(laying=1, digest="1" * 64, lines=5),
        MinutesRead(participant=APPLICANT.id, laying=1, share=100),
        MinutesConfirmed(participant=APPLICANT.id, laying=1, digest="1" * 64, version="1"),
        ConfirmationRefused(participant=RESPONDENT.id, laying=1, reason="数额记得不对"),
        e.LineEdited(
            line="u_2", version=1, text="公司拖欠我去年十月到十二月的工资，一共24000元。", speaker=None
        ),
        MinutesLaid(laying=2, digest="2" * 64, lines=5),
    ],
    "negotiation": lambda: [
        *_inside(),
        e.Opened(),
        _stage("M4_OPENING", "M3_LOBBY"),
        _stage("M7_NEGOTIATE", "M4_OPENING"),
        *MINUTES,
    ],
    "gone": lambda: [
        *_inside(),
        e.Opened(),
        _stage("M4_OPENING", "M3_LOBBY"),
        _stage("M7_NEGOTIATE", "M4_OPENING"),
        *MINUTES,
        e.Warned(participant=APPLICANT.id, reason="打断他人发言", kind="discipline"),
        e.Disconnected(participant=RESPONDENT.id, device="d", evidence="media"),
        e.Reconnected(participant=RESPONDENT.id, device="d", away_ms=4000),
        e.Disconnected(participant=RESPONDENT.id, device="d", evidence="both"),
        e.Left(participant=RESPONDENT.id, cause="silent"),
    ],
    "warned": lambda: [
        *_inside(),
        e.Opened(),
        _stage("M4_OPENING", "M3_LOBBY"),
        _stage("M7_NEGOTIATE", "M4_OPENING"),
        *MINUTES,
        e.Warned(participant=APPLICANT.id, reason="打断他人发言", kind="discipline"),
        e.OutageJudged(
            participant=APPLICANT.id,
            decision="go_on",
            reason="等候已满十分钟",
            interval=1,
            evidence="both",
            cause="silent",
        ),
    ],
    "moved": lambda: [
        *_inside(),
        e.Opened(),
        _stage("M4_OPENING", "M3_LOBBY"),
        _stage("M7_NEGOTIATE", "M4_OPENING"),
        *MINUTES,
        e.PresenceNoted(participant=RESPONDENT.id, on=True),
        e.SwitchedOnSite(**ON_SITE),
        _stage("M14_CLOSED", "M7_NEGOTIATE"),
        e.Closed(outcome="adjourned", reason=ON_SITE["reason"]),
    ],
    "onsite": list,
    "asked": _asked_for,
    "asked_open": lambda: [*_inside(), *_asked_for((APPLICANT, "given"), (RESPONDENT, "refused"))],
    "asked_table": lambda: [
        *_inside(),
        *_asked_for((APPLICANT, "given"), (RESPONDENT, "given")),
        e.Opened(),
        _stage("M4_OPENING", "M3_LOBBY"),
        _stage("M9_READBACK", "M8_DRAFT"),
        *MINUTES,
    ],
    "closed": lambda: [*_inside(), e.Opened(), *MINUTES, e.Closed()],
}

"""The remote review by experts: advice for whoever handles the case (domain 2.2)."""

from ..people import Role
from .stage import Group, Procedure, Stage, technical_interruption

_REVIEW = ("P3_REPORT", "P4_MATERIALS", "P5_QUESTIONS", "P6_DISCUSSION", "P7_OPINIONS", "P8_CONCLUSION")

PANEL = Procedure(
    name="panel",
    kinds=("panel_review",),
    presides=(Role.CHIEF_ARBITRATOR, Role.SOLE_ARBITRATOR, Role.MEDIATOR),
    stands_in=frozenset(
        {Role.CHIEF_ARBITRATOR, Role.SOLE_ARBITRATOR, Role.MEDIATOR, Role.ARBITRATOR, Role.CO_MEDIATOR}
    ),
    deliberates=frozenset(),
    lobby="P1_LOBBY",
    first="P2_OPEN",
    end="P10_CLOSED",
    outcomes={
        "concluded": ("P7_OPINIONS", "P8_CONCLUSION"),
        "adjourned": (),
        "other": (),
    },
    stages=(
        Stage(
            code="P1_LOBBY",
            zh="候会",
            en="Lobby",
            group=Group.LOBBY,
            next=("P2_OPEN",),
            clerk_drives=True,
            prompt="prompt.p1",
        ),
        Stage(
            code="P2_OPEN",
            zh="宣布会审",
            en="Opening",
            group=Group.REVIEW,
            next=("P3_REPORT",),
            texts=("panel_rules",),
            prompt="prompt.p2",
        ),
        Stage(
            code="P3_REPORT",
            zh="案情汇报",
            en="Report on the case",
            group=Group.REVIEW,
            next=("P4_MATERIALS",),
            jump_from=_REVIEW,
            prompt="prompt.p3",
        ),
        Stage(
            code="P4_MATERIALS",
            zh="查阅材料",
            en="Materials",
            group=Group.REVIEW,
            next=("P5_QUESTIONS",),
            jump_from=_REVIEW,
            prompt="prompt.p4",
        ),
        Stage(
            code="P5_QUESTIONS",
            zh="询问",
            en="Questions",
            group=Group.REVIEW,
            next=("P6_DISCUSSION",),
            jump_from=_REVIEW,
            prompt="prompt.p5",
        ),
        Stage(
            code="P6_DISCUSSION",
            zh="专家讨论",
            en="Discussion among the experts",
            group=Group.PANEL,
            next=("P7_OPINIONS",),
            jump_from=_REVIEW,
            prompt="prompt.p6",
        ),
        Stage(
            code="P7_OPINIONS",
            zh="逐一发表意见",
            en="Opinions, one by one",
            group=Group.PANEL,
            next=("P8_CONCLUSION",),
            blocked=True,
            prompt="prompt.p7",
            limit_s=600,
        ),
        Stage(
            code="P8_CONCLUSION",
            zh="形成会审意见",
            en="Conclusion",
            group=Group.PANEL,
            next=("P9_SIGN", "P6_DISCUSSION"),
            requires=("P7_OPINIONS",),
            undoes=("P9_SIGN",),
            prompt="prompt.p8",
        ),
        Stage(
            code="P9_SIGN",
            zh="签名",
            en="Signing",
            group=Group.PANEL,
            next=("P10_CLOSED", "P8_CONCLUSION"),
            requires=("P8_CONCLUSION",),
            signs=("expert", "presiding", "arbitrators", "clerk"),
            clerk_drives=True,
            texts=("signing_intent",),
            prompt="prompt.p9",
        ),
        Stage(code="P10_CLOSED", zh="结束", en="Closed", group=Group.PANEL),
        technical_interruption("PX_TECH"),
    ),
)

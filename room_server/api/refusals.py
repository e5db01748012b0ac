"""What the API says when it refuses: a stable word, a status, and a text in Chinese and English."""

import msgspec
from aiohttp import web

from ..rules.words import REFUSALS
from .speech_refusals import SPEECH

WORDS: dict[str, tuple[int, str, str]] = {
    **SPEECH,
    "malformed": (400, "请求内容无法识别：{detail}", "The request is malformed: {detail}"),
    "bad_sdp": (400, "媒体请求（SDP）无法接受：{detail}", "The media offer (SDP) cannot be taken: {detail}"),
    "bad_id_number": (400, "公民身份号码不正确，请核对。", "The identity number is not valid: check it."),
    "not_signed_in": (401, "请先登录。", "Sign in first."),
    "wrong_password": (401, "账号或密码不正确。", "The account name or the password is wrong."),
    "ticket_forged": (401, "链接无效，请使用收到的完整链接。", "The link is not valid: use the whole link."),
    "ticket_expired": (
        401,
        "链接已过期，请联系工作人员重新发送。",
        "The link has expired: ask the staff for a new one.",
    ),
    "ticket_revoked": (
        401,
        "链接已作废，请使用最新收到的链接。",
        "The link was revoked: use the newest one you received.",
    ),
    "code_mistyped": (
        400,
        "入庭码输入有误。入庭码是 12 位数字，请逐位核对后重新输入。",
        "The entry code was mistyped: it has 12 figures. Check each of them.",
    ),
    "code_unknown": (
        404,
        "入庭码不正确或者已经失效。请与最新收到的通知核对；仍不能进入的，请联系通知您的工作人员。",
        "The entry code is wrong or no longer good. Compare it with the newest notice you received; "
        "if it still fails, ask the staff who invited you.",
    ),
    "not_paired": (
        401,
        "本设备未与庭室配对，或者配对已被取消。",
        "This device is not paired with a chamber, or its pairing was taken back.",
    ),
    "not_beside_others": (
        409,
        "证人、旁听和监督人员不能与他人共用话筒。",
        "Witnesses and those who only watch share no microphone with others.",
    ),
    "screened": (
        409,
        "有人不能与在场人员同处一室。",
        "Two of these people must not be at the same place.",
    ),
    "no_such_call": (404, "没有这个呼叫。", "There is no such call."),
    "own_chamber": (409, "不能呼叫本庭室。", "A chamber does not call itself."),
    "in_call": (409, "本庭室正在通话或者呼叫中。", "This chamber is in a call already."),
    "chamber_offline": (409, "对方庭室离线，无法接听。", "The chamber is offline and cannot answer."),
    "chamber_busy": (409, "对方庭室正忙，请稍后再呼叫。", "The chamber is busy: call again later."),
    "call_missed": (409, "呼叫无人应答，已经结束。", "Nobody answered in time: the call is over."),
    "call_settled": (409, "该呼叫已经处理，不能再更改。", "The call was settled already."),
    "no_such_code": (
        404,
        "配对码不正确、已使用或者已过期，请让管理人员重新生成。",
        "The code is wrong, used or out of date: have the staff make a new one.",
    ),
    "csrf": (403, "页面已失效，请刷新后重试。", "The page is out of date: reload it and try again."),
    "not_yours": (403, "您不参加本场次，无权查看。", "You do not belong to this hearing."),
    "not_allowed": (403, "您的身份无权进行此操作。", "Your role may not do this."),
    "case_not_yours": (
        403,
        "本案不属于您的机构，也未向您开放。",
        "This case is not your organisation's and was not opened to you.",
    ),
    "not_inside": (403, "获准进入后才能查看。", "You can see this once you have been admitted."),
    "minutes_kept": (
        403,
        "主持人设定核对时才能查看笔录。",
        "The chair shows the minutes only when they are checked.",
    ),
    "not_found": (404, "没有找到。", "Not found."),
    "no_such_hearing": (404, "没有这个场次。", "There is no such hearing."),
    "no_such_sitting": (404, "没有这次开庭。", "There is no such sitting."),
    "no_sound": (404, "这一段没有录音。", "There is no sound of this line."),
    "no_such_probe": (404, "线路测试已结束。", "This test of the line is over."),
    "no_such_case": (404, "没有这个案件。", "There is no such case."),
    "no_such_piece": (404, "没有这一项。", "There is no such entry."),
    "no_such_organisation": (404, "没有这个机构。", "There is no such organisation."),
    "no_such_chamber": (404, "没有这个庭室，或者已停用。", "There is no such chamber in use."),
    "no_such_notice": (404, "没有这条通知。", "There is no such notice."),
    "nothing_to_print": (404, "没有需要打印的通知。", "No notice of this hearing goes on paper."),
    "bad_signature": (403, "签名不正确或者已过期。", "The signature is wrong or too old."),
    "nobody": (404, "没有这位参加人。", "There is no such participant."),
    "no_such_account": (404, "没有这个账号，或者已停用。", "There is no such account in use."),
    "method_not_allowed": (405, "不支持这种请求方式。", "This method is not supported here."),
    "bad_credit_code": (
        400,
        "统一社会信用代码不正确，请核对。",
        "The social credit code is not valid: check it.",
    ),
    "bad_target": (400, "接收地址不可用：{detail}。", "Nothing is sent to this address: {detail}."),
    "followed_up": (409, "该项已有回访记录，不能删除。", "Somebody has followed it up: it stays."),
    "not_over": (409, "场次结束后才能评价。", "A hearing is evaluated when it is over."),
    "evaluated": (
        409,
        "您已评价过本场次，评价提交后不能更改。",
        "You have evaluated this hearing: that is not changed.",
    ),
    "too_many_webhooks": (409, "订阅数量已达上限。", "There are as many subscriptions as there may be."),
    "step_refused": (409, "不能转入该程序：{detail}", "The case cannot go there: {detail}"),
    "number_taken": (409, "该编号已被使用。", "This number has been given already."),
    "name_taken": (409, "该账号已存在。", "There is an account of that name already."),
    "in_use": (
        409,
        "已有场次、代理人或者证据引用，不能删除。",
        "A hearing, an agent or evidence refers to it.",
    ),
    "too_many_agents": (
        409,
        "每方当事人最多委托两名代理人。",
        "A party may have two agents at most.",
    ),
    "tree_refused": (409, "机构设置不允许：{detail}", "The organisation cannot be changed so: {detail}"),
    "staff_seat": (409, "工作人员请用账号登录进入。", "Staff enter with their account, not by a link."),
    "waiting": (
        409,
        "已请求进入，请待工作人员准许后重试。",
        "You have knocked: try again once the staff have let you in.",
    ),
    "occupied": (409, "该参加人已在另一设备上进入。", "This participant is already here on another device."),
    "not_finished": (409, "尚未生成，请稍后再试。", "It has not been made yet: try again later."),
    "not_live": (409, "现在没有人在该庭次中，无法旁观。", "Nobody is in this hearing now: nothing to watch."),
    "not_adjourned": (
        409,
        "请先休庭或者闭庭，再进行二次识别。",
        "A second pass is made in a recess or after the close.",
    ),
    # What the room says itself.
    **{word: (409, *REFUSALS[word]) for word in ("second_pass_running", "being_signed", "minutes_signed")},
    "no_such_suggestion": (404, "没有这条修改建议。", "There is no such suggestion."),
    "suggestion_stale": (
        409,
        "这一行后来已被修改，该建议不再适用。",
        "The line was changed since: the suggestion does not fit it any more.",
    ),
    "not_closed": (409, "本次庭审尚未结束。", "The sitting has not been closed yet."),
    "chamber_name_taken": (409, "本机构已有同名庭室。", "The organisation has a chamber of that name."),
    "clashes": (
        409,
        "该时间有冲突：{detail}。确需安排的，请填写理由。",
        "Wanted elsewhere at that time: {detail}. Give a reason to book it all the same.",
    ),
    "package_broken": (
        409,
        "材料不完整，没有生成：{detail}",
        "The package was not made, something is missing: {detail}",
    ),
    "not_asked_yet": (
        409,
        "现在还不需要答复这一项，进行到相应环节时会再询问您。",
        "This is asked later, in the stage it belongs to.",
    ),
    "text_changed": (
        409,
        "文本已更新，请重新阅读后再确认。",
        "The text has changed meanwhile: read it again, then answer.",
    ),
    "too_far": (
        409,
        "场次已经开始或者结束，不能再改期、取消。",
        "The hearing has begun or is over: its plan can no longer be changed.",
    ),
    "hearing_cancelled": (410, "本场次已取消。", "The hearing has been called off."),
    "hearing_closed": (410, "本次庭审已经结束。", "The hearing has been closed."),
    "too_large": (413, "请求内容过大。", "The request is too large."),
    "not_json": (415, "请求内容须为 JSON。", "The request must be JSON."),
    "not_sdp": (415, "请求内容须为 SDP（application/sdp）。", "The request must be SDP (application/sdp)."),
    "too_many": (429, "尝试次数过多，请在 {detail} 秒后再试。", "Too many attempts: wait {detail} s."),
    "too_fast": (
        429,
        "请求过于频繁，请在 {detail} 秒后再试。",
        "Too many requests: wait {detail} s.",
    ),
    "not_a_panel": (409, "该场次不是专家会审。", "This hearing is no review by a panel."),
    "not_of_panel": (
        403,
        "会审材料和意见仅限会审专家、主持人和书记员查看。",
        "Only the panel, its chair and its clerk see what a review holds.",
    ),
    "material_not_opened": (
        403,
        "该材料没有提供给会审组。",
        "This was not opened to the panel.",
    ),
    "mediation_secret": (
        403,
        "调解过程保密，不得提供给会审组。",
        "What was said in mediation is secret: no panel is shown it.",
    ),
    "panel_secret": (
        403,
        "其他会审的记录属于副卷，不得作为会审材料。",
        "The record of another review stays in the secondary file.",
    ),
    "opinion_too_short": (
        422,
        "意见过短：请至少用十个字写明您的看法。",
        "An opinion this short says nothing: write at least ten characters.",
    ),
    "no_opinion_yet": (409, "还没有专家发表意见。", "No expert has given an opinion yet."),
    "opinions_missing": (
        409,
        "还有专家没有发表意见；不再等待的，请先公开已有意见。",
        "Some experts have given no opinion: open the others first if you wait no longer.",
    ),
    "not_a_majority": (
        409,
        "所选意见没有超过半数；没有多数意见的，请全部不选。",
        "Those are not more than half: choose nobody when there is no majority.",
    ),
    "review_changed": (
        409,
        "起草期间专家意见有更新，请重新阅读后再提交。",
        "An opinion was changed meanwhile: read it, then conclude again.",
    ),
    "no_hearing_yet": (
        409,
        "本案还没有待开的庭次，请先安排庭次，再接收证据。",
        "The case has no hearing to come: book one, then take evidence in.",
    ),
    "no_such_evidence": (404, "没有这项证据。", "There is no such item of evidence."),
    "no_such_page": (404, "没有这一页。", "There is no such page."),
    "not_shown_now": (403, "该证据当前没有向您出示。", "This is not being shown to you now."),
    "pages_only": (
        403,
        "该文件含有脚本或其他可执行内容，只能查看页面图像。",
        "The file holds script or other active content: only its pages can be viewed.",
    ),
    "wrong_state": (
        409,
        "该证据已不能这样操作，请刷新列表。",
        "This can no longer be done: reload the list.",
    ),
    "not_received": (409, "文件还没有上传完，请稍候。", "The file has not been received whole yet: wait."),
    "already_submitted": (
        409,
        "证据已经提交，不能删除；可以申请撤回。",
        "It has been submitted and cannot be deleted; it can be withdrawn.",
    ),
    "in_caucus": (
        409,
        "单独沟通期间不能提交，请回到庭上后再提交。",
        "Nothing is submitted from a private talk: submit it when you are back at the table.",
    ),
    "wrong_offset": (409, "上传位置不一致，应从 {detail} 字节继续。", "Go on from byte {detail}."),
    "too_much": (
        409,
        "证据数量或总量已达上限，请联系工作人员。",
        "There is too much evidence already: ask the staff.",
    ),
    "too_large_kind": (
        413,
        "文件超过此类文件的大小上限。",
        "The file is larger than files of its kind may be.",
    ),
    "more_than_announced": (
        413,
        "收到的内容比文件大小还多，请重新上传。",
        "More came than was announced: upload it again.",
    ),
    "unknown_type": (
        415,
        "不支持这种文件。请使用照片（JPG、PNG、HEIC、WebP）、PDF、Word（docx）、视频或录音。",
        "This kind of file is not taken: use a photograph, PDF, Word (docx), video or sound.",
    ),
    "two_faces": (
        415,
        "文件同时伪装成另一种格式，不能接收。",
        "The file is of two kinds at once and cannot be taken.",
    ),
    "has_program": (
        415,
        "文件含有宏或程序，不能接收。",
        "The file holds macros or programs: it is not taken.",
    ),
    "bomb": (
        422,
        "文件展开后过大，不能接收。请缩小后重新上传。",
        "The file unpacks to far too much: make it smaller and upload it again.",
    ),
    "damaged": (
        422,
        "文件不完整或已损坏，请重新导出或拍摄后再上传。",
        "The file is cut off or damaged: export or take it again.",
    ),
    "locked": (422, "文件有打开密码，请去除密码后上传。", "The file needs a password: remove it first."),
    "too_many_pages": (422, "页数过多，请拆分后上传。", "It has too many pages: split it."),
    "not_a_page": (
        422,
        "图片过于细长，无法作为页面查看。",
        "The picture is too long and narrow to be a page.",
    ),
    "unprintable": (
        422,
        "没有字体能打印{detail}。请更正文字，或者请管理员安装所需字体。",
        "No font prints {detail}. Correct the text, or have the font installed.",
    ),
    "unreadable": (
        422,
        "文件无法识别，请换一种格式上传。",
        "The file could not be read: try another format.",
    ),
    "given_up": (
        410,
        "上传没有完成，已过期，请重新上传。",
        "The upload was not finished in time: start again.",
    ),
    "disk_full": (
        507,
        "服务器存储空间不足，文件没有保存。请联系工作人员。",
        "The server has no room: nothing of the file was kept. Tell the staff.",
    ),
    "law_unreadable": (500, "法规文本文件有误，请联系管理员。", "A law file is damaged: tell the operator."),
    "internal": (500, "服务器内部错误，请重试。", "Internal error: try again."),
    "media_down": (
        503,
        "音视频服务正在恢复，请稍候几秒再试。",
        "The media service is being restored: try again in a few seconds.",
    ),
    "not_built": (
        503,
        "网页客户端尚未构建，请在服务器上运行 make。",
        "The web client has not been built: run make on the server.",
    ),
}


class ApiError(Exception):
    """A refusal: `word` is one of `WORDS`; `detail` fills its text, two of them in Chinese and English."""

    def __init__(
        self, word: str, detail: str | tuple[str, str] = "", headers: dict[str, str] | None = None
    ) -> None:
        super().__init__(word)
        self.word = word
        self.detail = (detail, detail) if isinstance(detail, str) else detail
        self.headers = headers or {}

    @property
    def status(self) -> int:
        """The HTTP status of the word."""
        return WORDS[self.word][0]

    def text(self, language: str) -> str:
        """The text for people."""
        _, chinese, english = WORDS[self.word]
        if language == "en":
            return english.format(detail=self.detail[1])
        return chinese.format(detail=self.detail[0])


class Problem(msgspec.Struct, frozen=True):
    """What was refused: `word` for programs, `text` for people."""

    word: str
    text: str


class Refusal(msgspec.Struct, frozen=True):
    """The body of every answer that is not a success."""

    error: Problem


def language_of(request: web.Request, default: str) -> str:
    """The language to answer in: `lang` in the address, else what the browser prefers of ours."""
    asked = request.query.get("lang", "")
    if asked in ("zh", "en"):
        return asked
    ranked = []
    for position, part in enumerate(request.headers.get("Accept-Language", "")[:200].split(",")):
        name, _, quality = part.strip().partition(";q=")
        try:
            ranked.append((-float(quality or 1), position, name[:2].lower()))
        except ValueError:
            continue
    return next((name for _, _, name in sorted(ranked) if name in ("zh", "en")), default)


def answer(error: ApiError, language: str) -> web.Response:
    """The refusal as a JSON answer."""
    body = Refusal(Problem(error.word, error.text(language)))
    return web.Response(
        body=msgspec.json.encode(body),
        status=error.status,
        content_type="application/json",
        charset="utf-8",
        headers=error.headers,
    )

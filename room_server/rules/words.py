"""What a refusal says to people: word → Chinese and English text. Data, no logic beyond the look-up."""

REFUSALS: dict[str, tuple[str, str]] = {
    "not_a_participant": ("您不是本次庭审的参加人。", "You do not take part in this hearing."),
    "not_allowed": ("您的身份无权进行此操作。", "Your role may not do this."),
    "not_open_yet": ("尚未开庭，请先宣布开始。", "The sitting is not open yet: open it first."),
    "not_beside_others": (
        "证人、旁听和监督人员不能与他人共用话筒。",
        "Witnesses and those who only watch share no microphone with others.",
    ),
    "already_open": ("已经开庭。", "The sitting is already open."),
    "adjourned": ("正在休庭，请先恢复。", "The sitting is adjourned: resume it first."),
    "closed": ("本次庭审已经结束。", "The sitting is closed."),
    "nobody": ("没有这位参加人。", "There is no such participant."),
    "not_at_table": ("该参加人不在庭上。", "That person is not at the table."),
    "not_in_lobby": ("该参加人不在候调室。", "That person is not in the lobby."),
    "has_not_knocked": ("对方尚未请求进入。", "That person has not asked to come in yet."),
    "not_admitted": ("该参加人尚未获准进入。", "That person has not been admitted yet."),
    "never_in_deliberation": (
        "当事人和其他参加人不得参加评议。",
        "Parties and guests are never in deliberation.",
    ),
    "never_in_caucus": (
        "旁听、监督人员和证人不得参加单独沟通。",
        "Observers, supervisors and witnesses are never in a caucus.",
    ),
    "watches_the_table_only": (
        "旁听和监督人员只能在庭上或候调室。",
        "Observers and supervisors are at the table or in the lobby only.",
    ),
    "presiding_stays": ("主持人须留在本庭次中。", "Whoever presides stays in this room."),
    "caucus_two_sides": (
        "单独沟通只能与一方进行，请先让另一方返回。",
        "A caucus is with one side only: let the other side return first.",
    ),
    "listens_only": (
        "旁听和监督人员只能观看，不得发言或展示。",
        "Observers and supervisors only watch: they neither speak nor show anything.",
    ),
    "no_floor": (
        "主持人正在安排发言，请先举手，获准发言后再共享。",
        "Somebody else has the floor: raise your hand first, and share when you are given it.",
    ),
    "somebody_shares": (
        "已有人在共享屏幕，请待其结束。",
        "Somebody is showing their screen already: wait until they have finished.",
    ),
    "not_sharing": ("您没有在共享屏幕。", "You are not sharing your screen."),
    "silent_in_stage": (
        "按照当前阶段的规则，该参加人现在不能发言。",
        "In this stage that person may not speak.",
    ),
    "no_turns_here": ("当前阶段不分轮次陈述。", "In this stage nobody speaks by turns."),
    "no_more_turns": ("各方均已陈述，请进入下一阶段。", "All have had their turn: go on to the next stage."),
    "no_procedure": ("本次活动没有程序阶段。", "This hearing has no stages."),
    "stale_stage": (
        "阶段刚刚已由他人变更，请核对后再操作。",
        "Somebody has just changed the stage: look again, then decide.",
    ),
    "no_such_way": ("从当前阶段不能进入所选阶段。", "That stage cannot be entered from here."),
    "close_instead": ("程序已到最后，请使用“结束”。", "This is the end of the course: close the sitting."),
    "stage_blocked": (
        "有不得跳过的环节尚未进行；确需跳过的，须书面说明理由。",
        "A stage that must not be passed over has not taken place: only with a written override.",
    ),
    "undone": (
        "本阶段还有事项未完成；仍要继续的，请说明理由。",
        "Something in this stage has not been done: to go on nevertheless, say why.",
    ),
    "reason_missing": ("请说明理由。", "Please give a reason."),
    "place_missing": ("请写明线下进行的地点。", "Say where it goes on."),
    "people_missing": (
        "有一方当事人尚未到场；仍要开始的，请说明理由。",
        "One side is not here yet: to begin nevertheless, say why.",
    ),
    "consent_missing": (
        "有人尚未答复须事先征询或者告知的事项；已当面告知的，请写明情况后继续。",
        "Somebody has not answered what must be asked or told first: if it was done by word of mouth, say so.",
    ),
    "consent_refused": (
        "有当事人不同意线上参加，应当安排其到现场参加，或者请其离开席位后再开始。",
        "A party does not agree to take part online: have them come on site, or leave the table, first.",
    ),
    "outcome_missing": ("请选择结束的方式。", "Please choose how the sitting ends."),
    "outcome_unfounded": (
        "以此方式结束前，有不得省略的环节尚未进行；确需如此的，须书面说明理由。",
        "A stage that this outcome must not lack has not taken place: only with a written override.",
    ),
    "not_presiding": (
        "由主持人进行此操作，或由主持人委托后进行。",
        "The chair does this, or you on the chair's behalf once asked to.",
    ),
    "chair_only": ("只有主持人可以决定。", "The chair alone decides this."),
    "chair_present": ("主持人在场，无需代为主持。", "The chair is present."),
    "chair_awaited": (
        "主持人刚刚掉线，请等候；超过规定时间仍未返回的，可以代为主持。",
        "The chair was lost only just now: wait; if they stay away for as long as is laid down, take it.",
    ),
    "witness_not_called": (
        "当前阶段证人不得到庭，须在举证环节传唤。",
        "A witness is called in during the evidence only.",
    ),
    "screened": (
        "已登记这两人不得在同一处。",
        "It is on record that these two people are never at the same place.",
    ),
    "no_caucus_now": ("当前阶段不能单独沟通，请先进入协商。", "Private talks take place in the negotiation."),
    "too_many_requests": (
        "未处理的申请过多，请等待主持人处理。",
        "Too many open requests: wait for the chair.",
    ),
    "no_such_request": ("没有这项申请。", "There is no such request."),
    "request_decided": ("该申请已经处理。", "That request has been decided already."),
    "no_such_text": ("本程序没有这份宣读文本。", "This procedure has no such text to be read out."),
    "not_a_party": ("该参加人不是当事人。", "That person is not a party."),
    "still_here": ("该参加人在场。", "That person is here."),
    "not_warned": ("认定中途退庭前须先警告。", "Warn first, before deciding that somebody has walked out."),
    "no_signing_now": ("当前阶段不签署。", "Nothing is signed in this stage."),
    "does_not_sign": ("该参加人无需在此签署。", "That person does not sign here."),
    "unsigned": (
        "协议须各方签署，尚有人未签；已在纸上签署的，须书面说明理由。有人拒签的，请返回修改或者终结。",
        "Every party signs an agreement, and somebody has not. Signed on paper: only with a written override. "
        "If a signature is refused, go back to the draft or end.",
    ),
    "being_signed": (
        "正在签署，笔录不得改动；确需修改的，请先返回核对笔录。",
        "The minutes are being signed: go back to checking them before you change a line.",
    ),
    "no_checking_now": (
        "当前阶段不核对笔录。",
        "The minutes are not being checked in this stage.",
    ),
    "nothing_written": ("笔录中还没有内容。", "Nothing stands in the minutes yet."),
    "not_laid": ("笔录还没有提交核对。", "The minutes have not been laid before anybody yet."),
    "not_asked": ("该参加人无需确认笔录。", "That person is not asked to confirm the minutes."),
    "not_read": (
        "请先把笔录看到末尾，或者请书记员宣读。",
        "Read the minutes to their end first, or have the clerk read them out.",
    ),
    "minutes_changed": (
        "提交核对以后笔录有改动，请等待重新提交。",
        "The minutes have changed since they were laid: wait until they are laid again.",
    ),
    "minutes_signed": (
        "笔录已经签名或者确认，闭庭后不能再改动。",
        "The minutes were signed or confirmed: after the close they do not change any more.",
    ),
    "second_pass_running": (
        "二次识别正在进行，请等待完成或者先停止。",
        "A second pass is running: wait for it or stop it first.",
    ),
    "no_such_suggestion": ("没有这条修改建议。", "There is no such suggestion."),
    "has_no_floor": ("该参加人没有发言权。", "That person does not have the floor."),
    "no_such_voice": ("笔录中没有这个声音。", "There is no such voice in the minutes."),
    "not_at_microphone": ("此人不在这个共用话筒旁。", "They do not share this microphone."),
    "no_such_line": ("笔录中没有这一行。", "There is no such line in the minutes."),
    "stale": (
        "这一行刚被他人修改，请核对后再改。",
        "Someone has just changed this line: compare and try again.",
    ),
    "line_struck": ("这一行已被删除，请先恢复。", "This line is struck out: restore it first."),
    "nothing_to_split": ("请把光标放在文字中间再拆分。", "Put the cursor between two words, then split."),
    "other_speaker": ("两行不是同一人所说，不能合并。", "The two lines are not by the same speaker."),
    "not_neighbours": (
        "两行之间还有别的内容，不能合并。",
        "Something else stands between these lines: they cannot become one.",
    ),
    "line_too_long": (
        "文字过长：一段最多 4000 字，请分成几段。",
        "Too long: a paragraph has at most 4000 characters. Write it as several.",
    ),
    "text_too_long": (
        "文字过长：一次最多 1000 字，请分几次发送。",
        "Too long: at most 1000 characters at a time. Send it in parts.",
    ),
    "nothing_to_send": ("没有可以发送的文字。", "There is nothing to send."),
    "muted_now": ("您已被静音，现在不能发言。", "You are muted and may not speak now."),
    "no_floor_to_write": (
        "现在没有轮到您发言，请先举手，获准后再发送文字。",
        "It is not your turn to speak: raise your hand first, and write when you are given the floor.",
    ),
    "too_many_texts": ("发送过快，请稍候。", "Too many texts at once: wait a moment."),
    "merged_too_long": ("合并后文字过长，不能合并。", "Together the lines would be too long."),
    "too_many_bookmarks": (
        "标记已达上限，请先删除不用的。",
        "There are too many marks: take some away first.",
    ),
    "not_your_words": (
        "只能申请补正自己一方的陈述。",
        "A correction is asked for of one's own side's words only.",
    ),
    "no_such_evidence": ("没有这项证据。", "There is no such item of evidence."),
    "evidence_withdrawn": ("该证据已撤回。", "This item of evidence has been withdrawn."),
    "no_such_page": ("没有这一页。", "There is no such page."),
    "cannot_be_shown": ("此类文件不能在庭上出示，只能下载。", "A file of this kind can be taken, not shown."),
    "cannot_present": (
        "只有当事人及其代理人可以出示证据。",
        "Only parties and their agents can present evidence.",
    ),
    "nothing_shown": ("当前没有出示该证据。", "That is not being shown now."),
    "not_presenting": (
        "证据由主持人安排出示，您目前不能翻页。",
        "The chair runs what is shown: you cannot turn it now.",
    ),
    "no_examination_now": (
        "现在不是举证质证阶段。需要补充质证的，请主持人返回该阶段。",
        "Evidence is not being examined now: ask the chair to go back to that stage.",
    ),
    "own_evidence": ("不能对己方证据发表质证意见。", "A side does not cross-examine its own evidence."),
    "media_down": (
        "音视频服务正在恢复，请稍候几秒再试。",
        "The media service is being restored: try again in a few seconds.",
    ),
    "bad_sdp": (
        "浏览器的媒体请求无法识别，请刷新页面。",
        "The browser's media offer is not valid: reload the page.",
    ),
    "too_fast": ("操作过于频繁，请稍候。", "Too many requests: wait a moment."),
    "internal": (
        "服务器内部错误，请重试或联系技术人员。",
        "Internal error: try again or call the technician.",
    ),
}


def say(word: str, language: str = "zh") -> str:
    """The text of a refusal for people, in `zh` or `en`."""
    chinese, english = REFUSALS[word]
    return english if language == "en" else chinese

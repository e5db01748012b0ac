"""Refusals about speech models, as `refusals.WORDS` has them."""

SPEECH: dict[str, tuple[int, str, str]] = {
    "no_such_model": (404, "没有这个模型。", "There is no such model."),
    "no_such_source": (
        404,
        "服务器的导入文件夹里没有这一项。",
        "There is nothing of that name in the server's import folder.",
    ),
    "model_busy": (
        409,
        "正在下载、导入或者试用一个模型，请等它完成。",
        "A model is being fetched, imported or tried: wait until that is done.",
    ),
    "model_fixed": (
        409,
        "使用哪个模型由服务器的设置决定，不能在这里更改。",
        "Which model writes is fixed by the server's settings and cannot be changed here.",
    ),
    "model_not_ready": (
        409,
        "该模型不完整或者未通过校验，请重新获取。",
        "This model is not complete or failed its check: get it again.",
    ),
    "in_session": (
        409,
        "正在开庭，庭审结束后再更换或者试用模型。",
        "A hearing is in session: change or try models once it is over.",
    ),
    "scribe_down": (
        503,
        "语音识别进程没有应答，请稍后再试。",
        "The speech process does not answer: try again in a moment.",
    ),
}

"""SDP offers written by hand, section by section."""

PRINT = ":".join(["AB"] * 32)


def offer(*sections: str, bundle: str = "BUNDLE 0 1", top: str = "") -> str:
    group = f"a=group:{bundle}\r\n" if bundle else ""
    return f"v=0\r\no=- 1 1 IN IP4 0.0.0.0\r\ns=-\r\nt=0 0\r\n{group}{top}" + "".join(sections)


def section(mid: str = "0", kind: str = "audio", extra: str = "", direction: str = "sendonly") -> str:
    codec = "opus/48000/2" if kind == "audio" else "VP8/90000"
    return (
        f"m={kind} 9 UDP/TLS/RTP/SAVPF 96\r\nc=IN IP4 0.0.0.0\r\na=mid:{mid}\r\na={direction}\r\n"
        f"a=ice-ufrag:abcd\r\na=ice-pwd:{'p' * 24}\r\na=fingerprint:sha-256 {PRINT}\r\na=setup:actpass\r\n"
        f"a=rtpmap:96 {codec}\r\n{extra}"
    )

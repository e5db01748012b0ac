"""The protocols as bytes and text: RTP, RTCP, STUN, SDP, VP8 payloads; pure, no socket, no clock."""

/** What this client sends and takes: with every codec, eighteen m-lines would make an SDP of 100 KB. */
export const OPUS = 'audio/opus'
export const RED = 'audio/red'
/** Of what both can, the server chooses; H.264 for devices and encoders that know nothing else. */
export const VIDEO = ['video/VP8', 'video/H264', 'video/rtx']

/** Of H.264 the one form that every device decodes: constrained baseline, fragmented. */
const fits = ({ mimeType, sdpFmtpLine = '' }: RTCRtpCodec): boolean =>
  mimeType !== 'video/H264' || (/profile-level-id=42e0/i.test(sdpFmtpLine) && /packetization-mode=1/.test(sdpFmtpLine))

/** These only, most wanted first. */
export function prefer(transceiver: RTCRtpTransceiver, kind: 'audio' | 'video', wanted: string[]): void {
  const codecs = RTCRtpReceiver.getCapabilities?.(kind)?.codecs ?? []
  const found = wanted.flatMap((type) => codecs.filter((codec) => codec.mimeType === type && fits(codec)))
  if (found.length) transceiver.setCodecPreferences?.(found)
}

/** Which codecs are offered, and which this browser plays. */

export const OPUS = 'audio/opus'
export const RED = 'audio/red'
/** Of what both can, the server chooses; H.264 for devices and encoders that know nothing else. */
export const VIDEO = ['video/VP8', 'video/H264', 'video/rtx']

/** Of H.264 the one form that every device decodes: constrained baseline, fragmented. */
const fits = ({ mimeType, sdpFmtpLine = '' }: RTCRtpCodec): boolean =>
  mimeType !== 'video/H264' || (/profile-level-id=42e0/i.test(sdpFmtpLine) && /packetization-mode=1/.test(sdpFmtpLine))

const known = (kind: 'audio' | 'video'): RTCRtpCodec[] => globalThis.RTCRtpReceiver?.getCapabilities?.(kind)?.codecs ?? []

/** These only, most wanted first: eighteen m-lines with every codec would make an SDP of 100 KB. */
export function prefer(transceiver: RTCRtpTransceiver, kind: 'audio' | 'video', wanted: string[]): void {
  const codecs = known(kind)
  const found = wanted.flatMap((type) => codecs.filter((codec) => codec.mimeType === type && fits(codec)))
  if (found.length) transceiver.setCodecPreferences?.(found)
}

/** Whether this browser plays such a video (`vp8`, `h264`); true where that is not known. */
export function decodes(codec: string): boolean {
  const codecs = known('video')
  const wanted = `video/${codec}`.toLowerCase()
  return !codec || !codecs.length || codecs.some((one) => one.mimeType.toLowerCase() === wanted && fits(one))
}

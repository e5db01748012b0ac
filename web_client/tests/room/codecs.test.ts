import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { OPUS, RED, VIDEO, decodes, prefer } from '@/room/codecs'

const h264 = (sdpFmtpLine: string) => ({ mimeType: 'video/H264', clockRate: 90000, sdpFmtpLine })
const baseline = h264('level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42e01f')
const plain = (mimeType: string) => ({ mimeType, clockRate: 90000 })
const video = [
  plain('video/AV1'),
  h264('level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=42001f'),
  h264('level-asymmetry-allowed=1;packetization-mode=0;profile-level-id=42e01f'),
  baseline,
  h264('level-asymmetry-allowed=1;packetization-mode=1;profile-level-id=640034'),
  plain('video/rtx'),
  plain('video/VP8'),
]
const audio = [plain('audio/opus'), plain('audio/G722'), plain('audio/red')]

beforeEach(() => {
  vi.stubGlobal('RTCRtpReceiver', { getCapabilities: (kind: string) => ({ codecs: kind === 'video' ? video : audio }) })
})
afterEach(() => {
  vi.unstubAllGlobals()
})

function preferred(kind: 'audio' | 'video', wanted: string[]): unknown {
  let found: unknown
  prefer({ setCodecPreferences: (codecs: unknown) => (found = codecs) } as never, kind, wanted)
  return found
}

it('offers VP8, the one H.264 that every device decodes, and what repairs them', () => {
  expect(preferred('video', VIDEO)).toEqual([plain('video/VP8'), baseline, plain('video/rtx')])
})

it('offers voices in the order asked for', () => {
  expect(preferred('audio', [RED, OPUS])).toEqual([plain('audio/red'), plain('audio/opus')])
  expect(preferred('audio', [OPUS, RED])).toEqual([plain('audio/opus'), plain('audio/red')])
})

it('knows what it can play', () => {
  expect(decodes('vp8')).toBe(true)
  expect(decodes('h264')).toBe(true)
  expect(decodes('vp9')).toBe(false)
  expect(decodes('')).toBe(true)
  vi.stubGlobal('RTCRtpReceiver', undefined)
  expect(decodes('h264')).toBe(true)
})

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { NoScreen, Screen } from '@/room/screen'

class FakeTrack extends EventTarget {
  kind = 'video'
  contentHint = ''
  stopped = false
  stop = () => void (this.stopped = true)
}
class FakePeerConnection {
  connectionState = 'new'
  iceGatheringState = 'complete'
  localDescription = { sdp: 'offer' }
  closed = false
  sent: { track: unknown; init: RTCRtpTransceiverInit }[] = []
  parameters: unknown[] = []
  addTransceiver(track: unknown, init: RTCRtpTransceiverInit) {
    this.sent.push({ track, init })
    const sender = {
      getParameters: () => ({ transactionId: '1', encodings: init.sendEncodings }),
      setParameters: async (parameters: unknown) => void this.parameters.push(parameters),
    }
    return { setCodecPreferences: () => undefined, sender }
  }
  createOffer = async () => ({})
  setLocalDescription = async () => undefined
  setRemoteDescription = async () => undefined
  close = () => void (this.closed = true)
}

let made: FakePeerConnection[]
let track: FakeTrack
let told: string[]
let granted: () => Promise<void>
let screen: Screen
const settle = () => vi.advanceTimersByTimeAsync(0)

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('RTCRtpReceiver', { getCapabilities: () => ({ codecs: [] }) })
  ;[made, told, track, granted] = [[], [], new FakeTrack(), async () => undefined]
  const stream = { getTracks: () => [track], getVideoTracks: () => [track] }
  vi.stubGlobal('navigator', { mediaDevices: { getDisplayMedia: async () => stream } })
  screen = new Screen({
    offer: async () => (told.push('offer'), 'answer'),
    ask: () => (told.push('ask'), granted()),
    end: async () => void told.push('end'),
    onChange: (shown) => void told.push(shown ? 'shown' : 'hidden'),
    onStopped: () => void told.push('stopped'),
    create: () => {
      const pc = new FakePeerConnection()
      made.push(pc)
      return pc as unknown as RTCPeerConnection
    },
  })
})
afterEach(() => {
  screen.close()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

describe('one’s own screen', () => {
  it('is asked for, then sent sharp and seldom on a connection of its own', async () => {
    await screen.share()
    await settle()
    expect(told).toEqual(['ask', 'shown', 'offer'])
    expect(track.contentHint).toBe('detail')
    expect(made).toHaveLength(1)
    expect(made[0]!.sent[0]!.init.sendEncodings).toEqual([{ maxBitrate: 1_500_000, maxFramerate: 15 }])
    expect(made[0]!.parameters).toMatchObject([{ transactionId: '1', degradationPreference: 'maintain-resolution' }])
  })

  it('is let go of when the room says no', async () => {
    granted = async () => Promise.reject(new Error('somebody_shares'))
    await expect(screen.share()).rejects.toThrow('somebody_shares')
    expect(track.stopped).toBe(true)
    expect(made).toHaveLength(0)
    expect(told).toEqual(['ask'])
  })

  it('ends by the browser’s own button', async () => {
    await screen.share()
    await settle()
    track.dispatchEvent(new Event('ended'))
    await settle()
    expect(told.slice(3)).toEqual(['hidden', 'end'])
    expect(made[0]!.closed).toBe(true)
  })

  it('ends by the word of the room, at once and without another word', async () => {
    await screen.share()
    screen.heed(true)
    screen.heed(false)
    await settle()
    expect(told.slice(-2)).toEqual(['hidden', 'stopped'])
    expect(told).not.toContain('end')
    expect(track.stopped).toBe(true)
  })

  it('of a page that was loaded anew is taken back, once', async () => {
    screen.heed(true)
    screen.heed(true)
    await settle()
    expect(told).toEqual(['end'])
  })

  it('is sent anew to another media worker', async () => {
    await screen.share()
    await settle()
    screen.revive(false)
    await settle()
    expect(made.map((pc) => pc.closed)).toEqual([true, false])
    expect(told.filter((word) => word === 'ask')).toHaveLength(1)
  })

  it('is no screen where the browser has none or the person chose none', async () => {
    vi.stubGlobal('navigator', { mediaDevices: { getDisplayMedia: async () => Promise.reject(new DOMException('', 'NotAllowedError')) } })
    await expect(screen.share()).rejects.toMatchObject({ trouble: 'denied' })
    vi.stubGlobal('navigator', { mediaDevices: {} })
    await expect(screen.share()).rejects.toBeInstanceOf(NoScreen)
  })
})

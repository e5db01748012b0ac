import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Slot } from '@/core/protocol'
import { Peer } from '@/room/peer'

class FakeTrack {
  constructor(readonly kind: string, readonly id: string) {}
}
class FakeStream {
  constructor(private tracks: FakeTrack[] = []) {}
  getTracks = () => [...this.tracks]
  getAudioTracks = () => this.tracks.filter((t) => t.kind === 'audio')
  getVideoTracks = () => this.tracks.filter((t) => t.kind === 'video')
  addTrack = (track: FakeTrack) => void this.tracks.push(track)
  removeTrack = (track: FakeTrack) => void (this.tracks = this.tracks.filter((t) => t !== track))
}

let made: FakePeerConnection[]
class FakePeerConnection {
  connectionState = 'new'
  iceGatheringState = 'complete'
  onconnectionstatechange: (() => void) | null = null
  localDescription = { sdp: 'offer' }
  closed = false
  remote = ''
  replaced: (FakeTrack | null)[] = []
  private transceivers: { mid: string; receiver: { track: FakeTrack }; sender: unknown }[] = []
  constructor() {
    made.push(this)
  }
  addTransceiver(of: string | FakeTrack) {
    const kind = typeof of === 'string' ? of : of.kind
    const mid = String(this.transceivers.length)
    const transceiver = {
      mid,
      receiver: {
        track: new FakeTrack(kind, `${made.length}/${mid}`),
        getSynchronizationSources: () => [{ timestamp: this.flows ? (this.came = Date.now()) : this.came }],
      },
      sender: { replaceTrack: async (track: FakeTrack | null) => void this.replaced.push(track) },
      setCodecPreferences: () => undefined,
    }
    this.transceivers.push(transceiver)
    return transceiver
  }
  getTransceivers = () => this.transceivers
  createOffer = async () => ({})
  setLocalDescription = async () => undefined
  setRemoteDescription = async ({ sdp }: { sdp: string }) => void (this.remote = sdp)
  flows = true
  counted = 'transport'
  private came = 0
  private bytes = 0
  getStats = async () => new Map([['T', { type: this.counted, bytesReceived: this.flows ? ++this.bytes : this.bytes }]])
  close = () => void (this.closed = true)
  turn(state: string) {
    this.connectionState = state
    this.onconnectionstatechange?.()
  }
}

let streams: Map<string, MediaStream>
let voices: Map<string, MediaStream>
let offers: string[]
let refuse: boolean
let reachable: boolean
let slow: boolean
let answers: (() => void)[]
let silences: number
let peer: Peer
const settle = () => vi.advanceTimersByTimeAsync(0)
const slot = (mid: string, participant: string, source = 'camera'): Slot => ({ mid, medium: 'video', participant, source })

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('MediaStream', FakeStream)
  vi.stubGlobal('RTCRtpReceiver', { getCapabilities: () => ({ codecs: [] }) })
  ;[made, offers, streams, voices, refuse, reachable, slow, answers, silences] = [[], [], new Map(), new Map(), false, true, false, [], 0]
  peer = new Peer({
    offer: async (plane) => {
      offers.push(plane)
      if (refuse) throw new Error('media_down')
      if (slow) await new Promise<void>((resolve) => answers.push(resolve))
      return `answer ${plane}`
    },
    streams,
    voices,
    onState: () => undefined,
    onSample: () => undefined,
    onSilence: () => silences++,
    reachable: async () => reachable,
    create: () => new FakePeerConnection() as unknown as RTCPeerConnection,
  })
})
afterEach(() => {
  peer.close()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

const watching = () => made.filter((pc) => !pc.closed && pc.getTransceivers().length === 18)

describe('subscribing', () => {
  it('offers nine audio and nine video lines and takes the answer', async () => {
    peer.connect()
    await settle()
    expect(offers).toEqual(['subscribe'])
    expect(watching()).toHaveLength(1)
    expect(watching()[0]!.remote).toBe('answer subscribe')
  })

  it('makes the named connection anew when the server asks for it, and none before there was one', async () => {
    peer.renew('subscribe')
    await settle()
    expect(offers).toEqual([])
    peer.connect()
    await settle()
    const first = watching()[0]!
    first.turn('connected')
    peer.renew('publish')
    await settle()
    expect(first.closed).toBe(false)
    peer.renew('subscribe')
    await settle()
    expect(first.closed).toBe(true)
    expect(watching()).toHaveLength(1)
    expect(offers).toEqual(['subscribe', 'subscribe'])
  })

  it('has one player per audio line, whoever is on it, and none when it is over', async () => {
    peer.connect()
    await settle()
    expect(voices.size).toBe(9)
    const first = voices.get('0')
    peer.bind([slot('0', 'p_a', 'microphone')])
    expect(voices.get('0')).toBe(first)
    peer.close()
    expect(voices.size).toBe(0)
  })

  it('makes a new connection soon after it failed, or when it stays disconnected', async () => {
    peer.connect()
    await settle()
    const first = watching()[0]!
    first.turn('connected')
    first.turn('disconnected')
    await vi.advanceTimersByTimeAsync(600)
    expect(first.closed).toBe(false)
    first.turn('connected')
    await vi.advanceTimersByTimeAsync(5_000)
    expect(first.closed).toBe(false)
    first.turn('disconnected')
    await vi.advanceTimersByTimeAsync(800)
    expect(first.closed).toBe(true)
    const second = watching()[0]!
    second.turn('failed')
    await vi.advanceTimersByTimeAsync(500)
    expect(second.closed).toBe(true)
    expect(watching()).toHaveLength(1)
  })

  it('keeps a disconnected connection while the line is down; it may come back by itself', async () => {
    peer.connect()
    await settle()
    const first = watching()[0]!
    first.turn('connected')
    reachable = false
    first.turn('disconnected')
    await vi.advanceTimersByTimeAsync(20_000)
    expect(first.closed).toBe(false)
    first.turn('connected')
    reachable = true
    peer.revive(true)
    await settle()
    expect(offers).toHaveLength(1)
  })

  it('gives a disconnected connection a moment when the line is back, and replaces a failed one at once', async () => {
    peer.connect()
    await settle()
    const first = watching()[0]!
    first.turn('connected')
    reachable = false
    first.turn('disconnected')
    await vi.advanceTimersByTimeAsync(5_000)
    reachable = true
    peer.revive(true)
    await settle()
    expect(first.closed).toBe(false)
    await vi.advanceTimersByTimeAsync(800)
    expect(first.closed).toBe(true)
    const second = watching()[0]!
    reachable = false
    second.turn('failed')
    await vi.advanceTimersByTimeAsync(5_000)
    expect(second.closed).toBe(false)
    reachable = true
    peer.revive(true)
    await settle()
    expect(second.closed).toBe(true)
  })

  it('keeps what flows when the line is back, and replaces what is only believed to', async () => {
    peer.connect()
    await settle()
    const first = watching()[0]!
    first.turn('connected')
    peer.revive(true)
    await vi.advanceTimersByTimeAsync(2_000)
    expect(first.closed).toBe(false)
    first.flows = false
    peer.revive(true)
    await vi.advanceTimersByTimeAsync(2_000)
    expect(first.closed).toBe(false)
    peer.bind([slot('9', 'p_a')])
    peer.revive(true)
    await vi.advanceTimersByTimeAsync(600)
    expect(first.closed).toBe(false)
    await vi.advanceTimersByTimeAsync(200)
    expect(first.closed).toBe(true)
    expect(offers).toHaveLength(2)
    const second = watching()[0]!
    second.turn('connected')
    ;[second.flows, second.counted] = [false, 'nothing we know']
    peer.revive(true)
    await vi.advanceTimersByTimeAsync(2_000)
    expect(second.closed).toBe(false)
    second.counted = 'candidate-pair'
    peer.revive(true)
    await vi.advanceTimersByTimeAsync(2_000)
    expect(second.closed).toBe(true)
  })

  it('replaces at once what brought nothing while the line was dead, and keeps what came back by itself', async () => {
    peer.connect()
    await settle()
    const first = watching()[0]!
    first.turn('connected')
    peer.condemn()
    await settle()
    first.turn('disconnected')
    first.turn('connected')
    peer.revive(true)
    await vi.advanceTimersByTimeAsync(2_000)
    expect(first.closed).toBe(false)
    first.flows = false
    peer.condemn()
    await settle()
    peer.revive(true)
    await settle()
    expect(first.closed).toBe(true)
    expect(offers).toHaveLength(2)
    watching()[0]!.turn('connected')
    peer.revive(true)
    await vi.advanceTimersByTimeAsync(2_000)
    expect(offers).toHaveLength(2)
  })

  it('tells within a second when nobody is heard or seen any more, once, and not of an empty room', async () => {
    peer.connect()
    await settle()
    const pc = watching()[0]!
    pc.turn('connected')
    await vi.advanceTimersByTimeAsync(5_000)
    peer.bind([slot('9', 'p_a')])
    await vi.advanceTimersByTimeAsync(5_000)
    expect(silences).toBe(0)
    pc.flows = false
    await vi.advanceTimersByTimeAsync(900)
    expect(silences).toBe(1)
    await vi.advanceTimersByTimeAsync(5_000)
    expect(silences).toBe(1)
    pc.flows = true
    await vi.advanceTimersByTimeAsync(1_000)
    peer.bind([])
    await vi.advanceTimersByTimeAsync(5_000)
    expect(silences).toBe(1)
  })

  it('never makes two connections at a time, however many reasons there are', async () => {
    slow = true
    peer.connect()
    await settle()
    for (let n = 0; n < 3; n++) {
      peer.revive(true)
      peer.mend()
      await vi.advanceTimersByTimeAsync(900)
    }
    expect(offers).toHaveLength(1)
    answers.splice(0).forEach((answer) => answer())
    await settle()
    expect(watching()).toHaveLength(1)
    watching()[0]!.turn('failed')
    peer.mend()
    peer.revive(true)
    await settle()
    await vi.advanceTimersByTimeAsync(2_000)
    expect(offers).toHaveLength(2)
  })

  it('tries again with growing pauses while the server refuses', async () => {
    refuse = true
    peer.connect()
    for (const pause of [0, 500, 1000, 2000, 4000, 5000]) await vi.advanceTimersByTimeAsync(pause)
    expect(offers).toHaveLength(6)
    refuse = false
    await vi.advanceTimersByTimeAsync(5_000)
    expect(watching()[0]!.remote).toBe('answer subscribe')
  })

  it('keeps what flows when the line comes back, and starts anew for another media worker', async () => {
    peer.connect()
    await settle()
    watching()[0]!.turn('connected')
    peer.revive(true)
    await settle()
    expect(offers).toHaveLength(1)
    peer.revive(false)
    await settle()
    expect(offers).toHaveLength(2)
    expect(watching()).toHaveLength(1)
  })
})

describe('slots', () => {
  it("keep a person's stream the same object while its line changes", async () => {
    peer.connect()
    await settle()
    peer.bind([slot('9', 'p_a'), slot('10', 'p_b')])
    const stream = streams.get('p_a.camera')!
    peer.bind([slot('11', 'p_a'), slot('10', '')])
    expect(streams.get('p_a.camera')).toBe(stream)
    expect(stream.getTracks().map((t) => t.id.split('/')[1])).toEqual(['11'])
    expect([...streams.keys()]).toEqual(['p_a.camera'])
  })

  it('told before the answer hold for the new lines', async () => {
    peer.connect()
    peer.bind([slot('9', 'p_a')])
    await settle()
    expect(streams.get('p_a.camera')!.getTracks()).toHaveLength(1)
  })
})

describe('publishing', () => {
  const stream = (...kinds: string[]) => new FakeStream(kinds.map((kind) => new FakeTrack(kind, kind))) as unknown as MediaStream

  it('changes a device in place but needs a new connection for a new kind of track', async () => {
    await peer.send(stream('audio'))
    peer.connect()
    await settle()
    expect(offers.filter((o) => o === 'publish')).toHaveLength(1)
    await peer.send(stream('audio'))
    expect(made.find((pc) => pc.replaced.length)!.replaced[0]).toMatchObject({ kind: 'audio' })
    expect(offers.filter((o) => o === 'publish')).toHaveLength(1)
    await peer.send(stream('audio', 'video'))
    await settle()
    expect(offers.filter((o) => o === 'publish')).toHaveLength(2)
  })
})

import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { Peer } from '@/room/peer'

type Track = { kind: string }
const stream = (...kinds: string[]): MediaStream => {
  const of = (kind?: string) => () => kinds.filter((one) => !kind || one === kind).map((one): Track => ({ kind: one }))
  return { getTracks: of(), getAudioTracks: of('audio'), getVideoTracks: of('video') } as unknown as MediaStream
}

let made: FakePeerConnection[]
class FakePeerConnection {
  connectionState = 'new'
  iceGatheringState = 'complete'
  onconnectionstatechange: (() => void) | null = null
  localDescription = { sdp: 'offer' }
  closed = false
  lines: object[] = []
  constructor() {
    made.push(this)
  }
  addTransceiver(of: string | Track) {
    const track = typeof of === 'string' ? { kind: of } : of
    const sender = { track, replaceTrack: async () => undefined }
    const line = { sender, receiver: { track }, currentDirection: typeof of === 'string' ? 'recvonly' : 'sendonly' }
    this.lines.push(line)
    return { ...line, setCodecPreferences: () => undefined }
  }
  getTransceivers = () => this.lines
  createOffer = async () => ({})
  setLocalDescription = async () => undefined
  setRemoteDescription = async () => undefined
  getStats = async () => new Map()
  close = () => void (this.closed = true)
  turn(state: string) {
    this.connectionState = state
    this.onconnectionstatechange?.()
  }
}

let refused: boolean[]
let peer: Peer
const settle = () => vi.advanceTimersByTimeAsync(0)
const sending = () => made.filter((pc) => !pc.closed && pc.lines.length < 18)

beforeEach(() => {
  vi.useFakeTimers()
  vi.stubGlobal('MediaStream', class {})
  vi.stubGlobal('RTCRtpReceiver', { getCapabilities: () => ({ codecs: [] }) })
  ;[made, refused] = [[], []]
  peer = new Peer({
    offer: async (plane) => `answer ${plane}`,
    streams: new Map(),
    voices: new Map(),
    onState: () => undefined,
    onSample: () => undefined,
    onRefused: (now) => refused.push(now),
    create: () => new FakePeerConnection() as unknown as RTCPeerConnection,
  })
})
afterEach(() => {
  peer.close()
  vi.useRealTimers()
  vi.unstubAllGlobals()
})

it('goes on until the connection that the server asks for stands, and a moment longer', async () => {
  await peer.send(stream('audio'))
  peer.connect()
  await settle()
  sending()[0]!.turn('connected')
  peer.renew('publish')
  await settle()
  expect(sending()).toHaveLength(2)
  const [before, after] = sending()
  after!.turn('connected')
  await vi.advanceTimersByTimeAsync(900)
  expect(sending()).toEqual([before, after])
  await vi.advanceTimersByTimeAsync(200)
  expect(sending()).toEqual([after])
})

it('is replaced at once where it does not flow, and leaves none behind at the end', async () => {
  await peer.send(stream('audio'))
  peer.connect()
  await settle()
  peer.renew('publish')
  await settle()
  expect(sending()).toHaveLength(1)
  sending()[0]!.turn('connected')
  peer.renew('publish')
  await settle()
  sending()[1]!.turn('failed')
  peer.close()
  expect(sending()).toEqual([])
})

it('tells when the server takes the camera in no format of this browser', async () => {
  await peer.send(stream('audio', 'video'))
  peer.connect()
  await settle()
  const [first] = sending()
  first!.lines.pop()
  first!.turn('connected')
  expect(refused).toEqual([true])
  peer.renew('publish')
  await settle()
  made[made.length - 1]!.turn('connected')
  expect(refused).toEqual([true, false])
  await peer.send(stream('audio'))
  peer.renew('publish')
  await settle()
  made[made.length - 1]!.turn('connected')
  expect(refused).toEqual([true, false, false])
})

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { ApiError } from '@/core/api'
import { Readings, type Entry, type Report } from '@/room/line/readings'
import { keepResult, told, untold } from '@/room/line/report'
import { testLine } from '@/room/line/test'
import { judge, type LineResult } from '@/room/line/verdict'
import { connect, routesOf } from '@/room/line/ways'

const RELAY = {
  urls: ['turn:r.test:3478?transport=udp', 'turn:r.test:3478?transport=tcp', 'turns:r.test:443?transport=tcp'],
  username: '1:p',
  credential: 'c',
}
const clear = { rttMs: 30, loss: 0, upKbps: 1200, downKbps: 900 }

describe('the verdict', () => {
  it.each([
    ['good', {}],
    ['fair', { upKbps: 300 }],
    ['fair', { loss: 0.08 }],
    ['fair', { rttMs: 500 }],
    ['voice', { downKbps: 90 }],
    ['voice', { loss: 0.2 }],
    ['voice', { rttMs: 1500 }],
  ] as const)('is %s for %j', (verdict, worse) => expect(judge('tls', { ...clear, ...worse })).toBe(verdict))

  it('is none where no way leads', () => expect(judge('', clear)).toBe('none'))
})

describe('the readings', () => {
  const report = (...entries: Partial<Entry>[]): Report => entries as Entry[]
  const second = (n: number, up: number, down: number, lost = 0): [Report, Report] => [
    report(
      { id: 'o', type: 'outbound-rtp', kind: 'video', timestamp: n * 1000, bytesSent: (n * up) / 8, packetsSent: n * 100 },
      { id: 'r', type: 'remote-inbound-rtp', kind: 'video', timestamp: n * 1000, packetsLost: n * lost, roundTripTime: 0.08 },
      { id: 'p', type: 'candidate-pair', nominated: true, state: 'succeeded', timestamp: n * 1000, currentRoundTripTime: 0.08, availableOutgoingBitrate: 800_000 },
    ),
    report({ id: 'i', type: 'inbound-rtp', kind: 'video', timestamp: n * 1000, bytesReceived: (n * down) / 8, packetsReceived: n * 100 }),
  ]

  it('take what was sent or allowed, what came, the worse loss and the usual round trip', () => {
    const readings = new Readings()
    for (let n = 0; n < 8; n++) readings.take(...second(n, 600_000, 500_000, 5))
    expect(readings.measured()).toEqual({ rttMs: 80, loss: 0.05, upKbps: 800, downKbps: 500 })
  })

  it('do not believe what a browser hopes for while everything is lost', () => {
    const readings = new Readings()
    for (let n = 0; n < 8; n++) readings.take(...second(n, 0, 0, 100))
    expect(readings.measured()).toMatchObject({ loss: 1, upKbps: 0, downKbps: 0 })
  })

  it('are nothing when nothing was taken', () => expect(new Readings().measured().upKbps).toBe(0))
})

describe('the ways', () => {
  it('are the direct one and one per kind of relay', () => {
    expect(routesOf([RELAY, { ...RELAY, urls: 'turn:other.test' }]).map((route) => [route.way, route.servers[0]?.urls])).toEqual([
      ['direct', undefined],
      ['udp', ['turn:r.test:3478?transport=udp']],
      ['tcp', ['turn:r.test:3478?transport=tcp']],
      ['tls', ['turns:r.test:443?transport=tcp']],
    ])
    expect(routesOf([]).map((route) => route.way)).toEqual(['direct'])
  })
})

/** A connection that stands as soon as it has its answer, if its way is open. */
class ScriptedPeer extends EventTarget {
  static open: string[] = []
  static made: ScriptedPeer[] = []
  connectionState = 'new'
  iceGatheringState = 'complete'
  localDescription: { sdp: string } | null = null
  readonly way: string
  constructor(readonly configuration: RTCConfiguration) {
    super()
    const url = String([configuration.iceServers?.[0]?.urls ?? ''].flat()[0])
    this.way = !url ? 'direct' : url.startsWith('turns') ? 'tls' : url.endsWith('tcp') ? 'tcp' : 'udp'
    ScriptedPeer.made.push(this)
  }
  addTransceiver = () => undefined
  createOffer = async () => ({})
  setLocalDescription = async () => void (this.localDescription = { sdp: 'v=0 a=candidate' })
  setRemoteDescription = async () => {
    if (ScriptedPeer.open.includes(this.way)) this.become('connected')
  }
  getStats = async () => [] as unknown as RTCStatsReport
  close = () => this.become('closed')
  become(state: string) {
    this.connectionState = state
    this.dispatchEvent(new Event('connectionstatechange'))
  }
}

describe('a way', () => {
  beforeEach(() => void vi.useFakeTimers())
  afterEach(() => void vi.useRealTimers())

  /** How many offers were made so far on a way whose addresses are not known yet. */
  function trying(way: string, sdp = 'v=0 a=candidate') {
    const route = routesOf([RELAY]).find((one) => one.way === way)!
    const pc = Object.assign(new ScriptedPeer({ iceServers: route.servers }), {
      iceGatheringState: 'gathering',
      onicecandidate: null as ((event: unknown) => void) | null,
      setLocalDescription: async () => undefined,
      localDescription: { sdp },
    })
    const count = { offers: 0, failed: false }
    const exchange = async () => `answer ${++count.offers}`
    const make = () => pc as unknown as RTCPeerConnection
    connect(route, 'publish', () => undefined, exchange, new AbortController().signal, make).catch(() => (count.failed = true))
    return { count, found: (type: string) => pc.onicecandidate?.({ candidate: { type } }) }
  }

  it('over a relay waits for an address there, but not for ever; the direct one waits for none', async () => {
    const direct = trying('direct')
    const [first, second, third] = [trying('udp'), trying('tls'), trying('tcp', 'v=0')]
    await vi.advanceTimersByTimeAsync(0)
    first.found('host')
    await vi.advanceTimersByTimeAsync(1_000)
    expect([direct, first].map(({ count }) => count.offers)).toEqual([1, 0])
    first.found('relay')
    await vi.advanceTimersByTimeAsync(0)
    expect([first, second].map(({ count }) => count.offers)).toEqual([1, 0])
    await vi.advanceTimersByTimeAsync(2_500)
    expect([second.count.offers, third.count]).toEqual([1, { offers: 0, failed: true }])
  })
})

describe('the test', () => {
  let asked: string[]
  let busy: number

  beforeEach(() => {
    vi.useFakeTimers()
    asked = []
    busy = 0
    ScriptedPeer.made = []
    vi.stubGlobal('fetch', async (path: string, init: RequestInit) => {
      const body = init.body ? (JSON.parse(init.body as string) as { way?: string; plane?: string }) : {}
      asked.push(`${init.method} ${path} ${body.way ?? ''} ${body.plane ?? ''}`.trim())
      if (path === '/api/ice') return Response.json({ ice_servers: [RELAY], ttl_s: 600 })
      if (path === '/api/line' && busy-- > 0) return Response.json({ error: { word: 'too_many' } }, { status: 429 })
      if (init.method === 'DELETE') return new Response(null, { status: 204 })
      return Response.json(path === '/api/line' ? { probe: 'x', seconds: 25 } : { sdp: 'answer' })
    })
  })
  afterEach(() => {
    vi.useRealTimers()
    vi.unstubAllGlobals()
  })

  const test = (open: string[], signal = new AbortController().signal) => {
    ScriptedPeer.open = open
    return testLine({
      ticket: 't',
      signal,
      onProgress: () => undefined,
      create: (configuration) => new ScriptedPeer(configuration) as unknown as RTCPeerConnection,
      picture: () => ({ track: {} as MediaStreamTrack, stop: () => undefined }),
    })
  }

  it('tries each way alone and measures on the best', async () => {
    const found = test(['tls', 'tcp'])
    await vi.advanceTimersByTimeAsync(20_000)
    const { way, ways } = await found
    expect(way).toBe('tcp')
    expect(ways.map((one) => one.open)).toEqual([false, false, true, true])
    const relayed = ScriptedPeer.made.map((pc) => [pc.way, pc.configuration.iceTransportPolicy, pc.configuration.iceServers?.length])
    expect(relayed).toContainEqual(['direct', 'all', 0])
    expect(relayed.filter(([name]) => name !== 'direct').every(([, policy, servers]) => policy === 'relay' && servers === 1)).toBe(true)
    expect(asked.filter((one) => one.endsWith('publish'))).toEqual(['POST /api/line/x tcp publish'])
    expect(asked.at(-1)).toBe('DELETE /api/line/x')
    expect(ScriptedPeer.made.every((pc) => pc.connectionState === 'closed')).toBe(true)
  })

  it('says none when no way leads anywhere', async () => {
    const found = test([])
    await vi.advanceTimersByTimeAsync(20_000)
    expect(await found).toMatchObject({ verdict: 'none', way: '', upKbps: 0 })
  })

  it('waits for a place while others test', async () => {
    busy = 2
    const found = test(['direct'])
    await vi.advanceTimersByTimeAsync(30_000)
    expect((await found).way).toBe('direct')
    busy = 1_000
    const refused = expect(test(['direct'])).rejects.toBeInstanceOf(ApiError)
    await vi.advanceTimersByTimeAsync(60_000)
    await refused
  })

  it('does not begin when nobody wants it any more before it has a place', async () => {
    const wish = new AbortController()
    const over = expect(test(['direct'], wish.signal)).rejects.toThrow('over')
    wish.abort()
    await vi.advanceTimersByTimeAsync(10)
    await over
    expect(ScriptedPeer.made).toEqual([])
    expect(asked.at(-1)).toBe('DELETE /api/line/x')
  })

  it('ends at once when it is not wanted any more, and leaves nothing open', async () => {
    const wish = new AbortController()
    const over = expect(test(['direct'], wish.signal)).rejects.toThrow('over')
    await vi.advanceTimersByTimeAsync(4_000)
    wish.abort()
    await vi.advanceTimersByTimeAsync(10)
    await over
    expect(asked.at(-1)).toBe('DELETE /api/line/x')
    expect(ScriptedPeer.made.every((pc) => pc.connectionState === 'closed')).toBe(true)
  })
})

describe('the report', () => {
  const result: LineResult = { ...clear, loss: 0.0321, verdict: 'fair', way: 'tls', ways: [] }
  beforeEach(() => sessionStorage.clear())

  it('is told once, without addresses, and again after another test', () => {
    expect(untold()).toBeNull()
    keepResult(result)
    expect(untold()).toEqual({ type: 'ReportLine', verdict: 'fair', way: 'tls', rtt_ms: 30, loss_permille: 32, up_kbps: 1200, down_kbps: 900 })
    told()
    expect(untold()).toBeNull()
    keepResult(result)
    expect(untold()).not.toBeNull()
  })

  it('stays within what the server takes', () => {
    keepResult({ ...result, rttMs: 1e9, loss: NaN, upKbps: -1 })
    expect(untold()).toMatchObject({ rtt_ms: 60_000, loss_permille: 0, up_kbps: 0 })
  })
})

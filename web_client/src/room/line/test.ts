/** The test of a line before entering: every way on its own, then some seconds of media on the best one. */
import { ApiError, get, post, remove } from '@/core/api'
import { noise, type Noise } from './picture'
import { Readings, type Report } from './readings'
import { judge, NOTHING, type LineResult, type Measured, type Way } from './verdict'
import { connect, create, routesOf, type Create, type Plane, type Route } from './ways'

export interface LineTestOptions {
  ticket: string
  /** 0 to 1. */
  onProgress: (share: number) => void
  signal: AbortSignal
  create?: Create
  picture?: () => Noise | null
}

/** A relay over TLS takes a second or two on a slow line. */
const WAYS_MS = 7_000
/** Once one way stands, slower ones get this much longer. */
const REST_MS = 2_500
const SECONDS = 7
const SECOND_MS = 1_000
const QUEUE_AT_MOST_S = 15
const RATE = 1_200_000
const WAYS_SHARE = 0.3

/** Rejects with an ApiError when no test can be had, with any other error when it was broken off. */
export async function testLine(options: LineTestOptions): Promise<LineResult> {
  const who = { ticket: options.ticket }
  const { probe } = await begun(options)
  const exchange = async (way: Way, plane: Plane, sdp: string) =>
    (await post<{ sdp: string }>(`/api/line/${probe}`, { way, plane, sdp }, who)).sdp
  const given = await get<{ ice_servers: RTCIceServer[] }>('/api/ice', who).catch(() => ({ ice_servers: [] }))
  const open = new Map<Way, RTCPeerConnection>()
  try {
    // Whoever entered while the answer was on its way wants no test any more.
    if (options.signal.aborted) throw new Error('over')
    const routes = routesOf(given.ice_servers)
    await tryAll(routes, options, exchange, open)
    const best = routes.find((route) => open.has(route.way))
    for (const [way, pc] of open) if (way !== best?.way) pc.close()
    const measured = best ? await measure(best, open.get(best.way)!, options, exchange) : NOTHING
    const way = best?.way ?? ''
    return {
      ...measured,
      way,
      verdict: judge(way, measured),
      ways: routes.map((route) => ({ way: route.way, open: open.has(route.way) })),
    }
  } finally {
    for (const pc of open.values()) pc.close()
    void remove(`/api/line/${probe}`, who).catch(() => undefined)
  }
}

/** Where many test at once, one waits for a place. */
async function begun({ ticket, signal }: LineTestOptions): Promise<{ probe: string }> {
  const until = Date.now() + QUEUE_AT_MOST_S * 1000
  for (;;) {
    try {
      return await post<{ probe: string }>('/api/line', {}, { ticket })
    } catch (error) {
      if (!(error instanceof ApiError) || error.word !== 'too_many' || Date.now() > until) throw error
    }
    await pause(3_000, signal)
  }
}

type Exchange = (way: Way, plane: Plane, sdp: string) => Promise<string>

async function tryAll(routes: Route[], options: LineTestOptions, exchange: Exchange, open: Map<Way, RTCPeerConnection>): Promise<void> {
  const enough = new AbortController()
  const stop = () => enough.abort()
  let deadline = setTimeout(stop, WAYS_MS)
  heed(options.signal, stop)
  let done = 0
  await Promise.all(
    routes.map(async (route) => {
      const pc = await connect(route, 'subscribe', hear, exchange, enough.signal, options.create ?? create).catch(() => null)
      if (pc && options.signal.aborted) pc.close()
      else if (pc) open.set(route.way, pc)
      if (pc && open.size === 1) {
        clearTimeout(deadline)
        deadline = setTimeout(stop, REST_MS)
      }
      options.onProgress((++done / routes.length) * WAYS_SHARE)
    }),
  )
  clearTimeout(deadline)
  if (options.signal.aborted) throw new Error('over')
}

async function measure(route: Route, down: RTCPeerConnection, options: LineTestOptions, exchange: Exchange): Promise<Measured> {
  const picture = (options.picture ?? noise)()
  if (!picture) return UNMEASURED
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(), WAYS_MS)
  heed(options.signal, () => late.abort())
  let up: RTCPeerConnection | null = null
  try {
    up = await connect(route, 'publish', (pc) => show(pc, picture.track), exchange, late.signal, options.create ?? create)
    const readings = new Readings()
    for (let second = 0; second <= SECONDS; second++) {
      const [sent, received] = await Promise.all([up.getStats(), down.getStats()])
      readings.take(sent as unknown as Report, received as unknown as Report)
      options.onProgress(WAYS_SHARE + (second / SECONDS) * (1 - WAYS_SHARE))
      if (second < SECONDS) await pause(SECOND_MS, options.signal)
    }
    return readings.measured()
  } catch (error) {
    if (options.signal.aborted) throw error
    return NOTHING
  } finally {
    clearTimeout(timer)
    up?.close()
    picture.stop()
  }
}

/** A browser that cannot film a canvas: the way is open, how wide it is nobody knows; sound will do in any case. */
const UNMEASURED: Measured = { ...NOTHING, upKbps: 200, downKbps: 200 }

function heed(signal: AbortSignal, stop: () => void): void {
  if (signal.aborted) stop()
  else signal.addEventListener('abort', stop, { once: true })
}

function hear(pc: RTCPeerConnection): void {
  pc.addTransceiver('video', { direction: 'recvonly' })
}

function show(pc: RTCPeerConnection, track: MediaStreamTrack): void {
  pc.addTransceiver(track, { direction: 'sendonly', sendEncodings: [{ maxBitrate: RATE }] })
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    const over = () => {
      clearTimeout(timer)
      reject(new Error('over'))
    }
    const timer = setTimeout(() => {
      signal.removeEventListener('abort', over)
      resolve()
    }, ms)
    if (signal.aborted) over()
    else signal.addEventListener('abort', over, { once: true })
  })
}

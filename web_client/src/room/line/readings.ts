/** From once-a-second reports of both connections to round trip, loss and bandwidth. */
import { NOTHING, type Measured } from './verdict'

/** What is read of RTCStats entries; browsers leave some of it out. */
export interface Entry {
  id: string
  type: string
  timestamp: number
  kind?: string
  nominated?: boolean
  state?: string
  bytesSent?: number
  bytesReceived?: number
  packetsSent?: number
  packetsReceived?: number
  packetsLost?: number
  currentRoundTripTime?: number
  roundTripTime?: number
  availableOutgoingBitrate?: number
  availableIncomingBitrate?: number
}
export type Report = { forEach: (each: (entry: Entry) => void) => void }

interface Seconds {
  up: number[]
  down: number[]
  roundTrips: number[]
}

/** The first seconds are the browser feeling its way. */
const SETTLED = 3

export class Readings {
  private readonly seconds: Seconds = { up: [], down: [], roundTrips: [] }
  private readonly before = new Map<string, { bytes: number; at: number }>()
  private lossUp = 0
  private lossDown = 0
  private allowedUp = 0
  private allowedDown = 0

  /** One more second of both connections. */
  take(up: Report, down: Report): void {
    const sent = { packets: 0, lost: 0 }
    up.forEach((entry) => {
      if (entry.type === 'outbound-rtp' && entry.kind === 'video') {
        this.count(this.seconds.up, entry, entry.bytesSent ?? 0)
        sent.packets += entry.packetsSent ?? 0
      } else if (entry.type === 'remote-inbound-rtp' && entry.kind === 'video') {
        sent.lost += Math.max(0, entry.packetsLost ?? 0)
        this.trip(entry.roundTripTime)
      } else if (stands(entry)) {
        this.allowedUp = entry.availableOutgoingBitrate ?? this.allowedUp
        this.trip(entry.currentRoundTripTime)
      }
    })
    this.lossUp = sent.packets ? Math.min(1, sent.lost / sent.packets) : 0
    down.forEach((entry) => {
      if (entry.type === 'inbound-rtp' && entry.kind === 'video') {
        this.count(this.seconds.down, entry, entry.bytesReceived ?? 0)
        const lost = Math.max(0, entry.packetsLost ?? 0)
        const all = lost + (entry.packetsReceived ?? 0)
        this.lossDown = all ? lost / all : 0
      } else if (stands(entry)) {
        this.allowedDown = entry.availableIncomingBitrate ?? this.allowedDown
        this.trip(entry.currentRoundTripTime)
      }
    })
  }

  /** Everything so far; bandwidth from when it had settled. */
  measured(): Measured {
    const { up, down, roundTrips } = this.seconds
    if (!up.length) return NOTHING
    return {
      rttMs: Math.round(median(roundTrips) * 1000),
      loss: Math.max(this.lossUp, this.lossDown),
      upKbps: kbps(Math.max(...settled(up), this.lossUp < 0.5 ? this.allowedUp : 0)),
      downKbps: kbps(Math.max(...settled(down), down.length ? this.allowedDown : 0)),
    }
  }

  private count(into: number[], entry: Entry, bytes: number): void {
    const before = this.before.get(entry.id)
    this.before.set(entry.id, { bytes, at: entry.timestamp })
    if (before && entry.timestamp > before.at) into.push(((bytes - before.bytes) * 8000) / (entry.timestamp - before.at))
  }

  private trip(seconds: number | undefined): void {
    if (seconds !== undefined && seconds > 0) this.seconds.roundTrips.push(seconds)
  }
}

const stands = (entry: Entry): boolean => entry.type === 'candidate-pair' && entry.nominated === true && entry.state === 'succeeded'
const settled = (rates: number[]): number[] => [0, ...rates.slice(Math.min(SETTLED, rates.length - 1))]
const kbps = (bits: number): number => Math.round(bits / 1000)

function median(values: number[]): number {
  const ordered = [...values].sort((a, b) => a - b)
  return ordered[Math.floor(ordered.length / 2)] ?? 0
}

/** What the connections say about themselves once a second: frames per track and how good the line is. */
import type { Slot } from '@/core/protocol'

export type Quality = 'unknown' | 'good' | 'fair' | 'poor'

interface Inbound {
  type: string
  kind?: string
  mid?: string
  ssrc?: number
  packetsSent?: number
  framesDecoded?: number
  packetsReceived?: number
  packetsLost?: number
  fractionLost?: number
  roundTripTime?: number
}
type Report = { forEach: (each: (entry: Inbound) => void) => void }

export class Sampler {
  /** Video: frames decoded; audio: packets received; by track id. */
  readonly frames = new Map<string, number>()
  private readonly last = new Map<string, number>()
  private lost = 0
  private received = 0

  take(slots: readonly Slot[], down?: Report, up?: Report): Quality {
    const onMid = new Map(slots.filter((s) => s.participant).map((s) => [s.mid, `${s.participant}.${s.source}`]))
    let lost = 0
    let received = 0
    down?.forEach((entry) => {
      if (entry.type !== 'inbound-rtp' || entry.mid === undefined) return
      lost += entry.packetsLost ?? 0
      received += entry.packetsReceived ?? 0
      const count = (entry.kind === 'video' ? entry.framesDecoded : entry.packetsReceived) ?? 0
      this.count(entry.mid, onMid.get(entry.mid), count)
    })
    const downLoss = this.loss(lost, received)
    const upLoss = this.upLoss(up)
    let roundTrip = 0
    up?.forEach((entry) => {
      if (entry.type === 'remote-inbound-rtp') roundTrip = Math.max(roundTrip, entry.roundTripTime ?? 0)
    })
    if (!down && !up) return 'unknown'
    return grade(Math.max(downLoss, upLoss), roundTrip)
  }

  /** Counters start anew with each connection and go on over a change of the slot's person. */
  private count(mid: string, id: string | undefined, count: number): void {
    const before = this.last.get(mid) ?? 0
    this.last.set(mid, count)
    if (id) this.frames.set(id, (this.frames.get(id) ?? 0) + (count >= before ? count - before : count))
  }

  /** A camera in layers is several streams, some of a few packets a second: they count by what they sent. */
  private upLoss(up?: Report): number {
    const sent = new Map<string, number>()
    up?.forEach((entry) => {
      if (entry.type !== 'outbound-rtp' || entry.ssrc === undefined) return
      const key = `out ${entry.ssrc}`
      const before = this.last.get(key) ?? 0
      const now = entry.packetsSent ?? 0
      this.last.set(key, now)
      sent.set(`${entry.ssrc}`, now >= before ? now - before : now)
    })
    let lost = 0
    let all = 0
    up?.forEach((entry) => {
      if (entry.type !== 'remote-inbound-rtp') return
      const packets = sent.get(`${entry.ssrc}`) ?? 0
      lost += (entry.fractionLost ?? 0) * packets
      all += packets
    })
    return all < 20 ? 0 : lost / all
  }

  private loss(lost: number, received: number): number {
    const more = { lost: lost - this.lost, received: received - this.received }
    this.lost = lost
    this.received = received
    if (more.received < 0 || more.lost < 0) return 0
    const sum = more.lost + more.received
    return sum < 20 ? 0 : more.lost / sum
  }
}

export function grade(loss: number, roundTrip: number): Quality {
  if (loss > 0.1 || roundTrip > 0.8) return 'poor'
  if (loss > 0.03 || roundTrip > 0.35) return 'fair'
  return 'good'
}

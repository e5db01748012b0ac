import { describe, expect, it } from 'vitest'
import type { Slot } from '@/core/protocol'
import { Sampler, grade } from '@/room/sampler'

const slot = (mid: string, participant: string): Slot => ({ mid, medium: 'video', participant, source: 'camera' })

describe('samples', () => {
  const report = (framesDecoded: number, lost = 0, received = 100) =>
    new Map([['x', { type: 'inbound-rtp', kind: 'video', mid: '9', framesDecoded, packetsLost: lost, packetsReceived: received }]])

  it('count frames per person over a change of slots and of connections', () => {
    const sampler = new Sampler()
    sampler.take([slot('9', 'p_a')], report(30))
    sampler.take([slot('9', 'p_b')], report(50))
    sampler.take([slot('9', 'p_b')], report(5))
    expect(Object.fromEntries(sampler.frames)).toEqual({ 'p_a.camera': 30, 'p_b.camera': 25 })
  })

  it('grade the line by loss and round trip', () => {
    const sampler = new Sampler()
    sampler.take([], report(1, 0, 100))
    expect(sampler.take([], report(2, 30, 200))).toBe('poor')
    expect(sampler.take([], report(3, 30, 400))).toBe('good')
    expect([grade(0, 0.5), grade(0.05, 0), grade(0, 1)]).toEqual(['fair', 'fair', 'poor'])
  })

  it('count the layers of a camera by how much each of them sent', () => {
    const sampler = new Sampler()
    const up = (low: number, high: number, lostLow: number, lostHigh: number) =>
      new Map(
        [
          { type: 'outbound-rtp', ssrc: 1, packetsSent: low },
          { type: 'outbound-rtp', ssrc: 2, packetsSent: high },
          { type: 'remote-inbound-rtp', ssrc: 1, fractionLost: lostLow, roundTripTime: 0.1 },
          { type: 'remote-inbound-rtp', ssrc: 2, fractionLost: lostHigh, roundTripTime: 0.05 },
        ].map((entry, place) => [String(place), entry] as const),
      )
    expect(sampler.take([], undefined, up(10, 100, 0, 0))).toBe('good')
    expect(sampler.take([], undefined, up(14, 200, 0.5, 0))).toBe('good')
    expect(sampler.take([], undefined, up(18, 300, 0, 0.2))).toBe('poor')
    expect(sampler.take([], undefined, up(19, 304, 1, 1)), 'too few to say').toBe('good')
  })
})

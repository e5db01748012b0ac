/** What a test of a line has shown, and what that means for taking part. Pure. */

export type Way = 'direct' | 'udp' | 'tcp' | 'tls'
/** good; fair: pictures may be unclear; voice: sound only; none: media does not get through. */
export type Verdict = 'good' | 'fair' | 'voice' | 'none'

export interface Measured {
  rttMs: number
  /** Of the worse direction, 0 to 1. */
  loss: number
  upKbps: number
  downKbps: number
}

export interface LineResult extends Measured {
  verdict: Verdict
  /** By which way the measuring was done; empty where there was none. */
  way: Way | ''
  /** Which ways there are and whether they lead to the server. */
  ways: { way: Way; open: boolean }[]
}

export const NOTHING: Measured = { rttMs: 0, loss: 0, upKbps: 0, downKbps: 0 }

/** A picture of one person is clear from about 400 kbit/s, and makes sense from about 150. */
const CLEAR_KBPS = 400
const PICTURE_KBPS = 150

export function judge(way: Way | '', measured: Measured): Verdict {
  if (!way) return 'none'
  const { rttMs, loss } = measured
  const kbps = Math.min(measured.upKbps, measured.downKbps)
  if (kbps < PICTURE_KBPS || loss > 0.15 || rttMs > 1000) return 'voice'
  if (kbps < CLEAR_KBPS || loss > 0.05 || rttMs > 400) return 'fair'
  return 'good'
}

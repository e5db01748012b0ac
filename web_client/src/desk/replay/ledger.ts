/** The connectivity ledger of a sitting: who was cut off when, and how the lines were. Facts, no conclusions. */
import { call } from '../staff'

export interface Ledger {
  version: number
  zero_ms: number
  service: { from_ms: number; to_ms: number | null }[]
  participants: {
    participant: string
    name: string
    intervals: { from_ms: number; to_ms: number | null; evidence: string; back: boolean }[]
    line: { worst: string; poor_ms: number; bad_ms: number }
  }[]
}

/** A time without connection within the sitting, in media time; `participant` is empty for the service itself. */
export interface Cut {
  participant: string
  name: string
  from: number
  until: number
  evidence: string
  back: boolean
}

export const ledgerOf = (sitting: string) => call<Ledger>('GET', `/api/sittings/${encodeURIComponent(sitting)}/ledger`)

/** What of the ledger lies within the time that is replayed, in the order of its beginning. */
export function cutsOf(ledger: Ledger | null, length: number): Cut[] {
  if (!ledger) return []
  const cut = (participant: string, name: string, from: number, until: number | null, evidence: string, back: boolean): Cut => ({
    participant, name, from: Math.max(0, from), until: Math.min(length, until ?? length), evidence, back,
  })
  return [
    ...ledger.service.map((s) => cut('', '', s.from_ms, s.to_ms, 'service', s.to_ms !== null)),
    ...ledger.participants.flatMap((p) => p.intervals.map((i) => cut(p.participant, p.name, i.from_ms, i.to_ms, i.evidence, i.back))),
  ]
    .filter((c) => c.until > c.from)
    .sort((a, b) => a.from - b.from)
}

/** Whose line was poor or bad, and for how long. */
export const poorLinesOf = (ledger: Ledger | null) =>
  (ledger?.participants ?? []).filter((p) => p.line.worst !== 'good').map((p) => ({ name: p.name, ...p.line }))

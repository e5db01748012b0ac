/** What the test showed is told to the staff once the person is in the room; nothing of it names an address. */
import type { Command } from '@/core/protocol'
import { forget, keep } from '@/core/session'
import type { LineResult } from './verdict'

const RESULT = 'heting.line'
const TOLD = 'heting.line_told'

export function keepResult(result: LineResult): void {
  keep(RESULT, JSON.stringify(result))
  forget(TOLD)
}

/** What an earlier test of this tab showed. */
export function keptResult(): LineResult | null {
  try {
    return JSON.parse(keep(RESULT) ?? 'null') as LineResult | null
  } catch {
    return null
  }
}

/** The wish that tells it; null when there is nothing that has not been told. */
export function untold(): Command | null {
  const result = keptResult()
  if (!result || keep(TOLD) === 'yes') return null
  return {
    type: 'ReportLine',
    verdict: result.verdict,
    way: result.way,
    rtt_ms: within(result.rttMs, 60_000),
    loss_permille: within(result.loss * 1000, 1000),
    up_kbps: within(result.upKbps, 1_000_000),
    down_kbps: within(result.downKbps, 1_000_000),
  }
}

export function told(): void {
  keep(TOLD, 'yes')
}

const within = (value: number, most: number): number => Math.max(0, Math.min(most, Math.round(value) || 0))

/** The report on what the parties thought. */
import { call } from '../staff'

export const QUESTIONS = ['process', 'result', 'mediator'] as const

export interface Scores {
  mean: number
  counts: number[]
}
export interface Group {
  key: string
  count: number
  process: Scores
  result: Scores
  mediator: Scores
}
export interface Report {
  least: number
  counted: number
  withheld: number
  year: Group | null
  quarters: Group[]
  presided: Group[]
  texts: string[]
}

export const reportOf = (organisation: string, year: string) =>
  call<{ year: number; report: Report }>('GET', `/api/organisations/${encodeURIComponent(organisation)}/evaluations?year=${encodeURIComponent(year)}`)

/** This year and those before it, back to the first that there may be. */
export function years(now: Date, first = 2026): string[] {
  const last = Math.max(now.getFullYear(), first)
  return Array.from({ length: last - first + 1 }, (_, n) => String(last - n))
}

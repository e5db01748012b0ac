/** What the chair has warned somebody of or decided about them, for their own page. */
import type { Course } from './course'

export interface Measure {
  at: number
  /** A warning: `discipline`, `leaving`, `warning`; a decision: `wait`, `interrupt`, `go_on`, `absence`. */
  kind: string
  reason: string
  /** Of an absence: `deemed_withdrawal`, `heard_in_absence`. */
  effect: string
  /** The text of the law's folder that belongs to it, and the version read out; no version: not read out. */
  text: string
  version: string
}

const TEXTS: Record<string, string> = { discipline: 'discipline', leaving: 'leaving_warning', interrupt: 'interruption', absence: 'leaving_warning' }

/** Everything about one person, oldest first. */
export function measuresOf(course: Course, participant: string): Measure[] {
  const warnings = course.warnings.map((one) => ({ ...one, kind: one.kind || 'warning', effect: '', text: one.text || TEXTS[one.kind] || '' }))
  const decisions = course.decisions.map((one) => ({ ...one, kind: one.decision, text: TEXTS[one.decision] ?? '', version: '' }))
  return [...warnings, ...decisions]
    .filter((one) => one.participant === participant)
    .map(({ at, kind, reason, effect, text, version }) => ({ at, kind, reason, effect, text, version }))
    .sort((a, b) => a.at - b.at)
}

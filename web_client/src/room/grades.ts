/** How good everybody's line is, as the server sees it; passing news, not part of the fold. */
import type { Down } from '@/core/protocol'

export const GRADES = ['good', 'poor', 'bad'] as const
export type Grade = (typeof GRADES)[number]

const known = (text: string): text is Grade => (GRADES as readonly string[]).includes(text)

/** Take in one frame: a new line, another view or a lost media service make everything unknown. */
export function gradeFrame(grades: Map<string, Grade>, frame: Down): void {
  if (frame.kind === 'quality') {
    if (known(frame.grade)) grades.set(frame.participant, frame.grade)
  } else if (frame.kind === 'welcome' || frame.kind === 'reset' || (frame.kind === 'media' && !frame.up)) {
    grades.clear()
  } else if (frame.kind === 'event' && frame.event.type === 'Left') {
    grades.delete(frame.event.participant)
  }
}

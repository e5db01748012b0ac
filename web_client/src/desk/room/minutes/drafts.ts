/** What was typed and not yet saved survives a reload of this tab: by sitting and line, with the version it was made on. */
import { reactive } from 'vue'
import { forget, keep } from '@/core/session'
import { MOST_CHARACTERS } from '@/core/protocol'

export interface Draft {
  base: number
  text: string
  speaker: string
}

const PREFIX = 'heting.draft.'
const name = (sitting: string, line: string): string => `${PREFIX}${sitting}.${line}`
const known = reactive(new Set(earlier()))

function earlier(): string[] {
  try {
    return Object.keys(sessionStorage).filter((key) => key.startsWith(PREFIX))
  } catch {
    return []
  }
}

/** Whether something typed waits there; cheap enough to ask of every line. */
export const hasDraft = (sitting: string, line: string): boolean => known.has(name(sitting, line))

export function keepDraft(sitting: string, line: string, draft: Draft): void {
  keep(name(sitting, line), JSON.stringify(draft))
  known.add(name(sitting, line))
}

export function draftOf(sitting: string, line: string): Draft | null {
  try {
    const draft = JSON.parse(keep(name(sitting, line)) ?? 'null') as Draft | null
    return draft && typeof draft.text === 'string' && typeof draft.base === 'number' && typeof draft.speaker === 'string' ? draft : null
  } catch {
    return null
  }
}

export function dropDraft(sitting: string, line: string): void {
  forget(name(sitting, line))
  known.delete(name(sitting, line))
}

/** Length as the server counts it. */
export const lengthOf = (text: string): number => (text.length > 4 * MOST_CHARACTERS ? text.length : [...text].length)

/** What a text would be with what is pasted into it; a number: too long, by its length, and left as it is. */
export function pasted(area: { value: string; selectionStart: number | null; selectionEnd: number | null }, more: string): number | null {
  const kept = area.value.slice(0, area.selectionStart ?? 0) + area.value.slice(area.selectionEnd ?? 0)
  const length = lengthOf(kept) + lengthOf(more)
  return length > MOST_CHARACTERS ? lengthOf(more) : null
}

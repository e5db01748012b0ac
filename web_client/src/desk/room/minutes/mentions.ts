/** Evidence named while one types: `申证1`, by the mark that the item keeps. Pure. */
import type { Exhibit } from '@/room/evidence/exhibits'

const ASKED = /(?:申|被|三|庭)?证(?:据)?[0-9]*$/

export interface Mention {
  /** How much of what stands before the cursor it takes the place of. */
  replaces: number
  items: Exhibit[]
}

/** What may be meant by what stands before the cursor; null: nothing of the kind, or it stands there already. */
export function mentioned(before: string, exhibits: Exhibit[]): Mention | null {
  const typed = ASKED.exec(before)?.[0]
  if (!typed) return null
  const start = typed.replace('证据', '证')
  const items = exhibits.filter((item) => !item.withdrawn && (start.startsWith('证') ? item.mark.slice(1) : item.mark).startsWith(start))
  return items.length && !(items.length === 1 && items[0]!.mark === typed) ? { replaces: typed.length, items } : null
}

/** All of them, where a key asks for them. */
export function anyMention(exhibits: Exhibit[]): Mention | null {
  const items = exhibits.filter((item) => !item.withdrawn)
  return items.length ? { replaces: 0, items } : null
}

export function withMention(text: string, caret: number, mention: Mention, mark: string): { text: string; caret: number } {
  const from = caret - mention.replaces
  return { text: text.slice(0, from) + mark + text.slice(caret), caret: from + mark.length }
}

import { reactive } from 'vue'
import type { Hint } from '@/core/protocol'
import type { Line } from '@/room/state'

/** Suggestions that somebody at this desk has put aside; they come back with the page. */
const dismissed = reactive(new Set<string>())
const keyOf = (line: Line, hint: Hint) => `${line.line} ${hint.at} ${hint.text}`

// Positions count characters, of which a rare one is two units of a JavaScript string.
const part = (text: string, hint: Hint) => [...text].slice(hint.at, hint.at + hint.length).join('')

/** The suggestions of a line that can still be taken up: its text stands there as it did, and nobody has answered for it otherwise. */
export function openHints(line: Line): Hint[] {
  const hints = line.hints ?? []
  if (line.struck || (line.adopted && !hints.some((hint) => part(line.text, hint) === hint.text))) return []
  return hints.filter((hint) => part(line.text, hint) === hint.said && !dismissed.has(keyOf(line, hint)))
}

/** The text with a suggestion taken up. */
export function withHint(text: string, hint: Hint): string {
  const signs = [...text]
  signs.splice(hint.at, hint.length, ...hint.text)
  return signs.join('')
}

export const dismiss = (line: Line, hint: Hint) => void dismissed.add(keyOf(line, hint))

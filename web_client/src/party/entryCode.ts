/** An entry code while it is typed: twelve figures in groups of four, the last one checks the others (Damm). */
import { post } from '@/core/api'

export const FIGURES = 12
const GROUP = 4
const WIDE_ZERO = '０'.charCodeAt(0)
const DAMM = ['0317598642', '7092154863', '4206871359', '1750983426', '6123045978', '3674209581', '5869720134', '8945362017', '9438617205', '2581436790']

/** What the box holds after a keystroke or a paste: the figures, and how many of them stand before the caret. */
export interface Typed {
  figures: string
  before: number
}

/** The figures in a text, full-width ones included; whatever else stands there does not matter. */
export function figuresOf(text: string): string {
  return text.replace(/[０-９]/g, (wide) => String(wide.charCodeAt(0) - WIDE_ZERO)).replace(/[^0-9]/g, '')
}

export function grouped(figures: string): string {
  return figures.replace(new RegExp(`(\\d{${GROUP}})(?=\\d)`, 'g'), '$1 ')
}

/** Where the caret stands when so many figures are before it. */
export const caretAfter = (before: number): number => before + Math.max(0, Math.floor((before - 1) / GROUP))

/** Read the box after an edit; `kind` is the `inputType` of the event. Deleting a space deletes the figure beside it. */
export function read(text: string, caret: number, was: string, kind = ''): Typed {
  const all = figuresOf(text)
  const before = figuresOf(text.slice(0, caret)).length
  if (all === was && kind.startsWith('deleteContent') && text !== grouped(was)) {
    const gone = kind.endsWith('Forward') ? before : before - 1
    return { figures: all.slice(0, gone) + all.slice(gone + 1), before: gone }
  }
  return { figures: all.slice(0, FIGURES), before: Math.min(before, FIGURES) }
}

/** Whether twelve figures can be a code; if not, one of them was mistyped. */
export const intact = (figures: string): boolean =>
  figures.length === FIGURES && [...figures].reduce((interim, figure) => Number(DAMM[interim]![Number(figure)]), 0) === 0

/** The ticket that a code stands for; the server refuses with `code_unknown`, `code_mistyped` or `too_many`. */
export const redeem = async (code: string): Promise<string> => (await post<{ ticket: string }>('/api/tickets', { code })).ticket

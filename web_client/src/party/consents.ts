/** What a person is told and asked on the way in, as the server has it, and their answers, which it keeps. */
import { get, post } from '@/core/api'
import { language, type Language } from '@/core/words'

export type Act = 'given' | 'refused' | 'withdrawn'
export interface Entry {
  item: string
  version: string
  /** Names exactly this wording; an answer without it is worth nothing. */
  sha256: string
  kind: 'consent' | 'notice' | 'confirmation' | 'duty'
  /** When it is asked; what is asked in the room says where (`lobby`, `evidence`, stages). */
  moment: string
  asked: string[]
  /** The page of the way in it stands on; 0: on none of its own. */
  page: number
  title: Record<Language, string>
  lead: Record<Language, string>
  points: Record<Language, string[]>
  alternative: Record<Language, string> | null
  /** What stands on the buttons of a choice; null: agree, do not agree. */
  yes: Record<Language, string> | null
  no: Record<Language, string> | null
  withdrawal: Record<Language, string> | null
  answer: '' | Act
  answered_at: number | null
}
/** What stands on one page and is answered together. */
export interface NoticePage {
  number: number
  entries: Entry[]
}
interface List {
  entries: Entry[]
}

const AT = '/api/ticket/consents'
/** To take part online. */
export const ONLINE = 'K1'

export const readConsents = async (ticket: string): Promise<Entry[]> => (await get<List>(AT, { ticket })).entries

/** Answer some of them alike; all of them as they are then. */
export async function answer(ticket: string, entries: Entry[], act: Act): Promise<Entry[]> {
  const answers = entries.map(({ item, sha256 }) => ({ item, sha256, act }))
  return (await post<List>(AT, { answers, language: language.value }, { ticket })).entries
}

export function pagesOf(entries: Entry[]): NoticePage[] {
  const numbers = [...new Set(entries.map((entry) => entry.page))].filter((page) => page > 0).sort((a, b) => a - b)
  return numbers.map((number) => ({ number, entries: entries.filter((entry) => entry.page === number) }))
}

export const isRead = (page: NoticePage): boolean => page.entries.every((entry) => entry.answer === 'given')
export const online = (entries: Entry[]): Entry | undefined => entries.find((entry) => entry.item === ONLINE)
const EARLY = ['entering', 'lobby']
/** What may be refused: shown apart, each with its alternative. */
export const choices = (entries: Entry[]): Entry[] => entries.filter((entry) => entry.kind === 'consent' && EARLY.includes(entry.moment))
/** What is told or confirmed before the hearing. */
export const told = (entries: Entry[]): Entry[] => entries.filter((entry) => entry.kind !== 'consent' && EARLY.includes(entry.moment))

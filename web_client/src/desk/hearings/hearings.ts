/** Hearings as the desk sees them, and the days they are on. */
import { PRESIDING, type Role } from '@/core/protocol'
import { readDay, readTime } from '@/kit/dates'
import { call } from '../staff'
import type { DeskWord } from '../words'

export type HearingState = 'booked' | 'waiting' | 'open' | 'adjourned' | 'closed' | 'cancelled'
export const KINDS = ['mediation', 'arbitration', 'panel_review', 'filing', 'legal_aid'] as const
export const ROLES: readonly Role[] = [
  'mediator', 'co_mediator', 'sole_arbitrator', 'chief_arbitrator', 'arbitrator', 'clerk', 'applicant', 'respondent', 'agent', 'legal_rep',
  'statutory_agent', 'legal_aid', 'third_party', 'witness', 'appraiser', 'interpreter', 'expert', 'observer', 'supervisor', 'tech',
]
/** Roles that belong to one side. */
export const SIDED: readonly Role[] = ['agent', 'witness']

export interface Party {
  id: string
  name: string
  role: Role
  side: string
}
export interface Hearing {
  id: string
  kind: string
  title: string
  case_number: string
  starts_at: number
  state: HearingState
  sitting: string | null
  rehearsal: boolean
  participants: Party[]
  /** You have a seat in it, or booked it. */
  yours?: boolean
  case?: string
  minutes?: number
  variant?: string
  form?: 'online' | 'mixed' | 'onsite'
  chamber?: string
  chamber_name?: string
  /** How to find the chamber, or where it is held when there is none. */
  place?: string
  /** The sitting that ended to go on at this place. */
  continues?: string
}
export interface Link {
  participant: string
  name: string
  role: Role
  url: string
  expires_at: number
  revoked: boolean
  /** The same in figures to read out, in groups; empty once it is revoked. */
  code: string
}
export interface Links {
  links: Link[]
  /** Where the codes are typed. */
  join: string
}
export interface Draft {
  /** The case itself, when the booking is made from it; else it is found by its number. */
  case?: string
  case_number: string
  title: string
  kind: string
  starts_at: number
  rehearsal: boolean
  minutes?: number
  variant?: string
  form?: string
  chamber?: string
  notify?: boolean
  /** Which one is wanted first; left out: as the server has it. */
  video_codec?: string
  /** Why it is booked in spite of a clash. */
  override?: string
  participants: { name: string; role: Role; side: string; purpose?: string; party?: string; agent?: string; email?: string; phone?: string; screened?: number[]; level?: string }[]
}

const at = (id: string) => `/api/hearings/${encodeURIComponent(id)}`

export const hearingsOf = async (day: string): Promise<Hearing[]> =>
  (await call<{ hearings: Hearing[] }>('GET', `/api/hearings?day=${day}`)).hearings
export const hearing = (id: string) => call<Hearing>('GET', at(id))
export const create = (draft: Draft) => call<Hearing>('POST', '/api/hearings', draft)
export const enter = (id: string) => call<{ ticket: string }>('POST', `${at(id)}/enter`, {})
export const linksOf = (id: string) => call<Links>('GET', `${at(id)}/links`)
export const renewLink = (id: string, participant: string) => call<Link>('POST', `${at(id)}/links/${participant}`, {})
export const revokeLink = (id: string, participant: string) => call<unknown>('DELETE', `${at(id)}/links/${participant}`)
export const qrOf = (id: string, participant: string) => `${at(id)}/links/${participant}/qr.svg`

export const kindWord = (kind: string): DeskWord => `kind_${(KINDS as readonly string[]).includes(kind) ? kind : 'other'}` as DeskWord

/** A day as `YYYY-MM-DD` in this place's time. */
export function dayOf(at: number | Date): string {
  const date = new Date(at)
  const two = (value: number) => String(value).padStart(2, '0')
  return `${date.getFullYear()}-${two(date.getMonth() + 1)}-${two(date.getDate())}`
}

export function dayAfter(day: string, days: number): string {
  const [year = 1970, month = 1, date = 1] = day.split('-').map(Number)
  return dayOf(new Date(year, month - 1, date + days))
}

/** Local date and time fields to Unix ms; NaN when either is not a time. */
export const momentOf = (day: string, time: string): number => new Date(`${readDay(day)}T${readTime(time)}`).getTime()

export interface Mistakes {
  case_number?: DeskWord
  title?: DeskWord
  when?: DeskWord
  people?: DeskWord
  names: boolean[]
}

/** What is missing before a hearing can be booked. */
export function check(draft: Draft): Mistakes {
  const people = draft.participants
  const mistakes: Mistakes = { names: people.map((p) => !p.name.trim()) }
  if (!draft.case && !draft.case_number.trim()) mistakes.case_number = 'required'
  if (!draft.title.trim()) mistakes.title = 'required'
  if (!Number.isFinite(draft.starts_at)) mistakes.when = 'whenWrong'
  if (!people.some((p) => PRESIDING.includes(p.role))) mistakes.people = 'peopleNoMediator'
  else if (people.length < 2) mistakes.people = 'peopleTooFew'
  return mistakes
}

export const isFine = (mistakes: Mistakes): boolean =>
  !mistakes.case_number && !mistakes.title && !mistakes.when && !mistakes.people && !mistakes.names.includes(true)

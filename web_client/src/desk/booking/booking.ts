/** The plan of hearings as the desk sees it: calendar, chambers, clashes, notices, consents. */
import type { Language } from '@/core/words'
import { dayAfter, dayOf, type Draft, type Hearing } from '../hearings/hearings'
import { call } from '../staff'

export interface Chamber {
  id: string
  organisation: { id: string; name: string }
  name: string
  place: string
  seats: number
  disabled: boolean
  editable: boolean
  standing: 'unpaired' | 'offline' | 'online' | 'busy'
  /** What the chamber's device says it is. */
  device: string
  seen_at: number | null
}
export interface PairingCode {
  code: string
  url: string
  expires_at: number
}
export interface HearingKind {
  id: string
  kind: string
  zh: string
  en: string
  minutes: number
  basis: string
}
export interface Clash {
  what: 'person' | 'chamber'
  name: string
  /** Empty when you may not see it. */
  hearing: string
  title: string
  starts_at: number
  minutes: number
}
export interface Findings {
  clashes: Clash[]
  lacks: { word: string; zh: string; en: string }[]
}
export interface Plan {
  starts_at: number
  minutes: number | null
  variant: string
  form: string
  chamber: string
  reason: string
  override: string
}
export interface NoticeRow {
  id: string
  name: string
  moment: string
  channel: 'email' | 'message' | 'print'
  state: string
  to: string
  cure: string
  tries: number
  due_at: number
  sent_at: number | null
  delivered_at: number | null
}
export interface NoticeLog {
  notices: NoticeRow[]
  channels: string[]
}
type Both = Record<Language, string>
export interface Text {
  item: string
  version: string
  kind: string
  title: Both
}
export interface Answered {
  item: string
  title: Both
  kind: string
  act: 'given' | 'refused' | 'withdrawn'
  version: string
  at: number
  by_staff: boolean
  note: string
  current: boolean
}
export interface PersonConsents {
  participant: string
  name: string
  role: string
  answers: Answered[]
  missing: string[]
}
export interface HearingConsents {
  people: PersonConsents[]
  items: Text[]
}

const at = (id: string) => `/api/hearings/${encodeURIComponent(id)}`

export const hearingsFrom = async (day: string, days: number): Promise<Hearing[]> =>
  (await call<{ hearings: Hearing[] }>('GET', `/api/hearings?day=${day}&days=${days}`)).hearings
export const chambers = async (): Promise<Chamber[]> => (await call<{ chambers: Chamber[] }>('GET', '/api/chambers')).chambers
export const kinds = async (): Promise<HearingKind[]> => (await call<{ hearings: HearingKind[] }>('GET', '/api/law')).hearings
export const createChamber = (organisation: string, body: object) => call<Chamber>('POST', `/api/organisations/${organisation}/chambers`, body)
export const editChamber = (chamber: Chamber, body: object) => call<Chamber>('PUT', `/api/organisations/${chamber.organisation.id}/chambers/${chamber.id}`, body)
const deviceOf = (chamber: Chamber) => `/api/organisations/${chamber.organisation.id}/chambers/${chamber.id}/device`
export const pairingCode = (chamber: Chamber) => call<PairingCode>('POST', deviceOf(chamber))
export const unpair = (chamber: Chamber) => call<void>('DELETE', deviceOf(chamber))
export const organisations = async (): Promise<{ id: string; name: string }[]> =>
  (await call<{ organisations: { id: string; name: string; may: string[] }[] }>('GET', '/api/organisations')).organisations.filter((one) => one.may.includes('edit_chambers'))
export const checkBooking = (draft: Draft) => call<Findings>('POST', '/api/bookings/check', draft)
export const checkPlan = (id: string, plan: Plan) => call<Findings>('POST', `${at(id)}/rebook/check`, plan)
export const rebook = (id: string, plan: Plan) => call<Hearing>('POST', `${at(id)}/rebook`, plan)
export const cancelHearing = (id: string, reason: string) => call<Hearing>('POST', `${at(id)}/cancel`, { reason })
export const notices = (id: string) => call<NoticeLog>('GET', `${at(id)}/notices`)
export const sendAgain = (id: string, notice: string, way: 'same' | 'print') => call<NoticeRow>('POST', `${at(id)}/notices/${notice}/again`, { way })
export const markPrinted = (id: string) => call<NoticeLog>('POST', `${at(id)}/notices/printed`)
export const consentsOf = (id: string) => call<HearingConsents>('GET', `${at(id)}/consents`)
export const writeConsent = (id: string, body: object) => call<HearingConsents>('POST', `${at(id)}/consents`, body)
export const paperOf = (id: string) => `${at(id)}/notices/paper.pdf`
export const invitationsOf = (id: string) => `${at(id)}/invitations.pdf`

export const isChangeable = (hearing: Hearing): boolean => ['booked', 'waiting', 'adjourned'].includes(hearing.state)
export const isCancellable = (hearing: Hearing): boolean => ['booked', 'waiting'].includes(hearing.state)
export const endOf = (one: { starts_at: number; minutes?: number }): number => one.starts_at + (one.minutes ?? 60) * 60_000

/** The Monday of the week of a day. */
export function mondayOf(day: string): string {
  const [year = 1970, month = 1, date = 1] = day.split('-').map(Number)
  return dayAfter(day, -((new Date(year, month - 1, date).getDay() + 6) % 7))
}

export const daysFrom = (first: string, count: number): string[] => Array.from({ length: count }, (_, n) => dayAfter(first, n))

/** Hearings by day, each day's earliest first; only those of a chamber when one is named. */
export function byDay(hearings: Hearing[], days: string[], chamber = ''): { day: string; hearings: Hearing[] }[] {
  const shown = hearings.filter((one) => !chamber || one.chamber === chamber).sort((x, y) => x.starts_at - y.starts_at)
  return days.map((day) => ({ day, hearings: shown.filter((one) => dayOf(one.starts_at) === day) }))
}

/** A whole number within bounds, or nothing. */
export function wholeOf(text: string, least: number, most: number): number | undefined {
  const value = /^\d{1,4}$/.test(text.trim()) ? Number(text) : Number.NaN
  return value >= least && value <= most ? value : undefined
}

/** Cases as the desk sees them: shapes of the API, calls, and what is worked out from them. */
import type { Role } from '@/core/protocol'
import type { Hearing } from '../hearings/hearings'
import { call } from '../staff'

export interface Term {
  code: string
  zh: string
  en: string
}
export interface Law {
  facts: { kind: string; zh: string; en: string }[]
  causes: Term[]
  claims: Term[]
  numbers: { kind: string; of: 'case' | 'document'; zh: string; en: string }[]
  routes: { route: string; zh: string; en: string }[]
  outcomes: string[]
}
export interface Deadline {
  limit: string
  zh: string
  en: string
  begins: string
  due: string | null
  state: 'running' | 'suspended' | 'overdue' | 'met' | 'late' | 'kept'
  days_left: number | null
  met: string | null
  extended: boolean
  anew_by: string
  value: number
  unit: 'working_days' | 'natural_days' | 'months' | 'years'
  basis: string
  source: string
  unit_source: string
  region: string
  notes: string
  unknown_years: number[]
}
export interface Party {
  id: string
  side: 'applicant' | 'respondent' | 'third_party'
  kind: 'person' | 'organisation'
  name: string
  id_number: string
  credit_code: string
  legal_representative: string
  legal_representative_post: string
  employer: string
  occupation: string
  phone: string
  address: string
  service_address: string
  electronic_address: string
  representative: boolean
}
export interface Agent {
  id: string
  party: string
  kind: string
  name: string
  power: 'general' | 'special'
  scope: string[]
  firm: string
  licence: string
  papers: string
  phone: string
  id_number: string
}
export interface Claim {
  id: string
  kind: string
  text: string
  amount_fen: number | null
  period_from: string
  period_to: string
  basis: string
  counter: boolean
}
export interface Exhibit {
  id: string
  side: string
  name: string
  source: string
  proves: string
  original: boolean
  reference: string
  /** What was submitted of it. */
  marks: string[]
}
export interface Step {
  route: string
  anew: boolean
  missing: { word: string; zh: string; en: string; basis: string }[]
}
export interface Case {
  id: string
  number: string
  title: string
  cause: string
  route: string
  procedure: 'mediation' | 'arbitration'
  summary: string
  group: boolean
  outcome: string
  organisation: { id: string; name: string }
  origin: string
  created_at: number
  parties: Party[]
  agents: Agent[]
  claims: Claim[]
  exhibits: Exhibit[]
  deadlines: Deadline[]
  steps: Step[]
  numbers: { number: string; kind: string; title: string; given_at: number }[]
  hearings: Hearing[]
  warnings: string[]
  may: string[]
}
export interface CaseRow {
  id: string
  number: string
  title: string
  cause: string
  route: string
  group: boolean
  organisation: { id: string; name: string }
  created_at: number
  parties: { side: string; name: string }[]
  next: Deadline | null
}
export interface CaseList {
  cases: CaseRow[]
  total: number
  page: number
  size: number
}
export interface CaseEvent {
  seq: number
  at: number
  actor: string
  what: string
  fact: string
  day: string
  until: string
  note: string
  body: string
  withdrawn: boolean
}
export interface Related {
  cases: { id: string; number: string; title: string; route: string; why: string; name: string }[]
  hidden: number
}
export interface RosterPerson {
  id: string
  name: string
  id_number: string
  phone: string
  amount_fen: number | null
  consent: boolean
  representative: boolean
}
export interface RosterProblem {
  line: number
  column: number
  heading: string
  zh: string
  en: string
}
export interface Filter {
  q: string
  route: string
  state: string
  due: string
  page: number
}
export type PieceKind = 'parties' | 'agents' | 'claims' | 'exhibits'

const at = (id: string, rest = '') => `/api/cases/${encodeURIComponent(id)}${rest}`
let known: Promise<Law> | null = null

/** Names and terms; asked for once. */
export function law(): Promise<Law> {
  known ??= call<Law>('GET', '/api/law').catch((error: unknown) => {
    known = null
    throw error
  })
  return known
}

export const listCases = (filter: Filter) => call<CaseList>('GET', `/api/cases${queryOf(filter)}`)
export const readCase = (id: string) => call<Case>('GET', at(id))
export const fileCase = (body: unknown) => call<Case>('POST', '/api/cases', body)
export const editCase = (id: string, body: unknown) => call<Case>('PUT', at(id), body)
export const savePiece = (id: string, kind: PieceKind, piece: string, body: unknown) =>
  piece ? call<Case>('PUT', at(id, `/${kind}/${piece}`), body) : call<Case>('POST', at(id, `/${kind}`), body)
export const removePiece = (id: string, kind: PieceKind, piece: string) => call<Case>('DELETE', at(id, `/${kind}/${piece}`))
export const noteFact = (id: string, body: unknown) => call<Case>('POST', at(id, '/facts'), body)
export const withdrawFact = (id: string, seq: number) => call<Case>('DELETE', at(id, `/facts/${seq}`))
export const takeStep = (id: string, body: unknown) => call<{ case: string; route: string; yours: boolean }>('POST', at(id, '/route'), body)
export const giveNumber = (id: string, body: unknown) => call<{ number: string }>('POST', at(id, '/numbers'), body)
export const historyOf = async (id: string) => (await call<{ events: CaseEvent[] }>('GET', at(id, '/history'))).events
export const relatedTo = (id: string) => call<Related>('GET', at(id, '/related'))
export const rosterOf = async (id: string) => (await call<{ people: RosterPerson[] }>('GET', at(id, '/roster'))).people
export const importRoster = (id: string, csv: string) => call<{ imported: number; problems: RosterProblem[] }>('POST', at(id, '/roster'), { csv })
export const organisations = async () =>
  (await call<{ organisations: { id: string; name: string; disabled: boolean }[] }>('GET', '/api/organisations')).organisations.filter((o) => !o.disabled)

/** The part of the address after `?`, also for this page's own address. */
export function queryOf(filter: Filter): string {
  const asked = new URLSearchParams()
  for (const name of ['q', 'route', 'state', 'due'] as const) if (filter[name].trim()) asked.set(name, filter[name].trim())
  if (filter.page > 1) asked.set('page', String(filter.page))
  const text = asked.toString()
  return text && `?${text}`
}

export function filterOf(query: Record<string, unknown>): Filter {
  const word = (name: string) => (typeof query[name] === 'string' ? query[name] : '')
  const page = Number(word('page'))
  return { q: word('q'), route: word('route'), state: word('state'), due: word('due'), page: Number.isInteger(page) && page > 0 ? page : 1 }
}

/** `23,400.5` → 2340050 fen; null for nothing, undefined for what is no amount. */
export function fenOf(text: string): number | null | undefined {
  const plain = text.replace(/[,，\s]|^[¥￥]|元$/g, '')
  if (!plain) return null
  if (!/^\d{1,12}(\.\d{1,2})?$/.test(plain)) return undefined
  const [yuan = '0', rest = ''] = plain.split('.')
  return Number(yuan) * 100 + Number(rest.padEnd(2, '0'))
}

/** 2340050 fen → `23,400.50`. */
export function yuanOf(fen: number): string {
  const whole = Math.floor(fen / 100).toString().replace(/\B(?=(\d{3})+$)/g, ',')
  return `${whole}.${String(fen % 100).padStart(2, '0')}`
}

/** All claims of the applicant's side that name an amount; null when none does. */
export function totalOf(claims: Claim[]): number | null {
  const amounts = claims.filter((claim) => !claim.counter && claim.amount_fen !== null)
  return amounts.length ? amounts.reduce((sum, claim) => sum + claim.amount_fen!, 0) : null
}

export type Tone = 'plain' | 'brand' | 'ok' | 'warn' | 'bad'
const SOON_DAYS = 3

/** How urgent a deadline looks. */
export function toneOf(deadline: Deadline): Tone {
  if (deadline.state === 'overdue' || deadline.state === 'late') return 'bad'
  if (deadline.state === 'met') return 'ok'
  if (deadline.state !== 'running') return 'plain'
  return deadline.days_left !== null && deadline.days_left <= SOON_DAYS ? 'warn' : 'brand'
}

export interface Invitee {
  name: string
  role: Role
  side: string
  party?: string
  agent?: string
}

/** The people whom a hearing of this case invites: natural persons themselves, organisations by their agents. */
export function inviteesOf(found: Pick<Case, 'parties' | 'agents'>): Invitee[] {
  const people: Invitee[] = []
  for (const party of found.parties) {
    const side = party.side === 'third_party' ? '' : party.side
    const agents = found.agents.filter((agent) => agent.party === party.id)
    if (party.kind === 'person') people.push({ name: party.name, role: party.side, side, party: party.id })
    else if (!agents.length) people.push({ name: party.legal_representative || party.name, role: party.side, side, party: party.id })
    people.push(...agents.map((agent) => ({ name: agent.name, role: 'agent' as Role, side, agent: agent.id })))
  }
  return people
}

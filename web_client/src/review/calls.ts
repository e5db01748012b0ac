/** The review of a case by a panel over HTTPS. Experts come with a ticket, staff with their login. */
import { get, post, remove, request, type Credentials } from '@/core/api'
import { language } from '@/core/words'

export interface Material {
  id: string
  kind: 'evidence' | 'minutes' | 'recording'
  title: string
  mark: string
  form: string
  day: number
  pages: number
  active: boolean
}

export interface Choice {
  kind: Material['kind']
  ref: string
  title: string
  mark: string
  form: string
  day: number
  kept_back: string
  /** Its id among the materials, empty while it is not opened. */
  material: string
}

export interface Opinion {
  participant: string
  name: string
  version: number
  at: number
  issue: string
  view: string
  basis: string
  confidence: 'sure' | 'likely' | 'unsure'
  yours: boolean
  late: boolean
  /** Others' opinions had been shown to its author before. */
  after_reading: boolean
}

export interface Conclusion {
  version: number
  at: number
  name: string
  text: string
  majority: string[]
  number: string
  url: string
}

export interface Review {
  case_number: string
  case_title: string
  part: 'chair' | 'member' | 'staff'
  you: string
  over: boolean
  question: string
  urgent: boolean
  due_at: number | null
  chair: string
  members: { id: string; name: string; versions: number; level: string }[]
  materials: Material[]
  opened_at: number | null
  sees: boolean
  opinions: Opinion[]
  unready: string
  conclusions: Conclusion[]
  advice: string
}

export interface Act {
  at: number
  name: string
  actor: string
  act: string
  title: string
  /** What was read: `file`, `recording`, `page 2`, a file of the recording, or `conclusion 1`. */
  what: string
  version: number
  why: string
}

export interface Track {
  track: string
  source: string
  files: { file: string; url: string }[]
}

/** `confidence` is empty until it is chosen. */
export type NewOpinion = Pick<Opinion, 'issue' | 'view' | 'basis'> & { confidence: Opinion['confidence'] | '' }
export interface Question {
  question: string
  urgent: boolean
  due_at: number | null
}

/** All calls about the review in one hearing. */
export function reviewCalls(hearing: string, who: () => Credentials) {
  const all = `/api/hearings/${encodeURIComponent(hearing)}/review`
  const said = (tail = '') => `${all}${tail}?lang=${language.value}`
  const material = (id: string, tail: string) => `${all}/materials/${encodeURIComponent(id)}${tail}`
  return {
    show: () => get<Review>(said(), who()),
    ask: (question: Question) => request<unknown>('PUT', said(), question, who()),
    choices: () => get<{ choices: Choice[] }>(said('/choices'), who()).then((answer) => answer.choices),
    give: (choice: Choice) => post<Material>(said('/materials'), { kind: choice.kind, ref: choice.ref }, who()),
    takeBack: (id: string) => remove<unknown>(`${material(id, '')}?lang=${language.value}`, who()),
    recording: (id: string) => get<{ tracks: Track[] }>(material(id, '/recording'), who()).then((answer) => answer.tracks),
    opine: (opinion: NewOpinion) => post<Opinion>(said('/opinions'), opinion, who()),
    open: () => post<unknown>(said('/opinions/open'), {}, who()),
    conclude: (text: string, majority: string[]) => post<Conclusion>(said('/conclusions'), { text, majority }, who()),
    log: () => get<{ acts: Act[] }>(said('/log'), who()).then((answer) => answer.acts),
    pageAddress: (id: string, page: number) => material(id, `/pages/${page}`),
    fileAddress: (id: string) => material(id, '/file'),
    /** The bytes of an address, with the ticket in a header where there is one. */
    bytes: (address: string) => bytes(address, who().ticket),
  }
}

export type ReviewCalls = ReturnType<typeof reviewCalls>

async function bytes(address: string, ticket?: string): Promise<Blob> {
  const response = await fetch(address, { headers: ticket ? { Authorization: `Ticket ${ticket}` } : {}, credentials: 'same-origin' })
  if (!response.ok) throw new Error(String(response.status))
  return response.blob()
}

/** Hand bytes to the browser as a file. */
export function keep(blob: Blob, name: string): void {
  const link = document.createElement('a')
  link.href = URL.createObjectURL(blob)
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(link.href), 60_000)
}

/** How many letters, figures or Chinese characters an opinion has at least, as the server counts them. */
export const LEAST_OPINION = 10
export const isToken = (view: string): boolean => {
  const said = view.match(/[\p{L}\p{N}]/gu) ?? []
  return said.length < LEAST_OPINION || new Set(said).size < 5
}

/** The last version of every expert's opinion, with the former ones, newest first. */
export function byExpert(opinions: Opinion[]): { last: Opinion; former: Opinion[] }[] {
  const found = new Map<string, Opinion[]>()
  for (const opinion of opinions) found.set(opinion.participant, [opinion, ...(found.get(opinion.participant) ?? [])])
  return [...found.values()].map(([last, ...former]) => ({ last: last!, former }))
}

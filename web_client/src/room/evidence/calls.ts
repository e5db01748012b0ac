/** Evidence over HTTPS: what the server knows of it, and the calls that change it. Everybody comes with a ticket. */
import { get, post, remove, request } from '@/core/api'
import { language } from '@/core/words'

export type ItemState = 'receiving' | 'checking' | 'draft' | 'submitted' | 'withdrawn' | 'refused'

export interface Item {
  id: string
  side: string
  mark: string
  title: string
  purpose: string
  file: string
  kind: string
  state: ItemState
  word: string
  /** Why it was refused, for people. */
  text: string
  bytes: number
  received: number
  pages: number
  seconds: number
  active: boolean
  by: string
  yours: boolean
  open: boolean
  submitted_at: number | null
  reason: string
  exhibit?: string
  /** Who handed it in, when staff took it in for a side. */
  received_from?: string
}

/** A line of the case's list of evidence; `marks`: what was submitted of it. */
export interface ListedMaterial {
  id: string
  side: string
  name: string
  marks: string[]
}

export interface Listed {
  items: Item[]
  side: string
  largest: Record<string, number>
  listed?: ListedMaterial[]
}

export interface NewItem {
  title: string
  bytes: number
  purpose?: string
  file?: string
  side?: string
  exhibit?: string
  received_from?: string
}

/** All calls about the evidence of one hearing. */
export function evidenceCalls(hearing: string, ticket: string) {
  const who = { ticket }
  const all = `/api/hearings/${encodeURIComponent(hearing)}/evidence`
  const one = (id: string, tail = '') => `${all}/${encodeURIComponent(id)}${tail}`
  const said = (path: string) => `${path}?lang=${language.value}`
  return {
    ticket,
    list: () => get<Listed>(said(all), who),
    show: (id: string) => get<Item>(said(one(id)), who),
    announce: (item: NewItem) => post<Item>(said(all), item, who),
    complete: (id: string) => post<Item>(said(one(id, '/complete')), {}, who),
    describe: (id: string, title: string, purpose: string) => request<Item>('PUT', said(one(id)), { title, purpose }, who),
    submit: (id: string) => post<Item>(said(one(id, '/submit')), {}, who),
    withdraw: (id: string, reason: string) => post<Item>(said(one(id, '/withdraw')), { reason }, who),
    discard: (id: string) => remove<unknown>(said(one(id)), who),
    bytesAddress: (id: string, from: number) => `${one(id, '/bytes')}?from=${from}&lang=${language.value}`,
    pageAddress: (id: string, page: number) => one(id, `/pages/${page}`),
    thumbnailAddress: (id: string) => one(id, '/thumbnail'),
    fileAddress: (id: string) => one(id, '/file'),
    playAddress: (id: string) => post<{ url: string }>(one(id, '/key'), {}, who).then((key) => key.url),
  }
}

export type EvidenceCalls = ReturnType<typeof evidenceCalls>

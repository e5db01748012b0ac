/** Evidence at the counter: calls in the name of the staff member, in the shape that uploading takes. */
import { pieceSender } from '@/room/evidence/upload'
import { call, staff } from '../staff'

export interface Taken {
  id: string
  exhibit: string
  side: string
  mark: string
  title: string
  kind: string
  state: 'receiving' | 'checking' | 'draft' | 'submitted' | 'withdrawn' | 'refused'
  text: string
  bytes: number
  received: number
  by: string
  received_from: string
}
export interface CounterList {
  items: Taken[]
  /** The hearing whose record it comes to; empty: none is to come. */
  hearing: string
  largest: Record<string, number>
}
export interface HandedIn {
  title: string
  bytes: number
  side: string
  received_from: string
  file: string
  exhibit: string
}

export function counterCalls(id: string) {
  const all = `/api/cases/${encodeURIComponent(id)}/evidence`
  const one = (item: string, tail = '') => `${all}/${encodeURIComponent(item)}${tail}`
  return {
    list: () => call<CounterList>('GET', all),
    takeIn: (given: HandedIn) => call<Taken>('POST', all, given),
    show: (item: string) => call<Taken>('GET', one(item)),
    complete: (item: string) => call<Taken>('POST', one(item, '/complete'), {}),
    submit: (item: string) => call<Taken>('POST', one(item, '/submit'), {}),
    discard: (item: string) => call<unknown>('DELETE', one(item)),
    bytesAddress: (item: string, from: number) => `${one(item, '/bytes')}?from=${from}`,
    ticket: '',
    send: pieceSender(() => ({ 'X-CSRF': staff.value?.csrf ?? '' })),
  }
}

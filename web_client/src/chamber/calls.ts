/** Calls of this chamber as its screen sees them. */
import { call } from './device'

export interface Call {
  id: string
  outgoing: boolean
  state: 'ringing' | 'accepted' | 'declined' | 'cancelled' | 'missed' | 'over'
  /** Who is at the other end. */
  other: string
  asked_at: number
  ends_at: number
  reason: string
}
export interface Neighbour {
  id: string
  name: string
  place: string
  organisation: string
  standing: 'unpaired' | 'offline' | 'online' | 'busy'
}

export const directory = async (): Promise<Neighbour[]> => (await call<{ chambers: Neighbour[] }>('GET', '/api/chamber/directory')).chambers
export const ring = (chamber: string) => call<Call>('POST', '/api/chamber/calls', { chamber })
export const act = (id: string, what: 'accept' | 'decline' | 'cancel' | 'end', reason = '') => call<Call>('POST', `/api/chamber/calls/${id}`, { act: what, reason })
export const enter = async (id: string): Promise<string> => (await call<{ ticket: string }>('POST', `/api/chamber/calls/${id}/enter`)).ticket

export const ringing = (calls: readonly Call[]): Call | undefined => calls.find((one) => one.state === 'ringing')
export const accepted = (calls: readonly Call[]): Call | undefined => calls.find((one) => one.state === 'accepted')

/** Calls that came to an end since the last look, for a word about it. */
export function ended(before: readonly Call[], now: readonly Call[]): Call[] {
  const rang = new Set(before.filter((one) => one.state === 'ringing').map((one) => one.id))
  return now.filter((one) => rang.has(one.id) && (one.state === 'declined' || one.state === 'missed' || one.state === 'cancelled'))
}

/** Chambers by organisation, in the order in which they came. */
export function byOrganisation(chambers: readonly Neighbour[]): { name: string; chambers: Neighbour[] }[] {
  const groups = new Map<string, Neighbour[]>()
  for (const one of chambers) groups.set(one.organisation, [...(groups.get(one.organisation) ?? []), one])
  return [...groups].map(([name, found]) => ({ name, chambers: found }))
}

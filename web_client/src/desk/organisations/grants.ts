/** Cases opened to others: shapes of the API, calls, and until when they hold. */
import { readDay } from '@/kit/dates'
import { dayOf } from '../hearings/hearings'
import { call } from '../staff'

export interface Grant {
  id: string
  account: string
  organisation: string
  name: string
  work: boolean
  reason: string
  given_at: number
  expires_at: number | null
  revoked_at: number | null
}
export interface Draft {
  to: 'person' | 'organisation'
  /** Where the person is, or the organisation itself; empty: somebody of an organisation that one does not see. */
  organisation: string
  account: string
  work: boolean
  reason: string
  until: string
}

const at = (id: string, rest = '') => `/api/cases/${encodeURIComponent(id)}/grants${rest}`

export const listGrants = async (id: string) => (await call<{ grants: Grant[] }>('GET', at(id))).grants
export const giveGrant = (id: string, body: unknown) => call<unknown>('POST', at(id), body)
export const revokeGrant = (id: string, grant: string) => call<unknown>('DELETE', at(id, `/${grant}`))

export type GrantState = 'holds' | 'expired' | 'revoked'
export const stateOf = (grant: Grant, now: number): GrantState =>
  grant.revoked_at !== null ? 'revoked' : grant.expires_at !== null && grant.expires_at <= now ? 'expired' : 'holds'

/** The end of a day in this place's time, Unix ms; null without one, NaN for what is no day. */
export function endOf(day: string): number | null {
  if (!day.trim()) return null
  if (!readDay(day)) return NaN
  const [year = 1970, month = 1, date = 1] = readDay(day).split('-').map(Number)
  return new Date(year, month - 1, date + 1).getTime()
}

/** The last day on which something that ends at a moment still holds. */
export const lastDay = (at: number) => dayOf(at - 1)

export type Mistake = 'account' | 'reason' | 'until'
export function mistakesOf(draft: Draft, now: number): Mistake[] {
  const end = endOf(draft.until)
  return [
    ...(draft.to === 'person' && !draft.account.trim() ? (['account'] as const) : []),
    ...(!draft.reason.trim() ? (['reason'] as const) : []),
    ...(end !== null && !(end > now) ? (['until'] as const) : []),
  ]
}

export const bodyOf = (draft: Draft) => ({
  ...(draft.to === 'person' ? { account: draft.account.trim() } : { organisation: draft.organisation }),
  work: draft.work,
  reason: draft.reason.trim(),
  expires_at: endOf(draft.until),
})

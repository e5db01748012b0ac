/** The log of changes in an organisation and all below it: shapes of the API, and each change in words. */
import { call } from '../staff'
import { roleName } from './organisations'
import { made, o } from './words'

export interface Change {
  id: number
  at: number
  act: string
  /** An account, `console` or `device`. */
  by: string
  by_name: string
  organisation: { id: string; name: string }
  account: string
  account_name: string
  before: string
  after: string
  subject: string
}
export const ACTS = [
  ...['organisation_created', 'organisation_renamed', 'organisation_moved', 'organisation_disabled', 'organisation_enabled'],
  ...['account_created', 'roles_changed', 'password_renewed', 'account_disabled', 'account_enabled'],
  ...['case_opened', 'case_closed', 'device_paired', 'device_unpaired'],
  ...['model_fetched', 'model_imported', 'model_chosen'],
] as const

export function changesOf(organisation: string, act: string, before: number): Promise<{ changes: Change[]; more: boolean }> {
  const asked = new URLSearchParams({ ...(act ? { act } : {}), ...(before ? { before: String(before) } : {}) })
  return call('GET', `/api/organisations/${encodeURIComponent(organisation)}/log?${asked}`)
}

const roles = (text: string): string => (text ? text.split(',').map(roleName).join(o('and')) : o('logNoRoles'))

/** Who did it. */
export const actorOf = (change: Change): string => change.by_name || made(`logBy_${change.by}`, change.by)

/** What was changed, into what. */
export function detailOf(change: Change): string {
  const { act, before, after, subject, account_name: who } = change
  if (act === 'account_created') return `${who} · ${roles(after)}`
  if (act === 'roles_changed') return `${who} · ${roles(before)} → ${roles(after)}`
  const what = [who, subject].filter(Boolean).join(' · ')
  const into = before && after ? `${before} → ${after}` : after
  return [what, into].filter(Boolean).join(' · ')
}

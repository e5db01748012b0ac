/** The tree of organisations and its staff: shapes of the API, calls, and what the tree allows. */
import type { Field } from '../cases/forms'
import { call } from '../staff'
import { made, o } from './words'

export const LEVELS = ['province_city', 'district', 'street', 'enterprise'] as const
export type Level = (typeof LEVELS)[number]
export const ROLES = ['admin', 'mediator', 'arbitrator', 'clerk', 'filing', 'legal_aid', 'expert', 'supervisor', 'tech'] as const

export interface Organisation {
  id: string
  name: string
  short_name: string
  level: Level
  parent: string
  disabled: boolean
  may: string[]
}
export interface Member {
  account: string
  name: string
  person: string
  disabled: boolean
  roles: string[]
  elsewhere: { id: string; name: string }[]
  yours: boolean
  password: string
}
/** A row of the tree as it is drawn, parents before their children. */
export interface Row {
  organisation: Organisation
  depth: number
  children: number
  position: number
  siblings: number
}

const at = (id = '', rest = '') => `/api/organisations${id && `/${encodeURIComponent(id)}`}${rest}`
const of = (member: Member) => encodeURIComponent(member.account)

export const listOrganisations = async () => (await call<{ organisations: Organisation[] }>('GET', at())).organisations
export const createOrganisation = (body: unknown) => call<Organisation>('POST', at(), body)
export const editOrganisation = (id: string, body: unknown) => call<Organisation>('PUT', at(id), body)
export const moveOrganisation = (id: string, parent: string) => call<Organisation>('PUT', at(id, '/parent'), { parent })
export const staffOf = async (id: string) => (await call<{ staff: Member[] }>('GET', at(id, '/staff'))).staff
export const createMember = (id: string, body: unknown) => call<Member>('POST', at(id, '/staff'), body)
export const addKnown = (id: string, body: unknown) => call<unknown>('POST', at(id, '/staff/known'), body)
export const setRoles = (id: string, member: Member, roles: string[]) => call<unknown>('PUT', at(id, `/staff/${of(member)}`), { roles })
export const setUse = (id: string, member: Member, disabled: boolean) => call<unknown>('PUT', at(id, `/staff/${of(member)}/use`), { disabled })
export const renewPassword = (id: string, member: Member) => call<Member>('POST', at(id, `/staff/${of(member)}/password`), {})

export const levelName = (level: string) => made(`level_${level}`, level)
export const roleName = (role: string) => made(`role_${role}`, role)

/** The rows to draw: all below an open one, neighbours by name. What hangs below something you do not see stands at the top. */
export function rowsOf(all: Organisation[], closed: ReadonlySet<string>): Row[] {
  const seen = new Set(all.map((one) => one.id))
  const byName = [...all].sort((one, other) => one.name.localeCompare(other.name, 'zh'))
  const below = (parent: string) => byName.filter((one) => (seen.has(one.parent) ? one.parent : '') === parent)
  const rows: Row[] = []
  const walk = (parent: string, depth: number) => {
    const siblings = below(parent)
    siblings.forEach((organisation, index) => {
      const children = below(organisation.id).length
      rows.push({ organisation, depth, children, position: index + 1, siblings: siblings.length })
      if (!closed.has(organisation.id)) walk(organisation.id, depth + 1)
    })
  }
  walk('', 0)
  return rows
}

/** An organisation lies under one of a higher level, or of the highest. */
export const fitsUnder = (level: Level, above: Level) => LEVELS.indexOf(level) > LEVELS.indexOf(above) || (level === above && level === LEVELS[0])

/** Where an organisation may be moved: in use, yours to change, of a fitting level, and not below itself. */
export function targetsOf(all: Organisation[], moved: Organisation): Organisation[] {
  const inside = new Set([moved.id])
  for (const one of all) if (inside.has(one.parent)) inside.add(one.id)
  return all.filter(
    (one) => !inside.has(one.id) && one.id !== moved.parent && !one.disabled && one.may.includes('edit_organisations') && fitsUnder(moved.level, one.level),
  )
}

const nameFields = (): Field[] => [
  { name: 'name', label: o('name'), kind: 'text', required: true, maxlength: 100, wide: true },
  { name: 'short_name', label: o('shortName'), kind: 'text', maxlength: 20, hint: o('shortNameHint'), wide: true },
]
export const renameFields = nameFields
export const newFields = (above: Level): Field[] => [
  ...nameFields(),
  { name: 'level', label: o('level'), kind: 'choice', wide: true, options: LEVELS.filter((level) => fitsUnder(level, above)).map((value) => ({ value, label: levelName(value) })) },
]
export const moveFields = (targets: Organisation[]): Field[] => [
  { name: 'parent', label: o('moveTo'), kind: 'choice', wide: true, hint: o('moveHint'), options: targets.map((one) => ({ value: one.id, label: one.name })) },
]
export const rolesField = (): Field => ({
  name: 'roles', label: o('roles'), kind: 'checks', wide: true, required: true, options: ROLES.map((value) => ({ value, label: roleName(value) })),
})
export const memberFields = (): Field[] => [
  { name: 'person', label: o('person'), kind: 'text', required: true, maxlength: 100 },
  { name: 'name', label: o('account'), kind: 'text', required: true, maxlength: 60, hint: o('accountHint') },
  rolesField(),
]
export const knownFields = (): Field[] => [
  { name: 'name', label: o('account'), kind: 'text', required: true, maxlength: 60, wide: true, hint: o('accountKnownHint') },
  rolesField(),
]

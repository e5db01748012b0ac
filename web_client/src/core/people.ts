import type { Role } from './protocol'
import { t, type Word } from './words'

/** The name of a role on the screen; an agent or witness also says on whose side. */
export function roleName(role: Role, side = ''): string {
  if (role === 'agent' && (side === 'applicant' || side === 'respondent')) return t(`agent_${side}`)
  return t(`role_${role}` as Word)
}

/** One character that stands for a person without a picture. */
export function initial(name: string): string {
  return Array.from(name.trim())[0]?.toUpperCase() ?? '·'
}

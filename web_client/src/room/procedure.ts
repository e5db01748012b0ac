/** What the tables of the procedures say about one's own right and the ways on; the server decides (rules/floor.py, stages.py). */
import { COLUMNS, FLOOR, PROCEDURES, type Procedure, type Stage } from '@/core/procedures'
import { LISTEN_ONLY, type Role } from '@/core/protocol'
import { language } from '@/core/words'
import type { Course } from './course'

/** F free, G when given the floor, O own device only, - muted, L listens, X not there. */
export type Right = 'F' | 'G' | 'O' | '-' | 'L' | 'X'
type Somebody = { id: string; role: Role; side: string; beside?: { id: string; role: Role; side: string }[] }

export const tableOf = (course: Course): Procedure | undefined => PROCEDURES[course.procedure]
export const stageOf = (course: Course, code = course.stage): Stage | undefined =>
  tableOf(course)?.stages.find((stage) => stage.code === code)

export const stageName = (stage: Stage | undefined): string => (stage ? (language.value === 'en' ? stage.en : stage.zh) : '')

export function columnOf(course: Course, person: Somebody): string {
  if (person.id === course.chair) return 'presiding'
  return COLUMNS[person.role] ?? (person.side || 'third')
}

/** Who may take the chair in this procedure while whoever presides is absent. */
export const mayPreside = (course: Course, person: Somebody): boolean =>
  !!course.chair && person.id !== course.chair && [...(tableOf(course)?.stands_in ?? []), ...(tableOf(course)?.presides ?? [])].includes(person.role)

/** What somebody may do at the table in this stage. */
export function rightOf(course: Course, person: Somebody): Right {
  const own = ownRight(course, person)
  if (own !== 'F' && own !== 'G') return own
  // One microphone for all who sit there: it is open while any of them may speak.
  return person.beside?.some((one) => ownRight(course, one) === 'F') ? 'F' : own
}

function ownRight(course: Course, person: Somebody): Right {
  const stage = stageOf(course)
  if (!stage) return LISTEN_ONLY.includes(person.role) ? 'L' : 'F'
  const column = columnOf(course, person)
  const cell = FLOOR[stage.group]?.[column] ?? '-'
  if (cell === 'T') return course.turns[stage.code] === column ? 'F' : '-'
  if (cell === 'A') return course.watchAllowed ? 'L' : 'X'
  return cell as Right
}

export const canBeGiven = (right: Right): boolean => right === 'F' || right === 'G' || right === 'O'

/** The regular way on; empty at the end, where one closes. */
export function nextStage(course: Course): Stage | undefined {
  const table = tableOf(course)
  const stage = stageOf(course)
  if (!table || !stage) return undefined
  if (course.resumesAt && stage.code === table.first) return stageOf(course, course.resumesAt)
  const onward = stageOf(course, stage.next?.find((code) => code !== table.end) ?? '')
  const back = stage.returns ? stageOf(course, course.origins[stage.code] ?? '') : undefined
  if (!back) return onward
  return onward && (onward.requires ?? []).every((code) => course.passed.includes(code)) ? onward : back
}

/** All other stages that may be entered from here, those that need a reason marked. */
export function jumps(course: Course, columns: string[]): { stage: Stage; reason: boolean }[] {
  const table = tableOf(course)
  const now = stageOf(course)
  if (!table || !now || now.code === table.lobby || now.code === table.end) return []
  const order = table.stages.indexOf(now)
  const plain = [...(now.next ?? []), ...(now.returns ? [course.origins[now.code] ?? ''] : [])]
  const found: { stage: Stage; reason: boolean }[] = []
  table.stages.forEach((stage, at) => {
    if ([now.code, table.end, table.lobby, nextStage(course)?.code].includes(stage.code)) return
    if (stage.needs && !columns.includes(stage.needs)) return
    if (plain.includes(stage.code)) found.push({ stage, reason: false })
    else if ((!now.aside && !stage.aside && at > order) || stage.jump_from?.some((from) => from === '*' || from === now.code))
      found.push({ stage, reason: true })
  })
  return found
}

/** Texts of the minutes with what this hearing fills in. Pure. */
import { timeOfDay } from '@/core/clock'
import { PRESIDING, type Paragraph } from '@/core/protocol'
import type { Template } from '@/room/forms'
import type { Line, Person, RoomState } from '@/room/state'

/** For the clerk to fill in. */
export const BLANK = '＿＿'
const NONE = '无'
const BESIDE = ['agent', 'legal_rep', 'statutory_agent', 'legal_aid']

export const offered = <T extends { kinds: string[] }>(all: T[], kind: string): T[] => all.filter((one) => !one.kinds.length || one.kinds.includes(kind))

/** The ids of texts that stand in the minutes. */
export const putIn = (lines: Line[]): Set<string> => new Set(lines.filter((line) => line.template && !line.struck).map((line) => line.template!.split('@')[0]!))

/** Where the text is that comes after the last one put in; -1: none is left. */
export function nextToPut(ids: string[], done: ReadonlySet<string>): number {
  const last = ids.reduce((found, id, n) => (done.has(id) ? n : found), -1)
  const after = ids.findIndex((id, n) => n > last && id !== '')
  return after >= 0 ? after : ids.findIndex((id) => id !== '' && !done.has(id))
}

export function paragraphsOf(template: Template, state: RoomState, me: string, now: number): Paragraph[] {
  const values = valuesOf(state, now)
  return template.paragraph.map(({ by, text }) => ({
    text: text.replace(/\{(\w+)\}/g, (_, name: string) => values[name] || BLANK),
    speaker: by && (speakerFor(state, by) ?? me),
  }))
}

function speakerFor(state: RoomState, by: 'presiding' | 'clerk'): string | undefined {
  if (by === 'clerk') return state.people.find((one) => one.role === 'clerk')?.id
  return state.course.chair || state.people.find((one) => PRESIDING.includes(one.role))?.id
}

function valuesOf(state: RoomState, now: number): Record<string, string> {
  const chair = speakerFor(state, 'presiding')
  const role = (...roles: string[]) => state.people.filter((one) => roles.includes(one.role) && one.id !== chair).map((one) => one.name).join('、')
  const parties = state.people.filter((one) => ['applicant', 'respondent', 'third_party', ...BESIDE].includes(one.role))
  return {
    case_number: state.sitting?.caseNumber ?? '',
    case_title: state.sitting?.caseTitle ?? '',
    organisation: state.sitting?.organisation ?? '',
    date: dated(now),
    time: timeOfDay(now),
    presiding: state.people.find((one) => one.id === chair)?.name ?? '',
    arbitrators: role('arbitrator', 'sole_arbitrator', 'chief_arbitrator', 'co_mediator') || NONE,
    clerk: role('clerk'),
    applicant: sideOf(state.people, 'applicant'),
    respondent: sideOf(state.people, 'respondent'),
    third: sideOf(state.people, 'third_party') || NONE,
    absent: parties.filter((one) => !one.present && !one.inPerson).map((one) => one.name).join('、') || NONE,
  }
}

const dated = (now: number): string => {
  const day = new Date(now)
  return `${day.getFullYear()}年${day.getMonth() + 1}月${day.getDate()}日`
}

/** `陈立（委托代理人赵敏）`. */
function sideOf(people: Person[], side: string): string {
  const names = people.filter((one) => one.role === side).map((one) => one.name).join('、')
  const beside = people.filter((one) => BESIDE.includes(one.role) && (one.side === side || (side === 'third_party' && one.side === 'third')))
  const named = beside.map((one) => `${one.role === 'legal_rep' ? '法定代表人' : '委托代理人'}${one.name}`).join('、')
  if (!names) return named
  return named ? `${names}（${named}）` : names
}

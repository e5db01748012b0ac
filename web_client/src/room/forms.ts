/** How minutes are written in each kind of hearing, as the server has it: texts to put in, stage directions, names. */
import { computed, shallowRef, type ComputedRef, type Ref } from 'vue'
import { get } from '@/core/api'
import type { Line, Person, RoomState } from './state'

export interface Template {
  id: string
  title_zh: string
  title_en: string
  kinds: string[]
  version: string
  paragraph: { by: 'presiding' | 'clerk' | ''; text: string }[]
}

export interface MinutesForms {
  template: Template[]
  direction: { id: string; text: string; kinds: string[] }[]
  style: { id: string; kinds: string[]; short: Record<string, string> }[]
}

export type Labels = ReadonlyMap<string, string>

const forms = shallowRef<MinutesForms | null>(null)
let asked = false

/** Asked for once; null until then, or where the server has none: names then stand in full. */
export function useForms(): Readonly<Ref<MinutesForms | null>> {
  if (!asked) {
    asked = true
    get<MinutesForms>('/api/minutes-forms').then(
      (found) => (forms.value = found),
      () => (asked = false),
    )
  }
  return forms
}

/** How speakers are named in this hearing, by their id: `申`, `被代`; empty where they stand in full. */
export function useLabels(state: Readonly<Ref<RoomState>>): ComputedRef<Labels> {
  const found = useForms()
  return computed(() => shortNames(found.value?.style.find((one) => one.kinds.includes(state.value.sitting?.kind ?? ''))?.short ?? {}, state.value.people))
}

/** Several people of one short form are told apart by their names. */
export function shortNames(short: Record<string, string>, people: Pick<Person, 'id' | 'name' | 'role' | 'side'>[]): Labels {
  const form = (person: { role: string; side: string }) => short[`${person.role}:${person.side}`] ?? short[person.role] ?? ''
  const count = new Map<string, number>()
  for (const person of people) count.set(form(person), (count.get(form(person)) ?? 0) + 1)
  return new Map(people.filter(form).map((person) => [person.id, count.get(form(person)) === 1 ? form(person) : `${form(person)}（${person.name}）`]))
}

/** Nobody's words: put there by a person or the rules, with nothing heard behind it (as signing/minutes_text.py). */
export const isDirection = (line: Line): boolean => !line.speaker && line.machine_text === null && line.start_ms === null

/** The number that each paragraph has in the printed minutes: it runs through the sitting, directions have none. */
export function numbersOf(lines: Line[]): ReadonlyMap<string, number> {
  const stand = lines.filter((line) => !line.struck && !isDirection(line))
  return new Map(stand.map((line, n) => [line.line, n + 1]))
}

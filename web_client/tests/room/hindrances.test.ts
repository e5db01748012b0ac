import { describe, expect, it } from 'vitest'
import { NEEDS, PROCEDURES } from '@/core/procedures'
import type { Command, Role } from '@/core/protocol'
import { barred, hindrance, obstacle } from '@/room/powers'
import { emptyCourse } from '@/room/course'
import { emptyRoom, type Person, type RoomState } from '@/room/state'
import list from './hindrances.json'

/** Written by the rules themselves: procedure, stage, who, refusal, the commands that meet it. */
const LIST = list.refused as unknown as Record<string, Record<string, Record<string, Record<string, string[]>>>>
const none = { microphone: false, camera: false, screen: false }
const person = (id: string, role: Role, change: Partial<Person> = {}): Person => ({
  id, name: id, role, side: '', place: 'table', present: true, knocked: true, knockedAt: 1, admitted: true,
  refused: null, cut: '', muted: false, sharing: false, off: none, sources: none, codec: '', ...change,
})
const chair = person('p_chair', 'mediator')
const room = (procedure: string, stage: string, people: Person[] = [], delegated: string[] = []): RoomState => ({
  ...emptyRoom, phase: 'open', people: [chair, ...people], course: { ...emptyCourse, procedure, stage, chair: 'p_chair', appointed: 'p_chair', delegated },
})

describe('what a page greys out', () => {
  for (const [procedure, stages] of Object.entries(LIST))
    it(`is what the rules refuse in every stage of ${procedure}`, () => {
      for (const [stage, actors] of Object.entries(stages))
        for (const [actor, met] of Object.entries(actors)) {
          const me = actor === 'chair' ? chair : person('p_me', (actor === 'asked' ? 'clerk' : actor) as Role)
          const state = room(procedure, stage, [me], actor === 'asked' ? ['p_me'] : [])
          for (const wish of list.commands as Command['type'][]) {
            const said = Object.keys(met).find((word) => met[word]!.includes(wish)) ?? ''
            expect([stage, actor, wish, hindrance(state, me, wish)]).toEqual([stage, actor, wish, said])
          }
        }
    })

  it('knows only commands, procedures and stages that there are', () => {
    expect(Object.keys(NEEDS)).toEqual(expect.arrayContaining(list.commands))
    for (const [name, stages] of Object.entries(LIST)) expect(PROCEDURES[name]!.stages.map((stage) => stage.code)).toEqual(expect.arrayContaining(Object.keys(stages)))
  })
})

describe('what stands in the way as the hearing stands', () => {
  const about = person('p_x', 'applicant', { side: 'applicant' })
  const alone: Command = { type: 'Move', participants: ['p_x'], place: 'caucus:1' }
  const give: Command = { type: 'GiveFloor', participant: 'p_x' }
  const call: Command = { type: 'Move', participants: ['p_x'], place: 'table' }

  it('is the stage for private talks and for the floor', () => {
    expect(obstacle(room('mediation', 'M5_STATEMENTS'), about, alone)).toBe('no_caucus_now')
    expect(obstacle(room('mediation', 'M7_NEGOTIATE'), about, alone)).toBe('')
    expect(obstacle(room('mediation', 'M7C_CAUCUS'), about, alone)).toBe('')
    expect(obstacle(room('', ''), about, alone)).toBe('')
    expect(obstacle(room('mediation', 'M5_STATEMENTS'), about, give)).toBe('silent_in_stage')
    expect(obstacle(room('mediation', 'M7_NEGOTIATE'), about, give)).toBe('')
  })

  it('is a witness who was not called, and people kept apart', () => {
    const witness = person('p_x', 'witness', { place: 'isolation' })
    expect(obstacle(room('arbitration', 'A4_CLAIM'), witness, call)).toBe('witness_not_called')
    expect(obstacle(room('arbitration', 'A8W_WITNESS'), witness, call)).toBe('')
    expect(obstacle(room('arbitration', 'A4_CLAIM'), witness, { type: 'Admit', participant: 'p_x' })).toBe('')
    const other = person('p_y', 'respondent', { screened: ['p_x'] })
    expect(obstacle(room('mediation', 'M7_NEGOTIATE', [other]), { ...about, place: 'lobby' }, call)).toBe('screened')
    expect(obstacle(room('mediation', 'M7_NEGOTIATE', [{ ...other, place: 'lobby' }]), about, call)).toBe('')
  })

  it('says who one is first, in words', () => {
    const clerk = person('p_c', 'clerk')
    expect(barred(room('mediation', 'M5_STATEMENTS', [clerk]), clerk, about, give)).toContain('主持人')
    expect(barred(room('mediation', 'M5_STATEMENTS'), chair, about, give)).toContain('不能发言')
    expect(barred(room('mediation', 'M7_NEGOTIATE'), chair, about, give)).toBeUndefined()
  })
})

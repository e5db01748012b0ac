import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createApp, h, nextTick, shallowRef, type App } from 'vue'
import type { SaidFrame } from '@/core/protocol'
import Captions from '@/room/Captions.vue'
import { MOST_CAPTIONS, MOST_LETTERS, tail } from '@/room/captions'
import type { LiveRoom } from '@/room/live'
import { emptyRoom, type Line, type Person, type RoomState } from '@/room/state'
import { MOST_KEPT, whyNotWrite, withSaid } from '@/room/writing'

const person = (more: Partial<Person> = {}) => ({ id: 'p_a', name: '陈立', role: 'applicant', side: 'applicant', place: 'table', present: true, ...more }) as Person
const room = (me: Person, more: Partial<RoomState> = {}): RoomState => ({ ...emptyRoom, phase: 'open', people: [me], ...more })

describe('whoever takes part in writing', () => {
  it.each([
    ['', person(), {}],
    ['', person({ place: 'caucus:1' }), { phase: 'adjourned' }],
    ['none', person({ role: 'observer' }), {}],
    ['none', person({ place: 'lobby' }), {}],
    ['none', person(), { phase: 'waiting' }],
    ['muted', person({ muted: true }), {}],
    ['adjourned', person(), { phase: 'adjourned' }],
    ['turn', person(), { floor: { held: true, holder: 'p_b', free: false } }],
  ] as const)('is told why not: %s', (why, me, more) => expect(whyNotWrite(room(me, more as Partial<RoomState>), 'p_a', true)).toBe(why))

  it('waits for the line', () => expect(whyNotWrite(room(person()), 'p_a', false)).toBe('offline'))

  it('finds the newest of what passed', () => {
    const frame = (at: number): SaidFrame => ({ kind: 'said', participant: 'p_a', text: 'x', at })
    const all = Array.from({ length: MOST_KEPT + 5 }, (_, n) => frame(n)).reduce<SaidFrame[]>(withSaid, [])
    expect([all.length, all[0]!.at, all.at(-1)!.at]).toEqual([MOST_KEPT, 5, MOST_KEPT + 4])
  })
})

describe('captions', () => {
  let app: App
  let box: HTMLElement
  const state = shallowRef<RoomState>(emptyRoom)
  const said = shallowRef<readonly SaidFrame[]>([])
  const line = (id: string, text: string, more: Partial<Line> = {}) => ({ line: id, speaker: 'p_a', text, start_ms: 0, machine_text: text, struck: false, history: [{ at: Date.now() }], ...more }) as Line
  const texts = () => [...box.querySelectorAll('p')].map((one) => one.textContent)
  const tell = async (...lines: Line[]) => {
    state.value = { ...state.value, lines }
    await nextTick()
    await nextTick()
  }

  beforeEach(() => {
    vi.useFakeTimers()
    state.value = { ...emptyRoom, people: [person()], lines: [line('u0', '早先说的')] }
    said.value = []
    box = document.body.appendChild(document.createElement('div'))
    app = createApp(() => h(Captions, { room: { state, said, saying: new Map(), me: shallowRef(person()) } as unknown as LiveRoom }))
    app.mount(box)
  })
  afterEach(() => {
    app.unmount()
    box.remove()
    vi.useRealTimers()
  })

  it('show what is new, as it is worded now, and few at once', async () => {
    expect(texts()).toEqual([])
    await tell(line('u0', '早先说的'), line('u1', '三千元'), line('h1', '（敲槌）', { speaker: '', start_ms: null, machine_text: null }))
    expect(texts()).toEqual(['申请人 陈立：三千元'])
    await tell(line('u1', '<b>3000元</b>'), ...Array.from({ length: MOST_CAPTIONS - 1 }, (_, n) => line(`v${n}`, '又')))
    expect(texts()[0]).toBe('申请人 陈立：<b>3000元</b>')
    await tell(line('u1', '3000元'), ...Array.from({ length: 9 }, (_, n) => line(`v${n}`, '又')))
    expect(texts()).toHaveLength(MOST_CAPTIONS)
  })

  it('go after a while, and at once when one leaves the private talk', async () => {
    await tell(line('u1', '三千元'))
    said.value = [{ kind: 'said', participant: 'p_a', text: '底线两万', at: 0 }]
    await nextTick()
    expect(texts()).toEqual(['申请人 陈立：三千元', '申请人 陈立：底线两万'])
    said.value = []
    await nextTick()
    await nextTick()
    expect(texts()).toEqual(['申请人 陈立：三千元'])
    await vi.advanceTimersByTimeAsync(10_000)
    expect(texts()).toEqual([])
  })

  it('leave out what was said before one came', async () => {
    await tell(line('u1', '很久以前', { history: [{ at: Date.now() - 60_000 }] as Line['history'] }))
    expect(texts()).toEqual([])
  })

  it('keep the end of a long text', () => {
    const long = `${'甲'.repeat(200)}乙`
    expect([...tail(long)].length).toBe(MOST_LETTERS + 1)
    expect(tail(long).endsWith('乙')).toBe(true)
  })
})

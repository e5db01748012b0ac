import { afterEach, describe, expect, it } from 'vitest'
import { createApp, h, nextTick, type App } from 'vue'
import type { Command } from '@/core/protocol'
import VoicesPanel from '@/desk/room/minutes/VoicesPanel.vue'
import { sharedMicrophones } from '@/desk/room/minutes/voices'
import { roomKey, type LiveRoom } from '@/room/live'
import type { Line, Person } from '@/room/state'

const line = (id: number, change: Partial<Line> = {}): Line => ({
  line: `u${id}`, speaker: 'p_c', start_ms: id * 1000, end_ms: id * 1000 + 900, text: `第${id}句`, machine_text: '', version: 0, segments: [], merged_into: '',
  track: 'p_c', voice: 'v1', voice_confidence: 0.5, struck: false, adopted: false, history: [], place: [0, id], after: '', ...change,
})
const person = (id: string, name: string, more: Partial<Person> = {}) => ({ id, name, role: 'applicant', side: 'applicant', ...more }) as Person
const people = [person('p_c', '第三庭', { role: 'chamber', beside: [{ id: 'p_a', role: 'applicant', side: 'applicant' }] }), person('p_a', '张三'), person('p_b', '李四')]

let app: App | undefined
afterEach(() => app?.unmount())

describe('the voices at a shared microphone', () => {
  it('are listed by number, each with its clearest line and whose most of its lines are', () => {
    const lines = [
      line(1, { voice: 'v10' }),
      line(2, { voice: 'v2', speaker: 'p_a' }),
      line(3, { voice: 'v2', speaker: 'p_a', voice_confidence: 0.9 }),
      line(4, { voice: 'v2', speaker: 'p_b' }),
      line(5, { voice: '' }),
      line(6, { struck: true, voice: 'v3' }),
    ]
    const [one] = sharedMicrophones(lines, people)
    expect(one!.voices.map((v) => [v.voice, v.count, v.speaker, v.sample.line])).toEqual([['v2', 3, 'p_a', 'u3'], ['v10', 1, '', 'u1']])
    expect(one!.choices.map((p) => p.id)).toEqual(['p_a'])
    expect(sharedMicrophones([line(1, { voice: '' })], people)).toEqual([])
  })

  it('are named by choosing who it is', async () => {
    const wishes: Command[] = []
    const room = { wish: (wish: Command) => (wishes.push(wish), Promise.resolve()) } as unknown as LiveRoom
    const box = document.body.appendChild(document.createElement('div'))
    app = createApp({ render: () => h(VoicesPanel, { lines: [line(1), line(2)], people, playing: '' }) })
    app.provide(roomKey, room)
    app.mount(box)
    box.querySelector<HTMLElement>('[data-test="voices-open"]')!.click()
    await nextTick()
    const choice = box.querySelector('select')!
    expect([...choice.options].map((option) => option.value)).toEqual(['', 'p_a'])
    choice.value = 'p_a'
    choice.dispatchEvent(new Event('change'))
    expect(wishes).toEqual([{ type: 'NameVoice', participant: 'p_c', voice: 'v1', speaker: 'p_a' }])
  })
})

import { afterEach, describe, expect, it } from 'vitest'
import { createApp, h, nextTick, type App } from 'vue'
import type { Command } from '@/core/protocol'
import HintChips from '@/desk/room/minutes/HintChips.vue'
import { openHints, withHint } from '@/desk/room/minutes/hints'
import { roomKey, type LiveRoom } from '@/room/live'
import type { Line, Person } from '@/room/state'

const hint = (at: number, said: string, text: string) => ({ at, length: [...said].length, text, said, kind: 'hot_word' })
const line = (change: Partial<Line> = {}): Line => ({
  line: 'u1', speaker: 'p_a', start_ms: 0, end_ms: 900, text: '𬀩请张小文陈述', machine_text: '𬀩请张小文陈述', version: 0, segments: ['u1'],
  merged_into: '', track: 'p_a', voice: '', voice_confidence: 0, struck: false, adopted: false, history: [], place: [0, 1], after: '', hints: [hint(2, '张小文', '张晓雯')], ...change,
})

let app: App | undefined
afterEach(() => {
  app?.unmount()
  document.body.innerHTML = ''
})

async function open(first: Line, editable = true) {
  const wishes: Command[] = []
  const box = document.body.appendChild(document.createElement('div'))
  const people = [{ id: 'p_b', name: '李明' }] as Person[]
  app = createApp(() => h(HintChips, { line: first, people, editable }))
  app.provide(roomKey, { wish: (command: Command) => Promise.resolve(void wishes.push(command)) } as unknown as LiveRoom)
  app.mount(box)
  await nextTick()
  return { box, wishes }
}

describe('hints', () => {
  it('counts characters, rare ones too', () => {
    expect(withHint('𬀩请张小文陈述', hint(2, '张小文', '张晓雯'))).toBe('𬀩请张晓雯陈述')
  })

  it('are gone when the text, or whoever answers for it, says otherwise', () => {
    expect(openHints(line())).toHaveLength(1)
    expect(openHints(line({ text: '𬀩请张三陈述' }))).toEqual([])
    expect(openHints(line({ adopted: true }))).toEqual([])
    expect(openHints(line({ struck: true }))).toEqual([])
    expect(openHints(line({ hints: undefined }))).toEqual([])
    const two = line({ text: '张晓雯告陆岛', adopted: true, hints: [hint(0, '张小文', '张晓雯'), hint(4, '陆岛', '鹭岛')] })
    expect(openHints(two).map((one) => one.text)).toEqual(['鹭岛'])
  })

  it('are taken up by an edit of the person at the desk', async () => {
    const { box, wishes } = await open(line())
    box.querySelector<HTMLElement>('[data-test=take-hint]')!.click()
    expect(wishes).toEqual([{ type: 'EditLine', line: 'u1', base: 0, text: '𬀩请张晓雯陈述' }])
  })

  it('are put aside without a word to anybody', async () => {
    const { box, wishes } = await open(line({ line: 'u2' }))
    box.querySelector<HTMLElement>('[data-test=dismiss-hint]')!.click()
    await nextTick()
    expect(box.querySelector('[data-test=take-hint]')).toBeNull()
    expect(wishes).toEqual([])
  })

  it('are not offered to whoever cannot edit; a voice out of a loudspeaker is named', async () => {
    const { box } = await open(line({ cross_talk: 'p_b' }), false)
    expect(box.querySelector('[data-test=take-hint]')).toBeNull()
    expect(box.querySelector('[data-test=cross-talk]')!.textContent).toContain('李明')
  })
})

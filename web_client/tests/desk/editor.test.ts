import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createApp, h, nextTick, reactive, type App } from 'vue'
import LineEditor from '@/desk/room/minutes/LineEditor.vue'
import { dropDraft, keepDraft } from '@/desk/room/minutes/drafts'
import type { Line } from '@/room/state'

const line = (change: Partial<Line> = {}): Line => ({
  line: 'u1', speaker: 'p_a', start_ms: 0, end_ms: 900, text: '三千元', machine_text: '三千元', version: 0, segments: ['u1'], merged_into: '', track: 'p_a', voice: '', voice_confidence: 0,
  struck: false, adopted: false, history: [], place: [0, 1], after: '', ...change,
})

let app: App
let box: HTMLElement
let props: { line: Line; people: never[]; busy: boolean; sitting?: string; others?: never[] }
let told: unknown[][]

beforeEach(() => {
  told = []
  props = reactive({ line: line(), people: [], busy: false })
  box = document.body.appendChild(document.createElement('div'))
})
afterEach(() => {
  app.unmount()
  box.remove()
})

async function open(first = line()) {
  props.line = first
  const listen = (name: string) => (...given: unknown[]) => void told.push([name, ...given])
  app = createApp(() => h(LineEditor, { ...props, onSave: listen('save'), onCancel: listen('cancel'), onLeave: listen('leave'), onSplit: listen('split'), onPlay: listen('play') }))
  app.mount(box)
  await nextTick()
}
const area = () => box.querySelector('textarea')!
async function type(text: string) {
  area().value = text
  area().dispatchEvent(new Event('input'))
  await nextTick()
}
async function press(key: string, more: KeyboardEventInit = {}) {
  area().dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true, cancelable: true, ...more }))
  await nextTick()
}

describe('a line while it is edited', () => {
  it('is saved by Enter with the version the editor saw', async () => {
    await open()
    await type(' 叁仟元 ')
    await press('Enter')
    expect(told).toEqual([['save', { base: 0, text: '叁仟元', speaker: 'p_a' }, 0]])
  })

  it('adopts a draft that is right as it is, but says nothing twice', async () => {
    await open()
    await press('Enter')
    expect(told).toEqual([['save', { base: 0, text: '三千元', speaker: 'p_a' }, 0]])
    props.line = line({ adopted: true })
    await nextTick()
    await press('Enter')
    expect(told[1]).toEqual(['leave', 0])
  })

  it('is left as it was by Esc', async () => {
    await open()
    await type('别的')
    await press('Escape')
    expect(told).toEqual([['cancel']])
  })

  it('does not take the Enter of an input method for its own', async () => {
    await open()
    await press('Enter', { isComposing: true })
    await press('Enter', { shiftKey: true })
    expect(told).toEqual([])
  })

  it('is cut at the cursor, counted in code points', async () => {
    await open(line({ text: '𠮷先生说三千元', adopted: true }))
    area().setSelectionRange(4, 4)
    await press('Enter', { ctrlKey: true })
    expect(told).toEqual([['split', { base: 0, text: '𠮷先生说三千元', speaker: 'p_a' }, 3]])
  })

  it('is not cut where nothing would be left', async () => {
    await open()
    area().setSelectionRange(0, 0)
    await press('Enter', { ctrlKey: true })
    area().setSelectionRange(3, 3)
    await press('Enter', { ctrlKey: true })
    expect(told).toEqual([])
  })

  it('is played, and given to another speaker, by keys', async () => {
    props.people = [{ id: 'p_z', name: '甲', role: 'applicant', side: 'applicant' }] as never[]
    await open()
    await press('p', { altKey: true, code: 'KeyP' })
    await press('p', { altKey: true, shiftKey: true, code: 'KeyP' })
    await press('1', { altKey: true, code: 'Digit1' })
    await press('9', { altKey: true, code: 'Digit9' })
    await press('Enter')
    expect(told).toEqual([['play', false], ['play', true], ['save', { base: 0, text: '三千元', speaker: 'p_z' }, 0]])
  })

  it('saves and goes on to the neighbour from its edge only', async () => {
    await open()
    await type('三千零五十元')
    area().setSelectionRange(2, 2)
    await press('ArrowDown')
    expect(told).toEqual([])
    area().setSelectionRange(6, 6)
    await press('ArrowDown')
    expect(told).toEqual([['save', { base: 0, text: '三千零五十元', speaker: 'p_a' }, 1]])
  })

  it('is never saved empty', async () => {
    await open()
    await type('  ')
    await press('Enter')
    expect(told).toEqual([])
  })
})

describe('two at the same line', () => {
  it('see theirs beside mine; nothing is saved before one chose', async () => {
    await open()
    await type('我的')
    props.line = line({ text: '他的', version: 1, adopted: true })
    await nextTick()
    expect(box.querySelector('[data-test="conflict"]')!.textContent).toContain('他的')
    expect(area().value).toBe('我的')
    await press('Enter')
    expect(told).toEqual([])
  })

  it('mine goes on top of theirs when I say so', async () => {
    await open()
    await type('我的')
    props.line = line({ text: '他的', version: 1, adopted: true })
    await nextTick()
    box.querySelector<HTMLButtonElement>('[data-test="keep-mine"]')!.click()
    await nextTick()
    expect(told).toEqual([['save', { base: 1, text: '我的', speaker: 'p_a' }, 0]])
  })

  it('are merged where the changes do not touch, to be looked at before they are saved', async () => {
    const history = [{ version: 0, text: '工资三千元没有合同', speaker: 'p_a', struck: false, actor: '', at: 0 }]
    await open(line({ text: '工资三千元没有合同', history }))
    await type('工资3000元没有合同')
    props.line = line({ text: '工资三千元没有签合同', version: 1, adopted: true, history })
    await nextTick()
    expect(box.querySelector('[data-test="together"]')!.textContent).toContain('工资3000元没有签合同')
    box.querySelector<HTMLButtonElement>('[data-test="merge-both"]')!.click()
    await nextTick()
    expect(area().value).toBe('工资3000元没有签合同')
    expect(told).toEqual([])
    await press('Enter')
    expect(told).toEqual([['save', { base: 1, text: '工资3000元没有签合同', speaker: 'p_a' }, 0]])
  })

  it('are both kept where they touch', async () => {
    await open()
    await type('三千五百元')
    props.line = line({ text: '三千块', version: 1, adopted: true })
    await nextTick()
    box.querySelector<HTMLButtonElement>('[data-test="merge-both"]')!.click()
    await nextTick()
    expect(area().value).toBe('三千五百元\n三千块')
  })

  it('see each other', async () => {
    props.others = [{ id: 'p_c', name: '周', role: 'clerk', side: '' }] as never[]
    await open()
    expect(box.querySelector('[data-test="also-editing"]')!.textContent).toContain('周')
  })
})

describe('what is typed', () => {
  it('comes back after a reload, over what others wrote meanwhile', async () => {
    keepDraft('s_1', 'u1', { base: 0, text: '我的三千元', speaker: 'p_a' })
    props.sitting = 's_1'
    await open(line({ text: '他的', version: 1, adopted: true }))
    expect(area().value).toBe('我的三千元')
    expect(box.querySelector('[data-test="restored"]')).not.toBeNull()
    expect(box.querySelector('[data-test="conflict"]')!.textContent).toContain('他的')
    dropDraft('s_1', 'u1')
  })

  it('is not taken in where it is too long, and is never saved too long', async () => {
    await open()
    const paste = new Event('paste', { bubbles: true, cancelable: true })
    Object.assign(paste, { clipboardData: { getData: () => '字'.repeat(1_000_000) } })
    area().dispatchEvent(paste)
    await nextTick()
    expect(paste.defaultPrevented).toBe(true)
    expect(box.querySelector('[data-test="too-long"]')!.textContent).toContain('1000000')
    await type('字'.repeat(4001))
    await press('Enter')
    expect(told).toEqual([])
    await type('字'.repeat(4000))
    await press('Enter')
    expect(told).toHaveLength(1)
  })

  it('is text, whatever it looks like', async () => {
    await open(line({ text: '<img src=x onerror=alert(1)>' }))
    expect(box.querySelector('img')).toBeNull()
    expect(area().value).toBe('<img src=x onerror=alert(1)>')
  })
})

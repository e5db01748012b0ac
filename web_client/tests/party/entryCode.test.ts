import { describe, expect, it } from 'vitest'
import { caretAfter, figuresOf, FIGURES, grouped, intact, read } from '@/party/entryCode'

const CODE = '634038017364'

/** Type, delete and paste into the box as a browser does; `|` is the caret. */
function after(box: string, act: { type?: string; paste?: string; back?: true; forward?: true }): string {
  const caret = box.indexOf('|')
  const [left, right] = [box.slice(0, caret), box.slice(caret + 1)]
  const was = figuresOf(left + right)
  const put = act.type ?? act.paste
  const found =
    put !== undefined
      ? read(left + put + right, left.length + put.length, was, act.paste === undefined ? 'insertText' : 'insertFromPaste')
      : act.back
        ? read(left.slice(0, -1) + right, left.length - 1, was, 'deleteContentBackward')
        : read(left + right.slice(1), left.length, was, 'deleteContentForward')
  const shown = grouped(found.figures)
  const at = caretAfter(found.before)
  return `${shown.slice(0, at)}|${shown.slice(at)}`
}

describe('an entry code while it is typed', () => {
  it('is shown in groups of four', () => {
    expect(['', '4', '4821', '48219', '482190375516'].map(grouped)).toEqual(['', '4', '4821', '4821 9', '4821 9037 5516'])
  })

  it('is typed figure by figure', () => {
    let box = '|'
    for (const figure of CODE) box = after(box, { type: figure })
    expect(box).toBe('6340 3801 7364|')
    expect(after(box, { type: '9' })).toBe('6340 3801 7364|')
  })

  it.each([
    ['|', '6340-3801-7364', '6340 3801 7364|'],
    ['|', '入庭码：６３４０　３８０１　７３６４。', '6340 3801 7364|'],
    ['634|4', '0 380', '6340 380|4'],
    ['|', 'abc', '|'],
  ])('takes a paste into %s: %s', (box, paste, shown) => expect(after(box, { paste })).toBe(shown))

  it.each([
    ['6340 3|801', { type: '9' }, '6340 39|80 1'],
    ['6340 3|801', { back: true }, '6340| 801'],
    ['6340 |3801', { back: true }, '634|3 801'],
    ['6340| 3801', { forward: true }, '6340| 801'],
    ['6340| 3801', { back: true }, '634|3 801'],
    ['|6340', { forward: true }, '|340'],
  ] as const)('is changed in the middle: %s %o', (box, act, shown) => expect(after(box, act)).toBe(shown))

  it('knows a slip from a code, as the server does', () => {
    expect(intact(CODE)).toBe(true)
    for (let at = 0; at < FIGURES; at++)
      for (let more = 1; more < 10; more++) expect(intact(CODE.slice(0, at) + ((Number(CODE[at]) + more) % 10) + CODE.slice(at + 1))).toBe(false)
    for (let at = 0; at < FIGURES - 1; at++) {
      const swapped = CODE.slice(0, at) + CODE[at + 1] + CODE[at] + CODE.slice(at + 2)
      expect(intact(swapped)).toBe(swapped === CODE)
    }
    expect(intact(CODE.slice(0, -1))).toBe(false)
  })
})

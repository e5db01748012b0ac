import { beforeEach, describe, expect, it } from 'vitest'
import { Player, type Playable } from '@/desk/replay/player'

/** A media element with a clock of its own that may run fast or slow. */
class FakeElement implements Playable {
  src = ''
  currentTime = 0
  playbackRate = 1
  paused = true
  seeking = false
  readyState = 4
  constructor(readonly skew = 1) {}
  async play() {
    this.paused = false
  }
  pause() {
    this.paused = true
  }
  run(ms: number) {
    if (!this.paused) this.currentTime += (ms / 1000) * this.playbackRate * this.skew
  }
}

const STEP = 50
let player: Player
let now: number
let elements: FakeElement[]

beforeEach(() => {
  player = new Player(60_000)
  ;[now, elements] = [0, []]
})

function track(id: string, pieces: { url: string; start_ms: number; duration_ms: number }[], skew = 1) {
  const element = new FakeElement(skew)
  elements.push(element)
  player.add(id, element, pieces)
  return element
}
function run(ms: number) {
  for (let passed = 0; passed < ms; passed += STEP) {
    now += STEP
    for (const element of elements) element.run(STEP)
    player.tick(now)
  }
}
const off = (element: FakeElement, start = 0) => Math.abs(element.currentTime * 1000 + start - player.position)
const whole = (start_ms = 0) => [{ url: '/a.webm', start_ms, duration_ms: 60_000 - start_ms }]

describe('the one clock', () => {
  it('leads tracks that start at different times', () => {
    const early = track('a', whole())
    const late = track('b', whole(5_000))
    player.play()
    run(3_000)
    expect(late.paused).toBe(true)
    run(4_000)
    expect(off(early)).toBeLessThan(120)
    expect(off(late, 5_000)).toBeLessThan(120)
  })

  it('shows the first moment of a track that begins a little later, standing still', () => {
    const element = track('a', whole(300))
    run(200)
    expect([element.src, element.currentTime, element.paused]).toEqual(['/a.webm', 0, true])
    player.play()
    run(200)
    expect(element.paused).toBe(true)
    run(400)
    expect(off(element, 300)).toBeLessThan(120)
  })

  it('keeps elements that run fast or slow within 150 ms, without a jump', () => {
    const fast = track('a', whole(), 1.03)
    const slow = track('b', whole(), 0.97)
    player.play()
    run(30_000)
    for (const element of [fast, slow]) {
      expect(Math.abs(element.currentTime * 1000 - player.position)).toBeLessThan(150)
    }
    const before = fast.currentTime
    run(STEP)
    expect(fast.currentTime - before).toBeLessThan(0.1)
  })

  it('seeks an element that is far off', () => {
    const element = track('a', whole())
    player.play()
    run(1_000)
    element.currentTime = 20
    run(STEP)
    expect(off(element)).toBeLessThan(120)
  })

  it('follows a seek while standing still', () => {
    const element = track('a', whole())
    run(200)
    player.seek(12_345)
    run(200)
    expect(element.currentTime).toBeCloseTo(12.345)
    expect(element.paused).toBe(true)
    expect(player.position).toBe(12_345)
  })

  it('goes from one file to the next over a gap', () => {
    const element = track('a', [
      { url: '/1.webm', start_ms: 0, duration_ms: 2_000 },
      { url: '/2.webm', start_ms: 4_000, duration_ms: 9_000 },
    ])
    player.play()
    run(3_000)
    expect([element.src, element.paused]).toEqual(['/1.webm', true])
    run(2_000)
    expect([element.src, element.paused]).toEqual(['/2.webm', false])
    expect(off(element, 4_000)).toBeLessThan(120)
  })

  it('waits for a track that loads, but not for ever', () => {
    track('a', whole())
    const stuck = track('b', whole())
    player.play()
    run(200)
    stuck.readyState = 1
    run(1_000)
    expect(player.waiting).toBe(true)
    const held = player.position
    run(1_000)
    expect(player.position).toBe(held)
    run(4_000)
    expect(player.position).toBeGreaterThan(held)
  })

  it('plays at the chosen speed and stops at the end', () => {
    const element = track('a', whole())
    player.rate = 2
    player.play()
    run(5_000)
    expect(player.position).toBeGreaterThan(9_500)
    expect(element.playbackRate).toBe(2)
    player.seek(59_900)
    run(500)
    expect([player.playing, player.position, element.paused]).toEqual([false, 60_000, true])
    player.play()
    expect(player.position).toBe(0)
  })
})

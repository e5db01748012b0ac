import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { effectScope, nextTick, reactive, ref, shallowRef, type EffectScope } from 'vue'
import type { LiveRoom } from '@/room/live'
import { paperCamera, usePaper } from '@/room/paper'
import { REAR, Screen } from '@/room/screen'

const CAMERAS = [{ id: 'face' }, { id: 'desk' }]

describe('which camera shows a paper', () => {
  it('is the one that does not show the face, or the back of a phone', () => {
    expect(paperCamera(CAMERAS, 'face', false)).toBe('desk')
    expect(paperCamera(CAMERAS, 'desk', false)).toBe('face')
    expect(paperCamera(CAMERAS, undefined, false)).toBe('face')
    expect(paperCamera(CAMERAS, 'face', true)).toBe(REAR)
  })
  it('is none where there is but one', () => {
    expect(paperCamera([{ id: 'face' }], 'face', false)).toBe('')
    expect(paperCamera([{ id: 'face' }], 'face', true)).toBe('')
    expect(paperCamera([], undefined, true)).toBe('')
  })
})

describe('on a phone', () => {
  let scope: EffectScope
  let coarse: boolean
  let done: string[]
  const face = { stop: () => void done.push('stopped'), getSettings: () => ({ deviceId: 'face' }) }
  const own = shallowRef<unknown>(null)
  const on = reactive({ camera: true, microphone: true })
  const shares = ref(false)
  let granted: boolean
  const room = {
    own,
    on,
    enable: (source: 'camera', now: boolean) => ((on[source] = now), void done.push(`${source} ${now}`)),
    startMedia: async () => void done.push('captured'),
  } as unknown as LiveRoom
  const sharing = { shares, toggle: async (camera: string) => ((shares.value = granted), void done.push(`asked ${camera}`)) }

  beforeEach(() => {
    ;[coarse, granted, done] = [true, true, []]
    on.camera = true
    shares.value = false
    own.value = { stream: { getVideoTracks: () => [face] }, troubles: {} }
    vi.stubGlobal('matchMedia', () => ({ matches: coarse }))
    const devices = CAMERAS.map(({ id }) => ({ kind: 'videoinput', deviceId: id, label: id }))
    vi.stubGlobal('navigator', { mediaDevices: { enumerateDevices: async () => devices } })
    scope = effectScope()
  })
  afterEach(() => (scope.stop(), vi.unstubAllGlobals()))

  async function opened() {
    const paper = scope.run(() => usePaper(room, sharing as never))!
    own.value = { ...(own.value as object) }
    await vi.waitFor(() => expect(paper.camera.value).not.toBe(''))
    return paper
  }

  it('the face makes way and comes back afterwards', async () => {
    const paper = await opened()
    await paper.show()
    expect(done).toEqual(['camera false', 'stopped', `asked ${REAR}`])
    shares.value = false
    await nextTick()
    await vi.waitFor(() => expect(done.slice(3)).toEqual(['captured', 'camera true']))
  })
  it('comes back at once when it may not be shown', async () => {
    granted = false
    const paper = await opened()
    await paper.show()
    expect(done).toEqual(['camera false', 'stopped', `asked ${REAR}`, 'captured', 'camera true'])
  })
  it('leaves a picture that was off as it was', async () => {
    on.camera = false
    const paper = await opened()
    await paper.show()
    shares.value = false
    await nextTick()
    expect(done).toEqual([`asked ${REAR}`])
  })
  it('a computer with two cameras keeps the face', async () => {
    coarse = false
    const paper = await opened()
    await paper.show()
    expect(done).toEqual(['asked desk'])
  })
})

describe('the rear camera', () => {
  it('is asked for by where it looks, without sound', async () => {
    let asked: unknown
    const refuse = async (wanted: unknown) => {
      asked = wanted
      throw new DOMException('', 'NotAllowedError')
    }
    vi.stubGlobal('navigator', { mediaDevices: { getUserMedia: refuse } })
    const nothing = async () => undefined
    const screen = new Screen({ offer: async () => '', ask: nothing, end: nothing, onChange: () => undefined, onStopped: () => undefined })
    await expect(screen.share(REAR)).rejects.toMatchObject({ trouble: 'denied' })
    expect(asked).toMatchObject({ audio: false, video: { facingMode: { exact: 'environment' } } })
    vi.unstubAllGlobals()
  })
})

import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { createApp, h, type App } from 'vue'
import { SLOW, useLineSound, type LineSound } from '@/room/lineSound'

let app: App
let sound: LineSound
let answers: Map<string, (blob: Blob | Error) => void>
let played: { src: string; rate: number }[]

beforeEach(() => {
  answers = new Map()
  played = []
  vi.stubGlobal('URL', Object.assign(URL, { createObjectURL: (blob: Blob) => `blob:${blob.size}`, revokeObjectURL: () => undefined }))
  vi.spyOn(HTMLMediaElement.prototype, 'play').mockImplementation(function (this: HTMLMediaElement) {
    played.push({ src: this.src, rate: this.playbackRate })
    return Promise.resolve()
  })
  vi.spyOn(HTMLMediaElement.prototype, 'pause').mockImplementation(() => undefined)
  const fetched = (line: string) =>
    new Promise<Blob>((resolve, reject) => answers.set(line, (given) => (given instanceof Error ? reject(given) : resolve(given))))
  app = createApp({
    setup() {
      sound = useLineSound(fetched)
      return () => h('div')
    },
  })
  app.mount(document.createElement('div'))
})
afterEach(() => {
  app.unmount()
  vi.restoreAllMocks()
})

describe('the sound of a line', () => {
  it('is played slowly where that is wanted, and stops on the second press', async () => {
    const done = sound.toggle('u1', SLOW)
    expect(sound.playing.value).toBe('u1')
    answers.get('u1')!(new Blob(['abc']))
    await done
    expect(played).toEqual([{ src: 'blob:3', rate: SLOW }])
    await sound.toggle('u1')
    expect(sound.playing.value).toBe('')
  })

  it('gives way to another line, however late the first one comes', async () => {
    const first = sound.toggle('u1')
    const second = sound.toggle('u2')
    answers.get('u2')!(new Blob(['ab']))
    answers.get('u1')!(new Blob(['a']))
    await Promise.all([first, second])
    expect(played.map((one) => one.src)).toEqual(['blob:2'])
    expect(sound.playing.value).toBe('u2')
  })

  it('says what the server said where nothing was recorded', async () => {
    const wanted = sound.toggle('u1')
    answers.get('u1')!(new Error('no_sound'))
    await expect(wanted).rejects.toThrow('no_sound')
    expect(sound.playing.value).toBe('')
  })
})

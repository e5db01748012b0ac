import { afterEach, expect, it } from 'vitest'
import { createApp, h, nextTick, reactive, ref, shallowRef, type App } from 'vue'
import SituationBar from '@/party/SituationBar.vue'
import type { Grade } from '@/room/grades'
import { roomKey, type LiveRoom } from '@/room/live'
import type { LineState } from '@/room/signal'
import { emptyRoom } from '@/room/state'

let app: App
const box = document.createElement('div')
const grades = reactive(new Map<string, Grade>())
const line = ref<LineState>('open')

function show(): () => string | undefined {
  const room = {
    line, grades, planes: { publish: 'up', subscribe: 'up' }, quality: ref('good'), state: shallowRef(emptyRoom),
    own: shallowRef(null), on: { microphone: true, camera: true }, myId: ref('p_me'), me: ref(undefined),
  }
  app = createApp(() => h(SituationBar))
  app.provide(roomKey, room as unknown as LiveRoom)
  app.mount(box)
  return () => box.querySelector('[data-situation=network]')?.textContent?.trim()
}
afterEach(() => app.unmount())

it('gives one line of advice for the own line only', async () => {
  const tip = show()
  grades.set('p_other', 'bad')
  await nextTick()
  expect(tip()).toBeUndefined()
  grades.set('p_me', 'poor')
  await nextTick()
  expect(tip()).toBe('网络不稳定，可以关闭摄像头来保证声音')
  grades.set('p_me', 'bad')
  await nextTick()
  expect(tip()).toBe('网络很差，请靠近路由器或改用手机流量，并关闭摄像头')
  line.value = 'lost'
  await nextTick()
  expect(tip()).toBeUndefined()
})

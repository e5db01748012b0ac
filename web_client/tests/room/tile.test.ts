import { afterEach, beforeEach, expect, it, vi } from 'vitest'
import { createApp, h, nextTick, reactive, type App } from 'vue'
import type { Person } from '@/room/state'
import ScreenTile from '@/room/ScreenTile.vue'
import VideoTile from '@/room/VideoTile.vue'

const none = { microphone: false, camera: false, screen: false }
const person: Person = {
  id: 'p_a', name: '张伟', role: 'agent', side: 'applicant', place: 'table', present: true, knocked: true, knockedAt: 1,
  admitted: true, refused: null, cut: '', muted: false, sharing: false, off: none, sources: none, codec: '',
}

let app: App
let box: HTMLElement
const props = reactive<Record<string, unknown>>({})

beforeEach(() => {
  for (const key of Object.keys(props)) delete props[key]
  Object.assign(props, { person, frames: 12, packets: 40 })
  box = document.body.appendChild(document.createElement('div'))
  app = createApp(() => h(VideoTile, { ...props } as never))
  app.mount(box)
})
afterEach(() => {
  app.unmount()
  box.remove()
})
const tile = () => box.querySelector<HTMLElement>('.tile')!
async function given(change: Record<string, unknown>) {
  Object.assign(props, change)
  await nextTick()
}

it('names the person with role and side, and counts for tests', () => {
  expect(tile().textContent).toContain('张伟')
  expect(tile().textContent).toContain('申请人代理人')
  expect({ ...tile().dataset }).toMatchObject({ participant: 'p_a', frames: '12', packets: '40' })
})

it('shows the initial and says why there is no picture', async () => {
  expect(tile().querySelector('.initial')!.textContent).toBe('张')
  expect(tile().textContent).toContain('没有画面')
  await given({ person: { ...person, off: { ...none, camera: true } } })
  expect(tile().textContent).toContain('摄像头已关闭')
  await given({ person: { ...person, present: false } })
  expect(tile().textContent).toContain('未连接')
})

it('says so when the camera sends what this browser does not play', async () => {
  const codecs = [{ mimeType: 'video/VP8', clockRate: 90000 }]
  vi.stubGlobal('RTCRtpReceiver', { getCapabilities: () => ({ codecs }) })
  const sending = { ...person, sources: { ...none, camera: true } }
  await given({ person: { ...sending, codec: 'vp8' } })
  expect(tile().textContent).toContain('没有画面')
  await given({ person: { ...sending, codec: 'h264' } })
  expect(tile().textContent).toContain('本设备不支持对方的视频格式')
  await given({ person: { ...person, codec: 'h264' } })
  expect(tile().textContent).toContain('没有画面')
  vi.unstubAllGlobals()
})

it('says so of a screen that this browser does not play', async () => {
  const codecs = [{ mimeType: 'video/VP8', clockRate: 90000 }]
  vi.stubGlobal('RTCRtpReceiver', { getCapabilities: () => ({ codecs }) })
  const showing = reactive({ person: { ...person, sharing: true, sources: { ...none, screen: true }, screenCodec: 'vp8' } })
  const at = document.createElement('div')
  const shown = createApp(() => h(ScreenTile, { ...showing } as never))
  shown.mount(at)
  expect(at.textContent).toContain('正在接收屏幕画面')
  showing.person = { ...showing.person, screenCodec: 'h264' }
  await nextTick()
  expect(at.textContent).toContain('本设备不支持对方的视频格式')
  shown.unmount()
  vi.unstubAllGlobals()
})

it('tells a lost connection from never having come, and a lost line alone stops no picture', async () => {
  await given({ person: { ...person, cut: 'media' }, speaking: true })
  expect(tile().textContent).toContain('连接中断')
  expect(tile().classList.contains('away')).toBe(true)
  expect(tile().classList.contains('speaking')).toBe(false)
  await given({ person: { ...person, cut: 'socket' } })
  expect(tile().textContent).not.toContain('连接中断')
  await given({ person: { ...person, cut: 'socket', present: false } })
  expect(tile().textContent).toContain('连接中断')
  await given({ person: { ...person, cut: 'both' }, own: true })
  expect(tile().textContent).not.toContain('连接中断')
})

it('tells the three reasons for silence apart', async () => {
  await given({ silenced: true })
  expect(tile().textContent).toContain('等待发言')
  await given({ person: { ...person, off: { ...none, microphone: true } } })
  expect(tile().textContent).toContain('麦克风已关闭')
  await given({ person: { ...person, muted: true } })
  expect(tile().textContent).toContain('已被主持人静音')
})

it('rings only around somebody who is there', async () => {
  await given({ speaking: true })
  expect(tile().classList.contains('speaking')).toBe(true)
  await given({ person: { ...person, present: false } })
  expect(tile().classList.contains('speaking')).toBe(false)
})

it('says how good the line is in words and bars, and nothing while it is unknown', async () => {
  expect(tile().querySelector('.network')).toBeNull()
  const shapes = new Set<string>()
  for (const [grade, words] of [['good', '网络良好'], ['poor', '网络较差'], ['bad', '网络很差']] as const) {
    await given({ grade })
    const badge = tile().querySelector<HTMLElement>('.network')!
    expect(badge.querySelector('.spoken')!.textContent).toBe(words)
    expect(badge.title).toBe(words)
    shapes.add(badge.querySelector('svg')!.innerHTML)
  }
  expect(shapes.size).toBe(3)
  await given({ person: { ...person, present: false } })
  expect(tile().querySelector('.network')).toBeNull()
})

it('says of whoever attends another room just that', async () => {
  await given({ person: { ...person, elsewhere: true } })
  expect(tile().textContent).toContain('正在参加其他庭次')
  expect(tile().querySelector('.initial')).not.toBeNull()
})

import { describe, expect, it } from 'vitest'
import { effectScope, shallowRef } from 'vue'
import { healthOf, useOwnTracks } from '@/party/ownTracks'
import type { LiveRoom } from '@/room/live'

class FakeTrack extends EventTarget {
  readyState: 'live' | 'ended' = 'live'
  muted = false
}
const stream = (microphone?: FakeTrack, camera?: FakeTrack) =>
  ({ getAudioTracks: () => (microphone ? [microphone] : []), getVideoTracks: () => (camera ? [camera] : []) }) as unknown as MediaStream

describe('one’s own tracks', () => {
  it('are followed: taken by a phone call, given back, pulled out', () => {
    const microphone = new FakeTrack()
    const room = { own: shallowRef({ stream: stream(microphone), troubles: {} }) } as unknown as LiveRoom
    const scope = effectScope()
    const health = scope.run(() => useOwnTracks(room))!
    expect(health).toEqual({ microphone: 'live', camera: 'none' })
    microphone.muted = true
    microphone.dispatchEvent(new Event('mute'))
    expect(health.microphone).toBe('interrupted')
    microphone.muted = false
    microphone.dispatchEvent(new Event('unmute'))
    expect(health.microphone).toBe('live')
    microphone.readyState = 'ended'
    microphone.dispatchEvent(new Event('ended'))
    expect(health.microphone).toBe('ended')
    scope.stop()
    microphone.readyState = 'live'
    microphone.dispatchEvent(new Event('unmute'))
    expect(health.microphone).toBe('ended')
  })

  it('are none where nothing was opened', () => expect(healthOf(undefined)).toBe('none'))
})

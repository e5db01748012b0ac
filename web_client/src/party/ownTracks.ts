import { onScopeDispose, reactive, watch } from 'vue'
import type { LiveRoom } from '@/room/live'

export type TrackHealth = 'none' | 'live' | 'interrupted' | 'ended'
type Kind = 'microphone' | 'camera'

/** Whether one's own microphone and camera still deliver: a phone call or a pulled plug takes them away silently. */
export function useOwnTracks(room: LiveRoom): Record<Kind, TrackHealth> {
  const health = reactive<Record<Kind, TrackHealth>>({ microphone: 'none', camera: 'none' })
  let unfollow = () => undefined as void

  function follow(stream: MediaStream | undefined): void {
    unfollow()
    const tracks = { microphone: stream?.getAudioTracks()[0], camera: stream?.getVideoTracks()[0] }
    const look = () => {
      health.microphone = healthOf(tracks.microphone)
      health.camera = healthOf(tracks.camera)
    }
    const followed = Object.values(tracks).filter((track) => !!track)
    for (const name of ['mute', 'unmute', 'ended'] as const) for (const track of followed) track.addEventListener(name, look)
    unfollow = () => {
      for (const name of ['mute', 'unmute', 'ended'] as const) for (const track of followed) track.removeEventListener(name, look)
    }
    look()
  }

  watch(room.own, (own) => follow(own?.stream), { immediate: true })
  onScopeDispose(() => unfollow())
  return health
}

export function healthOf(track: Pick<MediaStreamTrack, 'readyState' | 'muted'> | undefined): TrackHealth {
  if (!track) return 'none'
  if (track.readyState === 'ended') return 'ended'
  return track.muted ? 'interrupted' : 'live'
}

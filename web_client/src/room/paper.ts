/** Showing a paper: the camera that can look down on one, and the face that makes way for it on a phone. */
import { ref, watch } from 'vue'
import { listDevices } from './devices'
import type { LiveRoom } from './live'
import { REAR } from './screen'
import type { useSharing } from './sharing'

/** The camera to show a paper with: a phone's rear one, a computer's second one; empty when there is none. */
export function paperCamera(cameras: readonly { id: string }[], face: string | undefined, phone: boolean): string {
  if (cameras.length < 2) return ''
  return phone ? REAR : (cameras.find((camera) => camera.id !== face)?.id ?? '')
}

export function usePaper(room: LiveRoom, sharing: Pick<ReturnType<typeof useSharing>, 'shares' | 'toggle'>) {
  const camera = ref('')
  /** The own picture was on and comes back when the paper is put away. */
  let faced = false

  async function look(): Promise<void> {
    const face = room.own.value?.stream.getVideoTracks()[0]?.getSettings().deviceId
    camera.value = paperCamera((await listDevices()).camera, face, matchMedia('(pointer: coarse)').matches)
  }
  watch(room.own, () => void look().catch(() => undefined), { immediate: true })

  async function show(): Promise<void> {
    // Most phones open one camera at a time.
    faced = camera.value === REAR && room.on.camera
    if (faced) {
      room.enable('camera', false)
      for (const track of room.own.value?.stream.getVideoTracks() ?? []) track.stop()
    }
    await sharing.toggle(camera.value)
    if (!sharing.shares.value) await back()
  }

  async function back(): Promise<void> {
    if (!faced) return
    faced = false
    await room.startMedia()
    room.enable('camera', true)
  }
  watch(sharing.shares, (shares) => !shares && void back())

  return { camera, show }
}

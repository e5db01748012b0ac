/** What this person chose for their seat, kept over reloads of the tab. */
import { forget, keep } from '@/core/session'
import type { LiveRoom } from '@/room/live'

/** `yes`: takes part by voice; the camera is never opened. */
export const SOUND_ONLY = 'heting.sound_only'
type Switch = 'microphone' | 'camera'
const key = (source: Switch) => `heting.off.${source}`

/** Switch one's own microphone or camera; whoever muted themselves stays muted after a reload. */
export function turn(room: LiveRoom, source: Switch, on: boolean): void {
  if (on) forget(key(source))
  else keep(key(source), 'yes')
  room.enable(source, on)
}

/** Put the switches where they were before, and off where there is nothing to switch on. */
export function takeSeat(room: LiveRoom): void {
  const stream = room.own.value?.stream
  if (keep(key('microphone')) || !stream?.getAudioTracks().length) room.enable('microphone', false)
  if (keep(key('camera')) || !stream?.getVideoTracks().length) room.enable('camera', false)
}

const ASKS = 'heting.asks_again'

/** Whoever was refused and asks again has asked: the next room knocks for them. */
export function askAgain(): void {
  keep(ASKS, 'yes')
}

/** Whether the person asked again; said once. */
export function asksAgain(): boolean {
  const asks = keep(ASKS) === 'yes'
  forget(ASKS)
  return asks
}

/** Someone who left for good and returns starts afresh. */
export function giveUpSeat(): void {
  forget(key('microphone'))
  forget(key('camera'))
}

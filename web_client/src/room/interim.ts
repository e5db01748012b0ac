/** What is being said now, before it is a line: passing, not part of the fold. */
import type { Down, InterimFrame } from '@/core/protocol'

/** After so long without news the sentence is over and its text did not come, ms. */
export const STALE = 6_000

export interface Interim extends InterimFrame {
  /** When it came. */
  at: number
}

/** Take in one frame: the newest words of each speaker, until their line comes or they are taken back. */
export function interimFrame(saying: Map<string, Interim>, frame: Down, now = Date.now()): void {
  if (frame.kind === 'interim') {
    if (frame.text) saying.set(frame.participant, { ...frame, at: now })
    else saying.delete(frame.participant)
  } else if (frame.kind === 'welcome' || frame.kind === 'reset') {
    saying.clear()
  } else if (frame.kind === 'event') {
    const { event } = frame
    if (event.type === 'UtteranceHeard' || event.type === 'Moved' || event.type === 'Left') saying.delete(event.participant)
    else if (event.type === 'Adjourned' || event.type === 'Closed') saying.clear()
  }
}

/** Leave out what nobody goes on with. */
export function forgetStale(saying: Map<string, Interim>, now = Date.now()): void {
  for (const [who, one] of saying) if (now - one.at > STALE) saying.delete(who)
}

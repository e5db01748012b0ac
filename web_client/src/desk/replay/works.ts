/** What is made after the close, and how far each piece is. Pure. */
import type { RoomState } from '@/room/state'

export type WorkName = 'recording' | 'minutes' | 'casefile'
export type WorkState = 'waiting' | 'working' | 'ready' | 'failed' | 'none'
export interface Work {
  name: WorkName
  state: WorkState
  reason: string
}

const NAMES: WorkName[] = ['recording', 'minutes', 'casefile']

/** One after another: the first that is not ready is being worked on, what follows it waits. */
export function worksOf(state: RoomState): Work[] {
  let ahead = state.phase === 'closed'
  return NAMES.map((name) => {
    const failure = state.failures.find((f) => f.work === name)
    const made = name === 'recording' ? isRecorded(state) : state.documents.some((doc) => doc.kind === name)
    if (made) return { name, state: 'ready', reason: '' }
    if (name === 'recording' && state.openedAt === null) return { name, state: 'none', reason: '' }
    const working = ahead
    ahead = false
    if (failure) return { name, state: 'failed', reason: failure.reason }
    return { name, state: working ? 'working' : 'waiting', reason: '' }
  })
}

/** A sitting in which nobody was ever seen or heard has no files; the next step then shows the first is over. */
const isRecorded = (state: RoomState): boolean => state.recordings.length > 0 || (state.openedAt !== null && state.documents.length > 0)

export const isFinished = (works: Work[]): boolean => works.every((work) => work.state === 'ready' || work.state === 'none')
export const hasFailed = (works: Work[]): boolean => works.some((work) => work.state === 'failed')

import { describe, expect, it } from 'vitest'
import type { Event } from '@/core/protocol'
import { foldFrame } from '@/room/fold'
import { goneFrom, goneSince, seenOf } from '@/room/outages'
import { emptyRoom, personOf } from '@/room/state'
import { journal, START } from './facts'

const WORKER = 'p_worker'
const lost = (evidence: string): Event => ({ type: 'Disconnected', participant: WORKER, device: 'd', evidence })
const back: Event = { type: 'Reconnected', participant: WORKER, device: 'd', away_ms: 1000 }
const left = (cause: string): Event => ({ type: 'Left', participant: WORKER, cause })
const here: Event[] = [{ type: 'Joined', participant: WORKER, device: 'd' }, { type: 'Admitted', participant: WORKER }, { type: 'Opened' }]
const after = (...events: Event[]) => journal(...here, ...events).reduce(foldFrame, emptyRoom)
const worker = (...events: Event[]) => personOf(after(...events), WORKER)!
const at = (n: number) => START + (here.length + 1 + n) * 1000

describe('somebody who is gone', () => {
  it('has one interval for one interruption, whatever it is seen by', () => {
    expect(worker(lost('media'), lost('both')).outages).toEqual([{ from: at(1), until: null, evidence: 'both', back: false }])
    expect(worker(lost('media'), back, lost('socket')).outages).toHaveLength(2)
  })

  it('is gone from the loss on, not from when they were given up', () => {
    const given = worker(lost('both'), left('silent'))
    expect([goneSince(given), seenOf(given)]).toEqual([at(1), 'silent'])
    const walked = worker(left('left'))
    expect([goneSince(walked), seenOf(walked), walked.outages]).toEqual([at(1), 'left', []])
    expect(goneSince(worker(lost('both'), back))).toBeNull()
  })

  it('who leaves by the button ends what was cut off before', () => {
    expect(worker(lost('media'), left('left')).outages).toMatchObject([{ until: at(2), back: false }])
  })

  it('is listed after a moment, while the sitting goes on', () => {
    const state = after(lost('both'))
    expect(goneFrom(state, at(2))).toEqual([])
    expect(goneFrom(state, at(20)).map((p) => p.id)).toEqual([WORKER])
    expect(goneFrom(state, at(20), WORKER)).toEqual([])
    expect(goneFrom({ ...state, phase: 'closed' }, at(20))).toEqual([])
  })
})

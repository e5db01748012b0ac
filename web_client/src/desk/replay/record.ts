/** What a sitting left behind, as the replay needs it. */
import type { Event, ToldFrame } from '@/core/protocol'
import { foldFrame } from '@/room/fold'
import { emptyRoom, type Line, type RoomState } from '@/room/state'
import { call } from '../staff'
import { LEAD_MS } from './player'

export interface Entry {
  sitting: string
  seq: number
  at: number
  media_time: number | null
  actor: string
  type: string
  body: Record<string, unknown>
  prev_hash: string
  hash: string
}
export interface RecordedFile {
  file: string
  start_ms: number
  duration_ms: number
  bytes: number
  sha256: string
  fills: [number, number][]
  url: string
}
export interface Gap {
  start_ms: number
  end_ms: number
  reason: string
}
export interface RecordedTrack {
  track: string
  participant: string
  source: string
  codec: string
  files: RecordedFile[]
  gaps: Gap[]
}
export interface Recording {
  zero_ms: number
  tracks: RecordedTrack[]
}
export interface DocumentFile {
  document: string
  kind: string
  name: string
  bytes: number
  sha256: string
  url: string
}

const at = (sitting: string) => `/api/sittings/${encodeURIComponent(sitting)}`

/** All journal entries after `since`, page by page. */
export async function journalOf(sitting: string, since = 0): Promise<Entry[]> {
  const all: Entry[] = []
  for (;;) {
    const last = all.length ? all[all.length - 1]!.seq : since
    const page = await call<{ entries: Entry[]; more?: boolean }>('GET', `${at(sitting)}/journal?since=${last}`)
    all.push(...page.entries)
    if (!page.more || !page.entries.length) return all
  }
}

export const recordingOf = (sitting: string) => call<Recording>('GET', `${at(sitting)}/recording`)
export const documentsOf = async (sitting: string): Promise<DocumentFile[]> =>
  (await call<{ documents: DocumentFile[] }>('GET', `${at(sitting)}/documents`)).documents.map((document) =>
    // The case file is a folder that is packed on the way out.
    document.kind === 'casefile' ? { ...document, url: `${at(sitting)}/casefile` } : document,
  )

export const toldOf = (entry: Entry): ToldFrame => ({
  kind: 'event',
  seq: entry.seq,
  at: entry.at,
  media_time: entry.media_time,
  actor: entry.actor,
  event: { type: entry.type, ...entry.body } as Event,
})

export const roomOf = (entries: readonly Entry[], from: RoomState = emptyRoom): RoomState =>
  entries.reduce((state, entry) => foldFrame(state, toldOf(entry)), from)

/** How long there is something to see: to the end of the last file, or to the close. */
export function lengthOf(recording: Recording | null, state: RoomState): number {
  const ends = (recording?.tracks ?? []).flatMap((t) => t.files.map((f) => f.start_ms + f.duration_ms))
  const closed = state.openedAt !== null && state.closedAt !== null ? state.closedAt - state.openedAt : 0
  return Math.max(0, ...ends, closed)
}

export interface Span {
  kind: 'adjournment' | 'caucus'
  from: number
  until: number
  reason: string
}

/** Stretches of the timeline in which the table was silent, in media time. */
export function spansOf(state: RoomState, length: number): Span[] {
  const zero = state.openedAt ?? 0
  const span = (kind: Span['kind'], from: number, until: number | null, reason: string): Span => ({
    kind,
    from: Math.max(0, from - zero),
    until: Math.min(length, (until ?? zero + length) - zero),
    reason,
  })
  return [
    ...state.adjournments.map((a) => span('adjournment', a.from, a.until, a.reason)),
    ...state.caucuses.map((c) => span('caucus', c.from, c.until, '')),
  ].filter((s) => s.until > s.from)
}

export interface TrackGap extends Gap {
  participant: string
}

/** Times a person alone was missing; what stopped everybody is a span of its own. */
export function gapsOf(recording: Recording | null): TrackGap[] {
  const shared = ['adjourned', 'caucus', 'closed', 'waiting']
  return (recording?.tracks ?? [])
    .filter((track) => track.source !== 'screen')
    .filter((track) => track.source === 'camera' || !recording!.tracks.some((t) => t.participant === track.participant && t.source === 'camera'))
    .flatMap((track) => track.gaps.map((gap) => ({ ...gap, participant: track.participant })))
    .filter((gap) => gap.end_ms - gap.start_ms > SHORT && !shared.includes(gap.reason))
}

/** A gap this short is a hitch, not an absence. */
const SHORT = 400

/** Why a track shows nothing at a time; null when it does. */
export function absenceAt(track: RecordedTrack | undefined, position: number): string | null {
  if (!track) return 'none'
  const gap = track.gaps.find((g) => position >= g.start_ms && position < g.end_ms)
  const file = track.files.find((f) => position >= f.start_ms - LEAD_MS && position < f.start_ms + f.duration_ms)
  if (gap && (!file || gap.end_ms - gap.start_ms > SHORT)) return gap.reason
  return file ? null : 'offline'
}

/** The line that is spoken at a time: the last that has begun. */
export function lineAt(lines: readonly Line[], position: number): Line | undefined {
  let found: Line | undefined
  for (const line of lines) if (line.start_ms !== null && !line.struck && line.start_ms <= position) found = line
  return found
}

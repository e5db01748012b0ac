/** The only way a screen learns anything: a pure fold of the frames it was told. */
import type { Down, Event, Participant, ToldFrame } from '@/core/protocol'
import { back, begun, chairBack, foldCourse, handDown, limited, paused, resumed } from './course'
import { foldConsents } from './consents'
import { foldExhibits } from './evidence/exhibits'
import { foldLine, isLineEvent } from './lines'
import { foldReadback } from './readback'
import { foldBookmarks, foldSecondPass } from './secondPass'
import { cutOff, gone, rejoined } from './outages'
import {
  emptyRoom,
  type Adjournment,
  type Caucus,
  type Person,
  type RoomState,
  type Source,
} from './state'

type EventOf<T extends Event['type']> = Extract<Event, { type: T }>
type Handlers = { [T in Event['type']]?: (state: RoomState, event: EventOf<T>, told: ToldFrame) => Partial<RoomState> }

/** Take in one frame; frames that change nothing return the very same state. */
export function foldFrame(state: RoomState, frame: Down): RoomState {
  switch (frame.kind) {
    case 'reset':
      return emptyRoom
    case 'caught_up':
      return { ...state, caughtUp: true, seq: Math.max(state.seq, frame.seq) }
    case 'event':
      return fold(state, frame)
    default:
      return state
  }
}

/** Take in one entry; an entry already taken in changes nothing. */
export function fold(state: RoomState, told: ToldFrame): RoomState {
  if (told.seq <= state.seq) return state
  const { event } = told
  if (isLineEvent(event)) return { ...state, seq: told.seq, lines: foldLine(state.lines, event, told) }
  const course = foldCourse(state.course, told)
  if (course) {
    const reset = event.type === 'StageEntered' || event.type === 'TurnGiven'
    return { ...state, seq: told.seq, course, ...(reset && { floor: { held: false, holder: '', free: false } }) }
  }
  const consents = foldConsents(state.consents, event)
  if (consents) return { ...state, seq: told.seq, consents }
  const readback = foldReadback(state.readback, event, state.lines)
  if (readback) return { ...state, seq: told.seq, readback }
  const secondPass = foldSecondPass(state.secondPass, event)
  if (secondPass) return { ...state, seq: told.seq, secondPass }
  const bookmarks = foldBookmarks(state.bookmarks, event, told)
  if (bookmarks) return { ...state, seq: told.seq, bookmarks }
  const handler = handlers[event.type] as
    | ((state: RoomState, event: Event, told: ToldFrame) => Partial<RoomState>)
    | undefined
  const exhibits = foldExhibits(state.exhibits, event, told.actor, told.at)
  return { ...state, ...handler?.(state, event, told), exhibits, seq: told.seq }
}

const handlers: Handlers = {
  SittingPrepared: (_, event) => ({
    sitting: {
      sitting: event.sitting,
      hearing: event.hearing,
      kind: event.kind,
      caseNumber: event.case_number,
      caseTitle: event.case_title,
      organisation: event.organisation,
      rehearsal: event.rehearsal,
    },
    people: event.participants.map(newcomer),
    course: begun(event),
  }),
  PersonInvited: (state, event) => (state.people.some((one) => one.id === event.participant.id) ? {} : { people: [...state.people, newcomer(event.participant)] }),
  AttentionTurned: (state, event) => person(state, event.participant, { elsewhere: !event.here }),
  MicrophoneShared: (state, event) =>
    person(state, event.participant, {
      speakers: event.people.map((one) => one.name),
      beside: state.people.filter((known) => event.people.some((one) => one.participant === known.id)).map(({ id, role, side }) => ({ id, role, side })),
    }),
  Joined: (state, event) => ({ ...person(state, event.participant, { present: true, lost: '', lostAt: null, elsewhere: false }), course: back(state.course, event.participant) }),
  TakenOver: (state, event) => person(state, event.participant, { present: true }),
  Left: (state, event, told) => ({
    ...changed(state, event.participant, (p) => ({ ...gone(p, event.cause, told.at), sharing: false, sources: noSources() })),
    course: handDown(state.course, event.participant),
  }),
  Disconnected: (state, event, told) => changed(state, event.participant, (p) => cutOff(p, event.evidence, told.at)),
  Reconnected: (state, event, told) => ({ ...changed(state, event.participant, (p) => rejoined(p, told.at)), course: chairBack(state.course, event.participant) }),
  Knocked: (state, event, told) =>
    person(state, event.participant, { knocked: true, knockedAt: told.at, refused: null }),
  Admitted: (state, event) => person(state, event.participant, { knocked: true, admitted: true, refused: null }),
  Refused: (state, event, told) => ({
    ...person(state, event.participant, { knocked: false, admitted: false, place: 'lobby', refused: event.reason }),
    ...leavePlace(state, event.participant, 'lobby', told.at),
  }),
  Moved: (state, event, told) => ({
    ...person(state, event.participant, { place: event.place }),
    ...leavePlace(state, event.participant, event.place, told.at),
  }),
  SwitchedOnSite: (_, { place, time, reason, stage }) => ({ onSite: { place, time, reason, stage } }),
  PresenceNoted: (state, event) => person(state, event.participant, { inPerson: event.on }),
  LineChecked: (state, { participant, verdict, way, rtt_ms, loss_permille, up_kbps, down_kbps }) =>
    person(state, participant, { line: { verdict, way, rtt_ms, loss_permille, up_kbps, down_kbps } }),
  FloorGiven: (state, event, told) => ({
    floor: { held: true, holder: event.participant, free: false },
    course: limited(handDown(state.course, event.participant, 'granted'), told.at, event.limit_s),
  }),
  FloorTaken: (state) => ({ floor: { held: true, holder: '', free: false }, course: limited(state.course, 0, 0) }),
  FloorFreed: () => ({ floor: { held: false, holder: '', free: true } }),
  Muted: (state, event) => person(state, event.participant, { muted: true }),
  Unmuted: (state, event) => person(state, event.participant, { muted: false }),
  WritingDeclared: (state, event) => person(state, event.participant, { inWriting: event.on }),
  Toggled: (state, event) => perSource(state, event.participant, 'off', event.source, !event.on),
  ScreenShared: (state, event) => person(state, event.participant, { sharing: true }),
  ScreenStopped: (state, event) => person(state, event.participant, { sharing: false }),
  TrackStarted: (state, event) => {
    const seen = { ...state, ...perSource(state, event.participant, 'sources', event.source, true) }
    if (event.source === 'camera') return person(seen, event.participant, { codec: event.codec })
    return event.source === 'screen' ? person(seen, event.participant, { screenCodec: event.codec }) : { people: seen.people }
  },
  TrackEnded: (state, event) => perSource(state, event.participant, 'sources', event.source, false),
  Opened: (_, __, told) => ({ phase: 'open', openedAt: told.at }),
  Adjourned: (state, event, told) => ({
    phase: 'adjourned',
    adjournments: [
      ...state.adjournments,
      { from: told.at, until: null, reason: event.reason, from_ms: told.media_time, planned: event.until || null },
    ],
    course: paused(state.course, told.at),
  }),
  Resumed: (state, _, told) => ({ phase: 'open', adjournments: endLast(state.adjournments, told.at), course: resumed(state.course, told.at) }),
  Closed: (state, _, told) => ({
    phase: 'closed',
    closedAt: told.at,
    adjournments: endLast(state.adjournments, told.at),
    caucuses: state.caucuses.map((c) => (c.until === null ? { ...c, until: told.at } : c)),
  }),
  RecordingAlarm: (_, event, told) => ({ alarm: { word: event.word, track: event.track, at: told.at } }),
  RecordingRestored: () => ({ alarm: null }),
  MediaLost: (state) => ({ mediaLost: true, people: state.people.map((p) => ({ ...p, sources: noSources() })) }),
  MediaRestored: () => ({ mediaLost: false }),
  EngineStated: (_, event) => ({
    engine: { engine: event.engine, state: event.state, model: event.model, reason: event.reason },
  }),
  RecordingFinished: (state, event) => ({
    recordings: [
      ...state.recordings.filter((r) => r.file !== event.file),
      { track: event.track, file: event.file, bytes: event.bytes },
    ],
    failures: state.failures.filter((f) => f.work !== 'recording'),
  }),
  DocumentMade: (state, { document, kind, file, bytes, sha256 }) => ({
    documents: [...state.documents.filter((d) => d.kind !== kind), { document, kind, file, bytes, sha256 }],
    failures: state.failures.filter((f) => f.work !== kind),
  }),
  WorkFailed: (state, event) => ({
    failures: [...state.failures.filter((f) => f.work !== event.work), { work: event.work, reason: event.reason }],
  }),
}

const noSources = (): Record<Source, boolean> => ({ microphone: false, camera: false, screen: false })

function newcomer(participant: Participant): Person {
  return {
    id: participant.id,
    name: participant.name,
    role: participant.role,
    side: participant.side,
    screened: participant.screened,
    place: 'lobby',
    present: false,
    lost: '',
    cut: '',
    knocked: false,
    knockedAt: null,
    admitted: false,
    refused: null,
    muted: false,
    sharing: false,
    line: null,
    off: noSources(),
    sources: noSources(),
    codec: '',
  }
}

/** Whoever changes place lowers their hand; whoever leaves the table gives the floor back. */
function leavePlace(state: RoomState, id: string, place: string, at: number): Partial<RoomState> {
  const gaveBack = place !== 'table' && state.floor.holder === id
  return {
    caucuses: foldCaucus(state.caucuses, id, place, at),
    course: handDown(state.course, id),
    floor: gaveBack ? { ...state.floor, holder: '' } : state.floor,
  }
}

const without = (ids: string[], id: string): string[] => ids.filter((other) => other !== id)

function changed(state: RoomState, id: string, change: (person: Person) => Partial<Person>): Pick<RoomState, 'people'> {
  return { people: state.people.map((p) => (p.id === id ? { ...p, ...change(p) } : p)) }
}

function person(state: RoomState, id: string, change: Partial<Person>): Pick<RoomState, 'people'> {
  return { people: state.people.map((p) => (p.id === id ? { ...p, ...change } : p)) }
}

function perSource(
  state: RoomState,
  id: string,
  field: 'off' | 'sources',
  source: string,
  value: boolean,
): Pick<RoomState, 'people'> {
  return { people: state.people.map((p) => (p.id === id ? { ...p, [field]: { ...p[field], [source]: value } } : p)) }
}

function endLast(list: Adjournment[], at: number): Adjournment[] {
  return list.map((a) => (a.until === null ? { ...a, until: at } : a))
}

/** A caucus lasts from the first person moved into its place until the last one has left it. */
function foldCaucus(caucuses: Caucus[], id: string, place: string, at: number): Caucus[] {
  const left = caucuses.map((c) => {
    if (c.until !== null || c.place === place || !c.participants.includes(id)) return c
    const participants = without(c.participants, id)
    return participants.length ? { ...c, participants } : { ...c, until: at }
  })
  if (!place.startsWith('caucus:')) return left
  const open = left.find((c) => c.place === place && c.until === null)
  if (!open) return [...left, { place, from: at, until: null, participants: [id] }]
  return left.map((c) => (c === open ? { ...c, participants: [...without(c.participants, id), id] } : c))
}

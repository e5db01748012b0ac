/** Journals made by dice: the same seed, the same hearing. */
import type { Event, Participant, Role, ToldFrame } from '@/core/protocol'

export const people: Participant[] = (
  [
    ['p_mediator', '王秀兰', 'mediator', ''],
    ['p_clerk', '李敏', 'clerk', ''],
    ['p_worker', '张伟', 'applicant', 'applicant'],
    ['p_company', '陈经理', 'respondent', 'respondent'],
  ] as [string, string, Role, string][]
).map(([id, name, role, side]) => ({ id, name, role, side, purpose: '', level: '', screened: [] }))

export const prepared: Event = {
  type: 'SittingPrepared',
  sitting: 's_1',
  case_number: '苏劳调〔2026〕1001号',
  case_title: '追索劳动报酬争议',
  hearing: 'h_1',
  kind: 'mediation',
  organisation: '苏州市劳动人事争议调解中心',
  rehearsal: false,
  participants: people,
  procedure: '',
  former: '',
  resumes_at: '',
  passed: [],
  place: '',
}

export const START = 1_790_000_000_000

export function told(seq: number, event: Event, actor = 'p_mediator'): ToldFrame {
  return { kind: 'event', seq, at: START + seq * 1000, media_time: seq * 1000, actor, event }
}

export const journal = (...events: Event[]): ToldFrame[] => [prepared, ...events].map((event, n) => told(n + 1, event))

export function dice(seed: number): (sides: number) => number {
  let x = seed * 2654435761 + 1
  return (sides) => {
    x = (x * 1103515245 + 12345) % 2147483648
    return Math.floor((x / 2147483648) * sides)
  }
}

export function randomJournal(seed: number, length = 80): ToldFrame[] {
  const roll = dice(seed)
  const events: Event[] = []
  const lines: { line: string; version: number }[] = []
  while (events.length < length) events.push(randomEvent(roll, lines))
  return journal(...events)
}

const PLACES = ['lobby', 'table', 'caucus:1', 'caucus:2', 'isolation']

function randomEvent(roll: (sides: number) => number, lines: { line: string; version: number }[]): Event {
  const participant = people[roll(people.length)]!.id
  const line = lines.length ? lines[roll(lines.length)] : undefined
  const makers: (() => Event)[] = [
    () => ({ type: 'Joined', participant, device: 'd' }),
    () => ({ type: 'Left', participant, cause: 'silent' }),
    () => ({ type: 'Knocked', participant }),
    () => ({ type: 'Admitted', participant }),
    () => ({ type: 'Refused', participant, reason: '请先核实身份' }),
    () => ({ type: 'Moved', participant, origin: 'lobby', place: PLACES[roll(PLACES.length)]! }),
    () => ({ type: 'FloorGiven', participant, limit_s: 0 }),
    () => ({ type: 'FloorTaken', participant }),
    () => ({ type: 'FloorFreed' }),
    () => ({ type: 'FloorAsked', participant, wanted: roll(2) === 1 }),
    () => ({ type: roll(2) ? 'Muted' : 'Unmuted', participant }),
    () => ({ type: 'Toggled', participant, source: 'camera', on: roll(2) === 1 }),
    () => ({ type: roll(2) ? 'ScreenShared' : 'ScreenStopped', participant, place: 'table' }),
    () => ({ type: 'TrackStarted', participant, source: 'camera', codec: 'vp8' }),
    () => ({ type: (['Opened', 'Resumed'] as const)[roll(2)]! }),
    () => ({ type: 'Closed', outcome: '', reason: '' }),
    () => ({ type: 'Adjourned', reason: '核对证据', until: 0 }),
    () => heard(participant, lines, roll(60_000)),
    () => heard(participant, lines, roll(60_000)),
    () => inserted(lines, line?.line ?? ''),
    () =>
      line
        ? { type: 'LineEdited', line: line.line, version: ++line.version, text: '改', speaker: null, evidence: [] }
        : { type: 'Opened' },
    () => (line ? { type: 'LineStruck', line: line.line, version: ++line.version } : { type: 'Opened' }),
    () => ({ type: 'MediaLost', epoch: 2 }),
    () => ({ type: 'RecordingAlarm', word: 'disk_full', track: '' }),
  ]
  return makers[roll(makers.length)]!()
}

export function heard(participant: string, lines: { line: string; version: number }[], start: number): Event {
  const utterance = `u${lines.length + 1}`
  lines.push({ line: utterance, version: 0 })
  return {
    type: 'UtteranceHeard',
    utterance,
    participant,
    start_ms: start,
    end_ms: start + 900,
    text: `第${lines.length}句`,
    words: [],
    confidence: 0.9,
    language: 'zh',
    engine: 'test',
    spoken: '',
    hints: [],
    cross_talk: '',
    voice: '',
    voice_confidence: 0,
    speaker: '',
  }
}

function inserted(lines: { line: string; version: number }[], after: string): Event {
  const line = `h${lines.length + 1}`
  lines.push({ line, version: 0 })
  return { type: 'LineInserted', line, after, text: '（出示证据一）', speaker: '', evidence: [], template: '', form: '' }
}

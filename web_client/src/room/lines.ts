/** The minutes as a fold: machine utterances, human corrections, nothing ever lost. */
import type { Event, ToldFrame } from '@/core/protocol'
import type { Line, LineVersion } from './state'

type Told<T extends Event['type']> = Extract<Event, { type: T }>
type LineEvent = Told<'UtteranceHeard' | 'LineEdited' | 'LineInserted' | 'LineStruck' | 'LineSplit' | 'LinesMerged' | 'LinesAdopted' | 'TextSaid' | 'VoiceNamed'>

const LINE_EVENTS = new Set<string>(['UtteranceHeard', 'LineEdited', 'LineInserted', 'LineStruck', 'LineSplit', 'LinesMerged', 'LinesAdopted', 'TextSaid', 'VoiceNamed'])

export const isLineEvent = (event: Event): event is LineEvent => LINE_EVENTS.has(event.type)

/** Take one fact into the minutes; the same fold as `transcription/minutes.py`. */
export function foldLine(lines: Line[], event: LineEvent, told: ToldFrame): Line[] {
  switch (event.type) {
    case 'UtteranceHeard':
      return add(lines, heard(event, told), told)
    case 'TextSaid':
      return add(lines, said(event, told), told)
    case 'LineInserted':
      return add(lines, inserted(lines, event, told), told)
    case 'LineEdited':
      return change(lines, event.line, told, (line) => ({
        ...line,
        text: event.text,
        speaker: event.speaker ?? line.speaker,
        version: event.version,
        struck: false,
        adopted: true,
        merged_into: '',
        evidence: named(event.evidence),
      }))
    case 'LineStruck':
      return change(lines, event.line, told, (line) => ({ ...line, version: event.version, struck: true, adopted: true }))
    case 'LineSplit':
      return split(lines, event, told)
    case 'LinesMerged':
      return merge(lines, event, told)
    case 'LinesAdopted':
      return Object.entries(event.lines).reduce((all, [id, version]) => change(all, id, told, (line) => ({ ...line, version, adopted: true })), lines)
    case 'VoiceNamed':
      return Object.entries(event.lines).reduce((all, [id, version]) => change(all, id, told, (line) => ({ ...line, version, speaker: event.speaker || event.participant })), lines)
  }
}

/** Left out where there is none, as on the server. */
const named = (evidence: string[] | undefined): string[] | undefined => (evidence?.length ? evidence : undefined)

const fresh = { version: 0, struck: false, merged_into: '', history: [] as LineVersion[] }
/** Of what nobody said aloud. */
const byNobody = { track: '', voice: '', voice_confidence: 0 }

/** Two lines out of one; each keeps its own stretch of what was heard. */
function split(lines: Line[], event: Told<'LineSplit'>, told: ToldFrame): Line[] {
  const line = lines.find((one) => one.line === event.line)
  if (!line || lines.some((one) => one.line === event.next)) return lines
  const at = event.at_ms
  const untouched = line.machine_text !== null && line.machine_text === line.text
  const rest: Line = {
    ...line,
    ...fresh,
    line: event.next,
    text: event.rest,
    machine_text: untouched ? event.rest : line.machine_text,
    start_ms: at,
    end_ms: at === null ? null : line.end_ms,
    // Speech stands where it began; what was only written stands behind what it was written after.
    place: [at ?? line.place[0], told.seq],
    after: at === null ? line.line : '',
    template: undefined,
    evidence: named(event.rest_evidence),
  }
  const first = change(lines, line.line, told, (one) => ({
    ...one,
    text: event.text,
    version: event.version,
    struck: false,
    machine_text: untouched ? event.text : one.machine_text,
    end_ms: at ?? one.end_ms,
    evidence: named(event.evidence),
  }))
  return add(first, rest, told)
}

/** The words of one line behind those of another; the line they came from stays in the history. */
function merge(lines: Line[], event: Told<'LinesMerged'>, told: ToldFrame): Line[] {
  const line = lines.find((one) => one.line === event.line)
  const other = lines.find((one) => one.line === event.other)
  if (!line || !other) return lines
  const machine = line.machine_text === null || other.machine_text === null ? line.machine_text : line.machine_text + other.machine_text
  const untouched = line.machine_text === line.text && other.machine_text === other.text
  const together = change(lines, line.line, told, (one) => ({
    ...one,
    text: event.text,
    version: event.version,
    struck: false,
    machine_text: untouched ? event.text : machine,
    end_ms: Math.max(one.end_ms ?? 0, other.end_ms ?? 0) || null,
    adopted: one.adopted && other.adopted,
    ...(one.voice === other.voice ? { voice_confidence: Math.min(one.voice_confidence, other.voice_confidence) } : { voice: '', voice_confidence: 0 }),
    segments: [...new Set([...one.segments, ...other.segments])],
    evidence: named(event.evidence),
  }))
  return change(together, other.line, told, (one) => ({ ...one, version: event.other_version, struck: true, merged_into: line.line }))
}

function heard(event: Extract<LineEvent, { type: 'UtteranceHeard' }>, told: ToldFrame): Line {
  return {
    ...fresh,
    line: event.utterance,
    speaker: event.speaker || event.participant,
    start_ms: event.start_ms,
    end_ms: event.end_ms,
    text: event.text,
    machine_text: event.text,
    adopted: false,
    segments: [event.utterance],
    track: event.participant,
    voice: event.voice ?? '',
    voice_confidence: event.voice_confidence ?? 0,
    ...(event.hints?.length ? { hints: event.hints } : {}),
    ...(event.cross_talk ? { cross_talk: event.cross_talk } : {}),
    place: [event.start_ms, told.seq],
    after: '',
  }
}

function inserted(lines: Line[], event: Extract<LineEvent, { type: 'LineInserted' }>, told: ToldFrame): Line {
  const last = lines.reduce((most, line) => Math.max(most, line.place[0]), 0)
  return {
    ...fresh,
    line: event.line,
    speaker: event.speaker,
    start_ms: null,
    end_ms: null,
    text: event.text,
    machine_text: null,
    adopted: true,
    segments: [],
    ...byNobody,
    // "At the end" means the end as it was on the screen: later speech comes after it.
    place: [Math.max(last, told.media_time ?? 0), told.seq],
    after: lines.some((line) => line.line === event.after) ? event.after : '',
    ...(event.evidence?.length ? { evidence: event.evidence } : {}),
    ...(event.template ? { template: `${event.template}@${event.form}` } : {}),
  }
}

/** Said in writing: its speaker's own words as they stand. */
function said(event: Told<'TextSaid'>, told: ToldFrame): Line {
  return {
    ...fresh,
    line: event.line,
    speaker: event.participant,
    start_ms: null,
    end_ms: null,
    text: event.text,
    machine_text: null,
    adopted: true,
    segments: [],
    ...byNobody,
    in_writing: true,
    ...(event.evidence.length ? { evidence: event.evidence } : {}),
    place: [told.media_time ?? 0, told.seq],
    after: '',
  }
}

const versionOf = (line: Line, told: ToldFrame): LineVersion => ({
  version: line.version,
  text: line.text,
  speaker: line.speaker,
  struck: line.struck,
  actor: told.event.type === 'UtteranceHeard' ? '' : told.actor,
  at: told.at,
})

function change(lines: Line[], id: string, told: ToldFrame, edit: (line: Line) => Line): Line[] {
  return lines.map((line) => {
    if (line.line !== id) return line
    const next = edit(line)
    return { ...next, history: [...line.history, versionOf(next, told)] }
  })
}

function add(lines: Line[], line: Line, told: ToldFrame): Line[] {
  if (lines.some((other) => other.line === line.line)) return lines
  const more = [...lines, { ...line, history: [versionOf(line, told)] }]
  const isLast = line.after === '' && lines.every((other) => other.after !== '' || isBefore(other, line))
  return isLast ? more : inOrder(more)
}

const isBefore = (one: Line, other: Line): boolean =>
  one.place[0] < other.place[0] || (one.place[0] === other.place[0] && one.place[1] < other.place[1])

/** Speech by time; under each line what was put after it by hand, the latest insertion first. */
function inOrder(lines: Line[]): Line[] {
  const followers = new Map<string, Line[]>()
  for (const line of lines) followers.set(line.after, [...(followers.get(line.after) ?? []), line])
  const ordered: Line[] = []
  const put = (line: Line): void => {
    ordered.push(line)
    for (const follower of (followers.get(line.line) ?? []).sort((a, b) => b.place[1] - a.place[1])) put(follower)
  }
  for (const root of (followers.get('') ?? []).sort((a, b) => (isBefore(a, b) ? -1 : 1))) put(root)
  return ordered
}

/** The minutes as a fold: machine utterances, human corrections, nothing ever lost. */
import type { Event, ToldFrame } from '@/core/protocol'
import type { Line, LineVersion } from './state'

type LineEvent = Extract<Event, { type: 'UtteranceHeard' | 'LineEdited' | 'LineInserted' | 'LineStruck' }>

const LINE_EVENTS = new Set<string>(['UtteranceHeard', 'LineEdited', 'LineInserted', 'LineStruck'])

export const isLineEvent = (event: Event): event is LineEvent => LINE_EVENTS.has(event.type)

/** Take one fact into the minutes; the same fold as `transcription/minutes.py`. */
export function foldLine(lines: Line[], event: LineEvent, told: ToldFrame): Line[] {
  switch (event.type) {
    case 'UtteranceHeard':
      return add(lines, heard(event, told), told)
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
      }))
    case 'LineStruck':
      return change(lines, event.line, told, (line) => ({ ...line, version: event.version, struck: true, adopted: true }))
  }
}

const fresh = { version: 0, struck: false, history: [] as LineVersion[] }

function heard(event: Extract<LineEvent, { type: 'UtteranceHeard' }>, told: ToldFrame): Line {
  return {
    ...fresh,
    line: event.utterance,
    speaker: event.participant,
    start_ms: event.start_ms,
    end_ms: event.end_ms,
    text: event.text,
    machine_text: event.text,
    adopted: false,
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
    // "At the end" means the end as it was on the screen: later speech comes after it.
    place: [Math.max(last, told.media_time ?? 0), told.seq],
    after: lines.some((line) => line.line === event.after) ? event.after : '',
  }
}

const versionOf = (line: Line, told: ToldFrame): LineVersion => ({
  version: line.version,
  text: line.text,
  speaker: line.speaker,
  struck: line.struck,
  actor: line.version === 0 && line.machine_text !== null ? '' : told.actor,
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

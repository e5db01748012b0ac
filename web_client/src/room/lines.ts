/** The minutes as a fold: machine utterances, human corrections, nothing ever lost. */
import type { Event, ToldFrame } from '@/core/protocol'
import type { Line, LineVersion } from './state'

type LineEvent = Extract<Event, { type: 'UtteranceHeard' | 'LineEdited' | 'LineInserted' | 'LineStruck' }>

const LINE_EVENTS = new Set<string>(['UtteranceHeard', 'LineEdited', 'LineInserted', 'LineStruck'])

export const isLineEvent = (event: Event): event is LineEvent => LINE_EVENTS.has(event.type)

/** Take one fact into the minutes. */
export function foldLine(lines: Line[], event: LineEvent, told: ToldFrame): Line[] {
  switch (event.type) {
    case 'UtteranceHeard':
      return placeByTime(lines, heard(event, told))
    case 'LineInserted':
      return placeAfter(lines, inserted(event, told), event.after)
    case 'LineEdited':
      return change(lines, event.line, (line) => ({
        ...line,
        text: event.text,
        speaker: event.speaker ?? line.speaker,
        version: event.version,
        struck: false,
        adopted: true,
      }), told)
    case 'LineStruck':
      return change(lines, event.line, (line) => ({ ...line, version: event.version, struck: true }), told)
  }
}

function heard(event: Extract<LineEvent, { type: 'UtteranceHeard' }>, told: ToldFrame): Line {
  const line: Line = {
    line: event.utterance,
    speaker: event.participant,
    start_ms: event.start_ms,
    end_ms: event.end_ms,
    text: event.text,
    machine_text: event.text,
    version: 0,
    struck: false,
    adopted: false,
    history: [],
  }
  return { ...line, history: [versionOf(line, told)] }
}

function inserted(event: Extract<LineEvent, { type: 'LineInserted' }>, told: ToldFrame): Line {
  const line: Line = {
    line: event.line,
    speaker: event.speaker,
    start_ms: told.media_time,
    end_ms: null,
    text: event.text,
    machine_text: null,
    version: 0,
    struck: false,
    adopted: true,
    history: [],
  }
  return { ...line, history: [versionOf(line, told)] }
}

const versionOf = (line: Line, told: ToldFrame): LineVersion => ({
  version: line.version,
  text: line.text,
  speaker: line.speaker,
  struck: line.struck,
  actor: told.actor,
  at: told.at,
})

function change(lines: Line[], id: string, edit: (line: Line) => Line, told: ToldFrame): Line[] {
  return lines.map((line) => {
    if (line.line !== id) return line
    const next = edit(line)
    return { ...next, history: [...line.history, versionOf(next, told)] }
  })
}

/** An utterance is told when it ends; it belongs where it began. Human lines keep the place they were given. */
function placeByTime(lines: Line[], line: Line): Line[] {
  if (lines.some((other) => other.line === line.line)) return lines
  const start = line.start_ms ?? 0
  let at = lines.length
  while (at > 0) {
    const before = lines[at - 1]!
    if (before.machine_text === null || (before.start_ms ?? 0) <= start) break
    at--
  }
  return [...lines.slice(0, at), line, ...lines.slice(at)]
}

function placeAfter(lines: Line[], line: Line, after: string): Line[] {
  const at = after ? lines.findIndex((other) => other.line === after) + 1 : 0
  return at === 0 ? [...lines, line] : [...lines.slice(0, at), line, ...lines.slice(at)]
}

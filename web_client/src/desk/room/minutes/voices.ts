/** The voices at shared microphones, as the lines of the minutes show them. */
import type { Line, Person } from '@/room/state'

export interface Voice {
  voice: string
  /** Its lines that stand. */
  count: number
  /** Whose it is said to be; empty: nobody has said so. */
  speaker: string
  /** The clearest of its lines that can be played. */
  sample: Line
}

export interface SharedMicrophone {
  track: Person
  /** Who of the hearing shares it. */
  choices: Person[]
  voices: Voice[]
}

/** Every microphone at which voices were told apart, its voices by number. */
export function sharedMicrophones(lines: Line[], people: Person[]): SharedMicrophone[] {
  const heard = lines.filter((line) => line.voice && !line.struck && line.start_ms !== null)
  return [...new Set(heard.map((line) => line.track))].flatMap((id) => {
    const track = people.find((one) => one.id === id)
    if (!track) return []
    const mine = heard.filter((line) => line.track === id)
    const names = [...new Set(mine.map((line) => line.voice))].sort((a, b) => Number(a.slice(1)) - Number(b.slice(1)))
    const choices = people.filter((one) => track.beside?.some((other) => other.id === one.id))
    return [{ track, choices, voices: names.map((voice) => voiceOf(voice, mine.filter((line) => line.voice === voice), choices)) }]
  })
}

function voiceOf(voice: string, lines: Line[], choices: Person[]): Voice {
  const clearness = (line: Line) => line.voice_confidence * Math.min(6000, (line.end_ms ?? 0) - (line.start_ms ?? 0))
  const sample = lines.reduce((best, line) => (clearness(line) > clearness(best) ? line : best))
  // A few lines may have been given to others by hand: the voice is whose most of them are.
  const counts = new Map<string, number>()
  for (const line of lines) counts.set(line.speaker, (counts.get(line.speaker) ?? 0) + 1)
  const [speaker] = [...counts].reduce((most, one) => (one[1] > most[1] ? one : most))
  return { voice, count: lines.length, speaker: choices.some((one) => one.id === speaker) ? speaker : '', sample }
}

/** What the parties said to an item, in a line each. Pure. */
import type { EvidenceExamined } from '@/core/protocol'
import type { Exhibit } from './exhibits'
import { tell, type EvidenceWord } from './words'

export const POINTS = ['authenticity', 'legality', 'relevance'] as const
export const ANSWERS = ['accept', 'deny', 'unspoken'] as const
export type Answers = Record<(typeof POINTS)[number], string>

const PARTIES = ['applicant', 'respondent', 'third_party']

/** Who may speak to an item: everybody but the side that brought it. */
export const speakingTo = (exhibit: { side: string }): string[] => PARTIES.filter((party) => party !== exhibit.side)

/** What a party said before, to be changed; nothing said yet is `unspoken`. */
export function answersOf(said: EvidenceExamined | undefined): Answers {
  return { authenticity: said?.authenticity ?? 'unspoken', legality: said?.legality ?? 'unspoken', relevance: said?.relevance ?? 'unspoken' }
}

/** An opinion says something, and an objection says why. */
export function mistakeOf(answers: Answers, reason: string): 'speakNothing' | 'reasonMissing' | null {
  const given = Object.values(answers)
  if (given.every((answer) => answer === 'unspoken')) return 'speakNothing'
  return given.includes('deny') && !reason.trim() ? 'reasonMissing' : null
}

export function spoken(exhibit: Exhibit | undefined): string[] {
  return Object.values(exhibit?.examined ?? {}).map((said) => {
    const points = POINTS.map((point) => `${tell(point)} ${tell(said[point] as EvidenceWord)}`).join(' · ')
    return `${tell(`side_${said.party}` as EvidenceWord)}: ${points}${said.reason ? ` · ${said.reason}` : ''}`
  })
}

import { get, post } from '@/core/api'

export const QUESTIONS = ['process', 'result', 'mediator'] as const
export type Question = (typeof QUESTIONS)[number]
export type Scores = Record<Question, number>

export interface Given extends Scores {
  at: number
  text: string
}

/** Whether this person may evaluate the hearing now, and what they gave. */
export interface Asked {
  open: boolean
  given: Given | null
}

const ASKED = ['applicant', 'respondent', 'agent', 'legal_rep', 'statutory_agent', 'legal_aid', 'third_party']

/** Whoever is of a party is asked; witnesses, experts and observers are not. */
export const isAsked = (role: string) => ASKED.includes(role)

const path = (hearing: string) => `/api/hearings/${encodeURIComponent(hearing)}/evaluation`

export const asked = (hearing: string, ticket: string) => get<Asked>(path(hearing), { ticket })

export const give = (hearing: string, ticket: string, scores: Scores, text: string) => post<Given>(path(hearing), { ...scores, text }, { ticket })

/** All three, or nothing is sent. */
export function complete(scores: Partial<Scores>): scores is Scores {
  return QUESTIONS.every((question) => scores[question] !== undefined)
}

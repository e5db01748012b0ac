/** What the journal says of evidence, as a screen folds it. Pure. */
import type { Event, EvidenceExamined, EvidenceSubmitted } from '@/core/protocol'

export interface Exhibit {
  evidence: string
  mark: string
  side: string
  title: string
  purpose: string
  kind: string
  pages: number
  active: boolean
  withdrawn: boolean
  examined: Record<string, EvidenceExamined>
  note: string
  /** Who compared the original, and when (Unix ms). */
  original: { by: string; at: number } | null
}

export interface Showing {
  showing: number
  evidence: string
  mark: string
  title: string
  kind: string
  pages: number
  page: number
  presenter: string
}

export interface Exhibits {
  items: Exhibit[]
  shown: Showing | null
}

export const noExhibits: Exhibits = { items: [], shown: null }

const SIDES = ['applicant', 'respondent', 'third_party', 'tribunal']

/** Take in one fact; those about something else return the very same state. */
export function foldExhibits(state: Exhibits, event: Event, actor: string, at: number): Exhibits {
  switch (event.type) {
    case 'EvidenceSubmitted':
      return state.items.some((item) => item.evidence === event.evidence) ? state : { ...state, items: inOrder([...state.items, newcomer(event)]) }
    case 'EvidenceWithdrawn': {
      const shown = state.shown?.evidence === event.evidence ? null : state.shown
      return { ...change(state, event.evidence, { withdrawn: true }), shown }
    }
    case 'EvidencePresented': {
      const { showing, evidence, mark, title, kind, pages, page, presenter } = event
      return { ...state, shown: { showing, evidence, mark, title, kind, pages, page, presenter } }
    }
    case 'PageTurned':
      return state.shown?.showing === event.showing ? { ...state, shown: { ...state.shown, page: event.page } } : state
    case 'EvidenceExamined': {
      const said = { ...find(state, event.evidence)?.examined, [event.party]: event }
      return change(state, event.evidence, { examined: said })
    }
    case 'EvidenceNoted':
      return change(state, event.evidence, { note: event.note })
    case 'OriginalChecked':
      return change(state, event.evidence, { original: event.checked ? { by: actor, at } : null })
    case 'PresentingStopped':
    case 'Adjourned':
    case 'Closed':
      return state.shown ? { ...state, shown: null } : state
    case 'ScreenShared':
      return state.shown && event.place === 'table' ? { ...state, shown: null } : state
    default:
      return state
  }
}

export const find = (state: Exhibits, evidence: string): Exhibit | undefined => state.items.find((item) => item.evidence === evidence)

function newcomer(event: EvidenceSubmitted): Exhibit {
  const { evidence, mark, side, title, purpose, kind, pages, active } = event
  return { evidence, mark, side, title, purpose, kind, pages, active, withdrawn: false, examined: {}, note: '', original: null }
}

function change(state: Exhibits, evidence: string, to: Partial<Exhibit>): Exhibits {
  return { ...state, items: state.items.map((item) => (item.evidence === evidence ? { ...item, ...to } : item)) }
}

const number = (item: Exhibit): number => Number(/\d+$/.exec(item.mark)?.[0] ?? 0)
const inOrder = (items: Exhibit[]): Exhibit[] =>
  [...items].sort((a, b) => SIDES.indexOf(a.side) - SIDES.indexOf(b.side) || number(a) - number(b))

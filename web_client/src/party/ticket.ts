import { ApiError, get } from '@/core/api'
import type { Role } from '@/core/protocol'
import type { Word } from '@/core/words'

export interface Invitation {
  participant: string
  name: string
  role: Role
  side?: string
  hearing: {
    id: string
    kind: string
    title: string
    case_number: string
    starts_at: number
    state: 'booked' | 'waiting' | 'open' | 'adjourned' | 'closed' | 'cancelled'
    organisation: string
    rehearsal: boolean
    sitting?: string | null
    /** online, mixed, onsite. */
    form?: string
    /** Where people come to in person; empty: nowhere, or to be told. */
    place?: string
    /** The sitting that ended to go on at this place. */
    continues?: string
  }
  language?: string
}

/** Why a link does not let somebody in, as the screen distinguishes it. */
export type Trouble = 'forged' | 'expired' | 'revoked' | 'closed' | 'cancelled' | 'offline' | 'server'

const BY_WORD: Record<string, Trouble> = {
  ticket: 'forged',
  ticket_forged: 'forged',
  ticket_expired: 'expired',
  expired: 'expired',
  ticket_revoked: 'revoked',
  revoked: 'revoked',
  hearing_closed: 'closed',
  hearing_cancelled: 'cancelled',
  closed: 'closed',
  offline: 'offline',
}

export function readInvitation(ticket: string): Promise<Invitation> {
  return get<Invitation>('/api/ticket', { ticket })
}

export function troubleOf(error: unknown): Trouble {
  if (!(error instanceof ApiError)) return 'server'
  const known = BY_WORD[error.word]
  if (known) return known
  return [400, 401, 403, 404, 410].includes(error.status) ? 'forged' : 'server'
}

/** The same for the word with which a socket was closed. */
export const troubleOfWord = (word: string): Trouble => BY_WORD[word] ?? 'server'

export const TROUBLE_WORDS: Record<Trouble, { title: Word; text: Word; again: boolean }> = {
  forged: { title: 'linkForged', text: 'linkForgedText', again: false },
  expired: { title: 'linkExpired', text: 'linkExpiredText', again: false },
  revoked: { title: 'linkRevoked', text: 'linkRevokedText', again: false },
  closed: { title: 'hearingClosed', text: 'hearingClosedText', again: false },
  cancelled: { title: 'hearingCancelled', text: 'hearingCancelledText', again: false },
  offline: { title: 'offline', text: 'offlineText', again: true },
  server: { title: 'serverTrouble', text: 'serverTroubleText', again: true },
}

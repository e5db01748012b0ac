import type { zh } from './zh.chamber'

export const en: Record<keyof typeof zh, string> = {
  pairTitle: 'Connect this chamber',
  pairLead:
    'Make a pairing code for the chamber at the desk (Calendar, Chambers) and type it here. It may be used once, within 15 minutes.',
  code: 'Pairing code',
  codeHint: '10 letters and figures, capitals or not',
  codeMissing: 'Type the pairing code',
  pair: 'Connect',
  pairAgain: 'The pairing was taken back, or another device took its place: pair it again.',
  offlineNow: 'The server cannot be reached; trying again …',
  today: 'Today',
  noneToday: 'Nothing today',
  from: 'from {time}',
  now: 'Now',
  caseless: 'Case without number',
  unpair: 'Unpair',
  unpairAsk: 'End the pairing of this device with “{name}”?',
  unpairText: 'It then shows no hearings and joins none, until the staff make a new pairing code.',
  keep: 'Keep it',
  connected: 'Connected',
  state_booked: 'not begun',
  state_waiting: 'waiting',
  state_open: 'in progress',
  state_adjourned: 'in recess',
  state_closed: 'over',
}

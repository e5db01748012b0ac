/** What the chair may do with one person now, as data for a menu. */
import type { Command } from '@/core/protocol'
import { LISTEN_ONLY, PRESIDING, STAFF } from '@/core/protocol'
import { signatureOf, signs } from '@/room/signing'
import type { Person, RoomState } from '@/room/state'
import type { DeskWord } from '../../words'

export type Question = 'refuse' | 'alone' | 'warn' | 'absence' | 'unsigned'
export type Doing =
  | { word: DeskWord; command: Command; apart?: boolean }
  | { word: DeskWord; ask: Question; apart?: boolean; danger?: boolean }

/** What is wished for by a doing, as far as the rules judge it before it is asked about. */
export function wishOf(doing: Doing, participant: string): Command {
  if ('command' in doing) return doing.command
  if (doing.ask === 'refuse') return { type: 'Refuse', participant }
  if (doing.ask === 'alone') return { type: 'Move', participants: [participant], place: 'caucus:1' }
  if (doing.ask === 'warn') return { type: 'Warn', participant, reason: '' }
  return doing.ask === 'absence' ? { type: 'DeclareAbsence', participant, reason: '' } : { type: 'NoteUnsigned', participant, reason: '' }
}

/** `mine`: the id of whoever asks; some things the chair alone decides. */
export function doingsWith(state: RoomState, person: Person, mine = ''): Doing[] {
  const participant = person.id
  const presiding = PRESIDING.includes(person.role)
  const listens = LISTEN_ONLY.includes(person.role)
  const doings: Doing[] = []
  const move = (place: string): Command => ({ type: 'Move', participants: [participant], place })

  if (person.place === 'lobby' && person.knocked) doings.push({ word: 'admit', command: { type: 'Admit', participant } })
  if (person.place === 'table' && !listens) doings.push(floorDoing(state, participant))
  if (!presiding && !listens && person.place !== 'lobby') {
    doings.push(person.muted ? { word: 'unmute', command: { type: 'Unmute', participant } } : { word: 'mute', command: { type: 'Mute', participant } })
  }
  if (person.place !== 'table' && person.place !== 'lobby') doings.push({ word: 'toTable', command: move('table') })
  if (person.place === 'table' && mayTalkAlone(state, person)) doings.push({ word: 'talkAlone', ask: 'alone' })
  if (!presiding && person.admitted && person.place !== 'lobby') doings.push({ word: 'toLobby', command: move('lobby'), apart: true })
  if (person.role === 'witness' && person.place !== 'isolation') doings.push({ word: 'toIsolation', command: move('isolation') })
  if (state.phase !== 'closed' && person.role !== 'chamber' && !listens) {
    if (!presiding && person.admitted) doings.push({ word: person.inWriting ? 'writingTakeBack' : 'writingDeclare', command: { type: 'DeclareWriting', participant, on: !person.inWriting } })
    doings.push({ word: person.inPerson ? 'onSiteTakeBack' : 'onSiteNote', command: { type: 'PresentOnSite', participant, on: !person.inPerson } })
  }
  if (!presiding && (person.knocked || person.admitted)) doings.push({ word: 'remove', ask: 'refuse', danger: true })
  return [...doings, ...ofTheChair(state, person, mine)]
}

/** What is on the record: asking staff to conduct, warning, deciding that a party has walked out. */
function ofTheChair(state: RoomState, person: Person, mine: string): Doing[] {
  const { stage, chair, delegated, warned } = state.course
  if (!stage || state.phase === 'closed') return []
  const doings: Doing[] = []
  const chairs = mine !== '' && mine === chair
  const staff = STAFF.includes(person.role)
  const asked = delegated.includes(person.id)
  if (chairs && staff) doings.push({ word: asked ? 'undelegate' : 'delegate', command: { type: 'Delegate', participant: person.id, on: !asked }, apart: true })
  if (!staff && (person.admitted || !person.present)) doings.push({ word: 'warn', ask: 'warn', apart: true })
  if (state.phase === 'open' && person.place === 'table' && signs(state.course, person) && signatureOf(state.course, person.id) === 'open') {
    doings.push({ word: 'noteUnsigned', ask: 'unsigned', apart: true })
  }
  if (chairs && hasSide(person) && !person.present && warned.includes(person.id) && state.phase !== 'waiting') {
    doings.push({ word: 'absence', ask: 'absence', danger: true })
  }
  return doings
}

const NO_PARTY: readonly string[] = ['witness', 'appraiser', 'interpreter', 'expert', 'co_mediator']
export const hasSide = (person: Person): boolean => !STAFF.includes(person.role) && !LISTEN_ONLY.includes(person.role) && !NO_PARTY.includes(person.role)

function floorDoing(state: RoomState, participant: string): Doing {
  return state.floor.held && state.floor.holder === participant
    ? { word: 'takeFloor', command: { type: 'TakeFloor', participant } }
    : { word: 'giveFloor', command: { type: 'GiveFloor', participant } }
}

/** Observers, supervisors and witnesses are never in a caucus (domain 2.9, 2.10). */
export function mayTalkAlone(state: RoomState, person: Person): boolean {
  if (state.phase !== 'open' && state.phase !== 'adjourned') return false
  return !LISTEN_ONLY.includes(person.role) && person.role !== 'witness' && person.admitted
}

/** Who is shown large, who in the grid, and who only by name. Pure. */
import { LISTEN_ONLY, PRESIDING } from '@/core/protocol'
import type { Person } from './state'

/** So many pictures are shown at once, one's own among them. */
export const MOST = 9
/** On a phone more people than this make faces too small to see. */
export const MOST_NARROW = 6

export interface Given {
  /** Everyone at my place, in the order of the table. */
  people: readonly Person[]
  me: string
  /** Whose screen is shown by somebody else. */
  sharer: string
  /** Who has the word. */
  dominant: string
  /** Whose pictures arrive. */
  seen: ReadonlySet<string>
  /** Whom the viewer wants to see, the first first. */
  pinned: readonly string[]
  /** 0: whoever matters now; 1, 2 …: everybody in turn. */
  page: number
  narrow: boolean
}

export interface Seating {
  /** `grid`: equal tiles; `spot`: a screen or one person large, the tiles in a strip. */
  layout: 'grid' | 'spot'
  /** Shown large, unless it is a screen. */
  spot: Person | null
  tiles: Person[]
  /** Only by name: beyond the tiles. */
  rest: Person[]
  /** Only by name: they watch. */
  watching: Person[]
  pages: number
  /** What to ask the server for. */
  first: string[]
  most: number | null
}

export const watches = (person: Person): boolean => LISTEN_ONLY.includes(person.role)

export function seat(given: Given): Seating {
  const watching = given.people.filter(watches)
  const seated = given.people.filter((person) => !watches(person))
  const crowd = seated.length > (given.narrow ? MOST_NARROW : MOST)
  const room = { seated, watching, crowd }
  if (given.sharer) return withScreen(given, room)
  if (crowd && given.narrow) return withSpot(given, room)
  return inGrid(given, room)
}

interface Room {
  seated: Person[]
  watching: Person[]
  crowd: boolean
}

/** One's own picture is the last and always there. */
function inGrid(given: Given, { seated, watching, crowd }: Room): Seating {
  if (!crowd) return { ...empty, tiles: mineLast(seated, given.me), watching, first: [...given.pinned] }
  const others = seated.filter((person) => person.id !== given.me)
  const mine = seated.length - others.length
  const size = MOST - mine
  const pages = Math.ceil(others.length / size)
  const page = Math.min(given.page, pages)
  const chosen = page ? others.slice((page - 1) * size, page * size) : chosenOf(others, given, size)
  return {
    ...empty,
    tiles: [...inOrder(others, chosen), ...seated.filter((person) => person.id === given.me)],
    rest: others.filter((person) => !chosen.includes(person)),
    watching,
    pages,
    first: page ? chosen.map((person) => person.id) : [...given.pinned],
    most: size,
  }
}

function withScreen(given: Given, { seated, watching }: Room): Seating {
  const others = seated.filter((person) => person.id !== given.me)
  const size = (given.narrow ? 4 : MOST) - 1
  const chosen = chosenOf(others, given, size)
  return {
    ...empty,
    layout: 'spot',
    tiles: [...inOrder(others, chosen), ...seated.filter((person) => person.id === given.me)],
    rest: others.filter((person) => !chosen.includes(person)),
    watching,
    first: [...given.pinned],
    // The screen itself is one of them.
    most: size + 1,
  }
}

function withSpot(given: Given, { seated, watching }: Room): Seating {
  const others = seated.filter((person) => person.id !== given.me)
  const [spot] = chosenOf(others, given, 1)
  const left = others.filter((person) => person !== spot)
  const chosen = chosenOf(left, given, MOST_NARROW - 1)
  return {
    ...empty,
    layout: 'spot',
    spot: spot ?? null,
    tiles: [...inOrder(left, chosen), ...seated.filter((person) => person.id === given.me)],
    rest: left.filter((person) => !chosen.includes(person)),
    watching,
    first: [...given.pinned, ...(spot && !given.pinned.includes(spot.id) ? [spot.id] : [])],
    most: MOST_NARROW,
  }
}

const empty: Seating = { layout: 'grid', spot: null, tiles: [], rest: [], watching: [], pages: 0, first: [], most: null }

/** Asked for, has the word, presides, is seen, or simply comes next. */
function chosenOf(others: Person[], given: Given, size: number): Person[] {
  const rank = (person: Person): number => {
    const pin = given.pinned.indexOf(person.id)
    if (pin >= 0) return pin - given.pinned.length
    if (person.id === given.dominant) return 1
    if (PRESIDING.includes(person.role)) return 2
    if (given.seen.has(person.id)) return 3
    return person.present ? 4 : 5
  }
  return [...others].sort((a, b) => rank(a) - rank(b)).slice(0, size)
}

const inOrder = (all: Person[], chosen: Person[]): Person[] => all.filter((person) => chosen.includes(person))
const mineLast = (seated: Person[], me: string): Person[] => [
  ...seated.filter((person) => person.id !== me),
  ...seated.filter((person) => person.id === me),
]

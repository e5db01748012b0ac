/** This device as a chamber's: its credential, kept on the device, and the board that it asks for again and again. */
import { onScopeDispose, ref, shallowRef } from 'vue'
import { ApiError, request } from '@/core/api'
import { serverAhead } from '@/core/clock'
import { language } from '@/core/words'
import type { Call } from './calls'

export interface Chamber {
  id: string
  name: string
  place: string
  organisation: string
}
export interface Planned {
  id: string
  kind: string
  case_number: string
  starts_at: number
  minutes: number
  state: string
}
/** What the board is for, told in one look. */
export interface Board {
  chamber: Chamber
  now: number
  language: string
  hearings: Planned[]
}

const KEY = 'heting.chamber'
const EVERY_MS = 2_000

export const credential = ref(remembered())
/** The pairing ended without anybody's doing here. */
export const wasUnpaired = ref(false)

/** A call in the name of the chamber; one whose pairing is over forgets it. */
export async function call<Answer>(method: string, path: string, body?: unknown): Promise<Answer> {
  try {
    return await request<Answer>(method, inLanguage(path), body, { chamber: credential.value })
  } catch (error) {
    if (error instanceof ApiError && error.word === 'not_paired') {
      forget()
      wasUnpaired.value = true
    }
    throw error
  }
}

export async function pair(code: string): Promise<void> {
  const told = await request<{ credential: string; language: string }>('POST', inLanguage('/api/chamber'), { code, label: label() })
  if (told.language === 'en') language.value = 'en'
  localStorage.setItem(KEY, told.credential)
  credential.value = told.credential
  wasUnpaired.value = false
}

export async function unpair(): Promise<void> {
  await call('DELETE', '/api/chamber')
  forget()
}

/** The board, asked for every few seconds while the calling scope lives: that is how others know this device is there. */
export function useBoard(inRoom: () => boolean) {
  const board = shallowRef<Board | null>(null)
  const calls = shallowRef<Call[]>([])
  const offline = ref(false)
  let over = false
  let timer: ReturnType<typeof setTimeout> | undefined

  async function look() {
    clearTimeout(timer)
    try {
      const doing = inRoom() ? '?doing=room' : ''
      const [told, rung] = await Promise.all([call<Board>('GET', `/api/chamber${doing}`), call<{ calls: Call[] }>('GET', `/api/chamber/calls${doing}`)])
      calls.value = rung.calls
      serverAhead.value = told.now - Date.now()
      board.value = told
      offline.value = false
    } catch {
      offline.value = true
    }
    clearTimeout(timer)
    if (!over && credential.value) timer = setTimeout(() => void look(), EVERY_MS)
  }
  void look()
  onScopeDispose(() => {
    over = true
    clearTimeout(timer)
  })
  return { board, calls, offline, look }
}

/** What is to be seen next: what goes on, then what comes, and last what is over. */
export function inOrder(hearings: readonly Planned[]): Planned[] {
  const rank = (one: Planned) => (one.state === 'closed' ? 1 : 0)
  return [...hearings].sort((x, y) => rank(x) - rank(y) || x.starts_at - y.starts_at)
}

function forget(): void {
  localStorage.removeItem(KEY)
  credential.value = ''
}

function remembered(): string {
  try {
    return localStorage.getItem(KEY) ?? ''
  } catch {
    return ''
  }
}

/** A name by which the staff know the device: browser and system, never a person. */
function label(): string {
  const agent = navigator.userAgent
  const browser = /(Edg|Firefox|Chrome|Safari)\/\d+/.exec(agent)?.[0] ?? ''
  const system = /Windows|Android|Mac OS X|Linux/.exec(agent)?.[0] ?? ''
  return [browser, system].filter(Boolean).join(', ')
}

const inLanguage = (path: string) => `${path}${path.includes('?') ? '&' : '?'}lang=${language.value}`

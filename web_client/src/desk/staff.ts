/** Who is logged in, and calls in their name. */
import { shallowRef } from 'vue'
import { ApiError, request } from '@/core/api'
import { d, type DeskWord } from './words'
import { zh } from '@/core/zh.desk'
import { language } from '@/core/words'

export interface Staff {
  name: string
  /** What they sign in with. */
  account?: string
  role: string
  csrf: string
  /** What one's roles allow somewhere. */
  may?: string[]
}

export const staff = shallowRef<Staff | null>(null)
let asked: Promise<void> | null = null

/** Ask once whether the cookie still holds. */
export function recall(): Promise<void> {
  asked ??= request<Staff>('GET', '/api/me')
    .then((me) => void (staff.value = me))
    .catch((error: unknown) => {
      asked = null
      if (!(error instanceof ApiError) || error.status !== 401) throw error
    })
  return asked
}

export async function login(name: string, password: string): Promise<void> {
  staff.value = await request<Staff>('POST', inLanguage('/api/login'), { name, password })
  asked = Promise.resolve()
}

export async function logout(): Promise<void> {
  await call('POST', '/api/logout', {}).catch(() => undefined)
  staff.value = null
}

/** A call in the name of the person logged in; an expired login shows the login page. */
export async function call<Answer>(method: 'GET' | 'POST' | 'PUT' | 'DELETE', path: string, body?: unknown): Promise<Answer> {
  try {
    return await request<Answer>(method, inLanguage(path), body, { csrf: staff.value?.csrf })
  } catch (error) {
    if (error instanceof ApiError && error.status === 401) staff.value = null
    throw error
  }
}

/** Refusals come in the language of the screen, not of the browser. */
const inLanguage = (path: string) => `${path}${path.includes('?') ? '&' : '?'}lang=${language.value}`

/** What went wrong, for people: our words where we have them, else the server's. */
export function problem(error: unknown): string {
  const { word = '', message = '' } = error as { word?: string; message?: string }
  const key = `error_${word}`
  if (key in zh) return d(key as DeskWord)
  return message || d('error_other', { word: word || '?' })
}

import { reactive, watch } from 'vue'
import { language, type Language } from './words'

export type Theme = 'system' | 'light' | 'dark'
export interface Modes {
  theme: Theme
  contrast: boolean
  large: boolean
  /** What is said in a hearing is shown as text over the faces. */
  captions: boolean
}

const KEY = 'heting.modes'
const darkWanted = window.matchMedia?.('(prefers-color-scheme: dark)')
const contrastWanted = window.matchMedia?.('(prefers-contrast: more)')

/** How this person wants to see the screen; kept on this device only. */
export const modes = reactive<Modes>({ theme: 'system', contrast: contrastWanted?.matches ?? false, large: false, captions: false })

/** Read what was chosen before, apply it, and follow every change. Call once, before mounting. */
export function startModes(): void {
  const asked = new URLSearchParams(location.search).get('lang')
  const before = remembered()
  if (before.theme === 'light' || before.theme === 'dark') modes.theme = before.theme
  if (typeof before.contrast === 'boolean') modes.contrast = before.contrast
  if (typeof before.large === 'boolean') modes.large = before.large
  if (typeof before.captions === 'boolean') modes.captions = before.captions
  language.value = languageFrom(asked ?? before.language)
  watch([modes, language], apply, { immediate: true, deep: true })
  darkWanted?.addEventListener?.('change', apply)
}

/** Chinese unless English was chosen. */
export function languageFrom(wanted: unknown): Language {
  return wanted === 'en' ? 'en' : 'zh'
}

export function isDark(): boolean {
  return modes.theme === 'dark' || (modes.theme === 'system' && (darkWanted?.matches ?? false))
}

function apply(): void {
  const page = document.documentElement
  page.lang = language.value === 'en' ? 'en' : 'zh-CN'
  page.classList.toggle('dark', isDark())
  page.classList.toggle('hc', modes.contrast)
  page.classList.toggle('large', modes.large)
  try {
    localStorage.setItem(KEY, JSON.stringify({ ...modes, language: language.value }))
  } catch {
    // Private windows may forbid storage: the choice then lasts until the page is closed.
  }
}

function remembered(): Partial<Modes & { language: string }> {
  try {
    return JSON.parse(localStorage.getItem(KEY) ?? '{}') ?? {}
  } catch {
    return {}
  }
}

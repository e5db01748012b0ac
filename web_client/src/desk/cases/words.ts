import { en } from '@/core/en.cases'
import { dictionary, language } from '@/core/words'
import { zh } from '@/core/zh.cases'

/** The words of cases. */
export const c = dictionary(zh, en)
export type CaseWord = keyof typeof zh

/** A word whose key is made; a key nobody knows gives `otherwise`. */
export function made(key: string, otherwise: CaseWord, values?: Record<string, string | number>): string {
  return c(key in zh ? (key as CaseWord) : otherwise, values)
}

/** The name of something that the server names in both languages. */
export const named = (term: { zh: string; en: string } | undefined, otherwise = ''): string =>
  term ? (language.value === 'en' ? term.en : term.zh) : otherwise

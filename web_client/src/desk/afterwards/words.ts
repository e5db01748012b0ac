import { en } from '@/core/en.afterwards'
import { dictionary } from '@/core/words'
import { zh } from '@/core/zh.afterwards'

/** The words of what comes beside and after hearings. */
export const a = dictionary(zh, en)
export type AfterWord = keyof typeof zh

/** A word whose key is made; a key nobody knows gives the `otherwise`. */
export function made(key: string, otherwise: string, values?: Record<string, string | number>): string {
  return key in zh ? a(key as AfterWord, values) : otherwise
}

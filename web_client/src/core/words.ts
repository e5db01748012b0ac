import { ref } from 'vue'
import { en } from './en'
import { zh } from './zh'

export type Language = 'zh' | 'en'
export type Values = Record<string, string | number>

/** The language of the screen; `modes.ts` remembers it and tells the browser. */
export const language = ref<Language>('zh')

/** A typed `t()` over one pair of tables. Each entry has its own, so that nobody loads another's words. */
export function dictionary<Words extends Record<string, string>>(chinese: Words, english: Record<keyof Words, string>) {
  return (key: keyof Words & string, values?: Values): string => fill((language.value === 'en' ? english : chinese)[key], values)
}

/** Put values into a text: `{name}` is replaced by `values.name`. */
export function fill(text: string, values?: Values): string {
  return values ? text.replace(/\{(\w+)\}/g, (whole, name: string) => String(values[name] ?? whole)) : text
}

export const t = dictionary(zh, en)
export type Word = keyof typeof zh

import { ApiError } from '@/core/api'
import { en } from '@/core/en.review'
import { dictionary } from '@/core/words'
import { zh } from '@/core/zh.review'

/** The words of reviews by a panel. */
export const r = dictionary(zh, en)
export type ReviewWord = keyof typeof zh

/** What the level of an expert is called; empty where it is not known. */
export const levelName = (level: string): string => (`level_${level}` in zh ? r(`level_${level}` as ReviewWord) : '')
/** A name with the level of who bears it, where that is known. */
export const withLevel = (one: { name: string; level: string }): string => (levelName(one.level) ? r('levelled', { name: one.name, level: levelName(one.level) }) : one.name)

/** What went wrong, for people: a refusal in the server's words, a lost line in ours. */
export const explain = (error: unknown) => (error instanceof ApiError && error.status > 0 && error.message) || r('lost')

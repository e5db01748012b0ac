import { ApiError } from '@/core/api'
import { en } from '@/core/en.review'
import { dictionary } from '@/core/words'
import { zh } from '@/core/zh.review'

/** The words of reviews by a panel. */
export const r = dictionary(zh, en)
export type ReviewWord = keyof typeof zh

/** What went wrong, for people: a refusal in the server's words, a lost line in ours. */
export const explain = (error: unknown) => (error instanceof ApiError && error.status > 0 && error.message) || r('lost')

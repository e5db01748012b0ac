import { en } from '@/core/en.chamber'
import { dictionary } from '@/core/words'
import { zh } from '@/core/zh.chamber'

/** The words of a chamber's screen. */
export const c = dictionary(zh, en)
export type ChamberWord = keyof typeof zh

import { en } from '@/core/en.models'
import { dictionary } from '@/core/words'
import { zh } from '@/core/zh.models'

/** The words of the speech models' page. */
export const m = dictionary(zh, en)
export type ModelWord = keyof typeof zh

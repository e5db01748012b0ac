import { en } from '@/core/en.desk'
import { dictionary } from '@/core/words'
import { zh } from '@/core/zh.desk'

/** The desk's words; what party and desk share comes from `t()` and `say()`. */
export const d = dictionary(zh, en)
export type DeskWord = keyof typeof zh

import { en } from '@/core/en.wall'
import { dictionary } from '@/core/words'
import { zh } from '@/core/zh.wall'

/** The words of the wall. */
export const w = dictionary(zh, en)
export type WallWord = keyof typeof zh

import { en } from '@/core/en.booking'
import { dictionary } from '@/core/words'
import { zh } from '@/core/zh.booking'

/** The words of booking. */
export const b = dictionary(zh, en)
export type BookingWord = keyof typeof zh

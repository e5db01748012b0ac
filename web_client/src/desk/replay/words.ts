import { en } from '@/core/en.replay'
import { dictionary } from '@/core/words'
import { zh } from '@/core/zh.replay'

/** The words of the replay and of what is looked for in it. */
export const r = dictionary(zh, en)

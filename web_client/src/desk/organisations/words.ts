import { en } from '@/core/en.organisations'
import { dictionary } from '@/core/words'
import { zh } from '@/core/zh.organisations'

/** The words of organisations and grants. */
export const o = dictionary(zh, en)
export type OrganisationWord = keyof typeof zh

/** A word whose key is made; a key nobody knows gives the `otherwise`. */
export const made = (key: string, otherwise: string): string => (key in zh ? o(key as OrganisationWord) : otherwise)

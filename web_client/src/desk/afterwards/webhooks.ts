/** Subscriptions of other systems. */
import type { Field, Values } from '../cases/forms'
import { call } from '../staff'
import { a, made } from './words'

export interface Webhook {
  id: string
  url: string
  kinds: string[]
  note: string
  disabled: boolean
  created_at: number
  secret: string
}
export interface Message {
  id: string
  kind: string
  state: 'queued' | 'delivered' | 'dead'
  tries: number
  created_at: number
  due_at: number | null
  settled_at: number | null
  status: number | null
  word: string
  body: string
}

const at = (organisation: string, rest = '') => `/api/organisations/${encodeURIComponent(organisation)}/webhooks${rest}`

export const listWebhooks = (organisation: string) => call<{ webhooks: Webhook[]; kinds: string[] }>('GET', at(organisation))
export const saveWebhook = (organisation: string, webhook: string, body: unknown) =>
  webhook ? call<Webhook>('PUT', at(organisation, `/${webhook}`), body) : call<Webhook>('POST', at(organisation), body)
export const removeWebhook = (organisation: string, webhook: string) => call<null>('DELETE', at(organisation, `/${webhook}`))
export const renewSecret = (organisation: string, webhook: string) => call<Webhook>('POST', at(organisation, `/${webhook}/secret`), {})
export const tryLine = (organisation: string, webhook: string) => call<Message>('POST', at(organisation, `/${webhook}/test`), {})
export const messagesOf = (organisation: string, webhook: string) => call<{ messages: Message[]; total: number }>('GET', at(organisation, `/${webhook}/messages`))
export const redeliver = (organisation: string, webhook: string, message: string) =>
  call<Message>('POST', at(organisation, `/${webhook}/messages/${message}/redeliver`), {})

export const kindName = (kind: string) => made(`told_${kind.replace('.', '_')}`, kind)

/** One list of checks per group, so that nobody has to look through all of them at once. */
export function webhookFields(kinds: string[], editing: boolean): Field[] {
  const groups = [...new Set(kinds.map((kind) => kind.split('.')[0]!))].filter((group) => group !== 'webhook')
  return [
    { name: 'url', label: a('url'), kind: 'text', required: true, wide: true, maxlength: 500, hint: a('urlHint') },
    ...groups.map((group): Field => ({
      name: group,
      label: `${a('kinds')} · ${made(`group_${group}`, group)}`,
      kind: 'checks',
      wide: true,
      options: kinds.filter((kind) => kind.startsWith(`${group}.`)).map((value) => ({ value, label: kindName(value) })),
    })),
    { name: 'note', label: a('note'), kind: 'text', wide: true, maxlength: 200 },
    ...(editing ? [{ name: 'disabled', label: a('disabled'), kind: 'switch', wide: true } satisfies Field] : []),
  ]
}

export function webhookValues(webhook: Webhook | null, kinds: string[]): Values {
  const chosen = webhook?.kinds ?? kinds
  const groups = [...new Set(kinds.map((kind) => kind.split('.')[0]!))]
  const checked = Object.fromEntries(groups.map((group) => [group, chosen.filter((kind) => kind.startsWith(`${group}.`))]))
  return { url: webhook?.url ?? '', note: webhook?.note ?? '', disabled: webhook?.disabled ?? false, ...checked }
}

/** The form's groups are one list on the wire; a test message always arrives. */
export function webhookBody(body: Record<string, unknown>, editing: boolean): Record<string, unknown> {
  const { url, note, disabled, ...groups } = body
  const kinds = Object.values(groups).flat()
  return { url, note, kinds, ...(editing ? { disabled } : {}) }
}

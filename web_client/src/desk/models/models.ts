/** The speech models of the server: shapes of the API, and numbers for people. */
import { call } from '../staff'
import { m, type ModelWord } from './words'

export interface Model {
  id: string
  title: string
  licence: string
  bytes: number | null
  engine: string
  state: 'ready' | 'absent' | 'incomplete' | 'bad-hash'
  reason: string
  active: boolean
  recommended: boolean
  /** In a list, so that it can be downloaded. */
  listed: boolean
  cores_per_voice: number | null
}
export interface Engine {
  engine: string
  state: string
  model: string
  reason: string
}
export interface Job {
  action: 'fetch' | 'import'
  model: string
  state: 'running' | 'done' | 'failed' | 'stopped'
  done: number
  total: number
  reason: string
}
export interface Shelf {
  models: Model[]
  engine: Engine
  fixed: '' | 'rehearsal' | 'speech_url' | 'speech_model'
  machine: { cores: number; memory_mib: number; disk_mib: number }
  job: Job | null
  hub: string
  sources: string
  importable: string[]
  trouble: string
}

export const readShelf = () => call<Shelf>('GET', '/api/models')
export const fetchModel = (model: string) => call<Shelf>('POST', '/api/models/fetch', { model })
export const importModel = (source: string, name: string) => call<Shelf>('POST', '/api/models/import', { source, name })
export const stopJob = () => call<Shelf>('POST', '/api/models/stop', {})
export const chooseModel = (model: string) => call<Shelf>('POST', `/api/models/${encodeURIComponent(model)}/choose`, {})
export const testModel = (model: string) => call<Engine>('POST', `/api/models/${encodeURIComponent(model)}/test`, {})

/** Above this a sentence comes too late to be read along. */
const LIVE_CORES = 0.6

/** `483 MB`, `1.6 GB`; what nobody knows is a dash. */
export function sizeOf(bytes: number | null): string {
  if (!bytes) return '—'
  const mega = bytes / 1e6
  return mega >= 1000 ? `${(mega / 1000).toFixed(1)} GB` : `${mega.toFixed(mega < 10 ? 1 : 0)} MB`
}

/** How much of the machine a voice takes, in words. */
export function loadOf(model: Model): string {
  const share = model.cores_per_voice
  if (share === null) return m('loadUnknown')
  return m(share > LIVE_CORES ? 'loadHeavy' : 'loadOf', { share: String(share) })
}

/** Nobody writes: said to administrators wherever they come in. */
export const lacks = (shelf: Shelf): boolean => !shelf.fixed && shelf.engine.state !== 'ready'

export const stateName = (model: Model): string => m(`state_${model.state}` as ModelWord)

/** What fits this machine first, then what is there, then as the list has it. */
export function ordered(models: Model[]): Model[] {
  const rank = (one: Model) => (one.active && one.state === 'ready' ? 0 : one.recommended ? 1 : one.state !== 'absent' ? 2 : 3)
  return [...models].sort((a, b) => rank(a) - rank(b))
}

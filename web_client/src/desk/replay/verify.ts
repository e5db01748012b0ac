/** Proof in the browser: the journal's chain is recomputed, and every file is hashed against it. */
import type { Entry } from './record'

export type Finding = { what: 'chain'; seq: number } | { what: 'file'; file: string } | { what: 'missing'; file: string }

/** RFC 8785 for the JSON a journal holds: keys in order, numbers and strings as ECMAScript writes them. */
export function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (value !== null && typeof value === 'object') {
    const record = value as Record<string, unknown>
    const members = Object.keys(record).sort().map((key) => `${JSON.stringify(key)}:${canonical(record[key])}`)
    return `{${members.join(',')}}`
  }
  return JSON.stringify(value)
}

export async function sha256(data: BufferSource): Promise<string> {
  const digest = new Uint8Array(await crypto.subtle.digest('SHA-256', data))
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, '0')).join('')
}

/** The first entry at which the chain does not hold, or null. */
export async function brokenAt(entries: readonly Entry[]): Promise<number | null> {
  let before = '0'.repeat(64)
  for (const [index, entry] of entries.entries()) {
    const { hash, ...rest } = entry
    const text = new TextEncoder().encode(canonical(rest))
    if (entry.seq !== index + 1 || entry.prev_hash !== before || (await sha256(text)) !== hash) return entry.seq
    before = hash
  }
  return null
}

export interface Expected {
  file: string
  sha256: string
  url: string
}

/** The files the journal vouches for; the case file is a whole folder with a seal of its own (`heting verify`). */
export function expectedFiles(entries: readonly Entry[], urls: ReadonlyMap<string, string>): Expected[] {
  const last = new Map<string, Expected>()
  for (const { type, body } of entries) {
    if (type !== 'RecordingFinished' && (type !== 'DocumentMade' || body.kind === 'casefile')) continue
    const file = String(body.file)
    last.set(file, { file, sha256: String(body.sha256), url: urls.get(file) ?? '' })
  }
  return [...last.values()]
}

export async function verify(
  entries: readonly Entry[],
  files: readonly Expected[],
  fetchFile: (url: string) => Promise<ArrayBuffer | null>,
  progress: (done: number) => void,
): Promise<Finding[]> {
  const findings: Finding[] = []
  const broken = await brokenAt(entries)
  if (broken !== null) findings.push({ what: 'chain', seq: broken })
  progress(1)
  for (const [index, { file, sha256: wanted, url }] of files.entries()) {
    const bytes = url ? await fetchFile(url) : null
    if (!bytes) findings.push({ what: 'missing', file })
    else if ((await sha256(bytes)) !== wanted) findings.push({ what: 'file', file })
    progress(index + 2)
  }
  return findings
}

/** JSON over HTTPS. Errors carry the server's stable word; `offline` and `unreadable` are the browser's own. */

export class ApiError extends Error {
  constructor(
    readonly word: string,
    readonly status: number,
    text: string,
  ) {
    super(text)
  }
}

export interface Credentials {
  /** A party's ticket; staff have a cookie instead. */
  ticket?: string
  /** The CSRF token of a staff login, needed for everything that changes something. */
  csrf?: string
  /** The credential of a chamber's device. */
  chamber?: string
}

const PATIENCE_MS = 20_000

export async function request<Answer>(method: string, path: string, body?: unknown, who: Credentials = {}): Promise<Answer> {
  const headers: Record<string, string> = { Accept: 'application/json' }
  if (body !== undefined) headers['Content-Type'] = 'application/json'
  if (who.ticket) headers.Authorization = `Ticket ${who.ticket}`
  if (who.chamber) headers.Authorization = `Chamber ${who.chamber}`
  if (who.csrf) headers['X-CSRF'] = who.csrf
  const response = await send(path, { method, headers, body: body === undefined ? undefined : JSON.stringify(body) })
  const answer: unknown = await response.json().catch(() => null)
  if (!response.ok) throw refusal(response.status, answer)
  if (answer === null && response.status !== 204) throw new ApiError('unreadable', response.status, '')
  return answer as Answer
}

/** A file, e.g. the sound of a line. */
export async function blob(path: string, who: Credentials = {}): Promise<Blob> {
  const headers: Record<string, string> = {}
  if (who.ticket) headers.Authorization = `Ticket ${who.ticket}`
  const response = await send(path, { method: 'GET', headers })
  if (!response.ok) throw refusal(response.status, await response.json().catch(() => null))
  return response.blob()
}

export const get = <Answer>(path: string, who?: Credentials) => request<Answer>('GET', path, undefined, who)
export const post = <Answer>(path: string, body: unknown, who?: Credentials) => request<Answer>('POST', path, body, who)
export const remove = <Answer>(path: string, who?: Credentials) => request<Answer>('DELETE', path, undefined, who)

async function send(path: string, init: RequestInit): Promise<Response> {
  const patience = new AbortController()
  const timer = setTimeout(() => patience.abort(), PATIENCE_MS)
  try {
    return await fetch(path, { ...init, credentials: 'same-origin', signal: patience.signal })
  } catch (error) {
    throw new ApiError('offline', 0, String(error))
  } finally {
    clearTimeout(timer)
  }
}

function refusal(status: number, answer: unknown): ApiError {
  const error = (answer as { error?: { word?: string; text?: string } } | null)?.error
  return new ApiError(error?.word ?? `http_${status}`, status, error?.text ?? '')
}

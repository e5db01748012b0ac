import { get } from '@/core/api'
import { t } from '@/core/words'

export interface MadeDocument {
  document: string
  kind: string
  name: string
  bytes: number
  url: string
}

export const listDocuments = (sitting: string, ticket: string) =>
  get<{ documents: MadeDocument[] }>(`/api/sittings/${encodeURIComponent(sitting)}/documents`, { ticket }).then((answer) => answer.documents)

/** Fetched with the ticket in a header, which a plain link could not carry; then handed to the browser as a file. */
export async function download(document_: MadeDocument, ticket: string): Promise<void> {
  const response = await fetch(document_.url, { headers: { Authorization: `Ticket ${ticket}` } })
  if (!response.ok) throw new Error(String(response.status))
  const address = URL.createObjectURL(await response.blob())
  const link = document.createElement('a')
  link.href = address
  link.download = fileName(document_)
  link.click()
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}

/** What it is called on the screen; kinds this page does not know keep the name of their file. */
export const titleOf = (document_: MadeDocument): string => (document_.kind === 'minutes' ? t('documentMinutes') : document_.name)

function fileName(document_: MadeDocument): string {
  const ending = /\.[a-z0-9]+$/i.exec(document_.name)?.[0] ?? ''
  const title = titleOf(document_)
  return title.endsWith(ending) ? title : title + ending
}

export function size(bytes: number): string {
  return bytes < 1_000_000 ? `${Math.max(1, Math.round(bytes / 1000))} KB` : `${(bytes / 1_000_000).toFixed(1)} MB`
}

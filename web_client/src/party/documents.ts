import { get } from '@/core/api'

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
  link.download = document_.name
  link.click()
  setTimeout(() => URL.revokeObjectURL(address), 60_000)
}

export function size(bytes: number): string {
  return bytes < 1_000_000 ? `${Math.max(1, Math.round(bytes / 1000))} KB` : `${(bytes / 1_000_000).toFixed(1)} MB`
}

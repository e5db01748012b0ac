/** The pieces of a case as lines of text. */
import { totalOf, yuanOf, type Case, type CaseEvent, type Law } from './cases'
import type { PieceLine } from './PiecesPanel.vue'
import { c, made, named } from './words'

const all = (...parts: string[]): string[] => parts.filter(Boolean)
const joined = (...parts: string[]): string => all(...parts).join(' · ')

export function partyLines(found: Case): PieceLine[] {
  return found.parties.map((party) => ({
    id: party.id,
    name: party.name,
    tags: [
      { label: made(`side_${party.side}`, 'party'), tone: party.side === 'applicant' ? 'brand' : 'plain' },
      ...(party.representative ? [{ label: c('representative') }] : []),
    ],
    details: all(
      joined(party.id_number, party.credit_code, party.phone),
      joined(party.legal_representative && `${c('legalRepresentative')} ${party.legal_representative}`, party.legal_representative_post, party.employer, party.occupation),
      party.service_address && `${c('serviceAddress')} ${party.service_address}`,
      party.electronic_address && `${c('electronicAddress')} ${party.electronic_address}`,
    ),
  }))
}

export function agentLines(found: Case): PieceLine[] {
  const principal = (id: string) => found.parties.find((party) => party.id === id)?.name ?? ''
  return found.agents.map((agent) => ({
    id: agent.id,
    name: agent.name,
    tags: [{ label: made(`power_${agent.power}`, 'power'), tone: agent.power === 'special' ? 'warn' : 'plain' }],
    details: all(
      joined(`${c('actsFor')} ${principal(agent.party)}`, made(`agent_${agent.kind}`, 'agent'), agent.firm, agent.licence),
      agent.scope.map((one) => made(`scope_${one}`, 'scope')).join('、'),
      joined(agent.papers, agent.phone, agent.id_number),
    ),
  }))
}

export function claimLines(found: Case, law: Law): PieceLine[] {
  return found.claims.map((claim, n) => ({
    id: claim.id,
    name: `${n + 1}. ${named(law.claims.find((term) => term.code === claim.kind), claim.kind)}`,
    tags: [
      ...(claim.amount_fen === null ? [] : [{ label: c('amountYuan', { amount: yuanOf(claim.amount_fen) }) }]),
      ...(claim.counter ? [{ label: c('counter'), tone: 'warn' as const }] : []),
    ],
    details: all([claim.period_from, claim.period_to].filter(Boolean).join(' — '), claim.text, claim.basis),
  }))
}

export function claimsFooter(found: Case): string {
  const total = totalOf(found.claims)
  return total === null || found.claims.length < 2 ? '' : c('claimsTotal', { amount: yuanOf(total) })
}

export function exhibitLines(found: Case): PieceLine[] {
  return found.exhibits.map((exhibit) => ({
    id: exhibit.id,
    name: exhibit.name,
    tags: [{ label: made(`side_${exhibit.side}`, 'party') }, ...(exhibit.original ? [{ label: c('original'), tone: 'ok' as const }] : []), exhibit.marks.length ? { label: c('exhibitSubmitted', { marks: exhibit.marks.join('、') }), tone: 'ok' as const } : { label: c('exhibitNotSubmitted') }],
    details: all(exhibit.proves, joined(exhibit.source, exhibit.reference)),
  }))
}

/** An entry of the history in words. */
export function eventText(event: CaseEvent, law: Law): string {
  const body = JSON.parse(event.body || '{}') as Record<string, string | number>
  const fact = () => named(law.facts.find((one) => one.kind === event.fact), event.fact)
  const route = (code: unknown) => named(law.routes.find((one) => one.route === code), String(code ?? ''))
  const name = event.what.startsWith('claim_') ? named(law.claims.find((term) => term.code === body.name), String(body.name)) : String(body.name ?? fact())
  return made(`event_${event.what}`, 'event_other', {
    name,
    day: [event.day, event.until].filter(Boolean).join(' — '),
    n: body.people ?? body.seq ?? body.n ?? '',
    number: body.number ?? '',
    from: route(body.origin),
    to: route(body.target),
  })
}

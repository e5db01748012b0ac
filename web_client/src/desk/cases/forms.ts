/** The forms of a case as data: which fields, what is missing, and what is sent. */
import { readDay } from '@/kit/dates'
import type { Agent, Case, Claim, Exhibit, Law, Party } from './cases'
import { fenOf, yuanOf } from './cases'
import { c, named, type CaseWord } from './words'

export type Value = string | boolean | string[]
export type Values = Record<string, Value>
export interface Option {
  value: string
  label: string
}
export interface Field {
  name: string
  label: string
  kind: 'text' | 'area' | 'date' | 'choice' | 'switch' | 'checks' | 'money'
  options?: Option[]
  required?: boolean
  hint?: string
  maxlength?: number
  /** Shown, checked and sent only while this holds. */
  when?: (values: Values) => boolean
  wide?: boolean
}

const option = (value: string, word: CaseWord): Option => ({ value, label: c(word) })
const SIDES = (): Option[] => [option('applicant', 'side_applicant'), option('respondent', 'side_respondent'), option('third_party', 'side_third_party')]
export const SCOPES = ['admit', 'waive', 'change', 'settle', 'counterclaim', 'sign'] as const
const AGENT_KINDS = ['lawyer', 'legal_worker', 'relative', 'employee', 'citizen', 'statutory'] as const
export const OPENING_ROUTES = ['consult', 'negotiate', 'mediate_org', 'mediate_people', 'mediate_union', 'mediate_pre_arb', 'arbitrate', 'labour_inspection', 'legal_aid']

const text = (name: string, word: CaseWord, more: Partial<Field> = {}): Field => ({ name, label: c(word), kind: 'text', maxlength: 100, ...more })

export function caseFields(law: Law, isNew: boolean): Field[] {
  const causes = [{ value: '', label: c('causeNone') }, ...law.causes.map((term) => ({ value: term.code, label: named(term) }))]
  const routes = law.routes.filter((r) => OPENING_ROUTES.includes(r.route)).map((r) => ({ value: r.route, label: named(r) }))
  const shared: Field[] = [
    text('title', 'title', { maxlength: 200, wide: true, required: !isNew, hint: isNew ? c('titleHint') : undefined }),
    { name: 'cause', label: c('cause'), kind: 'choice', options: causes },
  ]
  const rest: Field[] = [
    { name: 'summary', label: c('summary'), kind: 'area', wide: true, maxlength: 8000, hint: c('summaryHint') },
    { name: 'group', label: c('group'), kind: 'switch', hint: c('groupHint'), wide: true },
  ]
  if (!isNew) return [...shared, ...rest]
  return [
    ...shared,
    { name: 'route', label: c('route'), kind: 'choice', options: routes },
    { name: 'applied_on', label: c('appliedOn'), kind: 'date' },
    text('applicant', 'applicantName'),
    text('applicant_number', 'applicantNumber', { maxlength: 18, hint: c('idNumberHint') }),
    text('applicant_phone', 'applicantPhone'),
    text('respondent', 'respondentName'),
    text('respondent_code', 'respondentCode', { maxlength: 18 }),
    ...rest,
  ]
}

export const newCaseValues = (): Values => ({
  title: '', cause: '', route: 'mediate_org', applied_on: '', applicant: '', applicant_number: '', applicant_phone: '',
  respondent: '', respondent_code: '', summary: '', group: false,
})

/** What a new case sends: only the people who were named. */
export function newCaseBody(values: Values): Record<string, unknown> {
  const of = (name: string) => String(values[name] ?? '').trim()
  const parties: Record<string, unknown>[] = []
  if (of('applicant'))
    parties.push({ side: 'applicant', kind: 'person', name: of('applicant'), phone: of('applicant_phone'), ...(of('applicant_number') ? { id_number: of('applicant_number') } : {}) })
  if (of('respondent')) parties.push({ side: 'respondent', kind: 'organisation', name: of('respondent'), credit_code: of('respondent_code') })
  return {
    title: of('title'),
    cause: of('cause'),
    route: of('route'),
    summary: of('summary'),
    group: values.group === true,
    ...(of('applied_on') ? { applied_on: of('applied_on') } : {}),
    parties,
  }
}

export function partyFields(mask = ''): Field[] {
  const person = (values: Values) => values.kind === 'person'
  const organisation = (values: Values) => values.kind === 'organisation'
  return [
    { name: 'side', label: c('side'), kind: 'choice', options: SIDES() },
    { name: 'kind', label: c('kind'), kind: 'choice', options: [option('person', 'kind_person'), option('organisation', 'kind_organisation')] },
    text('name', 'name', { required: true }),
    text('id_number', 'idNumber', { maxlength: 18, when: person, hint: mask ? c('idNumberKeep', { mask }) : c('idNumberHint') }),
    text('credit_code', 'creditCode', { maxlength: 18, when: organisation }),
    text('legal_representative', 'legalRepresentative', { when: organisation }),
    text('legal_representative_post', 'legalRepresentativePost', { when: organisation }),
    text('employer', 'employer', { when: person, maxlength: 300 }),
    text('occupation', 'occupation', { when: person }),
    text('phone', 'phone'),
    text('address', 'address', { maxlength: 300, wide: true }),
    text('service_address', 'serviceAddress', { maxlength: 300, wide: true }),
    text('electronic_address', 'electronicAddress', { maxlength: 300, wide: true }),
    { name: 'representative', label: c('representative'), kind: 'switch', when: person, wide: true },
  ]
}

export function agentFields(found: Case, mask = ''): Field[] {
  return [
    { name: 'party', label: c('actsFor'), kind: 'choice', options: found.parties.map((party) => ({ value: party.id, label: party.name })) },
    { name: 'kind', label: c('agentKind'), kind: 'choice', options: AGENT_KINDS.map((kind) => option(kind, `agent_${kind}`)) },
    text('name', 'name', { required: true }),
    text('id_number', 'idNumber', { maxlength: 18, hint: mask ? c('idNumberKeep', { mask }) : c('idNumberHint') }),
    text('phone', 'phone'),
    text('firm', 'firm', { maxlength: 300 }),
    text('licence', 'licence'),
    { name: 'power', label: c('power'), kind: 'choice', options: [option('general', 'power_general'), option('special', 'power_special')] },
    { name: 'scope', label: c('scope'), kind: 'checks', wide: true, options: SCOPES.map((scope) => option(scope, `scope_${scope}`)), when: (values) => values.power === 'special' },
    text('papers', 'papers', { maxlength: 300, wide: true, hint: c('papersHint') }),
  ]
}

export function claimFields(law: Law): Field[] {
  return [
    { name: 'kind', label: c('claimKind'), kind: 'choice', options: law.claims.map((term) => ({ value: term.code, label: named(term) })) },
    { name: 'amount', label: c('amount'), kind: 'money' },
    { name: 'period_from', label: c('periodFrom'), kind: 'date' },
    { name: 'period_to', label: c('periodTo'), kind: 'date' },
    text('text', 'claimText', { maxlength: 300, wide: true }),
    { name: 'basis', label: c('basis'), kind: 'area', wide: true, maxlength: 2000 },
    { name: 'counter', label: c('counter'), kind: 'switch', wide: true },
  ]
}

export function exhibitFields(): Field[] {
  return [
    { name: 'side', label: c('side'), kind: 'choice', options: SIDES() },
    text('name', 'exhibit', { maxlength: 300, required: true }),
    text('source', 'exhibitSource', { maxlength: 300 }),
    text('reference', 'reference', { maxlength: 300 }),
    { name: 'proves', label: c('proves'), kind: 'area', wide: true, maxlength: 2000 },
    { name: 'original', label: c('original'), kind: 'switch', wide: true },
  ]
}

export function factFields(law: Law): Field[] {
  return [
    { name: 'fact', label: c('fact'), kind: 'choice', options: law.facts.filter((f) => f.kind !== 'hearing_day').map((f) => ({ value: f.kind, label: named(f) })) },
    { name: 'day', label: c('factDay'), kind: 'date', required: true },
    { name: 'until', label: c('factUntil'), kind: 'date', hint: c('factUntilHint') },
    text('note', 'factNote', { maxlength: 1000, wide: true }),
  ]
}

export function numberFields(law: Law): Field[] {
  const kinds = law.numbers.filter((kind) => kind.of === 'document').map((kind) => ({ value: kind.kind, label: named(kind) }))
  return [{ name: 'kind', label: c('numberKind'), kind: 'choice', options: kinds }, text('title', 'numberTitle', { required: true })]
}

const SENT_WHOLE = new Set(['id', 'id_number'])

/** The values of a form for something that is there. An identity number is never filled in: it is only masked here. */
export function valuesOf(piece: Party | Agent | Exhibit): Values {
  const entries = Object.entries(piece).filter(([name]) => !SENT_WHOLE.has(name))
  return { ...Object.fromEntries(entries), ...('id_number' in piece ? { id_number: '' } : {}) } as Values
}

export function claimValues(claim: Claim): Values {
  return { ...claim, amount: claim.amount_fen === null ? '' : yuanOf(claim.amount_fen) } as unknown as Values
}

/** What is wrong with a form, by field. */
export function mistakesOf(fields: Field[], values: Values): Record<string, CaseWord> {
  const found: Record<string, CaseWord> = {}
  for (const field of shownOf(fields, values)) {
    const value = values[field.name]
    if (field.required && !String(value ?? '').trim()) found[field.name] = field.kind === 'date' ? 'wrongDate' : field.kind === 'checks' ? 'chooseSome' : 'required'
    else if (field.kind === 'date' && String(value ?? '').trim() && !readDay(String(value))) found[field.name] = 'wrongDate'
    else if (field.kind === 'money' && fenOf(String(value ?? '')) === undefined) found[field.name] = 'wrongMoney'
  }
  return found
}

export const shownOf = (fields: Field[], values: Values): Field[] => fields.filter((field) => !field.when || field.when(values))

/** What is sent: shown fields only, texts without blanks around, an untouched identity number not at all. */
export function bodyOf(fields: Field[], values: Values): Record<string, unknown> {
  const body: Record<string, unknown> = {}
  for (const field of shownOf(fields, values)) {
    const value = values[field.name]
    if (field.kind === 'money') body.amount_fen = fenOf(String(value ?? '')) ?? null
    else if (field.kind === 'date') body[field.name] = value || null
    else if (typeof value === 'string') body[field.name] = value.trim()
    else body[field.name] = value
  }
  if (body.id_number === '') delete body.id_number
  return body
}

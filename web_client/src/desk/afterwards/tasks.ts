/** What is to be done, in groups by when; and following up what was agreed. */
import { call } from '../staff'

export interface Task {
  kind: 'deadline' | 'performance' | 'request' | 'document' | 'notice' | 'hearing' | 'resume'
  case: string
  number: string
  title: string
  subject: string
  text: string
  zh: string
  en: string
  basis: string
  due: string
  days_left: number
}
export interface TaskList {
  tasks: Task[]
  total: number
  today: string
}
export type Scope = 'mine' | 'all'
export type When = 'late' | 'today' | 'week' | 'later'

export interface FollowUp {
  at: number
  day: string
  amount_fen: number | null
  done: boolean
  proof: string
  remark: string
}
export interface Promised {
  id: string
  item: string
  amount_fen: number | null
  due: string
  kept_on: string
  follow_ups: FollowUp[]
}

export const listTasks = (scope: Scope) => call<TaskList>('GET', `/api/tasks?scope=${scope}`)

const WEEK = 7
export const whenOf = (task: Pick<Task, 'days_left'>): When =>
  task.days_left < 0 ? 'late' : task.days_left === 0 ? 'today' : task.days_left <= WEEK ? 'week' : 'later'

/** The groups that hold something, the most urgent first. */
export function grouped(tasks: Task[]): { when: When; tasks: Task[] }[] {
  return (['late', 'today', 'week', 'later'] as const)
    .map((when) => ({ when, tasks: tasks.filter((task) => whenOf(task) === when) }))
    .filter((group) => group.tasks.length)
}

const performance = (id: string, rest = '') => `/api/cases/${encodeURIComponent(id)}/performance${rest}`
const promises = (answer: { promises: Promised[] }) => answer.promises

export const promisesOf = (id: string) => call<{ promises: Promised[] }>('GET', performance(id)).then(promises)
export const addPromise = (id: string, body: unknown) => call<{ promises: Promised[] }>('POST', performance(id), body).then(promises)
export const removePromise = (id: string, promise: string) => call<{ promises: Promised[] }>('DELETE', performance(id, `/${promise}`)).then(promises)
export const followUp = (id: string, promise: string, body: unknown) =>
  call<{ promises: Promised[] }>('POST', performance(id, `/${promise}/follow-ups`), body).then(promises)

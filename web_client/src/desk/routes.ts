import { createRouter, createWebHistory, type RouteRecordRaw } from 'vue-router'
import { watch } from 'vue'
import { recall, staff } from './staff'

const routes: RouteRecordRaw[] = [
  { path: '/desk/login', name: 'login', component: () => import('./shell/LoginPage.vue'), meta: { open: true } },
  { path: '/desk', name: 'hearings', component: () => import('./hearings/HearingsPage.vue') },
  { path: '/desk/calendar', name: 'calendar', component: () => import('./booking/CalendarPage.vue') },
  { path: '/desk/hearings/:hearing', name: 'hearing', component: () => import('./booking/HearingPage.vue') },
  { path: '/desk/hearings/:hearing/review', name: 'review', component: () => import('./review/ReviewPage.vue') },
  { path: '/desk/cases', name: 'cases', component: () => import('./cases/CasesPage.vue') },
  { path: '/desk/cases/:case', name: 'case', component: () => import('./cases/CasePage.vue') },
  { path: '/desk/wall', name: 'wall', component: () => import('./wall/WallPage.vue') },
  { path: '/desk/guest', name: 'guest', component: () => import('./wall/GuestPage.vue') },
  { path: '/desk/tasks', name: 'tasks', component: () => import('./afterwards/TasksPage.vue') },
  { path: '/desk/evaluations', name: 'evaluations', component: () => import('./afterwards/EvaluationsPage.vue') },
  { path: '/desk/webhooks', name: 'webhooks', component: () => import('./afterwards/WebhooksPage.vue') },
  { path: '/desk/models', name: 'models', component: () => import('./models/ModelsPage.vue') },
  { path: '/desk/organisations', name: 'organisations', component: () => import('./organisations/OrganisationsPage.vue') },
  { path: '/desk/hearings/:hearing/room', name: 'room', component: () => import('./room/RoomPage.vue'), meta: { bare: true } },
  { path: '/desk/sittings/:sitting', name: 'replay', component: () => import('./replay/ReplayPage.vue') },
  { path: '/:rest(.*)*', redirect: '/desk' },
]

export const router = createRouter({ history: createWebHistory(), routes })

router.beforeEach(async (to) => {
  if (to.meta.open) return true
  // Without an answer nobody can be let in; the login page then says what is wrong.
  await recall().catch(() => undefined)
  return staff.value ? true : { name: 'login', query: to.fullPath === '/desk' ? {} : { next: to.fullPath } }
})

watch(staff, (now) => {
  const here = router.currentRoute.value
  if (!now && here.name && here.name !== 'login') {
    void router.push({ name: 'login', query: { next: here.fullPath } })
  }
})

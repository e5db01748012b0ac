import type { zh } from './zh'

export const en: Record<keyof typeof zh, string> = {
  product: 'Heting',
  close: 'Close',
  cancel: 'Cancel',
  back: 'Back',
  next: 'Next',
  retry: 'Try again',
  loading: 'Loading',
  working: 'Working',
  done: 'Done',

  role_mediator: 'Mediator',
  role_clerk: 'Clerk',
  role_applicant: 'Applicant',
  role_respondent: 'Respondent',
  role_agent: 'Agent',
  agent_applicant: 'Agent of the applicant',
  agent_respondent: 'Agent of the respondent',
  role_third_party: 'Third party',
  role_witness: 'Witness',
  role_interpreter: 'Interpreter',
  role_expert: 'Panel expert',
  role_observer: 'Observer',
  role_supervisor: 'Supervisor',

  display: 'Display',
  displayLarge: 'Large text',
  displayContrast: 'High contrast',
  displayDark: 'Dark',
  displayLanguage: '中文',
}

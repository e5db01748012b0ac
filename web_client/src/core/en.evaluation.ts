import type { zh } from './zh.evaluation'

export const en: Record<keyof typeof zh, string> = {
  title: 'Please evaluate this hearing',
  lead: 'Once per person, and not changed afterwards. Staff never see it under your name.',
  process: 'How it went',
  processHint: 'Whether it was clear, and you were heard',
  result: 'What came of it',
  resultHint: 'How satisfied you are with the result',
  mediator: 'Who presided',
  mediatorHint: 'Whether they were fair and patient',
  score1: 'Very poor',
  score2: 'Poor',
  score3: 'Fair',
  score4: 'Good',
  score5: 'Very good',
  text: 'Remarks (optional)',
  textHint: 'Please write no names and nothing about the case',
  missing: 'Please choose an answer to all three.',
  send: 'Send',
  failed: 'It could not be sent: try again.',
  thanks: 'Thank you for your evaluation',
  given: 'How it went {process}, what came of it {result}, who presided {mediator} (of 5)',
}

import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { ReleaseView } from '../../contracts/release.ts'
import { reminderText } from '../../reports/reminder.ts'
import { past } from './examples.ts'

const waiting = past.releases[0] as ReleaseView
const { evidence } = waiting

test('a reminder says what waits for whom, until when, and what then', () => {
  const what = `car-loan, version ${'candidate' in evidence ? evidence.candidate.version : ''}`
  for (const kind of ['half-time', 'last-call'] as const) {
    const text = reminderText(waiting, kind)
    assert.ok(text.includes(what) && text.includes('(car-loan/2) waits for'), text)
    assert.match(text, /It expires 2019-06-04 20:00 UTC; then version \d+ stays\.$/)
  }
})

test('an escalation says who may answer from now on', () => {
  const policy = { ...evidence.policy, escalation: { after: 1, role: 'head', group: 'risk' } }
  const escalated = { ...waiting, evidence: { ...evidence, policy } } as ReleaseView
  assert.match(
    reminderText(escalated, 'escalated'),
    /from now on also people with the role head in the group risk may/,
  )
})

import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { DriftgateError } from '../../contracts/errors.ts'
import { parseSettings } from '../../contracts/settings-text.ts'

const example = readFileSync(new URL('../../examples/driftgate.yaml', import.meta.url), 'utf8')
const plain = / {4}approval:\n( {6}.*\n)+/

/** The example with other settings of its gate; `after` stands at the end of the file. */
function withApproval(lines: readonly string[], after = ''): string {
  assert.match(example, plain)
  const approval = ['    approval:', ...lines.map((line) => `      ${line}`), ''].join('\n')
  return example.replace(plain, approval) + after
}

function messagesOf(text: string): string[] {
  try {
    parseSettings(text, 'driftgate.yaml')
    return []
  } catch (error) {
    assert.ok(error instanceof DriftgateError)
    return error.problems.map(({ path, message }) => `${path}: ${String(message)}`)
  }
}

test('a quorum names roles and groups, one person each unless said', () => {
  const text = withApproval(['quorum: [{ role: approver }, { group: risk, count: 2 }]'])
  const { models } = parseSettings(text, 'driftgate.yaml')
  assert.deepEqual(models['car-loan']?.approval.quorum, [
    { role: 'approver', count: 1 },
    { group: 'risk', count: 2 },
  ])
})

test('a quorum beside its short form, twice for the same people, or for nobody is told at its place', () => {
  const quorum = 'quorum: [{ role: approver }, { role: approver }]'
  assert.deepEqual(messagesOf(withApproval(['required: 2', quorum])), [
    'models.car-loan.approval.required: approval.quorum already says who must approve',
    'models.car-loan.approval.quorum.1: the same people are asked for above',
  ])
  assert.deepEqual(messagesOf(withApproval(['quorum: [{ count: 2 }]'])), [
    'models.car-loan.approval.quorum.0: expected a role, a group or both',
  ])
})

test('an escalation that comes too late, goes nowhere, or to a channel that is not there is told', () => {
  const late = ['expiry: 1d', 'escalation: { after: 1d, role: head }']
  assert.deepEqual(messagesOf(withApproval(late)), [
    'models.car-loan.approval.escalation.after: a request expires before it is escalated',
  ])
  assert.deepEqual(messagesOf(withApproval(['escalation: { after: 1h }'])), [
    'models.car-loan.approval.escalation: expected a role, a group or a channel',
  ])
  assert.deepEqual(messagesOf(withApproval(['escalation: { after: 1h, channel: heads }'])), [
    'models.car-loan.approval.escalation.channel: there is no chat channel "heads"',
  ])
})

test('a freeze whose ends do not fit together is told at its place', () => {
  assert.deepEqual(messagesOf(withApproval(['freeze: [{ from: "fri 16:00", until: "08:00" }]'])), [
    'models.car-loan.approval.freeze.0: expected two instants with a zone, the earlier first, or two times such as "22:00" or "fri 16:00"',
  ])
})

test('an account belongs to one person', () => {
  const people = '\npeople:\n  Mia: [a1, a2]\n  Ada: [a2]\n'
  assert.deepEqual(messagesOf(withApproval(['role: approver'], people)), [
    'people.Ada.0: "a2" already belongs to "Mia"',
  ])
})

import assert from 'node:assert/strict'
import { test } from 'node:test'
import { gateInWords } from '../../reports/gate-words.ts'

test('a gate says who approves, who may not, who stands in, and who may do it alone', () => {
  const policy = { digest: 'd', critical: true, required: 2, role: 'approver' }
  assert.deepEqual(gateInWords(policy), [
    '2 people with the role approver',
    'nobody stands in: where nobody decides, it expires',
    'nobody breaks the glass',
  ])
  assert.deepEqual(
    gateInWords({
      ...policy,
      owners: ['group risk'],
      escalation: { after: 7_200_000, group: 'heads' },
      breakGlass: { role: 'chief', review: 86_400_000 },
    }),
    [
      '2 people with the role approver',
      'what a rule asks for is not approved by group risk',
      'where nobody decides, people in the group heads may stand in after 2h; then it expires',
      'who has the role chief may break the glass, reviewed within 1d',
    ],
  )
})

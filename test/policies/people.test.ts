import assert from 'node:assert/strict'
import { test } from 'node:test'
import { personOfAccount } from '../../policies/people.ts'

const people = { Mia: ['a1', 'mia@contractor.example'] }

test('an account belongs to whom the configuration says, by its subject or by its claim', () => {
  assert.equal(personOfAccount(people, { subject: 'a1', person: 'mia@example.com' }), 'Mia')
  assert.equal(personOfAccount(people, { subject: 'b2', person: 'mia@contractor.example' }), 'Mia')
})

test('elsewhere the claim tells who it is, and without a claim the account', () => {
  assert.equal(
    personOfAccount(people, { subject: 'c3', person: 'ada@example.com' }),
    'ada@example.com',
  )
  assert.equal(personOfAccount(people, { subject: 'c3' }), 'c3')
})

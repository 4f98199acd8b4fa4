import assert from 'node:assert/strict'
import { test } from 'node:test'
import { asTyped, typingOf } from '../../cli/as-typed.ts'

const text =
  'next: driftgate gate car-loan\nrun "driftgate apply --config FILE"; Driftgate waits in .driftgate'

test('commands in a text are typed as the program was, and carry its configuration on', () => {
  const typing = typingOf({ DRIFTGATE_SELF: './driftgate' }, { config: 'my models.yaml' })
  assert.equal(
    asTyped(text, typing),
    `next: ./driftgate gate --config 'my models.yaml' car-loan\nrun "./driftgate apply --config FILE"; Driftgate waits in .driftgate`,
  )
})

test('where nothing is special nothing is changed', () => {
  assert.equal(asTyped(text, typingOf({})), text)
})

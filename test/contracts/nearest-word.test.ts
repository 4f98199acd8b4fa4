import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { nearestWord, suggestion } from '../../contracts/nearest-word.ts'
import { hideSecrets } from '../../contracts/settings-problem.ts'

describe('nearestWord', () => {
  it('finds a word with letters missing, added, changed or swapped', () => {
    const words = ['window', 'detector', 'labels']
    for (const typed of ['windw', 'windoww', 'wimdow', 'widnow', 'WINDOW']) {
      assert.equal(nearestWord(typed, words), 'window', typed)
    }
  })

  it('finds nothing that is further than a third of the word', () => {
    assert.equal(nearestWord('approval', ['window', 'labels']), null)
    assert.equal(nearestWord('x', []), null)
  })

  it('lists what is known when nothing is near and the list is short', () => {
    assert.equal(suggestion('approval', ['window', 'labels']), 'known here: window, labels')
    assert.equal(
      suggestion(
        'approval',
        Array.from({ length: 13 }, () => 'windows'),
      ),
      undefined,
    )
  })
})

describe('hideSecrets', () => {
  it('hides what is written where a secret is meant, keeping the width', () => {
    for (const [line, shown] of [
      ['  password: hunter2', '  password: *******'],
      ['{ url: x, passwort: hunter2 }', '{ url: x, passwort: ******* }'],
      ['signingKey: { value: hunter2 }', 'signingKey: ******************'],
      ['url: postgres://me:hunter2@host/db', 'url: postgres://me:*******@host/db'],
    ] as const) {
      assert.equal(hideSecrets(line), shown)
    }
  })

  it('leaves references and ordinary settings alone', () => {
    for (const line of [
      'password: { env: DRIFTGATE_PASSWORD }',
      'secret: { file: /run/secret } # mounted',
      'passenger_count: { type: numeric }',
      'url: http://127.0.0.1:5000',
    ]) {
      assert.equal(hideSecrets(line), line)
    }
  })
})

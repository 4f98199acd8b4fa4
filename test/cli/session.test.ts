import assert from 'node:assert/strict'
import { mkdtempSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import { forgetSession, readSession, writeSession } from '../../cli/session.ts'

describe('the session of a person', () => {
  const folder = mkdtempSync(join(tmpdir(), 'driftgate-session-'))
  const session = { gateway: 'http://gate', accessToken: 'secret', expiresAt: 2000, name: 'Viewer' }

  it('is kept for its gateway until it expires, readable by its owner only', async () => {
    assert.equal(await readSession({ folder }, 'http://gate', 1000), null)
    writeSession({ folder }, session)
    assert.equal(await readSession({ folder }, 'http://gate', 1000), 'secret')
    assert.equal(await readSession({ folder }, 'http://other', 1000), null)
    assert.equal(await readSession({ folder }, 'http://gate', 2000), null)
    assert.equal(statSync(join(folder, '.driftgate/session.json')).mode & 0o777, 0o600)
  })

  it('is gone once it is forgotten', async () => {
    forgetSession({ folder })
    assert.equal(await readSession({ folder }, 'http://gate', 1000), null)
  })
})

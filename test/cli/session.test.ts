import assert from 'node:assert/strict'
import { mkdtempSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, describe, it } from 'node:test'
import { findSession, forgetSessions, writeSession } from '../../cli/session.ts'

describe('the session of a person', () => {
  const folder = mkdtempSync(join(tmpdir(), 'driftgate-session-'))
  after(() => rmSync(folder, { recursive: true }))
  const place = { folder }
  const gateway = 'http://gate'
  const viewer = {
    gateway,
    accessToken: 'secret',
    expiresAt: 2000,
    subject: 'viewer',
    name: 'Viewer',
  }
  const approver = { ...viewer, accessToken: 'other', subject: 'approver', name: 'Approver' }
  const tokenOf = (person?: string, at = 1000, of = gateway) =>
    findSession(place, of, person, at)?.accessToken

  it('is kept for its gateway until it expires, readable by its owner only', () => {
    assert.equal(tokenOf(), undefined)
    writeSession(place, viewer)
    assert.equal(tokenOf(), 'secret')
    assert.equal(tokenOf(undefined, 1000, 'http://other'), undefined)
    assert.equal(tokenOf(undefined, 2000), undefined)
    assert.equal(statSync(join(folder, '.driftgate/session.json')).mode & 0o777, 0o600)
  })

  it('of whoever signed in last is used, and anybody else by name or subject', () => {
    writeSession(place, approver)
    assert.equal(tokenOf(), 'other')
    assert.equal(tokenOf('viewer'), 'secret')
    assert.equal(tokenOf('Approver'), 'other')
    assert.equal(tokenOf('operator'), undefined)
    writeSession(place, { ...viewer, accessToken: 'renewed' })
    assert.equal(tokenOf(), 'renewed')
  })

  it('is gone once it is forgotten', () => {
    forgetSessions(place)
    assert.equal(tokenOf(), undefined)
  })
})

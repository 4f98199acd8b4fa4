import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { runCli } from '../cli/run-cli.ts'
import { type GatewayWorld, gatewayWorld } from '../support/gateway-world.ts'

let world: GatewayWorld
const folder = mkdtempSync(join(tmpdir(), 'driftgate-audit-'))
const file = join(folder, 'decisions.jsonl')

before(async () => {
  world = await gatewayWorld()
  await world.gate.open()
  const { body } = await world.ask('viewer', 'releases/m/1')
  for (const [answer, reason] of [
    ['approve', 'looks right'],
    ['reject', 'too late'],
  ]) {
    await world.ask('approver', 'releases/m/1/decisions', {
      method: 'POST',
      body: { answer, digest: body.evidenceDigest, reason },
    })
  }
})
after(async () => {
  await world?.close()
  rmSync(folder, { recursive: true })
})

const cli = async (...words: string[]) => {
  const token = await world.identity.tokenOf('viewer')
  return runCli([...words, '--gateway', world.url], { environment: { DRIFTGATE_TOKEN: token } })
}

test('the chain is proved, exported and proved again without a gateway', async () => {
  const online = await cli('audit', 'verify')
  assert.equal(online.status, 0, online.err)
  assert.match(online.out, /2 decisions on 1 releases in test/)
  assert.match(online.out, /APPROVED +1/)
  assert.match(online.out, /proved: no decision was changed/)
  const written = await cli('audit', 'export', '--file', file, '--output', 'json')
  assert.equal(written.status, 0, written.err)
  const { head, evidence } = JSON.parse(written.out)
  assert.equal(evidence, 1)
  const offline = await runCli(['audit', 'verify', '--file', file, '--head', head])
  assert.equal(offline.status, 0, offline.err)
  assert.match(offline.out, /the head that you kept is that of decision 2/)
})

test('what was changed in an export is found, and where', async () => {
  const lines = readFileSync(file, 'utf8').trimEnd().split('\n')
  const check = async (changed: readonly string[], ...words: string[]) => {
    const other = join(folder, 'changed.jsonl')
    writeFileSync(other, changed.join('\n'))
    return runCli(['audit', 'verify', '--file', other, ...words])
  }
  const reason = await check(lines.map((line) => line.replace('looks right', 'looks wrong')))
  assert.equal(reason.status, 1)
  assert.match(reason.err, /error\[DECISION_CHAIN_BROKEN\].*breaks at 1: its text was changed/)
  const shown = await check(lines.map((line) => line.replace('"model":"m"', '"model":"n"')))
  assert.match(shown.err, /the evidence .* is missing or was changed/)
  const cut = await check(lines.slice(0, -1))
  assert.match(cut.err, /error\[FILE_UNREADABLE\].*it holds 1 decisions, its first line says 2/)
  const { head } = JSON.parse(lines[0]!)
  const shorter = lines
    .slice(0, -1)
    .map((line, index) =>
      index === 0 ? JSON.stringify({ ...JSON.parse(line), decisions: 1 }) : line,
    )
  assert.equal((await check(shorter)).status, 0)
  assert.match((await check(shorter, '--head', head)).err, /cut short or written anew/)
  assert.match((await check(['{}'])).err, /error\[FILE_UNREADABLE\].*line 1/)
})

test('what was changed in the table is found by the command; nobody signed in is refused', async () => {
  const { db } = world.gate
  await db.query(`
    alter table decisions disable trigger decisions_append_only;
    update decisions set decision = replace(decision, 'too late', 'in time') where seq = 2;
    alter table decisions enable trigger decisions_append_only`)
  const { status, err } = await cli('audit', 'verify')
  assert.equal(status, 1)
  assert.match(err, /error\[DECISION_CHAIN_BROKEN\].*breaks at 2/)
  assert.equal((await world.ask(null, 'audit')).status, 401)
  const wrong = await cli('audit', 'sign')
  assert.equal(wrong.status, 2)
  assert.match(wrong.err, /there is no action "sign"/)
})

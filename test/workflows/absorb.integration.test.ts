import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { absorbReference } from '../../activities/absorb-reference.ts'
import { judgeWindow } from '../../activities/judge-window.ts'
import { listDecisions } from '../../adapters/postgres/decisions.ts'
import { listIncidents } from '../../adapters/postgres/incidents.ts'
import { listReferences } from '../../adapters/postgres/references.ts'
import { findRelease } from '../../adapters/postgres/releases.ts'
import { findSteward } from '../../adapters/postgres/stewards.ts'
import { findPlan, findVerdict } from '../../adapters/postgres/verdicts.ts'
import type { Report } from '../../contracts/report.ts'
import { type AbsorbWorldOptions, absorbWorld } from '../support/absorb-world.ts'
import { Browser, signInAs } from '../support/browser.ts'
import { until } from '../support/gate-world.ts'
import { hourMs, origin } from '../support/scan-world.ts'
import { verifyChain } from '../support/verify-chain.ts'

type World = Awaited<ReturnType<typeof absorbWorld>>
const worlds: World[] = []
after(async () => {
  for (const world of worlds) await world.close()
})

const startOf = (index: number): Date => new Date(origin + index * 24 * hourMs)
const wish = ['absorb', 'm', '--since', startOf(2).toISOString(), '--reason', 'a new price list']

/** Two quiet days, two drifted ones, and the incident that they open. */
async function drifted(options: AbsorbWorldOptions = {}): Promise<World> {
  const world = await absorbWorld(options)
  worlds.push(world)
  for (const index of [0, 1]) assert.equal((await world.scanDay(index, 0)).verdict, 'NO_DRIFT')
  for (const index of [2, 3]) assert.equal((await world.scanDay(index, 1)).verdict, 'DRIFT')
  await saved(world, ({ drift }) => drift?.windows === 2)
  return world
}

const saved = (
  { db }: World,
  holds: (state: NonNullable<Awaited<ReturnType<typeof findSteward>>>) => boolean,
) =>
  until(async () => {
    const state = await findSteward(db, 'm')
    return state !== null && holds(state)
  })

const reportOf = async ({ db }: World, index: number): Promise<Report> =>
  (await findVerdict(db, 'm', startOf(index))) as Report

/** The verdict on record, and what judging its window again gives. */
async function judgedAgain(world: World, index: number): Promise<[Report, Report]> {
  const plan = await findPlan(world.db, 'm', startOf(index))
  assert.ok(plan)
  return [await reportOf(world, index), await judgeWindow(world.deps, plan)]
}

test('drift is absorbed with two approvals: the next window is quiet, and old verdicts are judged again to the same bytes', async () => {
  const world = await drifted()
  const before = await reportOf(world, 3)

  const shown = await world.cli('operator', ...wish, '--dry-run')
  assert.equal(shown.status, 0, shown.err)
  assert.match(shown.out, /m: 2 of 2 alarms would be gone/)
  assert.match(shown.out, /800 rows of version 1 in 2 windows/)
  assert.match(shown.out, /without --dry-run/)
  assert.equal((await world.cli('operator', 'gate')).status, 0, 'nothing waits')

  const asked = await world.cli('operator', ...wish)
  assert.equal(asked.status, 8, asked.err)
  assert.match(asked.out, /release m\/1 waits at the gate/)
  const gate = await world.cli('viewer', 'gate', 'm')
  assert.equal(gate.status, 8)
  assert.match(gate.out, /2001-01-03 to 2001-01-05 as the reference/)
  await saved(world, ({ absorbing }) => absorbing.length === 1)

  const approve = ['approve', 'm/1', '--reason', 'seen']
  const first = await world.cli('approver', ...approve)
  assert.equal(first.status, 8, first.err)
  assert.match(first.out, /ACCEPTED_PENDING_QUORUM/)
  assert.match(first.err, /a new price list/)
  const second = await world.cli('other-approver', ...approve)
  assert.match(second.out, /^APPROVED/, second.err)
  await saved(world, ({ absorbing }) => absorbing.length === 0)

  const [incident] = await listIncidents(world.db, 'm')
  assert.equal(incident?.state, 'resolved')
  assert.equal(incident?.resolvedBy, 'absorbed')
  assert.match(incident?.next ?? '', /approved by Approver and Other Approver/)
  const [reference] = await listReferences(world.db, 'm')
  assert.equal(reference?.windowsFrom, startOf(4).toISOString())
  assert.equal(reference?.rows, 800)
  assert.equal((await verifyChain(world.db)).links, 2)

  assert.equal((await world.scanDay(4, 1)).verdict, 'NO_DRIFT')
  const now = await reportOf(world, 4)
  assert.equal(now.evidence.reference.profile, reference?.profile)
  assert.equal(now.evidence.history, undefined, 'of how much windows vary it knows nothing yet')
  assert.deepEqual(now.absorbed?.approvedBy, ['Approver', 'Other Approver'])
  for (const index of [0, 3, 4]) {
    const [recorded, again] = await judgedAgain(world, index)
    assert.deepEqual(again, recorded)
  }
  assert.deepEqual(await reportOf(world, 3), before)
  assert.equal((await world.scanDay(5, 0)).verdict, 'DRIFT', 'the old normal is none any more')

  for (const words of [
    ['report', 'm'],
    ['explain', 'm', 'amount'],
    ['status', 'm'],
  ]) {
    const told = (await world.cli('viewer', ...words)).out.replace(/\s+/g, ' ')
    assert.match(told, /absorbed from the log, 2001-01-03 to 2001-01-05/, told)
    assert.match(told.replaceAll('│ ', ''), /approved by Approver and Other Approver/, told)
  }
  const incidents = await world.cli('viewer', 'incidents', 'm', '--all')
  assert.match(incidents.out, /ended: absorbed by release m\/1/)
  // Another worker does the last step again after a lost acknowledgement.
  const repeated = await absorbReference({ db: world.db }, { release: 'm/1' })
  assert.equal(repeated.windowsFrom, startOf(4).toISOString())
  assert.equal((await listReferences(world.db, 'm')).length, 2)
})

test('rejected, nothing changes: the incident stays open, the reference in force, and the trail says who', async () => {
  const world = await drifted({ required: 1 })
  assert.equal((await world.cli('operator', ...wish)).status, 8)
  const self = await world.gateway.ask('operator', 'releases/m/1/decisions', {
    method: 'POST',
    body: { answer: 'reject', digest: 'x', reason: 'mine' },
  })
  assert.equal(self.body.code, 'NOT_AUTHORISED')
  const no = await world.cli('approver', 'reject', 'm/1', '--reason', 'it is an outage')
  assert.match(no.out, /^REJECTED/, no.err)
  await saved(world, ({ absorbing }) => absorbing.length === 0)
  const [incident] = await listIncidents(world.db, 'm')
  assert.equal(incident?.state, 'open')
  assert.equal(incident?.release, 'm/1')
  assert.equal((await listReferences(world.db, 'm')).length, 1)
  const [link] = await listDecisions(world.db, 'm/1')
  assert.equal(link?.decision.reason, 'it is an outage')
  assert.equal((await world.scanDay(4, 1)).verdict, 'DRIFT')

  const again = await world.cli('operator', ...wish)
  assert.match(again.out, /release m\/2 waits/, 'it may be asked once more')
})

test('what cannot become a reference is refused by name, and nothing stands at the gate', async () => {
  const world = await drifted({ critical: false })
  const refused = async (code: string, about: RegExp, ...words: string[]) => {
    const run = await world.cli('operator', 'absorb', 'm', '--reason', 'why', ...words)
    assert.equal(run.status, 1, run.err)
    assert.match(run.err, new RegExp(`error\\[${code}\\]`))
    assert.match(run.err.replace(/\s+/g, ' '), about)
  }
  const since = (index: number) => ['--since', startOf(index).toISOString()]
  await refused('ABSORB_RANGE', /1 of its windows have rows, and 2 are needed/, ...since(3))
  await refused('ABSORB_RANGE', /no judged window lies between/, ...since(4))
  await world.db.query(`update verdicts set verdict = 'DATA_QUALITY' where window_start = $1`, [
    startOf(3),
  ])
  await refused('ABSORB_BROKEN_WINDOWS', /2001-01-04T00:00:00.000Z DATA_QUALITY/, ...since(2))
  await refused(
    'ABSORB_RANGE',
    /1 of its windows/,
    ...since(2),
    ...['--leave-out', 'the feed was broken'],
  )
  const viewer = await world.cli('viewer', ...wish)
  assert.match(viewer.err, /error\[NOT_AUTHORISED\]/)
  const accepted = [...wish, '--accept', 'cents since Monday']
  const shown = await world.cli('operator', ...accepted, '--dry-run', '--output', 'json')
  const { proposal } = JSON.parse(shown.out).result
  assert.equal(proposal.accepted[0].reason, 'cents since Monday')
  await world.db.query('update ledger_slices set good = good - 1, bad = bad + 1')
  await refused('LEDGER_BROKEN', /DEAD_LETTERS in partition 0/, ...since(2))
  await world.db.query('update ledger_slices set good = good + 1, bad = bad - 1')
  assert.equal((await world.db.query('select 1 from proposed_references')).rowCount, 0)
  assert.equal((await world.db.query('select 1 from releases')).rowCount, 0)

  const passed = await world.cli('operator', ...accepted)
  assert.equal(passed.status, 0, 'a model that is not critical needs no person')
  await saved(world, ({ drift }) => drift?.resolvedBy === 'absorbed')
  const [link] = await listDecisions(world.db, 'm/1')
  assert.equal(link?.decision.person, 'rule:not-critical')
})

test('a proposal is void once another reference is in force, and expires when nobody answers', async () => {
  const world = await drifted({ required: 1 })
  assert.equal((await world.cli('operator', ...wish)).status, 8)
  assert.equal((await world.cli('operator', ...wish)).status, 8)
  const page = await signInAs(new Browser(), `${world.gateway.url}/releases/m/2`, 'approver')
  assert.match(page.text, /What would change/)
  assert.match(page.text, /2 of 2 alarms would be gone/)
  assert.match(page.text, /Approve: windows from the next one on are held against it/)
  const approve = (n: number) => world.cli('approver', 'approve', `m/${n}`, '--reason', 'seen')
  assert.match((await approve(1)).out, /^APPROVED/)
  await saved(world, ({ absorbing }) => absorbing.length === 1)
  assert.match((await approve(2)).out, /^STALE_EVIDENCE/)
  await saved(world, ({ absorbing }) => absorbing.length === 0)
  assert.equal((await findRelease(world.db, 'm/2'))?.state, 'void')
  assert.equal((await listReferences(world.db, 'm')).length, 2)

  const hasty = await drifted({ expiry: '3s' })
  await hasty.cli('operator', ...wish)
  await until(async () => (await findRelease(hasty.db, 'm/1'))?.state === 'expired')
  await saved(hasty, ({ absorbing, drift }) => absorbing.length === 0 && drift?.state === 'open')
  assert.equal((await listReferences(hasty.db, 'm')).length, 1)
})

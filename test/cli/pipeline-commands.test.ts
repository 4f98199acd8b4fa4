import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import type { VerdictName } from '../../contracts/report.ts'
import { type Answers, serveAnswers } from './gateway-double.ts'
import { runCli } from './run-cli.ts'

async function against(answers: Answers, ...words: string[]) {
  const gateway = await serveAnswers(answers)
  try {
    const run = await runCli([...words, '--gateway', gateway.url], {
      environment: { DRIFTGATE_TOKEN: 'of-a-machine' },
    })
    return { ...run, asked: gateway.asked }
  } finally {
    await gateway.close()
  }
}

const answer = {
  schema: 'driftgate-apply/1',
  version: 4,
  changed: false,
  differences: [] as object[],
  schedules: { created: [] as string[], updated: [], deleted: [], unchanged: ['scan/car-loan'] },
  readings: [],
  gates: [] as object[],
}
const looser = {
  ...{ model: 'car-loan', direction: 'looser', inForce: false, pending: null },
  differences: ['1 person instead of 2'],
}
const pending = {
  ...{ model: 'car-loan', configVersion: 4, appliedBy: 'Olga', release: 'car-loan/8' },
  ...{ differences: [], state: 'waiting', reason: '' },
}

const plan = (given: object, ...words: string[]) =>
  against(
    { 'POST /v1/config/plan': [[200, given]] },
    ...['plan', '--config', 'examples/driftgate.yaml', ...words],
  )

describe('plan', () => {
  it('ends with 0 when applying would change nothing', async () => {
    const run = await plan(answer)
    assert.equal(run.status, 0, run.err)
    assert.equal(run.out, 'nothing to do: version 4 is in force\n')
    const { file, text, ...rest } = run.asked[0]!.body as Record<string, unknown>
    assert.equal(file, 'examples/driftgate.yaml')
    assert.match(String(text), /car-loan/)
    assert.deepEqual(rest, { askAgain: false })
  })

  it('ends with 3 for a setting, a schedule, or a gate that would be asked for', async () => {
    const differences = [{ path: 'models.car-loan.critical', before: 'true', after: 'false' }]
    const schedules = { ...answer.schedules, created: ['scan/churn'] }
    for (const changed of [{ differences }, { schedules }, { gates: [looser] }]) {
      const run = await plan({ ...answer, ...changed })
      assert.equal(run.status, 3, JSON.stringify(changed))
      assert.match(run.out, /^apply would make this version 4; nothing was changed$/m)
    }
    const { out } = await plan({ ...answer, gates: [looser] }, '--output', 'json')
    const { schema, changes, opens } = JSON.parse(out)
    assert.deepEqual([schema, changes], ['driftgate-plan/1', true])
    assert.deepEqual(opens, [{ model: 'car-loan', differences: looser.differences }])
  })

  it('is done when what is looser waits already, or was refused: applying asks nobody again', async () => {
    for (const state of ['waiting', 'rejected', 'expired']) {
      const gates = [{ ...looser, pending: { ...pending, state } }]
      const run = await plan({ ...answer, gates })
      assert.equal(run.status, 0, state)
      assert.match(run.out, /car-loan\/8/)
    }
  })
})

const window = (verdict: VerdictName, day: number) => ({
  ...{ id: `2024-01-0${day}T00:00:00.000Z`, verdict, headline: `day ${day}` },
  window: { start: `2024-01-0${day}T00:00:00Z`, end: `2024-01-0${day + 1}T00:00:00Z` },
  at: `2024-01-0${day + 1}T01:00:00Z`,
})
const since = ['--since', '2024-01-01']
const path = 'GET /v1/models/m/verdicts?since=2024-01-01T00%3A00%3A00.000Z'
const list = (...verdicts: VerdictName[]) => ({
  schema: 'driftgate-verdicts/1',
  verdicts: verdicts.map((each, index) => window(each, index + 1)),
})

describe('verdict', () => {
  for (const [verdicts, worst, status] of [
    [['NO_DRIFT', 'NO_DRIFT'], 'NO_DRIFT', 0],
    [['NO_DRIFT', 'INSUFFICIENT_DATA'], 'UNDECIDED', 12],
    [['STALE', 'DATA_QUALITY', 'NO_DRIFT'], 'DATA_QUALITY', 11],
    [['DATA_QUALITY', 'DRIFT', 'NO_DRIFT'], 'DRIFT', 10],
    [[], 'UNDECIDED', 12],
  ] as const) {
    it(`of ${verdicts.join(', ') || 'nothing'} is ${worst}: ${status}`, async () => {
      const answers: Answers = { [path]: [[200, list(...verdicts)]] }
      const run = await against(answers, 'verdict', 'm', ...since)
      assert.equal(run.status, status, run.err)
      assert.match(run.out, new RegExp(`^m since 2024-01-01: ${worst} `, 'm'))
      const json = await against(answers, 'verdict', 'm', ...since, '--output', 'json')
      assert.equal(json.status, status)
      const told = JSON.parse(json.out)
      assert.deepEqual([told.verdict, told.verdicts.length], [worst, verdicts.length])
    })
  }

  it('waits for the first one where --wait says so', async () => {
    const answers: Answers = {
      [path]: [
        [200, list()],
        [200, list('NO_DRIFT')],
      ],
    }
    const run = await against(answers, 'verdict', 'm', ...since, '--wait', '10s')
    assert.equal(run.status, 0, run.err)
    assert.equal(run.asked.length, 2)
  })

  it('reads 2h as two hours ago', async () => {
    const before = Date.now()
    const run = await against({}, 'verdict', 'm', '--since', '2h')
    const asked = new URL(`http://x${run.asked[0]?.path}`).searchParams.get('since')
    const ago = before - Date.parse(asked ?? '')
    assert.ok(Math.abs(ago - 7_200_000) < 60_000, `${ago} ms ago`)
  })

  it('needs a time', async () => {
    assert.equal((await against({}, 'verdict', 'm')).status, 2)
    assert.equal((await against({}, 'verdict', 'm', '--since', 'yesterday')).status, 2)
  })
})

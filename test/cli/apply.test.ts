import assert from 'node:assert/strict'
import { describe, it } from 'node:test'
import { serveAnswers } from './gateway-double.ts'
import { runCli } from './run-cli.ts'

const answer = {
  schema: 'driftgate-apply/1',
  version: 1,
  changed: true,
  differences: [
    { path: 'kafka.brokers', before: null, after: '["127.0.0.1:9092"]' },
    { path: 'models.car-loan.log.topic', before: null, after: '"car-loan.predictions"' },
  ],
  schedules: {
    created: ['scan/car-loan', 'scan/flight-delay'],
    updated: [],
    deleted: [],
    unchanged: [],
  },
  readings: [] as object[],
  gates: [] as object[],
}

/** `driftgate apply` of the example, which has two models, against one recorded answer. */
async function applied(given: object, ...words: string[]) {
  const gateway = await serveAnswers({ 'PUT /v1/config': [[200, given]] })
  try {
    const line = ['apply', '--config', 'examples/driftgate.yaml', '--gateway', gateway.url]
    return await runCli([...line, ...words], { environment: { DRIFTGATE_TOKEN: 'of-a-person' } })
  } finally {
    await gateway.close()
  }
}

describe('apply of another way to read a log', () => {
  const again = { ...answer, version: 2, differences: [] }
  const reading = { model: 'car-loan', reading: '4f1d2a9c0b7e8d55', topic: 'loans', begun: false }

  it('says where the new reading begins, and how to read what is older', async () => {
    const readings = [{ ...reading, windowsFrom: '2019-04-29T00:00:00.000Z' }]
    const { out } = await applied({ ...again, readings })
    assert.match(out, /^car-loan: a new reading of loans begins with the window from 2019-04-29/m)
    assert.match(out, /"driftgate backfill .*car-loan --since TIME"/)
  })

  it('says when it begins with the log, or goes on with a former one', async () => {
    const first = await applied({ ...again, readings: [{ ...reading, windowsFrom: null }] })
    assert.match(first.out, /begins with the first record of the log$/m)
    const former = { ...reading, windowsFrom: null, begun: true }
    const { out } = await applied({ ...again, readings: [former] })
    assert.match(
      out,
      /^car-loan: loans is read in an earlier way again, on from where that ended$/m,
    )
  })
})

describe('apply of another gate', () => {
  it('says whether it is looser, and in what', async () => {
    const differences = ['1 person with the role approver instead of 2 people']
    const gates = [{ model: 'car-loan', direction: 'looser' as const, differences }]
    const { out } = await applied({ ...answer, version: 2, differences: [], gates })
    assert.match(
      out,
      /^car-loan: its gate is looser, and what waits there is asked anew: 1 person with the role approver instead of 2 people$/m,
    )
  })
})

describe('apply of a looser gate that waits', () => {
  const differences = ['a request expires after 1w instead of 3d']
  const pending = {
    ...{ model: 'car-loan', configVersion: 12, appliedBy: 'Olga', release: 'car-loan/8' },
    differences: [{ direction: 'looser', what: differences[0] }],
    ...{ state: 'waiting', reason: '' },
  }
  const gate = { model: 'car-loan', direction: 'looser', differences, inForce: false }

  it('says that the one in force stays, where it is asked for, and what is next', async () => {
    const gates = [{ ...gate, pending }]
    const { out } = await applied({ ...answer, version: 12, differences: [], gates })
    assert.match(out, /^car-loan: its gate would be looser, .*stays until then: a request expires/m)
    assert.match(out, /version 12 is not in force: car-loan\/8 waits at the gate before$/m)
    assert.match(out, /next: .*gate.* car-loan/)
  })

  it('says how it was refused, and how to ask again; a dry run asks for nothing', async () => {
    const rejected = { ...pending, state: 'rejected', reason: 'by Ada' }
    const again = { ...answer, differences: [], gates: [{ ...gate, pending: rejected }] }
    const { out } = await applied(again)
    assert.match(out, /car-loan\/8 was rejected \(by Ada\)\n {2}next: .*--ask-again/)
    const dry = await applied({ ...again, gates: [{ ...gate, pending: null }] }, '--dry-run')
    assert.doesNotMatch(dry.out, /not in force/)
  })
})

describe('apply of the first configuration', () => {
  it('names the models and the schedules instead of every setting', async () => {
    const { status, out, err } = await applied(answer)
    assert.equal(status, 0, err)
    assert.equal(
      out,
      [
        'first configuration: 2 models (car-loan, flight-delay)',
        'schedules created: scan/car-loan, scan/flight-delay',
        'version 1 is in force',
        '',
      ].join('\n'),
    )
  })

  it('says so of a dry run too', async () => {
    const { out } = await applied({ ...answer, changed: false }, '--dry-run')
    assert.match(out, /^first configuration: 2 models/)
    assert.match(out, /dry run: this would be version 1, nothing was changed\n$/)
  })

  it('has every setting in JSON', async () => {
    const { out } = await applied(answer, '--output', 'json')
    assert.deepEqual(JSON.parse(out), answer)
  })

  it('is nothing new when it is in force already', async () => {
    const { created, ...rest } = answer.schedules
    const schedules = { ...rest, created: [], unchanged: created }
    const { out } = await applied({ ...answer, changed: false, differences: [], schedules })
    assert.equal(out, 'version 1 is in force already, nothing changed\n')
  })
})

import assert from 'node:assert/strict'
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, it } from 'node:test'
import type { ModelView } from '../../contracts/api.ts'
import type { IncidentWhy } from '../../contracts/why.ts'
import { reportPage } from '../../reports/report-page.ts'
import { reportTable } from '../../reports/report-table.ts'
import { plainCanvas } from '../../reports/vocabulary.ts'
import { dataQualityReport, driftReport, emptyReport, past } from '../reports/examples.ts'
import { worseByEstimate, worseByLabels } from '../reports/performance-examples.ts'
import { driftSlice, lossSlice, measureOf, slicedReport, whyOf } from '../reports/why-examples.ts'
import { matchesFile } from '../support/snapshot.ts'
import { type Answers, serveAnswers } from './gateway-double.ts'
import { runCli } from './run-cli.ts'

/** Runs a command line against recorded answers of the gateway. */
async function against(answers: Answers, ...words: string[]) {
  const gateway = await serveAnswers(answers)
  try {
    const run = await runCli([...words, '--gateway', gateway.url], {
      environment: { DRIFTGATE_TOKEN: 'of-a-person' },
    })
    return { ...run, asked: gateway.asked }
  } finally {
    await gateway.close()
  }
}

const incident = {
  id: 'car-loan/DRIFT/2019-03-29T18:00:00Z',
  model: 'car-loan',
  kind: 'DRIFT' as const,
  state: 'open' as const,
  openedAt: '2019-04-28T19:00:00Z',
  resolvedAt: null,
  firstWindow: driftReport.window,
  lastWindow: driftReport.window,
  windows: 2,
  verdictId: 'v1',
  evidenceDigest: driftReport.evidenceDigest,
  headline: driftReport.headline,
  next: 'retraining starts when 12,000 labels have arrived',
  runKey: null,
  release: null,
}

const failed = {
  id: 'car-loan/RETRAINING_FAILED/2019-05-20T04:00:00.000Z',
  model: 'car-loan',
  cause: 'RETRAINING_FAILED',
  state: 'open',
  openedAt: '2019-05-20T04:00:00.000Z',
  resolvedAt: null,
  ...{ times: 1, lastAt: '2019-05-20T04:00:00.000Z' },
  headline: 'retraining r1 failed: the driver ran out of memory',
  next: 'a retraining that is asked for again may end better',
}

const waiting: ModelView = {
  model: 'car-loan',
  critical: true,
  owners: ['lending'],
  onCall: null,
  champion: '1',
  absorbed: null,
  policy: null,
  readiness: null,
  verdict: {
    id: 'v1',
    verdict: 'DRIFT',
    window: driftReport.window,
    headline: driftReport.headline,
    at: '2019-04-28T19:00:05Z',
  },
  incident,
  alsoOpen: [],
  wish: null,
  retraining: {
    runKey: 'car-loan-7c1d',
    state: 'succeeded',
    since: '2019-05-28T20:00:00Z',
    ...{ stage: null, tasks: null, page: null, result: null, lastLines: [] },
  },
  release: {
    release: 'car-loan/1',
    state: 'waiting',
    subject: 'version',
    candidate: '2',
    expiresAt: '2019-06-04T20:00:00Z',
  },
}

const quiet: ModelView = {
  ...waiting,
  model: 'flight-delay',
  critical: false,
  verdict: {
    ...waiting.verdict!,
    verdict: 'NO_DRIFT',
    headline: 'nothing moved by more than 0.04',
  },
  incident: null,
  retraining: null,
  release: null,
}

describe('report', () => {
  for (const [name, report, status] of [
    ['drift', driftReport, 10],
    ['data quality', dataQualityReport, 11],
    ['no verdict', emptyReport, 12],
    ['no drift', { ...driftReport, verdict: 'NO_DRIFT' as const }, 0],
  ] as const) {
    it(`of ${name} exits with ${status} and shows the table`, async () => {
      const run = await against(
        { 'GET /v1/models/m/verdicts/latest': [[200, report]] },
        'report',
        'm',
      )
      assert.equal(run.status, status)
      assert.equal(run.out, `${reportTable(report, plainCanvas)}\n`)
      assert.equal(run.asked[0]?.authorization, 'Bearer of-a-person')
    })
  }

  it('is also one page with its pictures, where --html says', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'driftgate-page-'))
    t.after(() => rmSync(folder, { recursive: true }))
    const file = join(folder, 'report.html')
    const { windows, incidents, releases } = past
    const until = encodeURIComponent(driftReport.window.start)
    const answers: Answers = {
      'GET /v1/models/m/verdicts/latest': [[200, driftReport]],
      [`GET /v1/models/car-loan/history?until=${until}`]: [
        [200, { schema: 'driftgate-history/1', windows }],
      ],
      'GET /v1/models/car-loan/incidents': [[200, { schema: 'driftgate-incidents/1', incidents }]],
      'GET /v1/releases?model=car-loan': [[200, { schema: 'driftgate-releases/1', releases }]],
    }
    const run = await against({ ...answers }, 'report', 'm', '--html', file)
    assert.equal(run.status, 10, run.err)
    assert.equal(readFileSync(file, 'utf8'), reportPage(driftReport, past))
    assert.match(run.err, /the page is .*report\.html/)
    const nowhere = await against({ ...answers }, 'report', 'm', '--html', '/nowhere/at/all.html')
    assert.match(nowhere.err, /^error\[FILE_UNWRITABLE\]/m)
  })

  it('is the report itself as JSON', async () => {
    const run = await against(
      { 'GET /v1/models/m/verdicts/2019-03-29T18%3A00%3A00Z': [[200, driftReport]] },
      'report',
      'm',
      '--window',
      '2019-03-29T18:00:00Z',
      '--output',
      'json',
    )
    assert.deepEqual(JSON.parse(run.out), driftReport)
  })

  it('passes on what the gateway answers', async () => {
    const problem = {
      title: 'Unauthorized',
      status: 401,
      code: 'NOT_SIGNED_IN',
      detail: 'you are not signed in',
      help: 'run "driftgate login"',
    }
    const run = await against(
      { 'GET /v1/models/m/verdicts/latest': [[401, problem]] },
      'report',
      'm',
    )
    assert.equal(run.status, 4)
    assert.equal(
      run.err,
      'error[NOT_SIGNED_IN]: you are not signed in\n   = help: run "driftgate login"\n',
    )
  })

  it('says which gateway does not answer', async () => {
    const { status, err } = await runCli(['report', 'm', '--gateway', 'http://127.0.0.1:1'])
    assert.equal(status, 1)
    assert.match(err, /error\[GATEWAY_UNREACHABLE\]: .* http:\/\/127\.0\.0\.1:1\n/)
  })
})

describe('scan', () => {
  const running = {
    schema: 'driftgate-scan/1',
    scan: 's1',
    workflowId: 'scan/m/s1',
    state: 'running',
    verdictId: null,
    reason: null,
  }

  it('waits for the verdict and shows its report', async () => {
    const run = await against(
      {
        'POST /v1/models/m/scan': [[202, running]],
        'GET /v1/models/m/scans/s1': [
          [200, running],
          [200, { ...running, state: 'done', verdictId: 'v1' }],
        ],
        'GET /v1/models/m/verdicts/v1': [[200, driftReport]],
      },
      'scan',
      'm',
      '--at',
      '2019-04-28T19:00:00Z',
    )
    assert.equal(run.status, 10, run.err)
    assert.deepEqual(run.asked[0]?.body, { at: '2019-04-28T19:00:00Z' })
    assert.match(run.out, /car_value/)
  })

  it('says meanwhile what it waits for', async () => {
    const waits = { ...running, reason: 'the topic t does not exist' }
    const done = { ...running, state: 'done', verdictId: 'v1' }
    const run = await against(
      {
        'POST /v1/models/m/scan': [[202, running]],
        'GET /v1/models/m/scans/s1': [
          [200, waits],
          [200, waits],
          [200, waits],
          [200, done],
        ],
        'GET /v1/models/m/verdicts/v1': [[200, driftReport]],
      },
      'scan',
      'm',
    )
    assert.equal(run.status, 10, run.err)
    assert.match(run.err, /trying again: the topic t does not exist/)
  })

  it('fails with the reason of the workflow', async () => {
    const failed = { ...running, state: 'failed', reason: 'the database is full' }
    const run = await against({ 'POST /v1/models/m/scan': [[202, failed]] }, 'scan', 'm')
    assert.equal(run.status, 1)
    assert.match(run.err, /error\[SCAN_FAILED\]: .*the database is full/)
  })

  it('stops watching at Ctrl-C and says that the work goes on', async () => {
    const controller = new AbortController()
    const gateway = await serveAnswers({
      'POST /v1/models/m/scan': [[202, running]],
      'GET /v1/models/m/scans/s1': [[200, running]],
    })
    setTimeout(() => controller.abort(), 100)
    const run = await runCli(['scan', 'm', '--gateway', gateway.url], { signal: controller.signal })
    await gateway.close()
    assert.equal(run.status, 130)
    assert.match(run.err, /work on the servers goes on/)
  })
})

describe('explain', () => {
  const start = encodeURIComponent(driftReport.window.start)
  const answerOf = (why: IncidentWhy) => ({
    ...{ schema: 'driftgate-why/1', model: 'car-loan', ...why.latest! },
  })

  it('shows rule, numbers and distribution of one feature, and which kind of drift it is part of', async () => {
    const answers: Answers = {
      'GET /v1/models/car-loan/verdicts/latest': [[200, driftReport]],
      [`GET /v1/models/car-loan/why/${start}`]: [[200, answerOf(whyOf({ report: driftReport }))]],
    }
    const run = await against(answers, 'explain', 'car-loan', 'car_value')
    assert.equal(run.status, 0)
    matchesFile(run.out, new URL('./snapshots/explain.txt', import.meta.url))
  })

  it('tells of a window which kind of drift it is, what that suggests, and which rows', async () => {
    const why = answerOf(whyOf({ report: slicedReport, measure: measureOf(driftReport) }))
    const answers: Answers = { 'GET /v1/models/car-loan/why/latest': [[200, why]] }
    const run = await against({ ...answers }, 'explain', 'car-loan')
    assert.equal(run.status, 0, run.err)
    assert.match(run.out, /^Data drift with loss$/m)
    assert.match(run.out, /^It suggests: retrain on rows since then\.$/m)
    assert.ok(run.out.includes(driftSlice))
    const json = await against({ ...answers }, 'explain', 'car-loan', '--output', 'json')
    assert.deepEqual(JSON.parse(json.out), JSON.parse(JSON.stringify(why)))
  })

  it('tells of an incident why it is open, also as a page', async (t) => {
    const folder = mkdtempSync(join(tmpdir(), 'driftgate-why-'))
    t.after(() => rmSync(folder, { recursive: true }))
    const file = join(folder, 'why.html')
    const path = `PERFORMANCE/${encodeURIComponent(worseByLabels.id.split('/')[2]!)}/why`
    const why = whyOf({ report: driftReport, measure: measureOf(driftReport) })
    const answer = { schema: 'driftgate-incident-why/1', incident: worseByLabels, ...why }
    const answers: Answers = { [`GET /v1/models/car-loan/incidents/${path}`]: [[200, answer]] }
    const run = await against({ ...answers }, 'explain', worseByLabels.id, '--html', file)
    assert.equal(run.status, 0, run.err)
    assert.match(run.out, /^▲ worse performance: car-loan since/)
    assert.match(run.out, /Realised: it is measured by labels\./)
    assert.match(run.out, /^Data drift with loss$/m)
    assert.ok(run.out.replaceAll(/\s+/g, ' ').includes(lossSlice))
    const page = readFileSync(file, 'utf8')
    assert.match(page, /<h2>Data drift with loss<\/h2>/)
    assert.match(page, /It suggests: retrain on rows since then\./)
    const json = await against({ ...answers }, 'explain', worseByLabels.id, '--output', 'json')
    assert.equal(JSON.parse(json.out).latest.kind.kind, 'data_drift_with_loss')
  })

  it('says what does not go together', async () => {
    for (const words of [
      ['car-loan/DRIFT'],
      [worseByLabels.id, 'car_value'],
      [worseByLabels.id, '--window', '2019-03-29T18:00:00Z'],
      ['car-loan', 'car_value', '--html', 'why.html'],
    ]) {
      const run = await against({}, 'explain', ...words)
      assert.equal(run.status, 2, run.err)
    }
  })

  it('names the nearest feature', async () => {
    const answers: Answers = { 'GET /v1/models/car-loan/verdicts/latest': [[200, driftReport]] }
    const run = await against(answers, 'explain', 'car-loan', 'car_valeu')
    assert.equal(run.status, 2)
    assert.match(run.err, /did you mean "car_value"\?/)
  })
})

describe('status, incidents, retrain, apply', () => {
  it('shows what needs a person first, as trees', async () => {
    const answers: Answers = {
      'GET /v1/models': [[200, { schema: 'driftgate-models/1', models: [quiet, waiting] }]],
    }
    const run = await against(answers, 'status')
    assert.equal(run.status, 0)
    // A command that is named carries the gateway on, whose port is another one in every run.
    assert.match(run.out, /next: driftgate gate --gateway http:\S+ car-loan/)
    const models = run.out.slice(run.out.indexOf('car-loan')).replace(/ --gateway \S+/, '')
    matchesFile(models, new URL('./snapshots/status.txt', import.meta.url))
  })

  it('shows open incidents of all models, and resolved ones when asked', async () => {
    const resolved = { ...incident, id: 'car-loan/DRIFT/old', state: 'resolved' }
    const answers: Answers = {
      'GET /v1/models/car-loan/incidents': [
        [200, { schema: 'driftgate-incidents/1', incidents: [incident, resolved] }],
      ],
      'GET /v1/models/car-loan/notices': [
        [200, { schema: 'driftgate-notices/1', notices: [failed] }],
      ],
    }
    const open = await against(answers, 'incidents', 'car-loan')
    assert.match(open.out, /12,000 labels/)
    assert.match(open.out, /retraining failed: car-loan since/)
    assert.match(open.out, /nobody has acknowledged it/)
    assert.ok(!open.out.includes('car-loan/DRIFT/old'))
    const all = await against(answers, 'incidents', 'car-loan', '--all', '--output', 'json')
    assert.equal(JSON.parse(all.out).incidents.length, 2)
  })

  it('says of a model that does worse whether that is measured or estimated', async () => {
    const answers: Answers = {
      'GET /v1/models/car-loan/incidents': [
        [200, { schema: 'driftgate-incidents/1', incidents: [worseByLabels, worseByEstimate] }],
      ],
      'GET /v1/models/car-loan/notices': [[200, { schema: 'driftgate-notices/1', notices: [] }]],
    }
    const { out } = await against(answers, 'incidents', 'car-loan')
    const [estimated, measured] = out.split('\n\n')
    assert.match(estimated ?? '', /-estimate .*PERFORMANCE open.*\n {2}Estimated: no labels have/)
    assert.match(measured ?? '', /PERFORMANCE open.*\n {2}Realised: it is measured by labels/)
  })

  it('says who takes care of an incident, by its id', async () => {
    const id = 'car-loan/DRIFT/2019-03-29T18:00:00.000Z'
    const path = 'incidents/DRIFT/2019-03-29T18%3A00%3A00.000Z/acknowledge'
    const acknowledged = { by: 'ada-1', name: 'ada', at: '2019-04-29T08:00:00.000Z' }
    const answer = {
      ...{ schema: 'driftgate-acknowledge/1', id, outcome: 'ALREADY_ACKNOWLEDGED', acknowledged },
      sentence: 'ada takes care of it since 2019-04-29 08:00 UTC',
    }
    const answers: Answers = { [`POST /v1/models/car-loan/${path}`]: [[200, answer]] }
    const run = await against(answers, 'incidents', 'acknowledge', id)
    assert.equal(run.status, 0)
    assert.match(run.out, /^ALREADY_ACKNOWLEDGED: ada takes care of it/)
    const wrong = await against(answers, 'incidents', 'acknowledge', 'car-loan')
    assert.equal(wrong.status, 2)
    assert.equal((await against(answers, 'incidents', 'car-loan', id)).status, 2)
  })

  it('sends the reason of a retraining', async () => {
    const answer = { schema: 'driftgate-retrain/1', model: 'm', eventId: 'e1' }
    const answers: Answers = { 'POST /v1/models/m/retrain': [[202, answer]] }
    const run = await against(answers, 'retrain', 'm', '--reason', 'new prices')
    assert.equal(run.status, 0)
    assert.deepEqual(run.asked[0]?.body, { reason: 'new prices' })
  })

  it('shows what applying changes', async () => {
    const answer = {
      schema: 'driftgate-apply/1',
      version: 3,
      changed: true,
      differences: [
        { path: 'models.car-loan.detection.minimumRows', before: '500', after: '1000' },
        { path: 'models.churn', before: null, after: 'added' },
      ],
      schedules: {
        created: ['scan/churn'],
        updated: [],
        deleted: [],
        unchanged: ['scan/car-loan'],
      },
      readings: [],
    }
    const run = await against(
      { 'PUT /v1/config': [[200, answer]] },
      'apply',
      '--config',
      'examples/driftgate.yaml',
      '--dry-run',
    )
    assert.equal(run.status, 0, run.err)
    assert.equal(
      run.out,
      [
        '- models.car-loan.detection.minimumRows: 500',
        '+ models.car-loan.detection.minimumRows: 1000',
        '+ models.churn: added',
        'schedules created: scan/churn',
        'dry run: this would be version 3, nothing was changed',
        '',
      ].join('\n'),
    )
    assert.partialDeepStrictEqual(run.asked[0]?.body, { dryRun: true, paused: false })
  })
})

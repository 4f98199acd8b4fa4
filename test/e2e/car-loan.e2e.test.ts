import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { Report } from '../../contracts/report.ts'
import { verdictFromFiles } from '../../examples/demo/first-verdict.ts'
import { carLoanFromKafka } from '../../examples/demo/kafka-to-verdict.ts'
import { servers } from '../support/servers.ts'

const scan = (): Promise<Report[]> =>
  carLoanFromKafka({
    kafka: servers().kafka,
    postgres: servers().postgres,
    signal: AbortSignal.timeout(600_000),
    onVerdict: () => {},
  })

test('car-loan is quiet for five windows and drifts from the sixth on, the same way in every run', async () => {
  const reports = await scan()
  assert.deepEqual(
    reports.map(({ verdict }) => verdict),
    [...Array(5).fill('NO_DRIFT'), ...Array(5).fill('DRIFT')],
  )
  const drifted = reports[5]
  assert.equal(drifted?.features[0]?.feature, 'car_value')
  assert.equal(drifted?.explanation, null, 'dearer cars are no change of units')
  const again = await scan()
  assert.deepEqual(
    again.map(({ evidence }) => evidence.profile),
    reports.map(({ evidence }) => evidence.profile),
  )
})

test('the verdict from files and the verdict from Kafka see the same change', async () => {
  const [fromFiles, fromKafka] = await Promise.all([verdictFromFiles(), scan()])
  const scores = (report: Report | undefined) =>
    Object.fromEntries(
      (report?.features ?? [])
        .filter(({ feature }) => feature !== '(score)')
        .map(({ feature, primary }) => [feature, primary.effect]),
    )
  assert.equal(fromFiles.verdict, 'DRIFT')
  assert.deepEqual(scores(fromKafka[5]), scores(fromFiles))
})

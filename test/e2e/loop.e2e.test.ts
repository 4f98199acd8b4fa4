import assert from 'node:assert/strict'
import { execFile } from 'node:child_process'
import { chmodSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import { cardField } from '../../adapters/chat/matrix-card.ts'
import { openPool } from '../../adapters/postgres/pool.ts'
import { listRetrainings } from '../../adapters/postgres/retrainings.ts'
import { connectClient } from '../../adapters/temporal/connect.ts'
import type { MatrixSettings } from '../../contracts/chat-settings.ts'
import type { Settings } from '../../contracts/config.ts'
import { releaseEvidenceSchema } from '../../contracts/release.ts'
import type { ServerAddresses } from '../../contracts/servers.ts'
import { parseSettings } from '../../contracts/settings-text.ts'
import { houseNames, programName } from '../../deploy/local/house.ts'
import { down, status } from '../../deploy/local/index.ts'
import { synapseSecrets } from '../../deploy/local/synapse/secrets.ts'
import { localChannel } from '../../deploy/local/synapse.ts'
import { pressInChat } from '../../examples/demo/chat.ts'
import { runDemo } from '../../examples/demo/index.ts'
import { signInToMatrix } from '../../examples/demo/matrix-user.ts'
import type { ChatWay } from '../../examples/demo/view.ts'
import { watchDemo } from '../support/demo-watch.ts'
import { readAgain } from '../support/read-again.ts'
import { servers } from '../support/servers.ts'
import { verifyChain } from '../support/verify-chain.ts'

const root = fileURLToPath(new URL('../..', import.meta.url))
const place = mkdtempSync(join(tmpdir(), 'driftgate-loop-'))
chmodSync(place, 0o755)
const folder = join(place, '.driftgate')
after(async () => {
  await down(folder)
  rmSync(place, { recursive: true, force: true })
})

/** Every server of the run but Temporal: one of our own can be killed. */
function given(): Partial<ServerAddresses> {
  const { temporal: _, temporalCli: __, temporalUi: ___, ...others } = servers()
  return others
}

const settingsOfRun = (): Settings =>
  parseSettings(readFileSync(join(folder, 'demo.yaml'), 'utf8'), 'demo.yaml')

function chatOfRun(): MatrixSettings {
  const channel = settingsOfRun().chat[localChannel]
  return channel?.kind === 'matrix' ? channel : assert.fail('the demo has no chat')
}

/** Headlines of the cards in the chat, as people see them. */
async function cardsShown(): Promise<string[]> {
  const { homeserver, room } = chatOfRun()
  const person = synapseSecrets(folder).people.find(({ id }) => id === 'viewer')
  const viewer = await signInToMatrix(homeserver, 'viewer', person?.password ?? '')
  // Beside a card stands its picture, a message of its own.
  return (await viewer.messages(room))
    .filter(({ content }) => content[cardField] !== undefined)
    .map(({ body }) => body.split('\n')[0] ?? '')
}

/** kill -9 of a program of this project. */
function kill(name: string): void {
  const found = status(folder).find((program) => program.name === name)
  assert.equal(found?.running, true, `${name} does not run`)
  process.kill(found.pid, 'SIGKILL')
}

/** Kills the scan worker while an activity of the next scan is under way. */
async function killDuringScan(): Promise<void> {
  const { address, namespace } = settingsOfRun().temporal
  const client = await connectClient({ address, namespace })
  const query = 'ExecutionStatus = "Running" and WorkflowType = "scan"'
  try {
    for (;;) {
      for await (const { workflowId } of client.workflow.list({ query })) {
        const { raw } = await client.workflow.getHandle(workflowId).describe()
        const started = raw.pendingActivities?.some(
          ({ activityType, state }) => activityType?.name === 'advanceLedger' && state === 2,
        )
        if (started) return kill('demo-worker-scan')
      }
    }
  } finally {
    await client.connection.close()
  }
}

/** A line as it was printed, in a shell, where a person would type it. */
function typed(line: string): Promise<{ status: number; out: string }> {
  const command = line.replace('driftgate', join(root, 'driftgate'))
  return new Promise((resolve) => {
    execFile('sh', ['-c', command], { cwd: place }, (error, stdout, stderr) =>
      resolve({ status: error ? Number(error.code) : 0, out: stdout + stderr }),
    )
  })
}

const sparkDrivers = async (): Promise<number> => {
  const response = await fetch(`${servers().sparkMasterWeb}/json/`)
  const body = (await response.json()) as Record<'activedrivers' | 'completeddrivers', unknown[]>
  return body.activedrivers.length + body.completeddrivers.length
}

test('the whole loop, approved by one person in a terminal and one in a chat, with the scan worker killed in a scan and Temporal killed at the open gate', async () => {
  const turns: Promise<unknown>[] = []
  const drivers: Promise<number>[] = []
  let answered = { status: -1, out: '' }
  const watch = watchDemo({
    onChapter(title) {
      if (title.includes('Spark retrains') || title.includes('The gate'))
        drivers.push(sparkDrivers())
    },
    onVerdict(model, index) {
      if (model === 'car-loan' && index === 1) turns.push(killDuringScan())
    },
    onWays({ command, chat }) {
      const passwords = chat?.people ?? assert.fail('there is no chat')
      turns.push(answerAfterKill(command).then(() => pressed(passwords)))
    },
  })
  async function answerAfterKill(command: string): Promise<void> {
    const waiting = await typed(`driftgate gate --config .driftgate/demo.yaml`)
    assert.deepEqual([waiting.status, waiting.out.includes('car-loan/1')], [8, true], waiting.out)
    kill('temporal')
    for (;;) {
      answered = await typed(command)
      if (answered.out.includes('ACCEPTED_PENDING_QUORUM')) return
      assert.match(answered.out, /TEMPORAL_UNREACHABLE|WORKER_SILENT/)
      await sleep(500)
    }
  }
  async function pressed(people: ChatWay['people']): Promise<void> {
    const signal = AbortSignal.timeout(300_000)
    await pressInChat({ ...chatOfRun(), people }, { person: 'other-approver', signal })
  }

  const result = await runDemo({
    folder,
    given: given(),
    scale: 'tenth',
    approveAfterMs: null,
    chat: true,
    keep: true,
    signal: AbortSignal.timeout(900_000),
    view: watch.view,
  })
  await Promise.all(turns)

  const carLoan = result.verdicts['car-loan'] ?? []
  const flights = result.verdicts['flight-delay'] ?? []
  assert.deepEqual(
    carLoan.map(({ verdict }) => verdict),
    [...Array(5).fill('NO_DRIFT'), ...Array(3).fill('DRIFT'), ...Array(2).fill('NO_DRIFT')],
  )
  assert.equal(carLoan[5]?.features[0]?.feature, 'car_value')
  assert.equal(carLoan[5]?.explanation, null, 'dearer cars are no change of units')
  assert.deepEqual(
    carLoan.map(({ evidence }) => evidence.reference.modelVersion),
    [...Array(8).fill('1'), ...Array(2).fill('2')],
  )
  assert.equal(carLoan[9]?.evidence.binning, carLoan[0]?.evidence.binning, 'it is inherited')
  assert.deepEqual(
    flights.map(({ verdict }) => verdict),
    [...Array(19).fill('NO_DRIFT'), 'DATA_QUALITY'],
  )
  assert.match(flights.at(-1)?.explanation?.sentence ?? '', /hour is 5 later, modulo 24/)
  assert.deepEqual(watch.answers, [
    'viewer NOT_AUTHORISED',
    'approver STALE_EVIDENCE',
    'other-approver ALREADY_DECIDED',
  ])
  assert.equal(watch.said.filter((each) => each.startsWith('demo-worker-scan is gone')).length, 1)
  assert.equal(watch.said.filter((each) => each.startsWith('temporal is gone')).length, 1)

  const { knownLimits } = releaseEvidenceSchema.parse(result.release.evidence)
  assert.match(knownLimits[0] ?? '', /^worse on the 12,500 rows/)

  const [before, afterwards] = await Promise.all(drivers)
  assert.equal((afterwards ?? 0) - (before ?? 0), 1, 'the retraining was submitted once')
  const cards = await cardsShown()
  // Before their labels the dearer cars are estimated to cost quality, which is an incident of its own.
  const incidents = ['drift', 'worse performance, estimated']
  for (const kind of incidents) {
    assert.equal(cards.filter((text) => text.includes(kind)).length, 1, `one of ${kind}`)
  }
  assert.deepEqual(
    cards.filter((text) => !incidents.some((kind) => text.includes(kind))),
    [
      '⧖ out of date, asked anew: car-loan, car-loan/1',
      '✔ approved and in place: car-loan, version 2 for version 1',
    ],
  )
  const settings = settingsOfRun()
  const served = await fetch(`${settings.models['car-loan']?.serving.url}/v2/models/car-loan/ready`)
  assert.equal(((await served.json()) as { version: string }).version, '2')
  const { before: old, after: now } = result.sideBySide ?? assert.fail('nothing moved')
  assert.ok(now.metrics.accuracy > old.metrics.accuracy && now.metrics.brier < old.metrics.brier)

  const db = openPool(settings.postgres.url)
  try {
    assert.deepEqual(
      result.release.decisions.map(({ person, outcome }) => `${person} ${outcome}`),
      ['Approver STALE_EVIDENCE', 'Approver ACCEPTED_PENDING_QUORUM', 'Other Approver APPROVED'],
    )
    assert.equal((await verifyChain(db)).links, 3)
    assert.equal((await listRetrainings(db, 'car-loan')).length, 2, 'the first model and one more')
    assert.equal((await listRetrainings(db, 'flight-delay')).length, 1, 'only the first model')
    const again = await readAgain(db, settings, 'car-loan', carLoan)
    assert.deepEqual(
      again.map(({ evidence, verdict }) => [evidence.profile, verdict]),
      carLoan.map(({ evidence, verdict }) => [evidence.profile, verdict]),
      'what was killed in between left no trace in any profile',
    )
  } finally {
    await db.end()
  }
})

test('stopped in the middle, it takes down what it started and nothing else', async () => {
  const names = () =>
    status(folder)
      .filter(({ running }) => running)
      .map(({ name }) => name)
  // What the loop left up: its gateway and workers go, Temporal is as it would be for somebody else.
  await down(
    folder,
    names().filter((name) => name !== 'temporal'),
  )
  const stop = new AbortController()
  const watch = watchDemo({ onVerdict: () => stop.abort() })
  const input = {
    folder,
    given: given(),
    scale: 'tenth',
    approveAfterMs: null,
    keep: false,
    signal: stop.signal,
    view: watch.view,
  } as const
  const run = runDemo(input)
  const second = { ...input, view: watchDemo().view }
  await assert.rejects(runDemo(second), { code: 'USAGE' }, 'one demo at a time in one folder')
  await assert.rejects(run, { name: 'AbortError' })
  assert.deepEqual(names(), ['temporal'])
  const stopped = watch.said.at(-1)?.replace('stopped ', '').split(', ').sort()
  const house = [...houseNames, 'guard', 'model-server'].map((name) => programName('demo', name))
  assert.deepEqual(stopped, house.sort())
})

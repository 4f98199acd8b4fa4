import assert from 'node:assert/strict'
import { spawn } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { after, before, test } from 'node:test'
import { parseAllDocuments } from 'yaml'
import { z } from 'zod'
import { currentConfigVersion } from '../../../adapters/postgres/config-versions.ts'
import { until } from '../../support/gate-world.ts'
import { type GatewayWorld, gatewayWorld } from '../../support/gateway-world.ts'
import { root } from '../../support/run-example.ts'

const folder = mkdtempSync(join(tmpdir(), 'driftgate-pipeline-'))
let world: GatewayWorld
let environment: Record<string, string>
before(async () => {
  world = await gatewayWorld({ approval: { required: 1 } })
  await world.gate.open()
  const config = join(folder, 'driftgate.yaml')
  // As long as `m` is watched, workers have schedules to look after: nothing here fires one.
  writeFileSync(config, await configuration())
  environment = {
    PATH: [root, join(root, 'node_modules/.bin'), process.env['PATH']].join(delimiter),
    HOME: folder,
    DRIFTGATE_CONFIG: config,
    DRIFTGATE_TOKEN: await world.identity.tokenOf('operator'),
    MODEL: 'm',
    GATE_TIMEOUT: '20s',
  }
})
after(async () => {
  if (world) {
    const empty = JSON.stringify({ ...JSON.parse(await configuration()), models: {} })
    const body = { file: 'driftgate.yaml', text: empty }
    await world.ask('operator', 'config', { method: 'PUT', body })
    await world.close()
  }
  rmSync(folder, { recursive: true })
})

async function configuration(approval: object = {}): Promise<string> {
  const written = JSON.parse((await currentConfigVersion(world.gate.db))!.text)
  const m = written.models.m ?? {}
  return JSON.stringify({
    ...written,
    gateway: { ...written.gateway, url: world.url },
    models: {
      m: { ...m, retraining: { policy: 'never' }, approval: { ...m.approval, ...approval } },
    },
  })
}

/** As much of each vendor's format as our files use: a member that it does not know is a mistake. */
const step = z.union([
  z.strictObject({ uses: z.string().regex(/^[\w-]+\/[\w-]+@v\d+$/) }),
  z.strictObject({ name: z.string(), run: z.string() }),
])
const text = z.record(z.string(), z.string())
const job = z.strictObject({
  if: z.string(),
  'runs-on': z.string(),
  'timeout-minutes': z.number().max(360).optional(),
  concurrency: z.string().optional(),
  strategy: z
    .strictObject({ 'fail-fast': z.boolean(), matrix: z.record(z.string(), z.array(z.string())) })
    .optional(),
  env: text.optional(),
  steps: z.array(step),
})
const github = z.strictObject({
  name: z.string(),
  on: z.strictObject({
    pull_request: z.strictObject({ paths: z.array(z.string()) }),
    push: z.strictObject({ branches: z.array(z.string()), paths: z.array(z.string()) }),
    schedule: z.array(z.strictObject({ cron: z.string() })),
    workflow_dispatch: z.strictObject({
      inputs: z.record(z.string(), z.looseObject({ type: z.string() })),
    }),
  }),
  permissions: text,
  env: text,
  jobs: z.record(z.string(), job),
})
const gitlabJob = z.strictObject({
  stage: z.string(),
  rules: z.array(
    z.strictObject({
      if: z.string(),
      changes: z.array(z.string()).optional(),
      when: z.string().optional(),
    }),
  ),
  timeout: z.string().optional(),
  resource_group: z.string().optional(),
  script: z.array(z.string()),
  allow_failure: z.strictObject({ exit_codes: z.array(z.number()) }).optional(),
  artifacts: z.strictObject({ when: z.string(), paths: z.array(z.string()) }).optional(),
})
const gitlab = z
  .object({
    stages: z.array(z.string()),
    variables: text,
    default: z.strictObject({ image: z.string(), before_script: z.array(z.string()) }),
  })
  .catchall(gitlabJob)
const argoTemplate = z.looseObject({
  name: z.string(),
  script: z
    .looseObject({ image: z.string(), command: z.array(z.string()), source: z.string() })
    .optional(),
})
const argo = z.looseObject({
  apiVersion: z.literal('argoproj.io/v1alpha1'),
  kind: z.literal('WorkflowTemplate'),
  spec: z.looseObject({ entrypoint: z.string(), templates: z.array(argoTemplate) }),
})

const documents = (name: string): unknown[] =>
  parseAllDocuments(readFileSync(join(root, 'examples/ci', name), 'utf8'), { merge: true }).map(
    (each) => {
      assert.deepEqual(each.errors, [])
      return each.toJS()
    },
  )

/** The scripts of one job, as the vendor's shell gets them. */
type Scripts = (job: string) => string[]
const vendors: Readonly<Record<string, () => Scripts>> = {
  'github-actions.yaml': () => {
    const { jobs } = github.parse(documents('github-actions.yaml')[0])
    return (name) =>
      jobs[name]!.steps.flatMap((each) =>
        'run' in each && each.name !== 'install' ? [each.run] : [],
      )
  },
  'gitlab-ci.yaml': () => {
    const all = gitlab.parse(documents('gitlab-ci.yaml')[0])
    return (name) => {
      const { script, stage } = all[name] as z.infer<typeof gitlabJob>
      assert.ok(all.stages.includes(stage))
      return script
    }
  },
  'argo-workflows.yaml': () => {
    const { templates } = argo.parse(documents('argo-workflows.yaml')[0]).spec
    return (name) => {
      const named = templates.find((each) => each.name === (name === 'plan' ? 'check' : name))
      assert.deepEqual(named?.script?.command, ['sh', '-e'])
      return [named!.script!.source]
    }
  },
}

/** Runs the scripts of a job one after the other, in one folder, until one fails: the status of the last. */
async function run(scripts: readonly string[], changes: Record<string, string> = {}) {
  let out = ''
  for (const script of scripts) {
    const child = spawn('bash', ['-e', '-o', 'pipefail', '-c', script], {
      cwd: folder,
      env: { ...environment, ...changes },
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (piece: string) => {
        out += piece
      })
    }
    const status = await new Promise<number | null>((resolve) => child.on('close', resolve))
    if (status !== 0) return { status, out }
  }
  return { status: 0, out }
}

const each = Object.entries(vendors).map(([name, read]) => ({ name, scripts: read() }))

test('a plan says that there is something to apply, and an apply puts it in force', async () => {
  const [first, , argoSteps] = each
  const planned = await run(each[1]!.scripts('plan'))
  // GitLab shows 3 in amber; the other two take it for what a change is for.
  assert.equal(planned.status, 3, planned.out)
  assert.equal((await run(first!.scripts('plan'))).status, 0)
  const applied = await run(first!.scripts('apply'))
  assert.equal(applied.status, 0, applied.out)
  const again = await run(argoSteps!.scripts('plan'))
  assert.equal(again.status, 0, again.out)
  assert.match(again.out, /nothing to do/)
})

test('an invalid file is red before anything is asked', async () => {
  const broken = join(folder, 'broken.yaml')
  writeFileSync(broken, 'models: 7\n')
  const { status, out } = await run(each[0]!.scripts('plan'), { DRIFTGATE_CONFIG: broken })
  assert.equal(status, 2, out)
})

test('no verdict is 12, which nobody takes for "no drift"', async () => {
  const { status, out } = await run(each[1]!.scripts('verdict'))
  assert.equal(status, 12, out)
})

test('a looser gate that was applied is waited for, and red when it is rejected', async () => {
  const looser = join(folder, 'looser.yaml')
  writeFileSync(looser, await configuration({ expiry: '2h' }))
  const { scripts } = each[2]!
  const running = run(scripts('apply'), { DRIFTGATE_CONFIG: looser, GATE_TIMEOUT: '60s' })
  let release = ''
  await until(async () => {
    const { body } = await world.ask('viewer', 'releases?model=m&state=waiting')
    const found = body.releases.find((view: { release: string }) => view.release !== 'm/1')
    release = found?.release ?? ''
    return release !== ''
  })
  await answer(release, 'reject')
  const { status, out } = await running
  assert.equal(status, 1, out)
  assert.match(out, new RegExp(`${release} rejected`))
})

test('a retraining that is asked for leads to no release in time: 8', async () => {
  const { status, out } = await run(each[0]!.scripts('retrain'), { GATE_TIMEOUT: '1s' })
  assert.equal(status, 8, out)
  assert.match(out, /m: no such release was opened within/)
})

test('a release is waited for: 8 while people are asked, 0 once it is promoted', async () => {
  const [, wait = ''] = /(driftgate gate wait .*)/.exec(each[0]!.scripts('retrain')[0]!) ?? []
  const began = { began: '2000-01-01T00:00:00Z' }
  const waiting = await run([wait], { ...began, GATE_TIMEOUT: '1s' })
  assert.equal(waiting.status, 8, waiting.out)
  const running = run([wait], { ...began, GATE_TIMEOUT: '60s' })
  await answer('m/1', 'approve')
  const { status, out } = await running
  assert.equal(status, 0, out)
})

async function answer(release: string, said: 'approve' | 'reject') {
  const { body } = await world.ask('viewer', `releases/${release}`)
  const decision = { answer: said, digest: body.evidenceDigest, reason: 'seen' }
  const path = `releases/${release}/decisions`
  const outcome = await world.ask('approver', path, { method: 'POST', body: decision })
  assert.equal(outcome.status, 200, JSON.stringify(outcome.body))
}

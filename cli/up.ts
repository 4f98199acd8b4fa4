import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse, stringify } from 'yaml'
import { DriftgateError } from '../contracts/errors.ts'
import type { ServerAddresses } from '../contracts/servers.ts'
import { hidePasswords } from '../contracts/settings-problem.ts'
import type { Command, CommandContext } from './command.ts'
import { exit } from './exit-codes.ts'
import { notePlan, noteProgress } from './local-progress.ts'
import { columns, show } from './output.ts'
import { startProgress } from './progress.ts'
import { projectFolder } from './settings-file.ts'

export const up: Command = {
  name: 'up',
  summary: 'start the servers of the local project, or find them running',
  description:
    'Starts PostgreSQL, Kafka, Temporal, Spark, MLflow and an identity server for trying out, writes their addresses to .driftgate/driftgate.yaml, and starts gateway and workers with it. Data and logs are under .driftgate. What runs already is left alone.',
  options: [
    { flags: '--only <names>', summary: 'some of them, by name, separated by commas' },
    { flags: '--servers', summary: 'without gateway and workers' },
    { flags: '--plan', summary: 'show what would be fetched and start nothing' },
  ],
  examples: ['driftgate up', 'driftgate up --only kafka,postgres --output json'],
  async run(context) {
    const local = await import('../deploy/local/index.ts')
    const only = chosenNames(context.options['only'], local.serverNames)
    const plan = local.plan(only)
    notePlan(context.terminal, plan)
    if (context.options['plan'] === true) {
      show(context, { schema: 'driftgate-plan/1', items: plan }, () => 'nothing was started')
      return exit('done')
    }
    const folder = projectFolder(context)
    const addresses = await local.up({
      folder,
      ...(only ? { only } : {}),
      onProgress: (progress) => noteProgress(context.terminal, progress),
    })
    const project = only ? null : await writeSettings(folder, addresses as ServerAddresses)
    if (project && context.options['servers'] !== true) await startHouse(context, folder, project)
    const shown = { ...addresses, ...(project ? { gateway: project.gateway } : {}) }
    show(
      context,
      { schema: 'driftgate-up/1', addresses: shown, settings: project?.config ?? null },
      () => render(shown, project?.config ?? null),
    )
    return exit('done')
  },
}

function chosenNames<Name extends string>(
  given: CommandContext['options'][string],
  names: readonly Name[],
): Name[] | undefined {
  if (typeof given !== 'string') return undefined
  return given.split(',').map((word) => {
    const name = names.find((each) => each === word.trim())
    if (name) return name
    throw new DriftgateError('USAGE', {
      reason: `there is no local server "${word.trim()}"`,
      fix: `known here: ${names.join(', ')}`,
    })
  })
}

interface Project {
  /** Path of its configuration. */
  readonly config: string
  readonly gateway: string
}

/** The configuration of the local project: the addresses of now, the models that were there before. */
async function writeSettings(folder: string, addresses: ServerAddresses): Promise<Project> {
  const { serverSettings } = await import('../deploy/local/settings.ts')
  const { decisionKeys } = await import('../deploy/local/decision-keys.ts')
  const { portsOf } = await import('../deploy/local/ports.ts')
  const file = join(folder, 'driftgate.yaml')
  const before: unknown = existsSync(file) ? parse(readFileSync(file, 'utf8')) : null
  const { gateway } = await portsOf(folder, ['gateway'])
  const url = `http://127.0.0.1:${gateway}`
  const keys = decisionKeys(folder)
  const objects = join(folder, 'objects')
  mkdirSync(objects, { recursive: true })
  const settings = serverSettings({
    addresses,
    gateway: url,
    objects,
    signingKey: keys.signingKey,
    publicKey: keys.publicKey,
  })
  const models = (before as { models?: unknown } | null)?.models ?? {}
  writeFileSync(
    file,
    `# Written by "driftgate up"; the models are yours.\n${stringify({ ...settings, models })}`,
  )
  return { config: file, gateway: url }
}

async function startHouse(context: CommandContext, folder: string, project: Project) {
  const house = await import('../deploy/local/house.ts')
  const progress = startProgress(context.terminal, 'gateway and workers')
  let started = 0
  await house.startHouse({
    owner: 'project',
    folder,
    ...project,
    onStarted: ({ name }) =>
      progress.say(`${++started} of ${house.houseNames.length} ready, last ${name}`),
  })
  progress.end(`gateway and ${house.houseNames.length - 1} workers are ready`)
}

function render(addresses: Readonly<Record<string, unknown>>, file: string | null): string {
  const rows = Object.entries(addresses)
    .filter(([, value]) => typeof value === 'string')
    .map(([name, value]) => [name, hidePasswords(String(value))])
  const next = file === null ? [] : ['', `configuration: ${file}`, 'next: driftgate check']
  return [columns(rows), ...next].join('\n')
}

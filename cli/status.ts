import { type ModelView, modelsAnswer, modelView } from '../contracts/api.ts'
import type { DriftgateError } from '../contracts/errors.ts'
import { modelTree, sortedModels } from '../reports/model-tree.ts'
import { stateLabel } from '../reports/vocabulary.ts'
import type { Command, CommandContext } from './command.ts'
import { toCoded } from './errors.ts'
import { exit } from './exit-codes.ts'
import { openGateway } from './gateway-client.ts'
import { columns, show } from './output.ts'
import { projectFolder } from './settings-file.ts'
import type { Terminal } from './terminal.ts'
import { watch } from './watch.ts'

/** A program of the local project. */
interface Program {
  readonly name: string
  readonly running: boolean
  readonly pid: number
  readonly since: string
  readonly log: string
}

export const status: Command = {
  name: 'status',
  summary: 'servers of the local project and models: what needs a person comes first',
  arguments: [{ name: '[model]', summary: 'one model as a tree, without the servers' }],
  options: [{ flags: '--watch', summary: 'look again every 2 seconds, until Ctrl-C' }],
  examples: [
    'driftgate status',
    'driftgate status car-loan --output json',
    'driftgate status --watch',
  ],
  async run(context) {
    if (context.options['watch'] === true) return watch(context, () => look(context))
    const { value, text, status } = await look(context)
    show(context, value, () => text)
    return status
  },
}

interface Look {
  readonly value: { readonly schema: 'driftgate-status/1' }
  readonly text: string
  readonly status: number
}

async function look(context: CommandContext): Promise<Look> {
  const schema = 'driftgate-status/1' as const
  const { terminal } = context
  const { model } = context.arguments
  if (model !== undefined) {
    const gateway = await openGateway(context)
    const view = await gateway.get(`models/${encodeURIComponent(model)}`, modelView)
    const value = { schema, programs: [], models: [view], problem: null }
    return { value, text: modelTree(view, terminal), status: exit('done') }
  }
  const programs = await localPrograms(context)
  const { models, problem } = await modelsOrProblem(context)
  const value = { schema, programs, models, problem: problem?.code ?? null }
  const text = render(programs, models, problem, terminal)
  const failed = problem !== null && programs.length === 0
  return { value, text, status: failed ? problem.entry.exit : exit('done') }
}

async function localPrograms(context: CommandContext): Promise<Program[]> {
  const local = await import('../deploy/local/index.ts')
  return local
    .status(projectFolder(context))
    .map(({ name, running, pid, since, log }) => ({ name, running, pid, since, log }))
}

/** Servers are worth showing even while the gateway is down. */
async function modelsOrProblem(
  context: CommandContext,
): Promise<{ models: ModelView[]; problem: DriftgateError | null }> {
  try {
    const gateway = await openGateway(context)
    const { models } = await gateway.get('models', modelsAnswer)
    return { models: sortedModels(models), problem: null }
  } catch (thrown) {
    if (context.signal.aborted) throw thrown
    return { models: [], problem: toCoded(thrown) }
  }
}

function render(
  programs: readonly Program[],
  models: readonly ModelView[],
  problem: DriftgateError | null,
  terminal: Terminal,
): string {
  const blocks: string[] = []
  if (programs.length > 0) {
    blocks.push(
      columns(
        programs.map(({ name, running, pid, since, log }) => [
          stateLabel(running ? 'ok' : 'stale', terminal),
          name,
          running ? `process ${pid} since ${since.slice(0, 19)}Z` : 'not running',
          log,
        ]),
      ),
    )
  } else {
    blocks.push('no local servers; start them with "driftgate up"')
  }
  if (problem) blocks.push(`models: ${problem.message}\n   = help: ${problem.help}`)
  else if (models.length === 0) blocks.push('no models; put some in force with "driftgate apply"')
  else blocks.push(...models.map((view) => modelTree(view, terminal)))
  return blocks.join('\n\n')
}

import { type ApplyAnswer, applyAnswer } from '../contracts/apply.ts'
import { instant } from '../reports/numbers.ts'
import { pendingNext, pendingSentence } from '../reports/policy-words.ts'
import type { Command } from './command.ts'
import { exit } from './exit-codes.ts'
import { openGateway } from './gateway-client.ts'
import { show } from './output.ts'
import { parseChecked, readSettingsFile } from './settings-file.ts'
import type { Terminal } from './terminal.ts'

export const apply: Command = {
  name: 'apply',
  summary: 'put the configuration in force and make the schedules match',
  description:
    'Stores the configuration as a new version, which workers, stewards and verdicts then use and name, and creates, updates and deletes schedules until they match. Says where a new reading of a log begins, where its records are read or counted in another way than before. A gate that gets looser, in one point or in all, is asked for at the gate in force, in your name, so you may not approve it; until then the one in force judges. Applying the same again changes nothing.',
  options: [
    { flags: '--dry-run', summary: 'show the difference and change nothing' },
    {
      flags: '--paused',
      summary: 'create schedules paused, for a replay that asks for each window',
    },
    {
      flags: '--ask-again',
      summary: 'ask once more for a looser gate that was rejected or expired',
    },
  ],
  examples: [
    'driftgate apply --config driftgate.yaml --dry-run',
    'driftgate apply --config driftgate.yaml --output json',
  ],
  async run(context) {
    const { file, text } = readSettingsFile(context)
    const { models } = await parseChecked(text, file)
    const gateway = await openGateway(context)
    const dryRun = context.options['dryRun'] === true
    const { paused, askAgain } = context.options
    const body = { file, text, dryRun, paused: paused === true, askAgain: askAgain === true }
    const answer = await gateway.send('PUT', 'config', body, applyAnswer)
    show(context, answer, () => render(answer, Object.keys(models), dryRun, context.terminal))
    return exit('done')
  },
}

function render(
  answer: ApplyAnswer,
  models: readonly string[],
  dryRun: boolean,
  terminal: Terminal,
): string {
  const { version, changed } = answer
  const lines = changeLines(answer, models, terminal)
  const same = !changed && lines.length === 0
  if (same) lines.push(`version ${version} is in force already, nothing changed`)
  else if (dryRun) lines.push(`dry run: this would be version ${version}, nothing was changed`)
  else lines.push(`version ${version} is in force`)
  return lines.join('\n')
}

/** What changes, or would: settings, schedules, readings of logs, gates. */
export function changeLines(
  { version, differences, schedules, readings, gates }: ApplyAnswer,
  models: readonly string[],
  terminal: Terminal,
): string[] {
  // Against nothing every setting is an added line, and none of them says anything.
  const first = version === 1 && differences.length > 0
  const lines = first
    ? [`first configuration: ${counted(models)}`]
    : differences.flatMap(({ path, before, after }) => [
        ...(before === null ? [] : [terminal.paint('red', `- ${path}: ${before}`)]),
        ...(after === null ? [] : [terminal.paint('green', `+ ${path}: ${after}`)]),
      ])
  for (const [what, names] of Object.entries(schedules)) {
    if (what !== 'unchanged' && names.length > 0)
      lines.push(`schedules ${what}: ${names.join(', ')}`)
  }
  lines.push(...readings.flatMap(readingLines))
  lines.push(...gates.map((gate) => gateLine(gate, terminal)))
  return lines
}

/** What waits at a gate that has changed is asked anew; what is looser waits itself. */
function gateLine(
  { model, direction, differences, inForce, pending }: ApplyAnswer['gates'][number],
  terminal: Terminal,
): string {
  const word = direction === 'looser' ? terminal.paint('red', 'looser') : 'tighter'
  const what = differences.join('; ')
  if (inForce) {
    return `${model}: its gate is ${word}, and what waits there is asked anew: ${what}`
  }
  const next = pending && pendingNext(pending)
  return [
    `${model}: its gate would be ${word}, which people decide at the one in force, which stays until then: ${what}`,
    ...(pending ? [`  ${pendingSentence(pending)}`] : []),
    ...(next ? [`  next: ${next}`] : []),
  ].join('\n')
}

function readingLines({
  model,
  topic,
  windowsFrom,
  begun,
}: ApplyAnswer['readings'][number]): string[] {
  if (begun) return [`${model}: ${topic} is read in an earlier way again, on from where that ended`]
  const what = `${model}: a new reading of ${topic} begins`
  if (windowsFrom === null) return [`${what} with the first record of the log`]
  return [
    `${what} with the window from ${instant(windowsFrom)}; verdicts before stay`,
    `  older windows are not in it until "driftgate backfill ${model} --since TIME" reads them`,
  ]
}

const counted = (models: readonly string[]): string =>
  models.length === 0
    ? 'no models yet'
    : `${models.length} ${models.length === 1 ? 'model' : 'models'} (${models.join(', ')})`

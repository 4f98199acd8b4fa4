import { DriftgateError } from '../contracts/errors.ts'
import {
  type RecomputeAnswer,
  type RecomputedVerdict,
  type RecomputeRange,
  recomputeAnswer,
} from '../contracts/recompute.ts'
import { count, instant } from '../reports/numbers.ts'
import type { Canvas } from '../reports/vocabulary.ts'
import type { Command, CommandContext } from './command.ts'
import { exit } from './exit-codes.ts'
import { type GatewayClient, openGateway } from './gateway-client.ts'
import { columns, show } from './output.ts'
import { startProgress } from './progress.ts'
import { timeOf } from './time-option.ts'
import { untilEnded } from './until-ended.ts'

export const recompute: Command = {
  name: 'recompute',
  summary: 'judge verdicts again from what their evidence names, and compare byte by byte',
  description:
    'Reads the counts below the cut of each verdict, the references and the earlier verdicts that it knew of, judges again by the configuration of then, and says of every verdict and second look whether the report is the same, byte by byte, or where it differs first. What retention does not keep any more is "not kept since". Nothing is changed. Exit status 12: nothing of it is kept. Ctrl-C ends it between two steps.',
  arguments: [{ name: '<model>', summary: 'a model of the applied configuration' }],
  options: [
    { flags: '--window <start>', summary: 'the window that starts then alone, ISO 8601' },
    { flags: '--from <time>', summary: 'windows that start then or later; all by default' },
    { flags: '--to <time>', summary: 'windows that start before' },
  ],
  examples: [
    'driftgate recompute car-loan --window 2019-03-29T18:00:00Z',
    'driftgate recompute car-loan --from 2019-03-01T00:00:00Z --to 2019-04-01T00:00:00Z --output json',
  ],
  async run(context) {
    const model = context.arguments['model']!
    const range = rangeOf(context.options)
    const verdicts = await recomputed(context, await openGateway(context), model, range)
    const summary = { schema: 'driftgate-recomputed/1', model, ...countsOf(verdicts), verdicts }
    show(context, summary, () => describe(model, verdicts, context.terminal))
    const wrong = verdicts.filter(({ outcome }) => outcome === 'differs' || outcome === 'failed')
    const [first] = wrong
    if (first !== undefined) {
      const reason = sentenceOf(first)
      throw new DriftgateError('VERDICTS_DIFFER', { model, reason, count: of(wrong.length) })
    }
    const nothing = verdicts.every(({ outcome }) => outcome === 'not kept')
    return exit(nothing ? 'noVerdict' : 'done')
  },
}

/** Throws USAGE. */
function rangeOf({ window, from, to }: CommandContext['options']): RecomputeRange {
  const start = isoOf('--window', window)
  const [since, until] = [isoOf('--from', from), isoOf('--to', to)]
  if (start === null) return { from: since, to: until }
  if (since !== null || until !== null) {
    throw new DriftgateError('USAGE', {
      reason: 'a window is asked for, and a range too',
      fix: 'say --window, or --from and --to',
    })
  }
  return { from: start, to: new Date(Date.parse(start) + 1).toISOString() }
}

/** Null: the option is not given. */
function isoOf(option: string, given: string | boolean | undefined): string | null {
  const ms = timeOf(option, given)
  return Number.isNaN(ms) ? null : new Date(ms).toISOString()
}

/** Step after step until the range has been gone through. Throws RECOMPUTE_FAILED, VERDICT_UNKNOWN. */
async function recomputed(
  context: CommandContext,
  gateway: GatewayClient,
  model: string,
  range: RecomputeRange,
): Promise<RecomputedVerdict[]> {
  const path = `models/${encodeURIComponent(model)}/recompute`
  const progress = startProgress(context.terminal, `recompute ${model}`)
  const verdicts: RecomputedVerdict[] = []
  let windows = 0
  for (let next: RecomputeRange | null = range; next !== null; ) {
    const asked: RecomputeRange = next
    const started = await gateway.send('POST', path, asked, recomputeAnswer)
    const query = new URLSearchParams(
      Object.entries(asked).filter((entry): entry is [string, string] => entry[1] !== null),
    )
    const ask = () => gateway.get(`${path}?${query}`, recomputeAnswer)
    const answer: RecomputeAnswer = await untilEnded(context, progress, started, ask, () =>
      windows === 0 ? 'judging' : `${count(verdicts.length)} of ${count(windows)} windows`,
    )
    if (answer.state === 'failed' || answer.result === null) {
      throw new DriftgateError('RECOMPUTE_FAILED', { reason: answer.reason ?? 'it left no result' })
    }
    const { result } = answer
    verdicts.push(...result.verdicts)
    windows = verdicts.filter(({ look }) => look === 0).length + result.left
    next = result.next === null ? null : { ...asked, from: result.next }
  }
  if (verdicts.length === 0) {
    const verdict = range.from ?? 'latest'
    throw new DriftgateError('VERDICT_UNKNOWN', { model, verdict })
  }
  progress.end(`${of(verdicts.length)} of ${model} judged again`)
  return verdicts
}

const of = (verdicts: number): string =>
  `${count(verdicts)} ${verdicts === 1 ? 'verdict' : 'verdicts'}`

function countsOf(verdicts: readonly RecomputedVerdict[]) {
  const having = (wanted: RecomputedVerdict['outcome']) =>
    verdicts.filter(({ outcome }) => outcome === wanted).length
  return {
    same: having('same'),
    differ: having('differs'),
    notKept: having('not kept'),
    failed: having('failed'),
  }
}

function describe(model: string, verdicts: readonly RecomputedVerdict[], canvas: Canvas): string {
  const { same, differ, notKept, failed } = countsOf(verdicts)
  const told = verdicts.filter(({ outcome }) => outcome !== 'same')
  const lines =
    told.length === 0
      ? []
      : [
          columns(
            told.map((verdict) => [
              instant(verdict.window.start),
              verdict.look === 0 ? 'verdict' : `look ${verdict.look}`,
              sentenceOf(verdict),
            ]),
          ),
          '',
        ]
  const parts = [
    `${of(same)} of ${model}: the same bytes`,
    ...(notKept > 0 ? [`not kept: ${count(notKept)}`] : []),
    ...(differ > 0 ? [`different: ${count(differ)}`] : []),
    ...(failed > 0 ? [`failed: ${count(failed)}`] : []),
  ]
  const line = parts.join('; ')
  return [...lines, canvas.paint(differ + failed > 0 ? 'red' : 'green', line)].join('\n')
}

function sentenceOf({
  window,
  outcome,
  difference,
  since,
  cause,
  reason,
}: RecomputedVerdict): string {
  const at = instant(window.start)
  switch (outcome) {
    case 'same':
      return 'the same bytes'
    case 'not kept':
      return `not recomputable since ${instant(since ?? '')}${cause === 'erasure' ? ' (a sampled row was erased)' : ''}`
    case 'failed':
      return `the window ${at} cannot be judged: ${reason}`
    case 'differs': {
      const { path = '', recorded = null, judged = null } = difference ?? {}
      return `the window ${at} differs at ${path}: ${recorded ?? 'nothing'} on record, ${judged ?? 'nothing'} now`
    }
  }
}

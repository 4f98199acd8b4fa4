import {
  type ErasedCount,
  type ErasureAnswer,
  type ErasurePlace,
  erasureAnswer,
} from '../contracts/erasure.ts'
import { DriftgateError } from '../contracts/errors.ts'
import { count } from '../reports/numbers.ts'
import type { Command } from './command.ts'
import { exit } from './exit-codes.ts'
import { openGateway } from './gateway-client.ts'
import { columns, show } from './output.ts'
import { startProgress } from './progress.ts'
import { untilEnded } from './until-ended.ts'

export const erase: Command = {
  name: 'erase',
  summary: 'erase one prediction from everything that is kept of it but the counts',
  description:
    'Removes what is kept under a prediction id: its row, its labels, halves that wait, ids by which repetitions are told, its row in samples, and bytes of dead letters that hold it. Counts stay, and so do verdicts; one that rests on a sample which lost a row may not be judged again to the same bytes, and says so. The erasure is kept for good by a hash of the id: whatever comes under it later is counted and not stored. Needs the role eraser. The log itself is not touched.',
  arguments: [
    { name: '<model>', summary: 'a model of the applied configuration' },
    { name: '<prediction>', summary: 'a prediction id as the log has it' },
  ],
  options: [
    { flags: '--reason <text>', summary: 'why, for the record; without the id', required: true },
    { flags: '--dry-run', summary: 'only tell what would go' },
  ],
  examples: [
    'driftgate erase car-loan request-17/2 --reason "request 2026-114" --dry-run',
    'driftgate erase car-loan request-17/2 --reason "request 2026-114"',
  ],
  async run(context) {
    const gateway = await openGateway(context)
    const path = `models/${encodeURIComponent(context.arguments['model']!)}/erasures`
    const { reason, dryRun = false } = context.options
    const asked = { prediction: context.arguments['prediction']!, reason, dryRun }
    const started = await gateway.send('POST', path, asked, erasureAnswer)
    const answer = started.state === 'running' ? await ended(started) : started
    show(context, answer, () => describe(answer))
    return exit('done')

    async function ended(running: ErasureAnswer): Promise<ErasureAnswer> {
      const number = running.erasure?.number
      const progress = startProgress(context.terminal, `erasure ${number}`)
      const ask = () => gateway.get(`${path}/${number}`, erasureAnswer)
      const last = await untilEnded(context, progress, running, ask)
      if (last.state === 'failed') {
        throw new DriftgateError('ERASURE_FAILED', { reason: last.reason ?? 'its run has ended' })
      }
      progress.end(`erasure ${number} has ended`)
      return last
    }
  },
}

const places: Readonly<Record<ErasurePlace, string>> = {
  predictions: 'rows of predictions',
  labels: 'labels',
  halves: 'rows that wait to be joined',
  joined_ids: 'ids by which repetitions are told',
  estimators: 'rows that performance is estimated by',
  samples: 'rows in samples of windows',
  references: 'rows in samples of references',
  proposals: 'rows in samples of proposed references',
  dead_letters: 'dead letters whose bytes hold it',
}

function describe({ state, erasure, removed, topics }: ErasureAnswer): string {
  const would = state === 'dry run'
  const head = would
    ? 'nothing was erased: this is what would go'
    : `erased, number ${erasure?.number} on record (sha256 ${erasure?.idDigest.slice(0, 16)}...)`
  return [
    head,
    removed.length === 0 ? 'nothing is kept under this id' : columns(removed.map(lineOf)),
    ...(topics.length === 0
      ? []
      : [`not touched: the log itself (${topics.join(', ')}), and files of training jobs`]),
  ].join('\n')
}

const lineOf = ({ place, rows }: ErasedCount): string[] => [count(rows), places[place]]

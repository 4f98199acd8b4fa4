import type { Settings } from '../../contracts/config.ts'
import { DriftgateError } from '../../contracts/errors.ts'
import { type StorageSize, storagePerMonth } from '../../policies/storage-size.ts'
import { count } from '../../reports/numbers.ts'
import { columns } from '../output.ts'
import type { RecordsOfDay } from './log-rates.ts'

/** What the models of a configuration would add to the database in a month, in bytes. */
export interface StorageOfModels {
  readonly maximum: number
  readonly total: number
  /** By name, the largest first. */
  readonly models: readonly (StorageSize & {
    readonly model: string
    /** Null: nobody knows, and a thousand for each bucket are taken for them. */
    readonly recordsOfDay: number | null
    /** Why nobody knows; null: the topic brought none, or was not asked for. */
    readonly untold: { readonly code: string; readonly sentence: string } | null
  })[]
}

/** `counted`: records of a day by topic; absent: no broker was asked. */
export function storageOf({ models, storage }: Settings, counted?: RecordsOfDay): StorageOfModels {
  const sizes = Object.entries(models)
    .map(([model, settings]) => {
      const { topic } = settings.log
      const recordsOfDay = counted?.rates.get(topic) ?? null
      const error = counted?.untold.get(topic)
      const untold = error === undefined ? null : { code: error.code, sentence: error.message }
      return { model, recordsOfDay, untold, ...storagePerMonth(settings, recordsOfDay) }
    })
    .sort((left, right) => right.total - left.total)
  const total = sizes.reduce((sum, size) => sum + size.total, 0)
  return { maximum: storage.maximum, total, models: sizes }
}

/** Throws STORAGE_TOO_LARGE, with the model that adds most. */
export function refuseTooLarge({ maximum, total, models: [first] }: StorageOfModels): void {
  if (first === undefined || total <= maximum) return
  throw new DriftgateError('STORAGE_TOO_LARGE', {
    ...{ gigabytes: gigabytes(total), maximum: gigabytes(maximum) },
    ...{ model: first.model, own: gigabytes(first.total) },
  })
}

export function storageTable({ total, models }: StorageOfModels): string[] {
  if (models.length === 0) return []
  const table = columns([
    [
      ...['model', 'features', 'parts a month', 'rows a month', 'counts', 'samples', 'verdicts'],
      ...['predictions', 'labels', 'repetitions', 'halves', 'GB a month'],
    ],
    ...models.map((size) => [
      ...[size.model, count(size.features), count(Math.round(size.parts))],
      size.predictionRows === 0
        ? '-'
        : `${count(size.predictionRows)}${size.recordsOfDay === null ? ' (guess)' : ''}`,
      ...[size.counts, size.samples, size.verdicts, size.predictions].map(gigabytes),
      ...[size.labels, size.repetitions, size.halves].map((bytes) =>
        bytes === 0 ? '-' : gigabytes(bytes),
      ),
      gigabytes(size.total),
    ]),
    ...(models.length > 1 ? [['all', ...Array<string>(10).fill(''), gigabytes(total)]] : []),
  ]).split('\n')
  const untold = models.flatMap(({ model, untold }) =>
    untold === null
      ? []
      : [`     rows of ${model} are a guess: error[${untold.code}]: ${untold.sentence}`],
  )
  return [...table, ...untold]
}

const gigabytes = (bytes: number): string => (bytes / 1e9).toFixed(bytes < 1e8 ? 3 : 1)

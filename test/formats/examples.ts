import type { Binning } from '../../contracts/binning.ts'
import { recordPaths } from '../../contracts/config.ts'
import { scoreFeature } from '../../contracts/prediction.ts'
import type { DecoderInput, RawRecord } from '../../formats/format.ts'
import type { formats } from '../../formats/index.ts'

/** A prediction that every format can carry. */
export interface Prediction {
  readonly id: string
  /** Milliseconds since 1970. */
  readonly timeMs: number
  readonly version: string
  readonly amount: number
  readonly plan: string
  readonly vector: readonly [number, number]
  readonly score: number
}

/** How one format is configured, and how it writes predictions. */
export interface Example {
  readonly title: string
  readonly layout: Pick<DecoderInput, 'paths' | 'featurePaths' | 'kind' | 'options'>
  /** What this kind of record does not carry. */
  readonly lacks?: readonly ('score' | 'version' | 'features')[]
  /** One record can hold several predictions, numbered after the id of the record. */
  readonly batches?: boolean
  record(predictions: readonly [Prediction, ...Prediction[]], model: string): RawRecord
}

export const received = Date.UTC(2026, 0, 2)

const numeric = { kind: 'numeric', edges: [0], minimum: 0, maximum: 1, scale: 0 } as const
const component = (index: number) => ({ feature: 'vector', part: 'component', index, width: 2 })
export const binning = {
  schema: 'driftgate-binning/1',
  model: 'm',
  version: 'b1',
  features: [
    { name: 'amount', ...numeric, edges: [0] },
    { name: 'plan', kind: 'categorical', categories: ['a'] },
    { name: 'vector.component-0', ...numeric, edges: [0], from: component(0) },
    { name: 'vector.component-1', ...numeric, edges: [0], from: component(1) },
    { name: scoreFeature, ...numeric, edges: [0] },
  ],
} as Binning

export const inputOf = ({ layout }: Example): DecoderInput => ({ model: 'm', binning, ...layout })

const utf8 = new TextEncoder()
const jsonRecord = (value: unknown): RawRecord => ({
  value: utf8.encode(JSON.stringify(value)),
  timestampMs: received,
})

const textRecord = (text: string): RawRecord => ({
  value: utf8.encode(text),
  timestampMs: received,
})

/** At least one of every registered format: the contract test and the fuzzer run over them. */
export const examples: Readonly<Record<keyof typeof formats, readonly [Example, ...Example[]]>> = {
  json: [
    {
      title: 'as it is by default',
      layout: { paths: recordPaths.parse({}) },
      record: ([{ id, timeMs, version, amount, plan, vector, score }], model) =>
        jsonRecord({
          ...{ id, time: new Date(timeMs).toISOString(), model, version, score },
          features: { amount, plan, vector },
        }),
    },
    {
      title: 'with paths of its own',
      layout: {
        paths: recordPaths.parse({ id: 'meta.id', time: 'meta.at', features: '' }),
        featurePaths: { plan: 'rows.0.plan', vector: 'layers.words' },
      },
      record: ([{ id, timeMs, version, amount, plan, vector, score }], model) =>
        jsonRecord({
          ...{ meta: { id, at: timeMs }, model, version, score, amount },
          ...{ rows: [{ plan }], layers: { words: vector } },
        }),
    },
  ],
  csv: [
    {
      title: 'in the order of the paths',
      layout: {
        paths: recordPaths.parse({}),
        options: {
          columns: ['id', 'time', 'model', 'version', 'amount', 'plan', 'vector', 'score'],
        },
      },
      record: ([{ id, timeMs, version, amount, plan, vector, score }], model) =>
        textRecord(
          `${id},${timeMs},${model},${version},${amount},"${plan}","[${vector}]",${score}`,
        ),
    },
    {
      title: 'with semicolons, other names and a column that nobody reads',
      layout: {
        paths: recordPaths.parse({ id: 'request.id', time: 'at', score: 'p' }),
        featurePaths: { plan: 'the "plan"' },
        options: {
          columns: [
            'vector',
            'p',
            'note',
            'amount',
            'the "plan"',
            'at',
            'request.id',
            'model',
            'version',
          ],
          delimiter: ';',
        },
      },
      record: ([{ id, timeMs, version, amount, plan, vector, score }], model) =>
        textRecord(
          `[${vector}];${score};"a; ""b""\r\n";${amount};${plan};${new Date(timeMs).toISOString()};${id};${model};${version}\r\n`,
        ),
    },
  ],
}

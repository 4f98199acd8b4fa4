import type { Binning } from '../../contracts/binning.ts'
import { recordPaths } from '../../contracts/config.ts'
import { scoreFeature } from '../../contracts/prediction.ts'
import type { DecoderInput, RawRecord } from '../../formats/format.ts'
import type { formats } from '../../formats/index.ts'
import { avroRecord, avroSchema, lookupOf, protobufRecord, protobufSchema } from './registered.ts'

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
  readonly layout: Pick<DecoderInput, 'paths' | 'featurePaths' | 'kind' | 'options' | 'schemas'>
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

const withHeaders = (value: unknown, headers: Record<string, string>, timestampMs = received) => ({
  value: utf8.encode(JSON.stringify(value)),
  timestampMs,
  key: null,
  headers: Object.fromEntries(
    Object.entries(headers).map(([name, text]) => [name, Buffer.from(text)]),
  ),
})

type Predictions = readonly [Prediction, ...Prediction[]]

const instances = (predictions: Predictions) => ({
  instances: predictions.map(({ amount, plan, vector }) => ({ amount, plan, vector })),
})

const inputs = (predictions: Predictions) => ({
  inputs: [
    {
      ...{ name: 'amount', datatype: 'FP64', shape: [predictions.length] },
      data: predictions.map(({ amount }) => amount),
    },
    {
      ...{ name: 'plan', datatype: 'BYTES', shape: [predictions.length, 1] },
      data: predictions.map(({ plan }) => [plan]),
    },
    {
      ...{ name: 'vector', datatype: 'FP32', shape: [predictions.length, 2] },
      data: predictions.flatMap(({ vector }) => vector),
    },
  ],
  outputs: [{ name: 'predict' }],
})

const outputs = (predictions: Predictions) => ({
  model_version: predictions[0].version,
  outputs: [
    {
      ...{ name: 'predict', datatype: 'FP64', shape: [predictions.length, 2] },
      data: predictions.map(({ score }) => [1 - score, score]),
    },
  ],
})

const kserveType = (half: string) => `org.kubeflow.serving.inference.${half}`
const seldonType = (half: string) => `io.seldon.serving.inference.${half}`
const request = {
  layout: { paths: recordPaths.parse({}), kind: 'request' },
  lacks: ['score', 'version'],
  batches: true,
} as const
const answer = (score: string, lacks: Example['lacks']) =>
  ({
    layout: { paths: recordPaths.parse({ score }), kind: 'response' },
    lacks: ['features', ...(lacks ?? [])],
    batches: true,
  }) as const

const avroPrediction = avroSchema(7, {
  ...{ type: 'record', name: 'Prediction', namespace: 'credit' },
  fields: [
    ...['id', 'model', 'version'].map((name) => ({ name, type: 'string' })),
    { name: 'time', type: { type: 'long', logicalType: 'timestamp-millis' } },
    { name: 'amount', type: ['null', 'double'] },
    { name: 'plan', type: { type: 'enum', name: 'Plan', symbols: ['a', 'b'] } },
    { name: 'vector', type: { type: 'array', items: 'double' } },
    { name: 'score', type: 'double' },
    { name: 'more', type: { type: 'map', values: 'string' } },
  ],
})
const protobufPrediction = protobufSchema(
  8,
  `syntax = "proto3"; package credit; import "google/protobuf/timestamp.proto";
   message Prediction {
     string id = 1; google.protobuf.Timestamp time = 2; string model = 3; string version = 4;
     Features features = 5; double score = 6;
   }
   message Features { optional double amount = 1; string plan = 2; repeated double vector = 3; }`,
)

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
  kserve: [
    {
      title: 'binary mode, instances of a request',
      ...request,
      record: (predictions, model) =>
        withHeaders(instances(predictions), {
          ...{ ce_specversion: '1.0', ce_type: kserveType('request'), ce_id: predictions[0].id },
          ...{ ce_time: new Date(predictions[0].timeMs).toISOString(), ce_source: 'http://m' },
          ...{ ce_inferenceservicename: model, 'content-type': 'application/json' },
        }),
    },
    {
      title: 'structured mode, tensors of a request',
      ...request,
      record: (predictions, model) =>
        withHeaders(
          {
            ...{ specversion: '1.0', type: kserveType('request'), id: predictions[0].id },
            ...{ time: new Date(predictions[0].timeMs).toISOString(), source: 'http://m' },
            ...{ inferenceservicename: model, data: inputs(predictions) },
          },
          { 'content-type': 'application/cloudevents+json; charset=utf-8' },
        ),
    },
    {
      title: 'binary mode, predictions of a response',
      ...answer('1', ['version']),
      record: (predictions, model) =>
        withHeaders(
          { predictions: predictions.map(({ score }) => [1 - score, score]) },
          {
            ...{ 'ce-specversion': '1.0', 'ce-type': kserveType('response') },
            ...{ 'ce-id': predictions[0].id, 'ce-inferenceservicename': model },
          },
          predictions[0].timeMs,
        ),
    },
  ],
  seldon: [
    {
      title: 'to Kafka itself, an ndarray with names',
      ...request,
      record: (predictions, model) =>
        withHeaders(
          {
            data: {
              names: ['plan', 'amount', 'vector'],
              ndarray: predictions.map(({ amount, plan, vector }) => [plan, amount, vector]),
            },
          },
          {
            ...{ type: seldonType('request'), 'content-type': 'application/json' },
            ...{ requestid: predictions[0].id, modelid: 'classifier', inferenceservicename: model },
          },
          predictions[0].timeMs,
        ),
    },
    {
      title: 'as a structured event, the tensor of a response in base64',
      ...answer('yes', ['version']),
      record: (predictions, model) => {
        const values = predictions.flatMap(({ score }) => [1 - score, score])
        const data = { names: ['no', 'yes'], tensor: { shape: [predictions.length, 2], values } }
        return withHeaders(
          {
            ...{ specversion: '1.0', type: seldonType('response'), id: 'of the event itself' },
            ...{ requestid: predictions[0].id, inferenceservicename: model },
            time: new Date(predictions[0].timeMs).toISOString(),
            data_base64: Buffer.from(JSON.stringify({ data })).toString('base64'),
          },
          {},
        )
      },
    },
  ],
  'open-inference': [
    {
      title: 'a request of named tensors',
      ...request,
      record: (predictions, model) =>
        withHeaders(
          { id: predictions[0].id, model_name: model, ...inputs(predictions) },
          {},
          predictions[0].timeMs,
        ),
    },
    {
      title: 'a request to MLServer, named by its key',
      ...request,
      lacks: ['score'],
      record: (predictions, model) => ({
        ...withHeaders(
          { id: 'of the sender', ...inputs(predictions) },
          { 'mlserver-model': model, 'mlserver-version': predictions[0].version },
          predictions[0].timeMs,
        ),
        key: utf8.encode(predictions[0].id),
      }),
    },
    {
      title: 'a response',
      ...answer('predict.1', []),
      record: (predictions, model) =>
        withHeaders(
          { id: predictions[0].id, model_name: model, ...outputs(predictions) },
          {},
          predictions[0].timeMs,
        ),
    },
  ],
  avro: [
    {
      title: 'with a schema of its own',
      layout: {
        paths: recordPaths.parse({ features: '' }),
        schemas: lookupOf(avroPrediction),
      },
      record: ([{ timeMs, vector, ...rest }], model) => ({
        value: avroRecord(avroPrediction, {
          ...{ ...rest, model, time: timeMs, vector: [...vector], more: { a: 'b' } },
        }),
        timestampMs: received,
      }),
    },
  ],
  protobuf: [
    {
      title: 'with a schema of its own',
      layout: { paths: recordPaths.parse({}), schemas: lookupOf(protobufPrediction) },
      record: ([{ id, timeMs, version, amount, plan, vector, score }], model) => ({
        value: protobufRecord(protobufPrediction, 'credit.Prediction', {
          ...{ id, model, version, score, time: { seconds: timeMs / 1_000 } },
          features: { amount, plan, vector },
        }),
        timestampMs: received,
      }),
    },
  ],
}

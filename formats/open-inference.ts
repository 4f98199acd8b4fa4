import type { Format, RawRecord } from './format.ts'
import { type Envelope, inferenceDecoder, inferenceOptions } from './inference-record.ts'
import { halfOf } from './inference-rows.ts'
import { parseObject, property } from './json-value.ts'
import { headerOf } from './record-headers.ts'

const utf8 = new TextDecoder()

/** Requests and responses of the Open Inference Protocol v2 in JSON, as MLServer and others exchange them over Kafka. */
export const openInference: Format = {
  name: 'open-inference',
  title: 'Open Inference Protocol v2, JSON',
  needs: ['key', 'headers'],
  kinds: ['request', 'response', 'pair'],
  trainable: false,
  severalRows: true,
  options: inferenceOptions,
  decoder: (input) => inferenceDecoder(input, open),
}

function open(record: RawRecord): Envelope {
  const body = parseObject(record.value)
  const half = halfOf(body)
  if (half === null) throw new Error('it holds neither inputs nor outputs')
  const model = headerOf(record, 'mlserver-model')
  return {
    half,
    id: idOf(record, body, model !== undefined),
    time: undefined,
    model: model ?? property(body, 'model_name'),
    version: headerOf(record, 'mlserver-version'),
    attribute: (name) => headerOf(record, name),
    body: () => body,
  }
}

/** MLServer takes the key of a request for its id, whatever the body says, and answers under that id. */
function idOf(record: RawRecord, body: object, keyFirst: boolean): unknown {
  const key = record.key ? utf8.decode(record.key) : ''
  if (keyFirst && key !== '') return key
  return property(body, 'id') ?? (headerOf(record, 'x-request-id') || key || undefined)
}

import { cloudEventOf } from './cloud-event.ts'
import type { Format, RawRecord } from './format.ts'
import { type Envelope, inferenceDecoder, inferenceOptions } from './inference-record.ts'
import { parseJson } from './json-value.ts'
import { headerOf } from './record-headers.ts'

const halves = new Map([
  ['io.seldon.serving.inference.request', 'request'],
  ['io.seldon.serving.inference.response', 'response'],
] as const)

/** What the request logger of Seldon Core v1 writes, to Kafka itself or as CloudEvents. */
export const seldon: Format = {
  name: 'seldon',
  title: 'Seldon Core v1 request logger',
  needs: ['headers'],
  kinds: ['request', 'response', 'pair'],
  trainable: false,
  severalRows: true,
  options: inferenceOptions,
  decoder: (input) => inferenceDecoder(input, open),
}

function open(record: RawRecord): Envelope {
  const direct = headerOf(record, 'type')
  if (direct !== undefined) {
    return envelope(
      (name) => headerOf(record, name),
      () => parseJson(record.value),
    )
  }
  const event = cloudEventOf(record)
  if (event === null) throw new Error('it is no CloudEvent, and has no header that names its type')
  return envelope(event.attribute, event.data)
}

/** The id of a CloudEvent is its own: a request and its response share the attribute `requestid`. */
function envelope(attribute: Envelope['attribute'], body: Envelope['body']): Envelope {
  const half = halves.get(attribute('type') as never) ?? null
  const id = attribute('requestid') || attribute('id')
  return {
    half,
    id,
    time: attribute('time'),
    model: attribute('inferenceservicename'),
    attribute,
    body,
  }
}

import { cloudEventOf } from './cloud-event.ts'
import type { Format } from './format.ts'
import { inferenceDecoder, inferenceOptions } from './inference-record.ts'

const halves = new Map([
  ['org.kubeflow.serving.inference.request', 'request'],
  ['org.kubeflow.serving.inference.response', 'response'],
] as const)

/** The CloudEvents of KServe's logger, one request or response each. */
export const kserve: Format = {
  name: 'kserve',
  title: 'KServe CloudEvents',
  needs: ['headers'],
  kinds: ['request', 'response', 'pair'],
  trainable: false,
  severalRows: true,
  options: inferenceOptions,
  decoder: (input) =>
    inferenceDecoder(input, (record) => {
      const event = cloudEventOf(record)
      if (event === null) throw new Error('it is no CloudEvent')
      const { attribute, data } = event
      return {
        half: halves.get(attribute('type') as never) ?? null,
        id: attribute('id'),
        time: attribute('time'),
        model: attribute('inferenceservicename'),
        attribute,
        body: data,
      }
    }),
}

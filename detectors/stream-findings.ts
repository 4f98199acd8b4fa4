import type { ModelSettings } from '../contracts/config.ts'
import { suggestion } from '../contracts/nearest-word.ts'
import type { Finding } from '../contracts/settings-problem.ts'
import { streamingDetectors } from './streaming/index.ts'

/** What is wrong with the streaming detector that a model asks for; paths are relative to the model. */
export function streamFindings({ labels }: Pick<ModelSettings, 'labels'>): Finding[] {
  const detector = labels?.performance.detector
  const names = Object.keys(streamingDetectors)
  if (detector === undefined || names.includes(detector)) return []
  const help = suggestion(detector, names)
  return [
    {
      path: ['labels', 'performance', 'detector'],
      message: `there is no streaming detector "${detector}"`,
      ...(help === undefined ? {} : { help }),
    },
  ]
}

import type { Half } from '../contracts/prediction.ts'
import { property } from './json-value.ts'
import { seldonRows } from './seldon-rows.ts'
import { tensorRows } from './tensor-rows.ts'

const tensors = { request: 'inputs', response: 'outputs' } as const
const instances = { request: 'instances', response: 'predictions' } as const

/**
 * The rows that the body of a request or a response holds, at least one: named tensors (Open Inference Protocol v2),
 * `instances` and `predictions` (v1), or the `data` of Seldon. Throws an Error whose message says why there is none.
 */
export function inferenceRows(body: unknown, half: Half): readonly unknown[] {
  const rows = rowsOf(body, half)
  if (rows.length === 0) throw new Error('it holds no row')
  return rows
}

function rowsOf(body: unknown, half: Half): readonly unknown[] {
  const ofTensors = property(body, tensors[half])
  if (Array.isArray(ofTensors)) return tensorRows(ofTensors)
  const ofInstances = property(body, instances[half])
  if (Array.isArray(ofInstances)) return ofInstances
  const data = property(body, 'data')
  if (typeof data === 'object' && data !== null) return seldonRows(data)
  throw new Error(`it holds neither ${tensors[half]} nor ${instances[half]} nor data`)
}

/** Which half a body of the Open Inference Protocol is: a request may name the outputs that it wants. */
export function halfOf(body: unknown): Half | null {
  if (Array.isArray(property(body, 'inputs'))) return 'request'
  return Array.isArray(property(body, 'outputs')) ? 'response' : null
}

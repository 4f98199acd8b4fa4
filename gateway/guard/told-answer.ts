import type { JudgedBatch, ToldRow } from './judge-batch.ts'

/** What `parameters.guard` of an answer holds as JSON text, since the protocol's parameters are texts, numbers, booleans. */
export interface GuardTold {
  readonly outcome: JudgedBatch['outcome']
  /** Rows that were not simply accepted, in the order of the request. */
  readonly rows: readonly ToldRow[]
}

export const toldText = ({ outcome, told }: Pick<JudgedBatch, 'outcome' | 'told'>): string =>
  JSON.stringify({ outcome, rows: told } satisfies GuardTold)

/**
 * The model server's answer as the caller gets it: what the guard did in its parameters, and as many rows as were
 * asked for. A refused row has null in every output that has a value for each row, so that no row is ever taken for
 * another. Throws an Error whose message says why the answer is none.
 */
export function toldAnswer(answer: unknown, judged: JudgedBatch, rows: number): object {
  if (typeof answer !== 'object' || answer === null || Array.isArray(answer)) {
    throw new Error('it is no JSON object')
  }
  const { outputs, parameters, ...rest } = answer as Record<string, unknown>
  if (!Array.isArray(outputs)) throw new Error('it has no outputs')
  return {
    ...rest,
    parameters: { ...(parameters as object | undefined), guard: toldText(judged) },
    outputs:
      judged.kept.length === rows ? outputs : outputs.map((each) => spread(each, judged, rows)),
  }
}

function spread(output: unknown, { kept }: JudgedBatch, rows: number): unknown {
  const { shape, data } = output as { shape?: unknown; data?: unknown }
  if (!Array.isArray(shape) || !Array.isArray(data)) {
    throw new Error('an output has no shape, or its data are not in JSON')
  }
  // Not a value for each row: a note of the server about the whole request.
  if (shape[0] !== kept.length) return output
  const flat = data.flat(16)
  const width = flat.length / kept.length
  if (!Number.isInteger(width)) throw new Error('an output has other data than its shape says')
  const spreadData = new Array<unknown>(rows * width).fill(null)
  for (const [from, row] of kept.entries()) {
    for (let i = 0; i < width; i++) spreadData[row * width + i] = flat[from * width + i]
  }
  return { ...(output as object), shape: [rows, ...shape.slice(1)], data: spreadData }
}

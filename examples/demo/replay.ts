import type { LabelEvent } from '../../contracts/prediction.ts'
import type { LabelledRow } from './stretches.ts'

const batchRows = 1_000

/** Sends rows through the model server, which logs every prediction; returns the scores in the order of the rows. */
export async function sendRows(
  serving: string,
  model: string,
  rows: readonly LabelledRow[],
  options: { version?: string; signal?: AbortSignal; onSent?: (sent: number) => void } = {},
): Promise<number[]> {
  const path =
    options.version === undefined
      ? `/v2/models/${model}/infer`
      : `/v2/models/${model}/versions/${options.version}/infer`
  const scores: number[] = []
  for (let from = 0; from < rows.length; from += batchRows) {
    const batch = rows.slice(from, from + batchRows)
    const response = await fetch(`${serving}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(inferenceRequest(batch)),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    })
    if (!response.ok)
      throw new Error(`${path} answered ${response.status}: ${await response.text()}`)
    const { outputs } = (await response.json()) as { outputs: { data: number[] }[] }
    scores.push(...(outputs[0]?.data ?? []))
    options.onSent?.(scores.length)
  }
  return scores
}

/** An Open Inference Protocol request: one input per column, all of shape [rows]. */
function inferenceRequest(rows: readonly LabelledRow[]): object {
  const shape = [rows.length]
  const columns = Object.keys(rows[0]?.features ?? {})
  return {
    inputs: [
      { name: 'id', shape, datatype: 'BYTES', data: rows.map(({ id }) => id) },
      {
        name: 'time',
        shape,
        datatype: 'BYTES',
        data: rows.map(({ timeMs }) => new Date(timeMs).toISOString()),
      },
      ...columns.map((name) => ({
        name,
        shape,
        datatype: datatypeOf(rows, name),
        data: rows.map(({ features }) => features[name] ?? null),
      })),
    ],
  }
}

function datatypeOf(rows: readonly LabelledRow[], name: string): 'FP64' | 'BOOL' | 'BYTES' {
  for (const { features } of rows) {
    const value = features[name]
    if (typeof value === 'number') return 'FP64'
    if (typeof value === 'boolean') return 'BOOL'
    if (typeof value === 'string') return 'BYTES'
  }
  return 'FP64'
}

/** What the label topic carries: the truth about a row, some time after its prediction. */
export function labelEvent(row: LabelledRow): LabelEvent {
  return { id: row.id, time: new Date(row.timeMs).toISOString(), label: row.label }
}

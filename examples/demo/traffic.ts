import { setTimeout as sleep } from 'node:timers/promises'
import type { Producer } from 'kafkajs'
import type { LabelEvent } from '../../contracts/prediction.ts'
import type { LabelledRow } from './stretches.ts'

const batchRows = 1_000

export interface SendOptions {
  /** Instead of the one that the alias names. */
  readonly version?: string
  /** False: scored for a look, and nothing of it is in the prediction log. */
  readonly log?: boolean
  readonly signal?: AbortSignal
}

/** Sends rows through the model server, which logs every prediction; returns the scores in the order of the rows. */
export async function sendRows(
  serving: string,
  model: string,
  rows: readonly LabelledRow[],
  options: SendOptions = {},
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
      body: JSON.stringify(inferenceRequest(batch, options.log ?? true)),
      ...(options.signal === undefined ? {} : { signal: options.signal }),
    })
    if (!response.ok)
      throw new Error(`${path} answered ${response.status}: ${await response.text()}`)
    const { outputs } = (await response.json()) as { outputs: { data: number[] }[] }
    scores.push(...(outputs[0]?.data ?? []))
  }
  return scores
}

/** An Open Inference Protocol request: one input per column, all of shape [rows]. */
export function inferenceRequest(rows: readonly LabelledRow[], log: boolean): object {
  const shape = [rows.length]
  const columns = Object.keys(rows[0]?.features ?? {})
  return {
    parameters: { log },
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

/** The truth about rows, some time after their predictions. */
export async function sendLabels(
  producer: Pick<Producer, 'send'>,
  topic: string,
  rows: readonly LabelledRow[],
): Promise<void> {
  for (let from = 0; from < rows.length; from += batchRows) {
    const messages = rows.slice(from, from + batchRows).map((row) => ({
      key: row.id,
      value: JSON.stringify(labelEvent(row)),
      timestamp: String(row.timeMs),
    }))
    await producer.send({ topic, messages })
  }
}

/** Its event time is that of what it is about: labels are counted by the time of their predictions. */
const labelEvent = ({ id, timeMs, label }: LabelledRow): LabelEvent => ({
  id,
  time: new Date(timeMs).toISOString(),
  label,
})

/** Returns once the model server serves some version of the model. */
export async function untilServed(
  serving: string,
  model: string,
  signal: AbortSignal,
): Promise<void> {
  for (;;) {
    const ready = await fetch(`${serving}/v2/models/${model}/ready`, { signal }).catch(() => null)
    if (ready?.ok) return
    signal.throwIfAborted()
    await sleep(200, undefined, { signal })
  }
}

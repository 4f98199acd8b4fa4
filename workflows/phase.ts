import { upsertSearchAttributes } from '@temporalio/workflow'

const modelKey = { name: 'DriftgateModel', type: 'KEYWORD' } as const
const phaseKey = { name: 'DriftgatePhase', type: 'KEYWORD' } as const
const verdictKey = { name: 'DriftgateVerdict', type: 'KEYWORD' } as const

/** What the Temporal UI can filter by. */
export function showPhase(model: string, phase: string, verdict?: string): void {
  upsertSearchAttributes([
    { key: modelKey, value: model },
    { key: phaseKey, value: phase },
    ...(verdict === undefined ? [] : [{ key: verdictKey, value: verdict }]),
  ])
}

import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { type ModelSettings, modelSettings } from '../../contracts/model-settings.ts'
import type { DataSet } from './data-set.ts'

/** The policy, as it is printed and as people copy it. */
export const policyText: string = readFileSync(new URL('policy.yaml', import.meta.url), 'utf8')

/** The settings of a model with labels: those of the policy, with the columns, label delay and task of its data. */
export function settingsOf(
  { task, delay, features }: Pick<DataSet, 'task' | 'delay' | 'features'>,
  text = policyText,
): ModelSettings & { readonly labels: NonNullable<ModelSettings['labels']> } {
  const policy = parse(text)
  const labels = { ...policy.labels, topic: 'labels', task, delay }
  const serving = { url: 'http://127.0.0.1:1' }
  const found = modelSettings.parse({
    ...policy,
    log: { topic: 'log' },
    features,
    labels,
    serving,
  })
  return found as ReturnType<typeof settingsOf>
}

import type { AskedSeries } from './asked.ts'
import type { Measured } from './measured.ts'

/** What all guards together have counted. */
export function guardSeries({ guarded, guards }: Measured): AskedSeries[] {
  return [
    {
      name: 'drift_guard_inputs_total',
      kind: 'counter',
      help: 'Inputs that came to the guard of a model, by what came of them.',
      labels: ['model', 'outcome'],
      ask: async () =>
        (await guarded())
          .filter(({ cause }) => cause === '')
          .map(({ model, outcome, inputs }) => ({ labels: { model, outcome }, value: inputs })),
    },
    {
      name: 'drift_guard_causes_total',
      kind: 'counter',
      help: 'Inputs by each reason and each repair that they had, with what came of them.',
      labels: ['model', 'outcome', 'cause'],
      ask: async () =>
        (await guarded())
          .filter(({ cause }) => cause !== '')
          .map(({ model, outcome, cause, inputs }) => ({
            labels: { model, outcome, cause },
            value: inputs,
          })),
    },
    {
      name: 'drift_guards_running',
      kind: 'gauge',
      help: 'Guard processes that have said within a minute that they are there.',
      labels: [],
      ask: async () => [{ labels: {}, value: (await guards()).running }],
    },
    {
      name: 'drift_guards_killed',
      kind: 'gauge',
      help: 'Guard processes that went silent without an end, as far as they are kept: what each judged in its last second is not counted.',
      labels: [],
      ask: async () => [{ labels: {}, value: (await guards()).killed }],
    },
  ]
}

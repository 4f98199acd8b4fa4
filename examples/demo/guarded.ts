import { z } from 'zod'
import { guardTold } from '../../contracts/guard-answer.ts'
import type { LabelledRow } from './stretches.ts'
import { inferenceRequest } from './traffic.ts'
import type { DemoView } from './view.ts'
import type { DemoWorld } from './world.ts'

const model = 'car-loan'

const guardedAnswer = z.object({ parameters: z.object({ guard: z.string() }) })
/** As the Open Inference Protocol has errors. */
const refusedAnswer = z.object({ error: z.string() })

/** Two applications that are no good as they came: one is cleaned and answered, one never reaches the model. */
export async function showTheGuard(
  { project }: DemoWorld,
  example: LabelledRow,
  view: DemoView,
  signal: AbortSignal,
): Promise<void> {
  const ask = async (features: LabelledRow['features']): Promise<unknown> => {
    const row = { ...example, id: 'guarded', features: { ...example.features, ...features } }
    const response = await fetch(`${project.serving}/v2/models/${model}/infer`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      // Only for a look: nothing of it is in the prediction log.
      body: JSON.stringify(inferenceRequest([row], false)),
      signal,
    })
    return response.json()
  }
  const padded = ` ${example.features['salary_range']} `
  const { parameters } = guardedAnswer.parse(await ask({ salary_range: padded }))
  const [cleaned] = guardTold.parse(JSON.parse(parameters.guard)).rows
  const [repair] = cleaned?.repairs ?? []
  view.say(
    `the guard before it cleaned ${repair?.feature} "${repair?.from}" to "${repair?.to}" and passed it on`,
  )
  const { error } = refusedAnswer.parse(await ask({ car_value: 'n/a' }))
  view.say(`and refused car_value "n/a", which the model never saw: ${error}`)
}

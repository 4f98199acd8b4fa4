import type { ModelSettings, Settings } from './config.ts'
import { drillName } from './drill-settings.ts'
import type { Finding } from './settings-problem.ts'

/** What a drill needs of its model, and that no model is ever registered where drills are. Paths are relative to the model. */
export function checkDrill(
  model: ModelSettings,
  { models }: Pick<Settings, 'models'>,
  name: string,
): Finding[] {
  if (model.drill === undefined) return []
  const registered = drillName(model.registry.name ?? name, model.drill)
  const taken = Object.entries(models).find(
    ([other, { registry }]) => (registry.name ?? other) === registered,
  )
  return [
    ...(taken === undefined
      ? []
      : [
          {
            path: ['drill', ...(model.drill.name === undefined ? [] : ['name'])],
            message: `drills would register under "${registered}", which is that of the model ${taken[0]}`,
            help: 'give drill.name a name that no model has',
          },
        ]),
    ...(model.labels === undefined
      ? [
          {
            path: ['drill'],
            message: 'a drill trains, and this model has no labels to learn from',
            help: 'add a labels section, or take drill out',
          },
        ]
      : []),
  ]
}

import type { ModelSettings, Settings } from './config.ts'
import { formatDuration } from './duration.ts'
import { type ReferenceSettings, reachOf } from './reference-settings.ts'
import type { Finding } from './settings-problem.ts'

type Option = Exclude<keyof ReferenceSettings, 'kind'>

/** The kind that each option is for. */
const kindOf: Readonly<Record<Option, ReferenceSettings['kind']>> = {
  last: 'rolling',
  weeks: 'same-hour-of-week',
  zone: 'same-hour-of-week',
  holidays: 'same-hour-of-week',
}

/** How the references of a model fit together and with its windows. Paths are relative to the model. */
export function checkReferences({
  references,
  window,
}: {
  readonly references?: ModelSettings['references'] | undefined
  readonly window?: ModelSettings['window'] | undefined
}): Finding[] {
  if (!references) return []
  const named = Object.entries(references)
  const trainings = named.filter(([, { kind }]) => kind === 'training')
  return [
    ...trainings.slice(1).map(([name]) => ({
      path: ['references', name, 'kind'],
      message: 'a model version has one training reference',
      help: `"${trainings[0]?.[0]}" is already it`,
    })),
    ...named.flatMap(([name, reference]) => {
      const path = ['references', name]
      return [
        ...Object.entries(kindOf).flatMap(([option, kind]) =>
          reference[option as Option] === undefined || kind === reference.kind
            ? []
            : [
                {
                  path: [...path, option],
                  message: `"${option}" is for a reference of the kind ${kind}, this one is ${reference.kind}`,
                },
              ],
        ),
        ...(reference.kind === 'rolling' ? checkLast(path, reference.last, window) : []),
      ]
    }),
  ]
}

/** References that would want counts for longer than retention keeps them. */
export const checkRetention = (
  { references }: Pick<ModelSettings, 'references'>,
  { storage }: Pick<Settings, 'storage'>,
): Finding[] =>
  Object.entries(references)
    .filter(([, reference]) => reachOf(reference) > storage.retention.parts)
    .map(([name, reference]) => ({
      path: ['references', name],
      message: `it reaches ${formatDuration(reachOf(reference))} back, and storage.retention.parts keeps counts for ${formatDuration(storage.retention.parts)}`,
      help: 'make storage.retention.parts at least as long, or the reference shorter',
    }))

/** Files of holidays whose dates nobody put in their place: the command does, before it sends a configuration. */
export const unreadHolidays = ({ references }: Pick<ModelSettings, 'references'>): Finding[] =>
  Object.entries(references).flatMap(([name, { holidays }]) =>
    typeof holidays === 'string'
      ? [
          {
            path: ['references', name, 'holidays'],
            message: `the dates of ${holidays} are not here`,
            help: 'apply with "driftgate apply", which reads the file, or write the dates as a list',
          },
        ]
      : [],
  )

function checkLast(
  path: readonly string[],
  last: number | undefined,
  window: ModelSettings['window'] | undefined,
): Finding[] {
  if (last === undefined) {
    return [{ path: [...path], message: 'a rolling reference needs "last", such as 28d' }]
  }
  if (!window || window.length <= 0) return []
  if (last > 0 && last % window.length === 0) return []
  return [
    {
      path: [...path, 'last'],
      message: `${formatDuration(last)} is not a whole number of windows of ${formatDuration(window.length)}`,
      help: 'make it a multiple of window.length',
    },
  ]
}

import type { FeatureSettings, ModelSettings } from './config.ts'
import { columnsOf } from './derived-feature.ts'
import { predictionFeature } from './prediction.ts'
import { neverRetrains } from './retraining-policy.ts'
import type { Finding } from './settings-problem.ts'

type Sections = { readonly [Key in keyof ModelSettings]?: ModelSettings[Key] | undefined }

/** More components than this are compared as projections only. */
const mostComponents = 256
const otherGroup = '(other)'

/** How the types of features, what is derived of them, and the segments fit together. */
export function checkFeatureTypes(sections: Sections): Finding[] {
  const { features, segments } = sections
  if (!features) return []
  return [
    ...Object.entries(features).flatMap(([name, feature]) => typedFeature(name, feature)),
    ...derivedNames(features),
    ...trainable(sections, features),
    ...(segments ? checkSegments(segments, features) : []),
  ]
}

const belongsTo = {
  zone: 'timestamp',
  width: 'embedding',
  projections: 'embedding',
} as const

function typedFeature(name: string, feature: FeatureSettings): Finding[] {
  const path = ['features', name]
  const findings: Finding[] = []
  for (const [key, type] of Object.entries(belongsTo)) {
    if (feature[key as keyof typeof belongsTo] === undefined || feature.type === type) continue
    findings.push({
      path: [...path, key],
      message: `only ${type === 'embedding' ? 'an' : 'a'} ${type} has ${key === 'projections' ? key : `a ${key}`}`,
      help: `make the type ${type}, or take ${key} out`,
    })
  }
  const isGrouped = feature.type === 'categorical' || feature.type === 'boolean'
  if (feature.protected === true && !isGrouped) {
    findings.push({
      path: [...path, 'protected'],
      message: 'only a categorical or boolean feature has groups to protect',
      help: 'add a categorical feature with its groups, as of an age, or take protected out',
    })
  }
  if (feature.type !== 'embedding') return findings
  if (feature.width === undefined) {
    findings.push({
      path: [...path, 'type'],
      message: 'an embedding needs its width',
      help: 'add width, the number of its components',
    })
  } else if (feature.width > mostComponents && feature.projections === undefined) {
    findings.push({
      path: [...path, 'width'],
      message: `${feature.width} components cannot be compared one by one, at most ${mostComponents}`,
      help: 'add projections, such as 16',
    })
  }
  return findings
}

/** No feature is named as what is derived of another one, or as the class that the model chose. */
function derivedNames(features: Readonly<Record<string, FeatureSettings>>): Finding[] {
  const findings: Finding[] = []
  if (features[predictionFeature] !== undefined) {
    findings.push({
      path: ['features', predictionFeature],
      message: `"${predictionFeature}" is the class that the model chose`,
      help: 'say where it is with log.paths.prediction',
      atKey: true,
    })
  }
  const taken = new Map<string, string>()
  for (const [name, feature] of Object.entries(features)) {
    for (const { name: derived, from } of columnsOf(name, feature)) {
      if (from !== undefined) taken.set(derived, name)
    }
  }
  for (const name of Object.keys(features)) {
    const source = taken.get(name)
    if (source === undefined) continue
    findings.push({
      path: ['features', name],
      message: `"${name}" is derived of "${source}"`,
      help: 'give one of the two another name',
      atKey: true,
    })
  }
  return findings
}

/** A trainer learns from plain features only, and cannot know which class a model will choose. */
function trainable(
  { retraining, labels, log }: Sections,
  features: Readonly<Record<string, FeatureSettings>>,
): Finding[] {
  if (!retraining || neverRetrains(retraining.policy) || labels === undefined) return []
  const findings: Finding[] = []
  const plain = Object.entries(features).some(([name, feature]) =>
    columnsOf(name, feature).some(({ from }) => from === undefined && feature.learned !== false),
  )
  if (!plain && Object.keys(features).length > 0) {
    findings.push({
      path: ['features'],
      message: 'a trainer learns from numeric, categorical and boolean features, and there is none',
      help: 'add such a feature, or make retraining.policy never',
      atKey: true,
    })
  }
  if (log?.paths.prediction !== undefined) {
    findings.push({
      path: ['log', 'paths', 'prediction'],
      message: 'the reference of a retrained model holds scores and no chosen classes',
      help: 'take prediction out, or make retraining.policy never',
    })
  }
  return findings
}

function checkSegments(
  segments: ModelSettings['segments'],
  features: Readonly<Record<string, FeatureSettings>>,
): Finding[] {
  const seen = new Set<string>()
  return segments.flatMap((segment, index) => {
    const name = typeof segment === 'string' ? segment : segment.feature
    const path = ['segments', index]
    const findings: Finding[] = []
    const type = features[name]?.type
    if (type !== 'categorical' && type !== 'boolean') {
      const message =
        type === undefined ? `there is no feature "${name}"` : `"${name}" is no categorical feature`
      findings.push({ path, message, help: 'segments are made of categorical or boolean features' })
    }
    if (seen.has(name)) findings.push({ path, message: `"${name}" makes segments already` })
    seen.add(name)
    return typeof segment === 'string' ? findings : [...findings, ...groupsApart(path, segment)]
  })
}

function groupsApart(
  path: readonly (string | number)[],
  { groups }: Exclude<ModelSettings['segments'][number], string>,
): Finding[] {
  const owner = new Map<string, string>()
  return Object.entries(groups).flatMap(([group, categories]) => {
    const at = [...path, 'groups', group]
    if (group === otherGroup) {
      return [{ path: at, message: `"${otherGroup}" is whatever is in no group`, atKey: true }]
    }
    return categories.flatMap((category) => {
      const other = owner.get(category)
      owner.set(category, group)
      return other === undefined
        ? []
        : [{ path: at, message: `"${category}" is in the group "${other}" already` }]
    })
  })
}

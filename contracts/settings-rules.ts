import { checkApproval } from './approval-settings.ts'
import { checkComparison } from './comparison-rules.ts'
import { type ModelSettings, modelSettings } from './config.ts'
import { checkRows } from './data-rules.ts'
import { formatDuration } from './duration.ts'
import { checkFeatureTypes } from './feature-rules.ts'
import { checkGuard } from './guard-rules.ts'
import { suggestion } from './nearest-word.ts'
import { scoreFeature } from './prediction.ts'
import { checkReferences } from './reference-rules.ts'
import { anyPolicyIs } from './retraining-policy.ts'
import type { Finding } from './settings-problem.ts'

/** The sections of one model that are valid on their own; what is wrong elsewhere hides no rule here. */
type Sections = { readonly [Key in keyof ModelSettings]?: ModelSettings[Key] | undefined }
type RawSection = Readonly<Record<string, unknown>>
type Rule = (sections: Sections, raw: RawSection, detectors: readonly string[] | null) => Finding[]

/** What a schema cannot say: how the settings of one model fit together. Paths are relative to the model. */
export function checkModel(raw: unknown, detectors: readonly string[] | null): Finding[] {
  if (!isSection(raw)) return []
  const sections: Record<string, unknown> = {}
  for (const [key, schema] of Object.entries(modelSettings.shape)) {
    const parsed = schema.safeParse(raw[key])
    if (parsed.success) sections[key] = parsed.data
  }
  return rules.flatMap((rule) => rule(sections as Sections, raw, detectors))
}

const windowFitsBuckets: Rule = ({ window }) => {
  if (!window) return []
  if (window.bucket <= 0) return [{ path: ['window', 'bucket'], message: 'a bucket takes time' }]
  if (window.length > 0 && window.length % window.bucket === 0) return []
  return [
    {
      path: ['window', 'length'],
      message: `a window of ${formatDuration(window.length)} is not a whole number of buckets of ${formatDuration(window.bucket)}`,
      help: 'make window.length a multiple of window.bucket',
    },
  ]
}

const hysteresisFits: Rule = ({ retraining }) =>
  !retraining || retraining.outOf >= retraining.windows
    ? []
    : [
        {
          path: ['retraining', 'outOf'],
          message: `${retraining.windows} windows cannot have drifted among the last ${retraining.outOf}`,
          help: 'make retraining.outOf at least retraining.windows',
        },
      ]

const retrainingNeedsLabels: Rule = ({ retraining }, raw) => {
  if (!retraining || raw['labels'] !== undefined) return []
  const findings: Finding[] = []
  if (anyPolicyIs(retraining.policy, 'automatic')) {
    findings.push({
      path: ['retraining', 'policy'],
      message: 'automatic retraining needs labels to learn from',
      help: 'add a labels section, or use the policy suggest or never',
    })
  }
  if (retraining.refresh !== undefined) {
    findings.push({
      path: ['retraining', 'refresh'],
      message: 'a refresh needs labels to learn from',
      help: 'add a labels section, or take refresh out',
    })
  }
  if (retraining.source !== undefined) {
    findings.push({
      path: ['retraining', 'source'],
      message: 'rows are learned from whose label nobody has described',
      help: 'add a labels section: it says the task, and labels there say when enough have come',
    })
  }
  if (isSection(raw['retraining']) && raw['retraining']['minimumLabels'] !== undefined) {
    findings.push({
      path: ['retraining', 'minimumLabels'],
      message: 'minimumLabels counts labels, and this model has none',
      help: 'add a labels section, or take minimumLabels out',
    })
  }
  return findings
}

const pairsAreJoinedAlready: Rule = ({ log }) =>
  log?.kind !== 'pair' || log.dedupe === 'none'
    ? []
    : [
        {
          path: ['log', 'dedupe'],
          message: 'requests and responses that are joined count once already',
          help: 'take log.dedupe out',
        },
      ]

const labelsComeFromOnePlace: Rule = ({ labels }) =>
  !labels || (labels.topic === undefined) !== (labels.source === undefined)
    ? []
    : [
        {
          path: ['labels'],
          message:
            labels.topic === undefined
              ? 'labels need a place that they come from'
              : 'labels come from a topic or from a table, not from both',
          help: 'say either labels.topic or labels.source',
        },
      ]

const topicsDiffer: Rule = ({ log, labels }) =>
  !log || !labels || log.topic !== labels.topic
    ? []
    : [
        {
          path: ['labels', 'topic'],
          message: 'labels and predictions need topics of their own',
          help: `"${log.topic}" is already log.topic`,
        },
      ]

const featuresMakeSense: Rule = (_sections, raw, detectors) => {
  const features = raw['features']
  if (!isSection(features)) return []
  if (Object.keys(features).length === 0) {
    return [{ path: ['features'], message: 'a model needs at least one feature' }]
  }
  return Object.entries(features).flatMap(([name, feature]) => {
    const path = ['features', name]
    if (name === scoreFeature) {
      return [{ path, message: `"${scoreFeature}" is the model's own score`, atKey: true }]
    }
    return isSection(feature) ? checkFeature(path, feature, detectors) : []
  })
}

function checkFeature(
  path: readonly string[],
  feature: RawSection,
  detectors: readonly string[] | null,
): Finding[] {
  const findings: Finding[] = []
  const detector = feature['detector']
  if (detectors && typeof detector === 'string' && !detectors.includes(detector)) {
    const help = suggestion(detector, detectors)
    findings.push({
      path: [...path, 'detector'],
      message: `there is no detector "${detector}"`,
      ...(help === undefined ? {} : { help }),
    })
  }
  if (feature['cycle'] !== undefined && feature['type'] !== 'numeric') {
    findings.push({
      path: [...path, 'cycle'],
      message: 'only a numeric feature goes round in a cycle',
      help: 'make the type numeric, or take the cycle out',
    })
  }
  return findings
}

const approvalMakesSense: Rule = ({ approval }, raw) => checkApproval(approval, raw['approval'])

const rules: readonly Rule[] = [
  windowFitsBuckets,
  hysteresisFits,
  retrainingNeedsLabels,
  labelsComeFromOnePlace,
  topicsDiffer,
  pairsAreJoinedAlready,
  featuresMakeSense,
  approvalMakesSense,
  checkComparison,
  checkFeatureTypes,
  checkReferences,
  checkGuard,
  checkRows,
]

function isSection(value: unknown): value is RawSection {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

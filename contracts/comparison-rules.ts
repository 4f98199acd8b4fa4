import { metricOf } from './comparison.ts'
import type { ModelSettings } from './model-settings.ts'
import type { Finding } from './settings-problem.ts'

type Sections = { readonly [Key in keyof ModelSettings]?: ModelSettings[Key] | undefined }

/** How the settings of the comparison fit the rest of a model. */
export function checkComparison(
  { comparison, segments, features, labels }: Sections,
  raw: unknown,
): Finding[] {
  if (comparison === undefined) return []
  const findings: Finding[] = []
  const { costs, fairness } = comparison
  const task = labels?.task ?? 'classification'
  const metric = metricOf(comparison, task)
  const ofNumbers = metric === 'mae' || metric === 'rmse'
  if (ofNumbers !== (task === 'regression')) {
    findings.push({
      path: ['comparison', 'metric'],
      message: `the metric ${metric} is not of a ${task}`,
      help: ofNumbers
        ? 'choose brier, log_loss, accuracy, auc or expected_cost, or make labels.task regression'
        : 'choose mae or rmse',
    })
  }
  if (metric === 'expected_cost' && costs === undefined) {
    findings.push({
      path: ['comparison', 'metric'],
      message: 'an expected cost needs costs',
      help: 'add comparison.costs, such as { fp: 1, fn: 20 }',
    })
  }
  if (metric !== 'expected_cost' && costs !== undefined) {
    findings.push({
      path: ['comparison', 'costs'],
      message: `nothing costs anything by the metric ${metric}`,
      help: 'make comparison.metric expected_cost, or take costs out',
    })
  }
  const inUnits = metric === 'expected_cost' || ofNumbers
  if (inUnits && (segments ?? []).length > 0 && !saysLoss(raw)) {
    findings.push({
      path: ['comparison', ofNumbers ? 'segments' : 'metric'],
      message: `nobody but you knows which ${ofNumbers ? 'error' : 'cost'} of a segment matters`,
      help: `add comparison.segments.maximumLoss, in the unit of ${ofNumbers ? 'the label' : 'costs'}`,
    })
  }
  const isProtected = Object.values(features ?? {}).some((feature) => feature.protected === true)
  if (fairness.guard === true && features !== undefined && !isProtected) {
    findings.push({
      path: ['comparison', 'fairness', 'guard'],
      message: 'there are no groups to compare: no feature is protected',
      help: 'add protected: true to the feature, which may say learned: false too',
    })
  }
  return findings
}

/** Whether the loss of a segment was said and is not the default. */
function saysLoss(raw: unknown): boolean {
  const segments = sectionOf(sectionOf(raw)?.['comparison'])?.['segments']
  return sectionOf(segments)?.['maximumLoss'] !== undefined
}

const sectionOf = (value: unknown): Readonly<Record<string, unknown>> | undefined =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
    ? (value as Readonly<Record<string, unknown>>)
    : undefined

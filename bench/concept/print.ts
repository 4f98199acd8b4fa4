import type { BikeFound } from './bike.ts'
import type { Elec2Found } from './elec2.ts'
import type { JudgedRows } from './feature-change.ts'
import { type ModelName, modelNames, type Score, scikitBike, scikitElec2 } from './known.ts'
import { pText, tableText } from './truths.ts'

const two = (x: number): string => x.toFixed(2)
const three = (x: number): string => x.toFixed(3)

export function bikeText(found: BikeFound): string {
  const { distances, verdicts, mae, gaps, loss, stream, dummies, months } = found
  const interval = mae.interval?.map((end) => end.toFixed(1)).join(' to ') ?? 'none'
  return [
    'Bike sharing: a model of January to March 2011, and January 2012',
    `  weather, KS: ${Object.entries(distances)
      .map(([name, distance]) => `${name} ${three(distance)}`)
      .join(', ')}`,
    `  verdict on it, hours independent: ${verdicts.rows.verdict}, ${verdicts.rows.headline}`,
    `  verdict on it, hours of a day hang together: ${verdicts.days.verdict}, ${verdicts.days.headline}`,
    `  demand: mean ${found.demand.before.toFixed(1)} -> ${found.demand.now.toFixed(1)}`,
    `  MAE: of the quarter out of fold ${mae.reference.toFixed(1)}; expected without labels (DLE) ${mae.estimated.toFixed(1)}; realised ${mae.realised.toFixed(1)} (${interval}, days drawn as a whole)`,
    `  gap, realised less estimated: loss ${gaps.loss.gap.toFixed(1)} (p of days ${pText(gaps.loss.pOfDays)}), demand ${gaps.prediction.gap.toFixed(1)} (p of days ${pText(gaps.prediction.pOfDays)})`,
    `  loss against earlier days: the month ${signed(loss.month.difference)} (p ${pText(loss.month.p)}), the last third of the quarter ${signed(loss.quiet.difference)} (p ${pText(loss.quiet.p)})`,
    `  stream of daily losses: alarms on days ${stream.month.map((day) => day + 1).join(', ')} of the month; ${stream.quiet.length} in ${stream.days} quiet days`,
    ...Object.entries(dummies).map(
      ([name, { quiet, first }]) =>
        `  dummy, ${name}, as many alarms: first on ${first === null ? 'no day' : `day ${first + 1}`} of the month; ${quiet} in the quiet days`,
    ),
    '',
    'months after the quarter, the same model',
    tableText(
      ['months since Jan 2011', 'mean demand', 'KS of temperature', 'MAE', 'scikit-learn'],
      months.map(([month, mean, distance, error]) => [
        ...[String(month), mean.toFixed(0), two(distance), error.toFixed(0)],
        scikitBike[month]?.toFixed(0) ?? '',
      ]),
    ),
  ].join('\n')
}

export function elec2Text({ blocks, reference, scores }: Elec2Found): string {
  const both = (score: Score | undefined) =>
    score === undefined ? '' : score.map((value) => two(value)).join('/')
  const known = (block: number, name: ModelName) => both(scikitElec2[block]?.[name])
  return [
    'Elec2: AUC/Brier of each block of four weeks, scikit-learn beside it where it was measured',
    tableText(
      ['block', ...modelNames.flatMap((name) => [name, 'scikit'])],
      blocks.map(({ block, scores: own }) => [
        String(block),
        ...modelNames.flatMap((name) => [both(own[name]), known(block, name)]),
      ]),
    ),
    '',
    'accuracy, and that of saying what the half-hour before was; what is expected of A2 without labels',
    tableText(
      ['block', ...modelNames, 'no change', 'A2 expected', 'AUC expected'],
      blocks.map(({ block, accuracy, noChange, estimated }) => [
        String(block),
        ...modelNames.map((name) => (accuracy[name] === undefined ? '' : three(accuracy[name]))),
        ...[three(noChange), three(estimated.accuracy), two(estimated.auc)],
      ]),
    ),
    '',
    'A2 with labels: Brier against earlier blocks, gap of label and probability, stream, B2 less A2',
    tableText(
      ['block', 'Brier', 'p', '', 'gap', 'p', '', 'p of rows', 'alarms', 'B2 less A2', '95 %'],
      blocks.map(({ block, loss, gap, alarms, challenge }) => [
        ...[String(block), signed(loss.difference), pText(loss.p), loss.alarm ? 'alarm' : ''],
        ...[signed(gap.gap), pText(gap.pOfBlocks), gap.alarm ? 'alarm' : '', pText(gap.p)],
        String(alarms),
        challenge === null ? 'learned from it' : signed(challenge.difference),
        challenge === null ? '' : `${signed(challenge.low)} to ${signed(challenge.high)}`,
      ]),
    ),
    `  Brier of A2 out of fold by block, from 0: ${reference.losses.map(three).join(' ')}`,
    `  the stream over the ${reference.days} days that it was set by: alarms on days ${reference.alarms.join(', ') || 'none'}`,
    '',
    'alarms beside dummies: decayed and quiet blocks with an alarm',
    tableText(
      ['', 'alarms', 'decayed', 'quiet'],
      Object.entries(scores).map(([name, { alarms, bad, good }]) => [
        ...[name, String(alarms), bad.join(' of '), good.join(' of ')],
      ]),
    ),
  ].join('\n')
}

export const windowsText = (title: string, windows: readonly JudgedRows[]): string =>
  [
    title,
    tableText(
      ['rows', 'verdict', 'drifted'],
      windows.map(({ from, to, verdict, features }) => {
        const drifted = features.filter(({ state }) => state === 'drifted')
        return [
          `${from} to ${to - 1}`,
          verdict,
          drifted.map(({ feature }) => feature).join(' ') || '-',
        ]
      }),
    ),
  ].join('\n')

const signed = (x: number): string => `${x > 0 ? '+' : ''}${x.toFixed(2)}`

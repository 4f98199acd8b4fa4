import type {
  BacktestChange,
  BacktestConfiguration,
  BacktestResult,
} from '../contracts/backtest.ts'
import type { VerdictName } from '../contracts/report.ts'
import type { Role } from './vocabulary.ts'

/** How one verdict is drawn, in a strip of characters and of bars: height and outline say what the colour does. */
export interface Mark {
  readonly word: string
  readonly role: Role
  readonly sign: string
  /** For a terminal without Unicode. */
  readonly ascii: string
  /** Share of the strip's height. */
  readonly height: number
  readonly hollow: boolean
}

const drift: Mark = mark('drift', 'red', '█', 'D', 1, false)
const broken: Mark = mark('broken input', 'amber', '▯', 'Q', 1, true)
const quiet: Mark = mark('no drift', 'green', '▄', '.', 0.4, false)
const unknown: Mark = mark('no verdict', 'grey', '▫', '?', 0.4, true)

/** The worst first: what a strip shows of several windows in one place. */
export const marks: readonly Mark[] = [drift, broken, quiet, unknown]

const ofVerdict: Partial<Record<VerdictName, Mark>> = {
  DRIFT: drift,
  DATA_QUALITY: broken,
  NO_DRIFT: quiet,
}
export const markOf = (verdict: VerdictName): Mark => ofVerdict[verdict] ?? unknown

function mark(
  word: string,
  role: Role,
  sign: string,
  ascii: string,
  height: number,
  hollow: boolean,
): Mark {
  return { word, role, sign, ascii, height, hollow }
}

export const plural = (count: number, what: string): string =>
  `${count} ${what}${count === 1 ? '' : 's'}`

/** "18 h", "3 days" from hours. */
export const hoursText = (hours: number): string =>
  hours >= 72 ? `${Math.round(hours / 2.4) / 10} days` : `${Math.round(hours * 10) / 10} h`

/** "seen in its 1st window, after 18 h", "not seen". */
export function seenText({ seen }: BacktestChange): string {
  if (seen === null) return 'not seen'
  const going = seen.incidentOpen ? ', while an incident was open' : ''
  return `seen after ${plural(seen.windows, 'window')} (${hoursText(seen.hours)})${going}`
}

export const alarmsOf = ({ windows }: BacktestConfiguration): number =>
  windows.filter(({ verdict }) => verdict === 'DRIFT' || verdict === 'DATA_QUALITY').length

/** What one configuration came to, in a clause. */
export function findingOf(one: BacktestConfiguration): string {
  const { incidents, changes, falseAlarms, retrainings } = one
  const parts =
    changes.length === 0
      ? [`${plural(incidents.length, 'incident')} in ${plural(one.windows.length, 'window')}`]
      : changes.map((change) => `${change.name} ${seenText(change)}`)
  if (falseAlarms !== null) parts.push(`${plural(falseAlarms.incidents, 'false alarm')} before`)
  parts.push(plural(retrainings.length, 'retraining'))
  return parts.join(', ')
}

/** The finding of a backtest in one sentence: its title wherever it is shown. */
export const backtestTitle = ({ model, configurations }: BacktestResult): string => {
  const [first, second] = configurations
  if (first === undefined) return model
  if (second === undefined) return `${model}: ${findingOf(first)}`
  const [one, other] = [findingOf(first), findingOf(second)]
  return one === other
    ? `${model}, both configurations: ${one}`
    : `${model}: ${one} with ${first.name}; ${other} with ${second.name}`
}

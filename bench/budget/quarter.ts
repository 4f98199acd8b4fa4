import { modelSettings } from '../../contracts/model-settings.ts'
import type { FeatureReport, Report } from '../../contracts/report.ts'
import { type HeldSpan, judgeProfiles } from '../../judging/judge-profiles.ts'
import type { AcceptedWindow } from '../../policies/history.ts'
import { applyVerdict } from '../../policies/incidents.ts'
import { historyLength, spansDue } from '../../policies/spans.ts'
import { newSteward } from '../../policies/steward-state.ts'
import { createProfile, mergeProfiles, type Profile } from '../../profiles/index.ts'
import type { Case } from './cases.ts'
import { referencesOf, warmUp } from './held.ts'
import { type Look, screened } from './screen.ts'
import { strengthsWhenRead } from './strengths-when-read.ts'
import { createWorld, features } from './world.ts'

const hour = 3_600_000
const anchor = '2001-01-01T00:00:00Z'
export const quarterWindows = 2_160

export interface Quarter {
  /** Incidents that opened without any change. */
  readonly incidents: number
  /** Windows whose verdict was bad. */
  readonly windows: number
  /** What alarmed how often: test, windows merged, whether in a segment. */
  readonly alarms: Readonly<Record<string, number>>
  readonly seconds: number
}

/** As a configuration gives them, all that is not named by default. */
const byDefault = {
  ...modelSettings.parse({
    log: { topic: 'predictions' },
    features: { x: { type: 'numeric' } },
    window: { length: '1h', bucket: '1h', anchor },
    serving: { url: 'http://localhost' },
  }),
  // 0 cannot be configured: here every change is large enough to matter.
  features,
}
export const { detection } = byDefault

const settingsWith = (falseAlarms: number): typeof byDefault => ({
  ...byDefault,
  detection: { ...detection, budget: { ...detection.budget, falseAlarms } },
})

/** Times of the budget in a quarter, times the number it allows in each. */
export const budgetsPerQuarter =
  ((quarterWindows * hour) / detection.budget.per) * detection.budget.falseAlarms

/** A shorter or louder run than the bench's: so many windows, another number of false alarms per 30 days. */
export interface Run {
  readonly windows?: number
  readonly falseAlarms?: number
}

/** The life of one model for a quarter, hour by hour, through what the product itself judges and decides with. */
export function simulateQuarter(
  one: Case,
  seed: number,
  quarter: number,
  { windows: length = quarterWindows, falseAlarms = detection.budget.falseAlarms }: Run = {},
): Quarter {
  const settings = settingsWith(falseAlarms)
  const began = performance.now()
  const world = createWorld(one, seed, quarter)
  let looks: Record<string, Look[]> = {}
  let spans: HeldSpan[] = []
  const looked = (look: Look) => {
    const scale = spans.find(({ profile }) => profile === look.current)?.windows ?? 1
    looks[scale] ??= []
    looks[scale].push(look)
  }
  const learns = one.history > 0
  const accepted: AcceptedWindow[] = []
  const scoring = screened(features, learns ? looked : undefined)
  const longest = Math.max(...detection.scales)
  const verdicts = new Map<number, Report['verdict']>()
  const quiet = new Set<number>()
  const profiles = new Map<number, Profile>()
  const alarms: Record<string, number> = {}
  const startOf = (i: number) => Date.parse(anchor) + i * hour
  // Windows without a verdict lie before the history, and those of the history are accepted whatever it was.
  const references = referencesOf(
    one,
    world,
    startOf(0),
    (start) => start < startOf(0) || quiet.has(start),
  )
  if (one.against === 'same hour of the week') {
    for (let i = -warmUp - one.history; i < -one.history; i++) {
      references.add(startOf(i), world.hour())
    }
  }
  let state = newSteward('m')
  let [incidents, windows] = [0, 0]
  for (let i = -one.history; i < length; i++) {
    if (i === 0) state = newSteward('m')
    looks = {}
    const start = startOf(i)
    const drawn = world.hour()
    const { whole, segments } = drawn
    const { reference, cells, segments: ofSegments, ofSpan } = references.at(start)
    references.add(start, drawn)
    profiles.set(start, whole)
    spans = spansDue(settings, start, verdicts).map(({ windows, significance, merged }) => {
      const profile = createProfile(world.binning)
      for (const at of merged) mergeProfiles(profile, profiles.get(at) as Profile)
      const own = ofSpan(windows)
      return { windows, significance, profile, ...(own !== reference && { reference: own }) }
    })
    const { result } = judgeProfiles(
      {
        settings,
        reference,
        ...(cells && { cells }),
        rows: { profile: whole, sample: [], buckets: [] },
        segments: world.segments.map(({ name }, k) => ({
          name,
          reference: ofSegments[k] as Profile,
          current: segments[k] as Profile,
        })),
        spans,
        counts: { bad: 0, lost: 0 },
        emptyBefore: 0,
        outcomeOnly: true,
        ...(learns && { history: { accepted, startMs: start } }),
      },
      scoring,
    )
    verdicts.set(start, result.verdict)
    if (result.verdict === 'NO_DRIFT') quiet.add(start)
    verdicts.delete(start - longest * hour)
    profiles.delete(start - longest * hour)
    // Windows of the declared history are accepted whatever their verdict was.
    if (learns && (i < 0 || result.verdict === 'NO_DRIFT')) {
      const told = Object.entries(looks).map(
        ([scale, each]) => [scale, strengthsWhenRead(each)] as const,
      )
      accepted.push({ endMs: start + hour, looks: Object.fromEntries(told) })
    }
    while ((accepted[0]?.endMs ?? start) < start + hour - historyLength(settings)) accepted.shift()
    if (i < 0) continue
    if (result.verdict === 'DRIFT' || result.verdict === 'DATA_QUALITY') windows++
    for (const feature of result.features) {
      if (feature.state !== 'drifted') continue
      const name = alarmName(feature)
      alarms[name] = (alarms[name] ?? 0) + 1
    }
    const before = [state.drift?.id, state.dataQuality?.id]
    const message = {
      eventId: `scan/m/${start}`,
      model: 'm',
      verdictId: String(i),
      verdict: result.verdict,
      window: {
        start: new Date(start).toISOString(),
        end: new Date(start + hour).toISOString(),
      },
      span: Math.max(
        1,
        ...result.features.flatMap(({ state, windows }) => (state === 'drifted' ? [windows] : [])),
      ),
      evidenceDigest: '',
      headline: '',
    }
    state = applyVerdict(state, message, settings.retraining.windows, start + hour)
    const after = [state.drift?.id, state.dataQuality?.id]
    incidents += after.filter((id, k) => id !== undefined && id !== before[k]).length
  }
  return { incidents, windows, alarms, seconds: (performance.now() - began) / 1_000 }
}

const alarmName = ({ primary, windows, segment }: FeatureReport): string =>
  `${primary.detector}, ${windows} windows${segment === undefined ? '' : ', segment'}`

import type {
  BacktestConfiguration,
  BacktestReason,
  BacktestWindow,
} from '../contracts/backtest.ts'
import type { ModelSettings } from '../contracts/config.ts'
import { titleOf, type VerdictName } from '../contracts/report.ts'
import { verdictCore } from '../contracts/verdict-core.ts'
import { digestOf } from '../profiles/index.ts'
import type { ReplayPart } from './kept-parts.ts'
import { changesSeen, falseAlarmsBefore, type KnownChange } from './known-changes.ts'
import type { PastWindow } from './past-windows.ts'
import { Replay, type Replayed, type WindowFacts } from './replay.ts'
import { endUnknown, ReplayedLife, releasedAtOnce } from './replay-life.ts'
import type { ReplayReference } from './replay-reference.ts'
import { messageOf } from './verdict-message.ts'

export interface BacktestInput {
  readonly model: string
  readonly name: string
  readonly settings: ModelSettings
  /** In order of time. */
  readonly changes: readonly KnownChange[]
  /** Windows before the first one that is judged, as they are on record. */
  readonly past?: readonly PastWindow[]
  /**
   * A retraining is taken to be released at once, and the rows since its incident began become the reference. Otherwise
   * it changes nothing: the references are those on record.
   */
  readonly adopts: boolean
}

/** A verdict on record. */
export interface RecordedVerdict {
  readonly verdict: VerdictName
  /** As `coreDigest` has it; null: it was reached by other settings, so that it need not be the same. */
  readonly core: string | null
}

/** One configuration over windows that are handed in one after the other. Pure and deterministic. */
export class Backtest {
  readonly #input: BacktestInput
  readonly #replay: Replay
  readonly #life: ReplayedLife
  readonly #windows: BacktestWindow[] = []
  readonly #record = { judged: 0, same: 0 }
  readonly #leftOut: BacktestConfiguration['leftOut'] = []
  #adopted: ReplayReference | null = null

  constructor(input: BacktestInput) {
    this.#input = input
    const { model, settings, past, adopts } = input
    this.#replay = new Replay(settings, past)
    this.#life = new ReplayedLife(model, settings.retraining, adopts ? releasedAtOnce : endUnknown)
  }

  add(part: ReplayPart, reading?: string): void {
    // Rows of the former version are not merged with those of the new one, as in a scan.
    const version =
      this.#adopted === null ? part.version : `${part.version} ${this.#adopted.digest}`
    this.#replay.add(version === part.version ? part : { ...part, version }, reading)
  }

  /** See `KeptParts`; not for one that adopts references, whose versions have other names. */
  replace(window: WindowFacts['window'], parts: readonly ReplayPart[], reading?: string): boolean {
    return this.#replay.replace(window, parts, reading)
  }

  /** A window that is not replayed. */
  leaveOut(window: WindowFacts['window'], reason: BacktestReason): void {
    this.#leftOut.push({ window, reason })
  }

  /** `reasons`: asked for once the window is judged, why it may not be what its scan found. */
  async judge(
    facts: WindowFacts,
    recorded?: RecordedVerdict,
    reasons: () => readonly BacktestReason[] = () => [],
  ): Promise<void> {
    const { model, settings, adopts } = this.#input
    const adopted = this.#adopted
    const whole = recorded !== undefined && recorded.core !== null
    const found = await this.#replay.judge({
      ...facts,
      ...(adopted !== null && { referenceOf: () => adopted }),
      driftOpenSinceMs: earlier(this.#life.driftOpenSinceMs, facts.driftOpenSinceMs ?? null),
      ...(whole && { whole }),
    })
    const { window, verdict, headline, rows, features } = found
    const same = whole ? recorded.core === coreDigest(found) : undefined
    if (same !== undefined) this.#record.judged++
    if (same) this.#record.same++
    const missing = reasons()
    this.#windows.push({
      ...{ window, verdict, headline, rows },
      drifted: features.filter(({ state }) => state === 'drifted').map(titleOf),
      ...(recorded && { recorded: recorded.verdict }),
      ...(same !== undefined && { same }),
      ...(missing.length > 0 && { reasons: [...missing] }),
    })
    const endMs = Date.parse(window.end)
    const message = messageOf({ ...found, model, evidenceDigest: '' })
    const retrained = this.#life.tell(
      { kind: 'verdict', message },
      endMs + settings.window.lateness,
    )
    for (const { from } of adopts ? retrained : []) {
      const fromMs = Math.max(Date.parse(from), Date.parse(window.start) - this.#replay.reachMs)
      const former = this.#adopted ?? facts.referenceOf(null)
      this.#adopted = this.#replay.referenceSince(fromMs, endMs, former)
    }
  }

  end(): BacktestConfiguration {
    const { name, settings, changes } = this.#input
    const { incidents, retrainings, notRetrained } = this.#life
    const windows = this.#windows
    return {
      ...{ name, windowMs: settings.window.length, windows, incidents, retrainings, notRetrained },
      changes: changesSeen(changes, windows, incidents, settings.window),
      falseAlarms: falseAlarmsBefore(changes, windows, incidents),
      record: this.#record.judged === 0 ? null : { ...this.#record },
      leftOut: [...this.#leftOut],
    }
  }
}

const earlier = (one: number | null, other: number | null): number | null =>
  one === null ? other : other === null ? one : Math.min(one, other)

/** Digest of all that a verdict says; its evidence apart, which names where it came from. */
export const coreDigest = (found: Replayed): string => digestOf(verdictCore(found))

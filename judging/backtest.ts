import type { BacktestConfiguration, BacktestWindow } from '../contracts/backtest.ts'
import type { ModelSettings } from '../contracts/config.ts'
import { titleOf, type VerdictName } from '../contracts/report.ts'
import { digestOf } from '../profiles/index.ts'
import { changesSeen, falseAlarmsBefore, type KnownChange } from './known-changes.ts'
import {
  type PastWindow,
  Replay,
  type Replayed,
  type ReplayPart,
  type ReplayReference,
  type WindowFacts,
} from './replay.ts'
import { ReplayedLife } from './replay-life.ts'
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

/** A verdict on record, and its core as `coreDigest` has it. */
export interface RecordedVerdict {
  readonly verdict: VerdictName
  readonly core: string
}

/** One configuration over windows that are handed in one after the other. Pure and deterministic. */
export class Backtest {
  readonly #input: BacktestInput
  readonly #replay: Replay
  readonly #life: ReplayedLife
  readonly #windows: BacktestWindow[] = []
  readonly #record = { judged: 0, same: 0 }
  #adopted: ReplayReference | null = null

  constructor(input: BacktestInput) {
    this.#input = input
    const { model, settings, past, adopts } = input
    this.#replay = new Replay(settings, past)
    this.#life = new ReplayedLife(model, settings.retraining, adopts)
  }

  add(part: ReplayPart): void {
    // Rows of the former version are not merged with those of the new one, as in a scan.
    const version =
      this.#adopted === null ? part.version : `${part.version} ${this.#adopted.digest}`
    this.#replay.add(version === part.version ? part : { ...part, version })
  }

  async judge(facts: WindowFacts, recorded?: RecordedVerdict): Promise<void> {
    const { model, settings, adopts } = this.#input
    const reference = this.#adopted ?? facts.reference
    const found = await this.#replay.judge({ ...facts, reference })
    const { window, verdict, headline, rows, features } = found
    if (recorded !== undefined) {
      this.#record.judged++
      if (recorded.core === coreDigest(found)) this.#record.same++
    }
    this.#windows.push({
      ...{ window, verdict, headline, rows },
      drifted: features.filter(({ state }) => state === 'drifted').map(titleOf),
      ...(recorded && { recorded: recorded.verdict }),
    })
    const endMs = Date.parse(window.end)
    const message = messageOf({ ...found, model, evidenceDigest: '' })
    const retrained = this.#life.tell(message, endMs + settings.window.lateness)
    for (const { from } of adopts ? retrained : []) {
      const fromMs = Math.max(Date.parse(from), Date.parse(window.start) - this.#replay.reachMs)
      this.#adopted = this.#replay.referenceSince(fromMs, endMs, reference)
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
    }
  }
}

/** Digest of all that a verdict says; its evidence apart, which names where it came from. */
export const coreDigest = ({
  verdict,
  headline,
  since,
  features,
  joint,
  explanation,
}: Pick<
  Replayed,
  'verdict' | 'headline' | 'since' | 'features' | 'joint' | 'explanation'
>): string => digestOf({ verdict, headline, since, features, ...(joint && { joint }), explanation })

import type { ModelView } from '../../contracts/api.ts'
import type { ReleaseView } from '../../contracts/release.ts'
import type { Report } from '../../contracts/report.ts'
import type { ClassMetrics } from '../../contracts/training.ts'
import type { PlanItem, Progress } from '../../deploy/local/index.ts'

/** Something that takes longer: said with numbers, then its outcome. */
export interface Task {
  say(text: string): void
  end(text: string): void
}

/** Three ways to answer a release; each runs as it stands. */
export interface WaysToAnswer {
  readonly command: string
  readonly signal: string
  readonly signalExpiresAt: string
  readonly link: string
  /** Null: there is no chat. */
  readonly chat: ChatWay | null
}

/** A page where the chat is, and who may sign in there. */
export interface ChatWay {
  readonly page: string
  readonly people: readonly { readonly id: string; readonly password: string }[]
}

/** What came of one person's answer. */
export interface ShownAnswer {
  readonly person: string
  /** "approves what was shown before" */
  readonly what: string
  readonly outcome: string
  readonly sentence: string
}

/** Both versions on the same rows, which came after the retraining. */
export interface SideBySide {
  readonly rows: number
  readonly before: { readonly version: string; readonly metrics: ClassMetrics }
  readonly after: { readonly version: string; readonly metrics: ClassMetrics }
}

/** What the demo tells whoever watches. */
export interface DemoView {
  plan(items: readonly PlanItem[]): void
  progress(progress: Progress): void
  chapter(title: string): void
  say(text: string): void
  task(title: string): Task
  /** A verdict in full: features, effects, distributions. */
  report(report: Report): void
  /** A verdict in one line, sent and judged in that many seconds. */
  verdict(report: Report, seconds: number): void
  release(view: ReleaseView): void
  ways(ways: WaysToAnswer): void
  answer(answer: ShownAnswer): void
  sideBySide(comparison: SideBySide): void
  models(views: readonly ModelView[]): void
  /** The window in which the drift began: its evidence is the same in every run. */
  closing(turn: Report): void
  stopped(names: readonly string[]): void
}

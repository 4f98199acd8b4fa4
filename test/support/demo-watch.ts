import type { DemoView, WaysToAnswer } from '../../examples/demo/view.ts'

/** A view that keeps what was said, and calls back at the turns of the story. */
export interface DemoWatch {
  readonly view: DemoView
  /** Every sentence, in order. */
  readonly said: string[]
  /** Answers as `person OUTCOME`. */
  readonly answers: string[]
}

export interface Turns {
  onChapter?(title: string): void
  onVerdict?(model: string, index: number): void
  onWays?(ways: WaysToAnswer): void
  onModels?(): void
}

export function watchDemo(turns: Turns = {}): DemoWatch {
  const said: string[] = []
  const answers: string[] = []
  const verdicts = new Map<string, number>()
  const note = (text: string) => {
    said.push(text)
    if (process.env['DRIFTGATE_WATCH']) console.error(text)
  }
  const view: DemoView = {
    plan: () => {},
    progress: ({ server, stage }) => note(`${server} ${stage}`),
    chapter(title) {
      note(title)
      turns.onChapter?.(title)
    },
    say: note,
    task: () => ({ say: () => {}, end: note }),
    report: () => {},
    verdict({ model, verdict, window }) {
      note(`${model} ${window.start} ${verdict}`)
      const index = verdicts.get(model) ?? 0
      verdicts.set(model, index + 1)
      turns.onVerdict?.(model, index)
    },
    release: () => {},
    ways: (ways) => turns.onWays?.(ways),
    answer({ person, outcome, sentence }) {
      note(`${person} ${outcome}: ${sentence}`)
      answers.push(`${person} ${outcome}`)
    },
    sideBySide: () => {},
    models: () => turns.onModels?.(),
    closing: () => {},
    stopped: (names) => note(`stopped ${names.join(', ')}`),
  }
  return { view, said, answers }
}

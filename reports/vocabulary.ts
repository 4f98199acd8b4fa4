import type { VerdictName } from '../contracts/report.ts'

/** The seven states of everything that is shown, in the order of every list. */
export type StateName = 'waiting' | 'drifted' | 'failed' | 'running' | 'watch' | 'stale' | 'ok'

/** What a colour is used for; each surface has its own palette for the roles. */
export type Role = 'green' | 'amber' | 'red' | 'blue' | 'violet' | 'grey' | 'strong' | 'faint'

export interface StateLook {
  readonly icon: string
  /** For a terminal without Unicode. */
  readonly ascii: string
  readonly word: string
  readonly role: Role
}

/** Never colour alone: wherever a state is shown there are an icon and a word. */
export const states: Readonly<Record<StateName, StateLook>> = {
  waiting: { icon: '⏸', ascii: '=', word: 'waiting', role: 'violet' },
  drifted: { icon: '▲', ascii: '!', word: 'drifted', role: 'red' },
  failed: { icon: '✖', ascii: 'x', word: 'failed', role: 'red' },
  running: { icon: '◌', ascii: '>', word: 'running', role: 'blue' },
  watch: { icon: '◔', ascii: '~', word: 'watch', role: 'amber' },
  stale: { icon: '⧖', ascii: '?', word: 'stale', role: 'grey' },
  ok: { icon: '✔', ascii: 'ok', word: 'ok', role: 'green' },
}

/** The order of lists: what needs a person first. */
export const stateOrder = Object.keys(states) as readonly StateName[]

/** The state that a verdict puts a model in. "No data" is never "ok". */
export const stateOfVerdict: Readonly<Record<VerdictName, StateName>> = {
  NO_DRIFT: 'ok',
  DRIFT: 'drifted',
  DATA_QUALITY: 'failed',
  INSUFFICIENT_DATA: 'stale',
  INCOMPLETE_WINDOW: 'stale',
  INSUFFICIENT_LABELS: 'stale',
  STALE: 'stale',
}

/** How text is drawn: the room's pictures know nothing of terminals or pages beyond this. */
export interface Canvas {
  /** Columns that a line may take. */
  readonly width: number
  readonly unicode: boolean
  paint(role: Role, text: string): string
}

/** Eighty columns, no colour: what a file or a test gets. */
export const plainCanvas: Canvas = { width: 80, unicode: true, paint: (_role, text) => text }

/** "▲ drifted" or "! drifted", painted, and padded to `width`. */
export function stateLabel(state: StateName, canvas: Canvas, width = 0): string {
  const { icon, ascii, word, role } = states[state]
  const mark = canvas.unicode ? icon : ascii
  return canvas.paint(role, (mark === word ? word : `${mark} ${word}`).padEnd(width))
}

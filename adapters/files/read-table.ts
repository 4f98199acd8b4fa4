import { type ColumnBuilder, columnBuilder } from './columns.ts'
import { readRows } from './read-rows.ts'
import {
  type Cell,
  type ColumnKind,
  isCode,
  isEmpty,
  numberOf,
  type Table,
  timeOfCell,
} from './table.ts'

/** What a first reading of a reference finds. */
export interface TableShape {
  readonly rows: number
  /** Columns in the order of the file. */
  readonly kinds: ReadonlyMap<string, ColumnKind>
}

/** Called now and then with the rows read so far. */
export type OnRows = (rows: number) => void

/**
 * The type of every column: numeric when each of its values is a number, a timestamp when each is an instant,
 * otherwise categorical, and so are a column without any value and one of numbers with zeros in front.
 */
export async function shapeOfTable(path: string, onRows: OnRows = () => {}): Promise<TableShape> {
  const kinds: (ColumnKind | undefined)[] = []
  let rows = 0
  const columns = await readRows(path, (_, cells) => {
    for (let i = 0; i < cells.length; i++) {
      const cell = cells[i]
      if (kinds[i] === 'categorical' || isEmpty(cell)) continue
      const kind = kindOf(cell)
      if (kind === null) continue
      kinds[i] = kinds[i] === undefined || kinds[i] === kind ? kind : 'categorical'
    }
    if (++rows % 8192 === 0) onRows(rows)
  })
  return { rows, kinds: new Map(columns.map((name, i) => [name, kinds[i] ?? 'categorical'])) }
}

/** The type that one value speaks for; null where it says that there is none. */
function kindOf(cell: Cell): ColumnKind | null {
  if (isCode(cell)) return timeOfCell(cell) === undefined ? 'categorical' : 'timestamp'
  const value = numberOf(cell)
  if (value !== undefined) return Number.isNaN(value) ? null : 'numeric'
  return timeOfCell(cell) === undefined ? 'categorical' : 'timestamp'
}

/**
 * The columns of a file that `kinds` names, each as the type given there; a value that is no number in a numeric
 * column counts as missing and is counted. Columns that the file lacks are not in the result.
 */
export async function readTable(
  path: string,
  kinds: ReadonlyMap<string, ColumnKind>,
  onRows: OnRows = () => {},
): Promise<Table> {
  const builders: (ColumnBuilder | null)[] = []
  let rows = 0
  const builderOf = (name: string) => {
    const kind = kinds.get(name)
    return kind === undefined ? null : columnBuilder(name, kind)
  }
  const all = await readRows(path, (names, cells) => {
    for (let i = 0; i < cells.length; i++) {
      let builder = builders[i]
      if (builder === undefined) {
        builder = builderOf(names[i] as string)
        builders[i] = builder
      }
      builder?.add(rows, cells[i])
    }
    if (++rows % 8192 === 0) onRows(rows)
  })
  const columns = all.flatMap((name, i) => {
    const builder = builders[i] === undefined ? builderOf(name) : builders[i]
    return builder?.end(rows) ?? []
  })
  return { rows, columns: new Map(columns.map((column) => [column.name, column])) }
}

import type { Adapter } from '../adapter.ts'
import { ks } from './ks.ts'
import { mmd } from './mmd.ts'
import { special } from './special.ts'

/** One line per method of the golden files. */
export const adapters: Readonly<Record<string, Adapter<unknown>>> = {
  mmd,
  ks,
  special,
}

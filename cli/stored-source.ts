import { configAnswer } from '../contracts/apply.ts'
import {
  type BacktestReference,
  type BacktestStoredWindow,
  backtestReferencesPage,
  backtestWindowsPage,
} from '../contracts/backtest-source.ts'
import type { NamedSettings } from './backtest.ts'
import { modelOf } from './backtest-replay.ts'
import type { GatewayClient } from './gateway-client.ts'
import { parseChecked } from './settings-file.ts'

/** The configuration in force. Throws CONFIG_NOT_APPLIED, MODEL_UNKNOWN. */
export async function appliedOf(gateway: GatewayClient, model: string): Promise<NamedSettings> {
  const { text, version } = await gateway.get('config', configAnswer)
  const name = `applied, version ${version}`
  return { name, settings: modelOf(await parseChecked(text, name), model) }
}

/** Planned windows that start in [fromMs, toMs), in order of time. */
export async function plannedBetween(
  gateway: GatewayClient,
  path: string,
  {
    fromMs,
    toMs,
    past,
    onWindows,
  }: { fromMs: number; toMs: number; past: boolean; onWindows: (found: number) => void },
): Promise<BacktestStoredWindow[]> {
  const found: BacktestStoredWindow[] = []
  const to = new Date(toMs).toISOString()
  let from: string | null = new Date(fromMs).toISOString()
  while (from !== null) {
    const query = new URLSearchParams({ from, to, past: String(past) })
    const page = await gateway.get(`${path}/windows?${query}`, backtestWindowsPage)
    found.push(...page.windows)
    onWindows(found.length)
    from = page.next
  }
  return found
}

/** Every reference that was ever in force, the oldest first. */
export async function storedReferences(
  gateway: GatewayClient,
  path: string,
  samples: boolean,
): Promise<BacktestReference[]> {
  const found: BacktestReference[] = []
  let after: number | null = 0
  while (after !== null) {
    const query = new URLSearchParams({ after: String(after), samples: String(samples) })
    const page = await gateway.get(`${path}/references?${query}`, backtestReferencesPage)
    found.push(...page.references)
    after = page.next
  }
  return found
}

import { readSecret } from '../../adapters/files/read-secret.ts'
import { openGroups } from '../../adapters/groups/index.ts'
import type { Probe, ProbeInput } from './probe.ts'

/** Whether the source of rights answers, with the right secret; nobody's rights are asked for. */
export function groupsProbes({ settings }: ProbeInput): Probe[] {
  const groups = openGroups(settings.gateway.groups, readSecret)
  if (groups === null) return []
  const run = async () => ({ version: null, note: await groups.probe() })
  return [{ name: `groups ${groups.kind}`, address: groups.address, run }]
}

import { chatProbes } from './chat.ts'
import { clusterProbe } from './cluster.ts'
import { drillProbes } from './drills.ts'
import { groupsProbes } from './groups.ts'
import { gatewayProbe, issuerProbe, objectsProbes, servingProbes } from './house.ts'
import { labelTableProbes } from './label-tables.ts'
import type { Probe, ProbeInput } from './probe.ts'
import { rolloutProbes } from './rollout.ts'
import {
  kafkaProbe,
  postgresProbe,
  registryProbes,
  schemasProbes,
  temporalProbe,
} from './servers.ts'
import { trainingProbes } from './training-job.ts'
import { trainingTableProbes } from './training-tables.ts'

export { recordsOfDay } from './log-rates.ts'

/** Everything that `driftgate check` reaches, in the order of its lines. */
export const probes = (input: ProbeInput): Probe[] => [
  kafkaProbe(input),
  ...schemasProbes(input),
  postgresProbe(input),
  ...labelTableProbes(input),
  ...trainingTableProbes(input),
  temporalProbe(input),
  clusterProbe(input),
  ...registryProbes(input),
  ...rolloutProbes(input),
  issuerProbe(input),
  gatewayProbe(input),
  ...groupsProbes(input),
  ...trainingProbes(input),
  ...objectsProbes(input),
  ...chatProbes(input),
  ...servingProbes(input),
  ...drillProbes(input),
]

import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

// Nothing of ours is imported here: what registry, cluster, folder and system say is asked by plain means.

export interface Place {
  /** Of the servers themselves, with no proxy before them. */
  readonly mlflow: string
  readonly web: string
  /** Folder in which the worker of the cluster keeps what drivers printed. */
  readonly work: string
  /** Folder of the runs: `<objects>/<model>/<run key>`. */
  readonly objects: string
  readonly model: string
}

interface Version {
  readonly version: string
  readonly status: string
  readonly source: string
  readonly tags?: readonly { readonly key: string; readonly value: string }[]
}

const tag = 'driftgate.run_key'

/** What is seen of these retrainings, by the table of `seen-tables.ts` that it belongs to. */
export async function seenOutside(place: Place, runKeys: readonly string[]) {
  const seen_markers = runKeys.flatMap((runKey) => markerOf(place, runKey) ?? [])
  const versions = (await versionsOf(place)).filter(({ runKey }) => runKeys.includes(runKey))
  const seen_versions = []
  for (const { runKey, version, status, source } of versions) {
    const spoiled = await spoiledIn(place, runKey, source)
    seen_versions.push({ run_key: runKey, version, status, spoiled })
  }
  const seen_runs = (await runsOf(place)).filter(({ run_key }) => runKeys.includes(run_key))
  const seen_drivers = driversOf(place).filter(({ run_key }) => runKeys.includes(run_key))
  return { seen_versions, seen_runs, seen_drivers, seen_markers }
}

/** Processes of any job, and what the master of the cluster still has to do. */
export async function leftBehind(place: Place): Promise<string[]> {
  const page = await answer<{ activedrivers: { id: string }[]; activeapps: { id: string }[] }>(
    `${place.web}/json/`,
  )
  const jobs = [...page.activedrivers, ...page.activeapps].map(({ id }) => `job ${id}`)
  return [...jobs, ...processesOf(place).map(({ pid, text }) => `process ${pid}: ${text}`)]
}

/** Ids of the JVMs that run a job. */
export const driversRunning = (place: Place): number[] =>
  processesOf(place)
    .filter(({ text }) => text.includes('org.apache.spark.deploy.worker.DriverWrapper'))
    .map(({ pid }) => pid)

/** Those that name the runs' folder, and those that inherited a run key from a worker of this cluster. */
function processesOf({ objects, work }: Place): { pid: number; text: string }[] {
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && Number(name) !== process.pid)
    .flatMap((name) => {
      try {
        const text = readFileSync(`/proc/${name}/cmdline`, 'utf8').replaceAll('\0', ' ')
        const inherited = readFileSync(`/proc/${name}/environ`, 'utf8')
        const ours = inherited.includes('DRIFTGATE_RUN_KEY=') && inherited.includes(dirname(work))
        // A zombie has no command line: nothing of it runs.
        return text !== '' && (ours || text.includes(objects)) ? [{ pid: Number(name), text }] : []
      } catch {
        // It ended meanwhile.
        return []
      }
    })
}

interface Marker {
  readonly runKey: string
  readonly files: Readonly<Record<string, string>>
}

function readMarker({ objects, model }: Place, runKey: string): Buffer | null {
  const file = join(objects, model, runKey, 'marker.json')
  return existsSync(file) ? readFileSync(file) : null
}

function markerOf(place: Place, runKey: string) {
  const bytes = readMarker(place, runKey)
  if (bytes === null) return null
  const marker: Marker = JSON.parse(bytes.toString())
  const folder = join(place.objects, place.model, runKey)
  const other = Object.entries(marker.files).find(
    ([file, digest]) => sha256(readFileSync(join(folder, file))) !== digest,
  )
  const spoiled = marker.runKey === runKey ? (other?.[0] ?? null) : 'marker.json'
  return { run_key: runKey, digest: sha256(bytes), spoiled }
}

async function versionsOf({ mlflow, model }: Place) {
  const filter = encodeURIComponent(`name='${model}'`)
  const { model_versions = [] } = await answer<{ model_versions?: Version[] }>(
    `${mlflow}/api/2.0/mlflow/model-versions/search?filter=${filter}&max_results=10000`,
  )
  return model_versions.map(({ tags = [], ...version }) => ({
    ...version,
    runKey: tags.find(({ key }) => key === tag)?.value ?? '',
  }))
}

/** The first file of a version that is not what the marker of its run names; null: all are. */
async function spoiledIn(place: Place, runKey: string, source: string): Promise<string | null> {
  const bytes = readMarker(place, runKey)
  if (bytes === null) return 'marker.json'
  const path = source.replace(/^mlflow-artifacts:\/+/, '')
  const { files = [] } = await answer<{ files?: { path: string }[] }>(
    `${place.mlflow}/api/2.0/mlflow-artifacts/artifacts?path=${encodeURIComponent(path)}`,
  )
  const marker: Marker = JSON.parse(bytes.toString())
  for (const [file, digest] of Object.entries(marker.files)) {
    const kept = files.some((each) => each.path.split('/').at(-1) === file)
    if (!kept) return file
    const response = await fetch(
      `${place.mlflow}/api/2.0/mlflow-artifacts/artifacts/${path}/${file}`,
    )
    if (sha256(new Uint8Array(await response.arrayBuffer())) !== digest) return file
  }
  return null
}

async function runsOf({ mlflow, model }: Place): Promise<{ run_key: string; run: string }[]> {
  const api = `${mlflow}/api/2.0/mlflow`
  const { experiment } = await answer<{ experiment: { experiment_id: string } }>(
    `${api}/experiments/get-by-name?experiment_name=${encodeURIComponent(`driftgate/${model}`)}`,
  )
  interface Run {
    readonly info: { readonly run_id: string }
    readonly data: { readonly tags?: readonly { readonly key: string; readonly value: string }[] }
  }
  const { runs = [] } = await answer<{ runs?: Run[] }>(`${api}/runs/search`, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json' },
    body: JSON.stringify({ experiment_ids: [experiment.experiment_id], max_results: 10_000 }),
  })
  return runs.map(({ info, data }) => ({
    run_key: data.tags?.find(({ key }) => key === tag)?.value ?? '',
    run: info.run_id,
  }))
}

/** The first line that the worker writes of a driver is the command by which it launched it. */
function driversOf({ work }: Place): { run_key: string; driver: string }[] {
  return readdirSync(work)
    .filter((name) => name.startsWith('driver-') && existsSync(join(work, name, 'stderr')))
    .flatMap((driver) => {
      const text = readFileSync(join(work, driver, 'stderr'), 'utf8').slice(0, 65_536)
      const run_key = /-Dspark\.app\.name=driftgate-([0-9a-f]{12})/.exec(text)?.[1]
      return run_key === undefined ? [] : [{ run_key, driver }]
    })
}

async function answer<T>(url: string, init: RequestInit = {}): Promise<T> {
  const response = await fetch(url, { ...init, signal: AbortSignal.timeout(20_000) })
  if (!response.ok) throw new Error(`${url} answers ${response.status}`)
  return (await response.json()) as T
}

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')

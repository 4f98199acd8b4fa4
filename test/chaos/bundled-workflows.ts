import { writeFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker'

/** Bundled once: a worker that takes another's place starts at once. `interceptors` is a module of the chaos's own. */
export async function bundledWorkflows(file: string, interceptors: URL): Promise<string> {
  const { code } = await bundleWorkflowCode({
    workflowsPath: fileURLToPath(new URL('../../workflows/index.ts', import.meta.url)),
    workflowInterceptorModules: [fileURLToPath(interceptors)],
    logger: new DefaultLogger('ERROR'),
  })
  await writeFile(file, code)
  return file
}

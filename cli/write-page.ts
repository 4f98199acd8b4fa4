import type { Report } from '../contracts/report.ts'
import type { ModelPast } from '../reports/past-sections.ts'
import type { CommandContext, CommandOption } from './command.ts'
import { writeText } from './write-text.ts'

export const htmlOption: CommandOption = {
  flags: '--html <file>',
  summary: 'write the report as one page with its pictures, too',
}

/** Writes the page that --html asks for, with the past of the model where there is one. Throws FILE_UNWRITABLE. */
export async function writePage(
  context: CommandContext,
  found: Report,
  pastOf?: () => Promise<ModelPast>,
): Promise<void> {
  await writeHtml(context, async () => {
    const { reportPage } = await import('../reports/report-page.ts')
    return reportPage(found, await pastOf?.())
  })
}

/** Writes the page that is made where --html names a file. Throws FILE_UNWRITABLE. */
export async function writeHtml(
  context: CommandContext,
  pageOf: () => Promise<string>,
): Promise<void> {
  const file = context.options['html']
  if (typeof file !== 'string') return
  writeText(context.folder, file, await pageOf())
  context.terminal.note(`the page is ${file}`)
}

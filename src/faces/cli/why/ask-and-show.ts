/** Asks about one target, with progress, and shows answers in the form that was asked for. */
import type { OS } from '../../../os/os.ts'
import { type Diagnosis, type Target, type WhyOptions, why } from '../../../tools/why/why.ts'
import type { CliContext } from '../context.ts'
import { print } from '../render/output.ts'
import type { Format } from '../specs/shared-flags.ts'
import type { WhyFlags } from '../specs/why.ts'
import { progressOn } from './progress.ts'
import { whyColumns } from './why-columns.ts'
import { whyItem } from './why-item.ts'

export async function askAbout(
  context: CliContext,
  os: OS,
  target: Target,
  options: WhyOptions,
): Promise<Diagnosis> {
  const progress = progressOn(context, os, target.text)
  try {
    return await why(os, target, { ...options, onAsk: progress.asks, onFirst: progress.first })
  } finally {
    await progress.end()
  }
}

export async function show(
  context: CliContext,
  flags: WhyFlags,
  diagnoses: readonly Diagnosis[],
  format: Format,
): Promise<void> {
  if (format === 'table') {
    const [{ whyText }, { paintFor }] = await Promise.all([
      import('./why-text.ts'),
      import('../render/colour.ts'),
    ])
    const paint = paintFor(context, context.stdout, flags)
    const texts = diagnoses.map(one => whyText(one, flags, paint, context.stdout.columns))
    await context.stdout.write(texts.join('\n'))
    return
  }
  await print(
    context,
    { ...flags, json: false, output: format },
    { schema: 'why@1', type: 'diagnosis', columns: whyColumns, rows: diagnoses, item: whyItem },
  )
}

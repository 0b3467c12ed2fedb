/** `ports why --watch`: again and again, told when the answer changes, until all targets answer. */
import type { OS } from '../../../os/os.ts'
import type { Diagnosis, Target, WhyOptions } from '../../../tools/why/why.ts'
import type { CliContext } from '../context.ts'
import { EXIT, type ExitStatus } from '../exit.ts'
import { ndjsonLine } from '../render/json.ts'
import type { Format } from '../specs/shared-flags.ts'
import type { WhyFlags } from '../specs/why.ts'
import { askAbout, show } from './ask-and-show.ts'
import { whyItem } from './why-item.ts'

/** Between two rounds, milliseconds: polite to whoever is silent. */
const PAUSE_MS = 2_000

export async function watchTargets(
  context: CliContext,
  flags: WhyFlags,
  os: OS,
  targets: readonly Target[],
  options: WhyOptions,
  format: Format,
): Promise<ExitStatus> {
  const said = new Map<Target, string>()
  const told = async (diagnosis: Diagnosis): Promise<void> => {
    if (format === 'ndjson') await context.stdout.write(ndjsonLine('diagnosis', seq++, whyItem(diagnosis)))
    else await show(context, { ...flags, noHeader: flags.noHeader || seq++ > 0 }, [diagnosis], format)
  }
  let seq = 0
  let left = targets
  for (;;) {
    const failing: Target[] = []
    for (const target of left) {
      const diagnosis = await askAbout(context, os, target, options)
      const answer = signature(diagnosis)
      if (said.get(target) !== answer) await told(diagnosis)
      said.set(target, answer)
      if (diagnosis.verdict !== 'reachable' && diagnosis.verdict !== 'degraded') failing.push(target)
    }
    if (failing.length === 0) return EXIT.done
    left = failing
    await os.clock.sleep(PAUSE_MS, context.signal)
  }
}

const signature = ({ verdict, causes }: Diagnosis): string =>
  [verdict, ...causes.map(({ code, certainty, where }) => `${code} ${certainty} ${where.host}`)].join('\n')

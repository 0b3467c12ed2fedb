/** Whether a person wants it done: `--yes` says so, else whoever sits at the terminal is asked. */
import { fault } from '../../../model/fault.ts'
import type { StopPlan } from '../../../tools/stop/stop.ts'
import type { CliContext } from '../context.ts'
import { clean } from '../render/clean.ts'
import { whatText } from './stop-text.ts'

/** Throws `E_STOP_UNCONFIRMED` where there is nobody to ask, or the answer is for a program to read. */
export async function confirmed(
  context: CliContext,
  { yes }: { readonly yes: boolean },
  text: boolean,
  plans: readonly StopPlan[],
): Promise<boolean> {
  if (yes) return true
  const what = plans.flatMap(({ steps }) => steps.map(whatText))
  return ask(context, text, `End ${what.join(', ')}?`)
}

export async function ask({ prompt, stderr }: CliContext, text: boolean, question: string): Promise<boolean> {
  if (prompt === null || !text) throw fault('E_STOP_UNCONFIRMED')
  const answer = await prompt(`${clean(question)} [y/N] `)
  if (/^y(es)?$/i.test(answer.trim())) return true
  await stderr.write('ports: nothing was ended\n')
  return false
}

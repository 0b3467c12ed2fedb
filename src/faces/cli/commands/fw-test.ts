/** `ports fw test`: whether packets pass the filter, and which rule decides. */
import { fault } from '../../../model/fault.ts'
import {
  decidersOf,
  type FlowAnswer,
  type FlowQuestion,
  judgeFlow,
  parseFlowQuestion,
  parseFlowSuite,
} from '../../../tools/firewall/firewall.ts'
import type { CliContext } from '../context.ts'
import { EXIT, type ExitStatus } from '../exit.ts'
import { flowColumns } from '../firewall/flow-columns.ts'
import { flowItem } from '../firewall/flow-item.ts'
import { flowText } from '../firewall/flow-text.ts'
import { withSubject } from '../firewall/subject.ts'
import { readText } from '../read-text.ts'
import { formatOf, print, warn } from '../render/output.ts'
import type { FwTestFlags } from '../specs/fw-test.ts'

const COMMAND = 'ports fw test'

export default async function fwTest(
  this: CliContext,
  flags: FwTestFlags,
  ...flows: string[]
): Promise<ExitStatus> {
  const { output, ...rest } = flags
  if (output === 'junit' && flags.json) throw usage('only one of --json and -o junit')
  const format = output === 'junit' ? output : formatOf(this, { ...rest, output }, COMMAND)
  const questions = await questionsOf(this, flags, flows)
  return withSubject(this, flags, async (subject, os) => {
    const answers: FlowAnswer[] = []
    for (const question of questions) {
      const outside = os === undefined ? [] : await decidersOf(os, subject, question)
      answers.push(judgeFlow({ ...subject, outside }, question, flags.hook))
    }
    if (format === 'junit') {
      const { junitText } = await import('../firewall/junit.ts')
      const { junitCase } = await import('../firewall/flow-junit.ts')
      await this.stdout.write(junitText(`${COMMAND}, ${subject.name}`, answers.map(junitCase)))
      await warn(this, flags, subject.warnings)
    } else if (format === 'table') {
      const { paintFor } = await import('../render/colour.ts')
      const paint = paintFor(this, this.stdout, flags)
      const { columns } = this.stdout
      await this.stdout.write(answers.map(answer => flowText(answer, paint, columns)).join('\n'))
      await warn(this, flags, subject.warnings)
    } else {
      await print(
        this,
        { ...rest, output: format },
        {
          schema: 'fw-test@1',
          type: 'flow',
          columns: flowColumns,
          rows: answers,
          item: flowItem,
          complete: subject.complete,
          warnings: subject.warnings,
        },
      )
    }
    return statusOf(answers)
  })
}

async function questionsOf(
  context: CliContext,
  flags: FwTestFlags,
  flows: readonly string[],
): Promise<readonly FlowQuestion[]> {
  if (flags.suite !== undefined && flags.suite === '-' && flags.rules === '-')
    throw usage('standard input is one thing: the rules or the suite')
  const suite = flags.suite === undefined ? [] : parseFlowSuite(await readText(context, flags.suite))
  const questions = [...flows.map(parseFlowQuestion), ...suite]
  if (questions.length === 0) throw usage('name a flow, or a suite of them with --suite')
  return questions.map(question => ({
    ...(flags.in === undefined ? {} : { inputInterface: flags.in }),
    ...(flags.out === undefined ? {} : { outputInterface: flags.out }),
    ...question,
  }))
}

/** As wanted, or passes: 0. Undecided only where nothing is a clear no. */
function statusOf(answers: readonly FlowAnswer[]): ExitStatus {
  const bad = answers.filter(({ question: { wanted }, decision: { kind } }) => kind !== (wanted ?? 'accept'))
  if (bad.length === 0) return EXIT.done
  const open = (answer: FlowAnswer): boolean =>
    answer.decision.kind === 'depends' || answer.decision.kind === 'unsupported'
  return bad.every(open) ? EXIT.undecided : EXIT.no
}

const usage = (what: string): Error => fault('E_USAGE', { what, command: COMMAND })

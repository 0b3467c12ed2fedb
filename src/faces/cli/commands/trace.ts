/** `ports trace`: a packet's way through this machine, stage by stage. */
import { fault } from '../../../model/fault.ts'
import { decidersOf, parseFlowQuestion } from '../../../tools/firewall/firewall.ts'
import { type Trace, traceFlow, traceHost } from '../../../tools/trace/trace.ts'
import type { CliContext } from '../context.ts'
import { EXIT, type ExitStatus } from '../exit.ts'
import { withSubject } from '../firewall/subject.ts'
import type { Warning } from '../render/json.ts'
import { formatOf, print, warn } from '../render/output.ts'
import { serviceNames } from '../sockets/service-names.ts'
import type { TraceFlags } from '../specs/trace.ts'
import { stageColumns } from '../trace/stage-columns.ts'
import { isUnanswered } from '../trace/stage-words.ts'
import { traceItem } from '../trace/trace-item.ts'

const COMMAND = 'ports trace'

export default async function trace(
  this: CliContext,
  flags: TraceFlags,
  ...words: string[]
): Promise<ExitStatus> {
  const format = formatOf(this, flags, COMMAND)
  if (words.length === 0) throw fault('E_USAGE', { what: 'name a packet to follow', command: COMMAND })
  if (words.at(-1) === '-')
    throw fault('E_FLOW_SYNTAX', {
      text: words.join(' '),
      why: 'the shell took the ">" of the arrow and what follows for a file: quote the flow, or write "to"',
    })
  const question = {
    ...(flags.in === undefined ? {} : { inputInterface: flags.in }),
    ...parseFlowQuestion(words.join(' ').replace(/ to /, ' -> ')),
  }
  if (this.network !== undefined) {
    if (flags.in !== undefined || question.inputInterface !== undefined)
      throw fault('E_USAGE', {
        what: 'a packet comes in by an interface of one host: name it with --host, or leave the interface out',
        command: COMMAND,
      })
    const { traceThroughNetwork } = await import('../trace/through-network.ts')
    return traceThroughNetwork(this, this.network, question, flags, format)
  }
  if (flags.from !== undefined || flags.reply)
    throw fault('E_USAGE', {
      what: '--from and --reply are about a network: "ports --sim town.yaml trace …", without --host',
      command: COMMAND,
    })
  return withSubject(this, { rules: undefined, strict: flags.strict }, async (subject, os) => {
    if (os === undefined || subject.host === undefined)
      throw fault('E_ROUTES_UNREADABLE', { why: 'this host can’t tell its routes' })
    if (flags.in !== undefined && subject.host.interfaces?.has(flags.in) === false)
      throw fault('E_USAGE', { what: `there is no interface "${flags.in}" here`, command: COMMAND })
    const outside = await decidersOf(os, subject, question)
    const services = await serviceNames(this, [question.packet.destinationPort ?? 0])
    const options = { services, signal: this.signal }
    const { host } = this
    const traced =
      host?.net.natOf(host.name) == null
        ? await traceFlow(os, { ...subject, outside }, question, options)
        : await traceHost(host.net, host.name, question, options)
    const warnings = [...subject.warnings, ...(traced.tracked ? [] : [UNTRACKED])]
    const complete = subject.complete && traced.tracked
    if (format === 'table') {
      const [{ traceText }, { paintFor }] = await Promise.all([
        import('../trace/trace-text.ts'),
        import('../render/colour.ts'),
      ])
      await this.stdout.write(traceText(traced, paintFor(this, this.stdout, flags), this.stdout.columns))
      await warn(this, flags, warnings)
    } else if (format === 'plain' || format === 'csv') {
      const rows = traced.stages.map(stage => ({ stage, trace: traced }))
      await print(
        this,
        { ...flags, json: false, output: format },
        {
          schema: 'trace@1',
          type: 'trace',
          columns: stageColumns,
          rows,
          item: ({ stage }) => stage,
          complete,
          warnings,
        },
      )
    } else {
      await print(
        this,
        { ...flags, json: false, output: format },
        {
          schema: 'trace@1',
          type: 'trace',
          columns: [],
          rows: [traced],
          item: traceItem,
          complete,
          warnings,
        },
      )
    }
    return flags.strict && !traced.tracked ? EXIT.incomplete : statusOf(traced)
  })
}

const UNTRACKED: Warning = {
  code: 'connections-unread',
  message: 'tracked connections could not be read: the packet is taken for the first of its connection',
}

/** It gets there, to somebody or on its way: 0. */
function statusOf({ decision: { kind }, end, receiver, stages }: Trace): ExitStatus {
  if (isUnanswered(stages.at(-1))) return EXIT.undecided
  if (kind === 'depends' || kind === 'unsupported') return EXIT.undecided
  const there = (end === 'delivered' && receiver?.kind !== 'nobody') || end === 'sent'
  return kind === 'accept' && there ? EXIT.done : EXIT.no
}

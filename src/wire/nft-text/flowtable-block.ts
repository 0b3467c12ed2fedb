/**
 * `flowtable f { hook ingress priority filter; devices = { eth0, eth1 }; flags offload; counter }`.
 */
import type { Flowtable } from '../../model/filter/ruleset.ts'
import { readDevices } from './base-chain.ts'
import { needEnd, readCommonLine } from './common-lines.ts'
import type { TableDraft } from './draft.ts'
import { readPriority } from './priority.ts'
import type { Reader } from './reader.ts'
import type { Token } from './token.ts'
import { shown } from './token-stream.ts'

/** From `{` to `}`. */
export function readFlowtable(reader: Reader, table: TableDraft, name: Token): void {
  const { stream } = reader
  const open = stream.need('{')
  const handle = stream.remarks.handles.get(open.line)
  const flags: string[] = []
  let devices: readonly string[] = []
  let priority: number | undefined
  while (!stream.is('}')) {
    if (readCommonLine(reader)) continue
    if (stream.token.kind === 'end')
      throw stream.refuse('the text ends inside of a flowtable', `Close the { of line ${open.line} with }.`)
    if (stream.take('hook')) {
      stream.need('ingress')
      stream.need('priority')
      priority = readPriority(reader, 'netdev', 'ingress')
    } else if (stream.is('devices') || stream.is('device')) devices = [...devices, ...readDevices(reader)]
    else if (stream.take('flags')) {
      do flags.push(stream.need('offload').text)
      while (stream.take(','))
    } else if (stream.take('counter')) flags.push('counter')
    else
      throw stream.refuse(
        `${shown(stream.token)} doesn't belong to a flowtable`,
        'Write hook, devices, flags or counter.',
      )
    needEnd(reader)
  }
  stream.next()
  if (priority === undefined && !table.flowtables.has(name.text))
    throw stream.refuse(`the flowtable ${name.text} has no hook`, 'Write hook ingress priority filter.', name)
  const known = table.flowtables.get(name.text)
  table.flowtables.set(name.text, {
    name: name.text,
    ...(handle !== undefined && { handle }),
    hook: 'ingress',
    priority: priority ?? known?.priority ?? 0,
    devices: [...new Set([...(known?.devices ?? []), ...devices])],
    flags: [...new Set([...(known?.flags ?? []), ...flags])],
  } satisfies Flowtable)
}

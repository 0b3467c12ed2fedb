/**
 * What stands between the braces of a chain.
 */
import type { BaseChain } from '../../model/filter/ruleset.ts'
import { readBaseChain, readDevices, readPolicy } from './base-chain.ts'
import { needEnd, readCommonLine } from './common-lines.ts'
import type { ChainDraft, TableDraft } from './draft.ts'
import type { Reader } from './reader.ts'
import { readComment, readRule } from './rule.ts'
import { Scope } from './scope.ts'

/** From `{` to `}`. */
export function readChainBlock(reader: Reader, table: TableDraft, chain: ChainDraft): void {
  const { stream } = reader
  const open = stream.need('{')
  const handle = stream.remarks.handles.get(open.line)
  if (handle !== undefined) chain.handle = handle
  const outer = reader.scope
  reader.scope = new Scope(outer)
  const rules: (typeof chain.rules)[number][] = []
  while (!stream.is('}')) {
    if (readCommonLine(reader)) continue
    if (stream.token.kind === 'end')
      throw stream.refuse('the text ends inside of a chain', `Close the { of line ${open.line} with }.`)
    if (!readAboutChain(reader, table, chain)) rules.push(readRule(reader, table, chain))
  }
  stream.next()
  reader.scope = outer
  for (const rule of rules) chain.rules.push(rule)
}

/** `type …`, `policy …`, `comment …`, and the like: what a chain is. */
function readAboutChain(reader: Reader, table: TableDraft, chain: ChainDraft): boolean {
  const { stream } = reader
  const at = stream.token
  if (stream.is('type') && stream.peek(2).text === 'hook') {
    stream.next()
    setBase(reader, chain, readBaseChain(reader, table.family))
  } else if (stream.is('policy') && stream.peek().text !== '.') {
    stream.next()
    const policy = readPolicy(reader)
    if (chain.base === undefined)
      throw stream.refuse(
        'only a chain with a hook has a policy',
        'Write type … hook … priority … before it.',
        at,
      )
    chain.base = { ...chain.base, policy }
  } else if (stream.is('comment')) {
    const comment = readComment(reader)
    if (comment !== undefined) chain.comment = comment
  } else if (stream.is('flags') && stream.peek().text === 'offload') {
    stream.next()
    stream.next()
    reader.warnings.push(`chain ${chain.name}: offloading to hardware is not modelled`)
  } else if (stream.is('devices')) {
    const devices = readDevices(reader)
    if (chain.base === undefined)
      throw stream.refuse('devices belong to a hook', 'Write type … before it.', at)
    chain.base = { ...chain.base, devices: [...chain.base.devices, ...devices] }
  } else return false
  needEnd(reader)
  return true
}

function setBase(reader: Reader, chain: ChainDraft, base: BaseChain): void {
  if (chain.base !== undefined && (chain.base.hook !== base.hook || chain.base.type !== base.type))
    throw reader.stream.refuse(
      `the chain ${chain.name} is at ${chain.base.hook} already`,
      'Delete it first, or use another name.',
      reader.stream.previous,
    )
  chain.base = { ...base, policy: chain.base?.policy ?? base.policy }
}

export function chainIn(table: TableDraft, name: string): ChainDraft {
  const known = table.chains.get(name)
  if (known !== undefined) return known
  const chain: ChainDraft = { name, rules: [], jumps: [] }
  table.chains.set(name, chain)
  return chain
}

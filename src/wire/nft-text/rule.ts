/**
 * One rule: statements, then perhaps a comment.
 */
import type { Rule } from '../../model/filter/ruleset.ts'
import type { Statement } from '../../model/filter/statement.ts'
import type { ChainDraft, TableDraft } from './draft.ts'
import { protocolsOf } from './protocols.ts'
import type { Reader } from './reader.ts'
import { endsRule, readStatement } from './statement.ts'

/** Comments longer than this are refused by the kernel (`NFTNL_UDATA_COMMENT_MAXLEN`). */
const LONGEST_COMMENT = 128

export function readRule(reader: Reader, table: TableDraft, chain: ChainDraft): Rule {
  const { stream } = reader
  const first = stream.token
  reader.protocols = protocolsOf(table.family)
  reader.implied = []
  const known = reader.references.length
  const statements: Statement[] = []
  let terminal = false
  while (!stream.atEnd && !isComment(reader)) {
    const at = stream.token
    const statement = readStatement(reader)
    if (terminal)
      throw stream.refuse(
        'the statement before this one ends the rule',
        'Write it before, or in a rule of its own.',
        at,
      )
    for (const implied of reader.implied) statements.push(implied)
    reader.implied = []
    statements.push(statement)
    terminal = endsRule(statement)
  }
  const comment = readComment(reader)
  if (statements.length === 0)
    throw stream.refuse('this rule does nothing', 'Write a statement, such as accept.', first)
  if (!stream.atEnd) throw stream.refuse('a rule ends with its comment', 'Write the comment last.')
  const last = stream.previous.line
  if (table.backend === 'iptables-nft') keepHidden(reader, statements, last)
  const handle = stream.remarks.handles.get(last)
  for (const reference of reader.references.slice(known))
    if (reference.to === 'chain' || reference.to === 'verdict map')
      chain.jumps.push({ at: reference.at, to: reference.to, name: reference.name })
  return {
    ...(handle !== undefined && { handle }),
    statements,
    ...(comment !== undefined && { comment }),
    line: first.line,
  }
}

const isComment = (reader: Reader): boolean => reader.stream.is('comment')

/** `comment "x"`, if it stands here. */
export function readComment(reader: Reader): string | undefined {
  const { stream } = reader
  if (!stream.take('comment')) return undefined
  const at = stream.name('a comment')
  if (at.text.length > LONGEST_COMMENT)
    throw stream.refuse('the comment is too long', `Write at most ${LONGEST_COMMENT} letters.`, at)
  return at.text
}

/** nft before 1.0.6 lists an extension of iptables as `# name`, and all behind it is lost. */
function keepHidden(reader: Reader, statements: Statement[], line: number): void {
  const hidden = reader.stream.remarks.trailing.get(line)
  if (hidden !== undefined) statements.push({ kind: 'unsupported', text: hidden, matches: true, ends: true })
}

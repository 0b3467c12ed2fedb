/**
 * `jump { … }`: a chain without a name, which the kernel gives one.
 */
import { chainIn, readChainBlock } from './chain-block.ts'
import type { Reader } from './reader.ts'

/** Reads the block, puts the chain into the table, and answers its name: `__chain0`, as the kernel counts. */
export function readAnonymousChain(reader: Reader): string {
  const { stream, table } = reader
  if (table === undefined) throw stream.refuse('no rule stands here', 'Name a chain.')
  if (reader.depth > DEEPEST)
    throw stream.refuse('chains are nested too deeply', `At most ${DEEPEST} levels are read.`)
  let count = 0
  while (table.chains.has(`__chain${count}`)) count++
  const chain = chainIn(table, `__chain${count}`)
  const { protocols } = reader
  reader.depth++
  readChainBlock(reader, table, chain)
  reader.depth--
  reader.protocols = protocols
  return chain.name
}

/** The kernel follows this many jumps (`NFT_JUMP_STACK_SIZE`). */
const DEEPEST = 16

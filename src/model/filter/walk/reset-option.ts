/** `reset tcp option`: the option's bytes become NOPs; one that isn't there is no matter (the kernel's nft_exthdr_tcp_strip_eval). */
import { type Extension, extension } from './extension.ts'
import { override } from './fact.ts'
import { BREAK, NEXT, type Outcome } from './outcome.ts'
import { isTransport } from './protocols.ts'
import type { Traversal } from './traversal.ts'

const TCP = 6

export function resetOption(t: Traversal, name: string): Outcome {
  if (!isTransport(t, TCP)) return BREAK
  const option: Extension = { kind: 'header', of: 'tcp-option', name }
  if (extension(t, option) === 0) return NEXT
  const words = `tcp option ${name}`
  const fields = new Map(t.packet.fields)
  for (const key of fields.keys()) if (key.startsWith(`${words} `)) fields.delete(key)
  fields.set(words, 0)
  override(t, words, 0)
  t.packet = { ...t.packet, fields }
  return NEXT
}

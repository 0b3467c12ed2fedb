/** What `ports fw generate --json` writes. */
import { documentOf, object, text } from './parts.ts'

export const firewallRules = documentOf(
  'firewall-rules@1',
  'Rules for a policy, a file each: ports fw generate --json',
  object({
    name: text('What the file could be called'),
    text: text('The whole file'),
    load: text('The command that loads it'),
  }),
)

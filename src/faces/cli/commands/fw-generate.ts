/** `ports fw generate`: the least rules for what listens, or for a policy, in the language of a program. */
import type { Policy } from '../../../model/filter/policy.ts'
import { policyFromSockets } from '../../../tools/apply/apply.ts'
import { type GeneratedFile, generateRules } from '../../../tools/firewall/firewall.ts'
import type { CliContext } from '../context.ts'
import { EXIT, type ExitStatus } from '../exit.ts'
import { readText } from '../read-text.ts'
import { clean } from '../render/clean.ts'
import type { Column } from '../render/column.ts'
import { formatOf, print } from '../render/output.ts'
import type { FwGenerateFlags } from '../specs/fw-generate.ts'

export default async function fwGenerate(this: CliContext, flags: FwGenerateFlags): Promise<ExitStatus> {
  const format = formatOf(this, flags, 'ports fw generate')
  const { policy, leftOut } = await policyOf(this, flags)
  const files = generateRules(policy, flags.for)
  if (flags.folder !== undefined)
    for (const { name, text } of files) this.files.replace(`${flags.folder}/${name}`, text)
  const warnings = leftOut.map(message => ({ code: 'left-out', message: `left out: ${message}` }))
  if (format === 'table' || format === 'plain') {
    for (const line of leftOut) await this.stderr.write(`ports: left out: ${clean(line)}\n`)
    for (const file of files) await this.stdout.write(shown(file, flags.folder))
  } else {
    const answer = { schema: 'firewall-rules@1', type: 'file', columns, rows: files, warnings }
    await print(this, flags, { ...answer, item: file => file })
  }
  return EXIT.done
}

async function policyOf(
  context: CliContext,
  { policy, used }: FwGenerateFlags,
): Promise<{ readonly policy: Policy; readonly leftOut: readonly string[] }> {
  if (policy !== undefined) {
    const text = await readText(context, policy)
    const { parsePolicyFile } = await import('../firewall/policy-file.ts')
    return { policy: parsePolicyFile(text, policy === '-' ? 'standard input' : policy), leftOut: [] }
  }
  const os = await context.openOS()
  try {
    return await policyFromSockets(os, { usedOnly: used })
  } finally {
    await os.close()
  }
}

/** The comment is one in all three languages. */
const shown = ({ name, text, load }: GeneratedFile, folder: string | undefined): string =>
  folder === undefined
    ? `# ${name}; to load it: ${load}\n${text}`
    : `${folder}/${name}: ${load.replace(name, `${folder}/${name}`)}\n`

const columns: readonly Column<GeneratedFile>[] = [
  { key: 'name', title: 'NAME', value: ({ name }) => name },
  { key: 'load', title: 'LOAD', value: ({ load }) => load },
  { key: 'text', title: 'TEXT', value: ({ text }) => text },
]

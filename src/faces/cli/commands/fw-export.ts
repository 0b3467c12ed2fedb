/** `ports fw export`: rules as nftables text. */
import { fault } from '../../../model/fault.ts'
import type { Table } from '../../../model/filter/ruleset.ts'
import { printRuleset } from '../../../tools/firewall/firewall.ts'
import type { CliContext } from '../context.ts'
import { EXIT, type ExitStatus } from '../exit.ts'
import { withSubject } from '../firewall/subject.ts'
import { clean } from '../render/clean.ts'
import { warn } from '../render/output.ts'
import type { FwExportFlags } from '../specs/fw-export.ts'

export default async function fwExport(this: CliContext, flags: FwExportFlags): Promise<ExitStatus> {
  return withSubject(this, flags, async subject => {
    const { tables: all } = subject.ruleset
    const tables = flags.table === undefined ? all : all.filter(table => isMeant(table, flags.table!))
    if (flags.table !== undefined && tables.length === 0) {
      const there = all.map(({ family, name }) => `${family} ${name}`).join(', ')
      const what = `there is no table "${flags.table}": there ${there === '' ? 'is none' : `are ${there}`}`
      throw fault('E_USAGE', { what, command: 'ports fw export' })
    }
    for (const table of tables) {
      if (table.backend !== 'nftables')
        await this.stdout.write(`# table ${table.family} ${table.name} was ${table.backend}’s\n`)
      for (const note of lost(table)) await this.stdout.write(`# no equal in nftables: ${clean(note)}\n`)
      await this.stdout.write(printRuleset({ tables: [table] }))
    }
    await warn(this, {}, subject.warnings)
    return tables.some(table => lost(table).length > 0) ? EXIT.undecided : EXIT.done
  })
}

const isMeant = ({ family, name }: Table, text: string): boolean =>
  text === name || text === `${family} ${name}`

/** Rules with a part that nftables has no equal for. */
const lost = (table: Table): readonly string[] =>
  table.chains.flatMap(chain =>
    chain.rules.flatMap(rule =>
      rule.statements.flatMap(statement =>
        statement.kind === 'unsupported' ? [`chain ${chain.name}: ${rule.text ?? statement.text}`] : [],
      ),
    ),
  )

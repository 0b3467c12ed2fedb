/** `ports fw`: who manages the packet filter, what it opens, what decides outside of it, and its rules in order. */
import { openedPorts } from '../../../tools/exposure/exposure.ts'
import { chainsInOrder, managersOf } from '../../../tools/firewall/firewall.ts'
import type { CliContext } from '../context.ts'
import { EXIT, type ExitStatus } from '../exit.ts'
import { type FilterPicture, pictureItem } from '../firewall/picture-item.ts'
import { pictureText } from '../firewall/picture-text.ts'
import { ruleRows, showColumns } from '../firewall/show-columns.ts'
import { withSubject } from '../firewall/subject.ts'
import { formatOf, print, warn } from '../render/output.ts'
import type { FwShowFlags } from '../specs/fw-show.ts'

export default async function fwShow(this: CliContext, flags: FwShowFlags): Promise<ExitStatus> {
  const format = formatOf(this, flags, 'ports fw show')
  return withSubject(this, flags, async subject => {
    const chains = chainsInOrder(subject.ruleset)
    const entered = flags.all ? chains : chains.filter(({ hooks }) => hooks.length > 0)
    const picture: FilterPicture = {
      name: subject.name,
      live: subject.live !== undefined,
      managers: managersOf(subject.ruleset, subject.outside),
      opened: openedPorts(subject),
      outside: subject.outside ?? [],
      chains: entered,
      hidden: chains.length - entered.length,
    }
    if (format === 'table') {
      const { paintFor } = await import('../render/colour.ts')
      const { serviceNames } = await import('../sockets/service-names.ts')
      const names = await serviceNames(
        this,
        picture.opened.ports.map(({ low }) => low),
      )
      await this.stdout.write(
        pictureText(picture, names, flags.hits, paintFor(this, this.stdout, flags), this.stdout.columns),
      )
      await warn(this, flags, subject.warnings)
    } else {
      const rows = ruleRows(picture.chains)
      await print(this, flags, {
        schema: 'fw-show@1',
        type: 'filter',
        columns: showColumns,
        rows,
        items: [pictureItem(picture)],
        complete: subject.complete,
        warnings: subject.warnings,
      })
    }
    return EXIT.done
  })
}

/** A full table of tracked connections: all of them assured, so that the kernel gives none up for a new one, or none. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Alike, Change } from '../fault.ts'

/** The limit is the machine's, and read-only in a namespace: as many entries are loaded as it allows. */
const filling = (entry: string, alike?: Alike): Change => ({
  kind: 'step',
  ...(alike !== undefined && { alike }),
  inject: async lab => {
    const most = lab.router.inside(() =>
      Number(readFileSync('/proc/sys/net/netfilter/nf_conntrack_max', 'utf8')),
    )
    const lines: string[] = []
    for (let i = 0; i < most; i++)
      lines.push(
        `-I -p tcp -s 198.18.${(i >> 16) & 255}.${i & 255} -d 198.19.0.1 --sport ${1024 + ((i >> 8) & 255)} --dport 80 ${entry}`,
      )
    const folder = mkdtempSync(join(tmpdir(), 'portolan-why-'))
    try {
      const file = join(folder, 'connections')
      writeFileSync(file, `${lines.join('\n')}\n`)
      await lab.router.run('conntrack', '--load-file', file)
    } finally {
      rmSync(folder, { recursive: true })
    }
  },
  undo: async lab => void (await lab.router.ask(['conntrack', '-F'])),
})

export const fillConnections: Change = filling('-t 6000 --state ESTABLISHED -u SEEN_REPLY,ASSURED', {
  is: 'full-table',
  host: 'router',
  holds: 4,
})

/** As many that nobody ever answered: the kernel gives one up for each new one. */
export const fillUnanswered: Change = filling('-t 6000 --state SYN_SENT -u UNSET')

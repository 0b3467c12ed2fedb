/**
 * What makes our table load at a boot: a file of its own, and a unit of systemd that loads it.
 *
 * The unit comes after nftables.service, which often begins with "flush ruleset", and before the network is there
 * (systemd.special(7), network-pre.target). Where systemd didn't start the machine there is only the file, and a word
 * on how to include it.
 */
import { replaceScript, withoutCounts } from '../../model/filter/own-table.ts'
import type { Finding } from '../../model/finding.ts'
import type { PersistPlan, StartUp } from '../../os/acts.ts'

export const RULES_PATH = '/etc/portolan/firewall.nft'
const UNIT = 'portolan-firewall.service'
const UNIT_PATH = `/etc/systemd/system/${UNIT}`

const UNIT_TEXT = `[Unit]
Description=Packet filter table inet portolan
Documentation=man:nft(8)
DefaultDependencies=no
After=local-fs.target nftables.service
Before=network-pre.target shutdown.target
Wants=network-pre.target
Conflicts=shutdown.target

[Service]
Type=oneshot
RemainAfterExit=yes
ExecStart=/usr/sbin/nft -f ${RULES_PATH}

[Install]
WantedBy=sysinit.target
`

export interface PersistAdvice {
  readonly plan: PersistPlan
  readonly findings: readonly Finding[]
}

/** `table`: as nft lists it; null takes care that none is made at a boot. */
export function persistPlan({ systemd }: StartUp, table: string | null): PersistAdvice {
  const rules = { path: RULES_PATH, text: replaceScript(table === null ? null : `\n${withoutCounts(table)}`) }
  if (!systemd) return { plan: { files: [rules], commands: [] }, findings: [INCLUDE] }
  return {
    plan: {
      files: [rules, { path: UNIT_PATH, text: UNIT_TEXT }],
      commands: [
        ['systemctl', 'daemon-reload'],
        ['systemctl', 'enable', UNIT],
      ],
    },
    findings: [],
  }
}

export const NOTHING_KEPT: PersistAdvice = { plan: { files: [], commands: [] }, findings: [] }

/** A line for each step: `write /etc/portolan/firewall.nft`, `systemctl enable …`. */
export const persistSteps = ({ files, commands }: PersistPlan): readonly string[] => [
  ...files.map(({ path }) => `write ${path}`),
  ...commands.map(argv => argv.join(' ')),
]

const INCLUDE: Finding = {
  code: 'not-loaded-at-boot',
  severity: 'medium',
  certainty: 'proven',
  subject: 'inet portolan',
  says: `nothing loads ${RULES_PATH} at a boot: systemd did not start this machine`,
  evidence: [{ source: '/run/systemd/system', says: 'it is not there' }],
  remedy: `Add to what loads your rules, such as /etc/nftables.conf: include "${RULES_PATH}"`,
}

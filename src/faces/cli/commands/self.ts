/** `ports self`: what this program is, what it uses, and what it may see here. */
import type { Can, Right } from '../../../os/can.ts'
import type { CliContext } from '../context.ts'
import { EXIT, type ExitStatus } from '../exit.ts'
import { configFolder, type LocalRegistry, localRegistry, stateFolder } from '../local-registry.ts'
import { packageVersion } from '../package-version.ts'
import { print } from '../render/output.ts'
import type { OutputFlags } from '../specs/shared-flags.ts'

export default async function self(this: CliContext, flags: OutputFlags): Promise<ExitStatus> {
  const local = localRegistry(this)
  const about = await gather(this, local)
  await print(this, flags, {
    schema: 'self@1',
    type: 'self',
    columns: [
      { key: 'what', title: 'WHAT', value: ([what]) => what },
      { key: 'value', title: '', value: ([, value]) => value },
    ],
    rows: lines(about),
    items: [about],
    warnings: local.warnings,
  })
  return EXIT.done
}

interface About {
  readonly version: string
  readonly node: string
  readonly platform: string
  /** Another machine, and by what it was asked. */
  readonly asked?: { readonly place: string; readonly by: string }
  readonly registry: { readonly date: string; readonly source: string; readonly files: readonly string[] }
  readonly koffi: { readonly present: boolean }
  readonly paths: { readonly config?: string; readonly state?: string }
  readonly can: Can
}

async function gather(context: CliContext, { registry, ianaPath, files }: LocalRegistry): Promise<About> {
  const os = await context.openOS()
  try {
    const config = configFolder(context)
    const state = stateFolder(context)
    return {
      version: packageVersion(context),
      node: context.node,
      platform: `${os.platform} ${context.processor}`,
      ...(context.remote === undefined ? {} : { asked: askedOf(context.remote) }),
      registry: { date: registry.date, source: ianaPath ?? 'built in', files },
      koffi: { present: isInstalled('koffi') },
      paths: { ...(config === null ? {} : { config }), ...(state === null ? {} : { state }) },
      can: await os.can(),
    }
  } finally {
    await os.close()
  }
}

const askedOf = ({ place, through }: NonNullable<CliContext['remote']>): NonNullable<About['asked']> => ({
  place,
  by: through.kind === 'agent' ? through.program : 'a shell',
})

/** Whether a package can be found from here; it isn't loaded. */
function isInstalled(name: string): boolean {
  try {
    return import.meta.resolve(name) !== ''
  } catch {
    return false
  }
}

type Line = readonly [what: string, value: string]

const lines = ({ version, node, platform, asked, registry, koffi, paths, can }: About): readonly Line[] => [
  ['portolan', version],
  ['node', node],
  ['platform', platform],
  ...(asked === undefined ? [] : [['asked', `${asked.place}, by ${asked.by}`] as const]),
  ['registry', `IANA’s of ${registry.date}, ${registry.source}`],
  ...registry.files.map((path): Line => ['names from', path]),
  ['koffi', koffi.present ? 'present' : 'missing: npm install koffi'],
  ...Object.entries(paths).map(([kind, path]): Line => [`${kind} folder`, path]),
  ...(Object.keys(RIGHT_WORDS) as Right[]).map((right): Line => [RIGHT_WORDS[right], allowed(can[right])]),
]

/** The rights in words; a new right doesn't compile until it has some. */
const RIGHT_WORDS: Readonly<Record<Right, string>> = {
  sockets: 'sockets of this namespace',
  details: 'TCP numbers, queues, drops',
  'own-owners': 'owners in own processes',
  'all-owners': 'owners in all processes',
  namespaces: 'other network namespaces',
  endings: 'sockets as they end',
}

const allowed = (right: Can[Right]): string =>
  right.yes ? `yes: ${right.how}` : `no: ${right.why}. ${right.remedy}`

/**
 * Whom a control group belongs to: the systemd unit and the container, read off its path.
 *
 * Answers from the names alone, so it is an opinion about conventions: those of systemd, Docker, Podman, containerd,
 * CRI-O, Kubernetes, LXC, Incus, nspawn and libvirt. Source: systemd's "Control Group APIs and Delegation",
 * systemd.unit(5) for the escaping, and each runtime's cgroup driver.
 */

export interface ControlGroupOwner {
  /** The innermost unit: `shop.service`, `session-2.scope`. Written as systemd writes it, escapes and all. */
  readonly unit?: string
  /** The outermost one, which this host's runtime knows: a container can have containers. */
  readonly container?: { readonly runtime: string; readonly id: string }
}

/** `path` is relative to the root of the hierarchy. In a container it can be `/`, which tells nothing. */
export function controlGroupOf(path: string): ControlGroupOwner {
  const parts = path
    .replace(/ \(deleted\)$/, '')
    .split('/')
    .map(unescapeFileName)
  let unit: string | undefined
  let container: ControlGroupOwner['container']
  let parent = ''
  let inKubepods = false
  for (const part of parts) {
    const found = containerOf(part, parent, inKubepods)
    container ??= found ?? undefined
    // A container's own scope is no unit that anybody wrote; an nspawn machine's service is.
    const own = found !== null && !part.endsWith('.service')
    if (!own && UNIT.test(part) && !ignored(part, parent)) unit = part
    inKubepods ||= part.startsWith('kubepods')
    parent = part
  }
  return { ...(unit === undefined ? {} : { unit }), ...(container === undefined ? {} : { container }) }
}

/** Slices only group other units. */
const UNIT = /^[^/]+\.(service|scope|socket|mount|swap)$/

/** The scope that a user's own manager sits in says less than the manager's service. */
const ignored = (part: string, parent: string): boolean =>
  part === 'init.scope' && parent.endsWith('.service')

/** A leading underscore guards names that the kernel would take for its own (`cg_escape`). */
const unescapeFileName = (part: string): string => (part.startsWith('_') ? part.slice(1) : part)

const HEX_ID = /^[0-9a-f]{32,64}$/

/** Scopes by prefix, as the systemd drivers of the runtimes make them: `<prefix>-<id>.scope`. */
const SCOPES = new Map(
  Object.entries({
    docker: 'docker',
    libpod: 'podman',
    'libpod-payload': 'podman',
    'cri-containerd': 'cri-containerd',
    crio: 'crio',
    nerdctl: 'nerdctl',
  }),
)

/** Folders by parent, as their cgroupfs drivers make them: `/docker/<id>`. */
const FOLDERS = new Map(
  Object.entries({
    docker: 'docker',
    libpod_parent: 'podman',
    lxc: 'lxc',
    'lxc.payload': 'lxc',
    nerdctl: 'nerdctl',
  }),
)

function containerOf(
  part: string,
  parent: string,
  inKubepods: boolean,
): { runtime: string; id: string } | null {
  // The containerd driver writes parent:prefix:id where the parent is a slice.
  const triple = /:([\w-]+):([0-9a-f]{32,64})$/.exec(part)
  if (triple !== null) return { runtime: SCOPES.get(triple[1]!) ?? triple[1]!, id: triple[2]! }
  const scope = /^([a-z-]+)-([0-9a-f]{32,64})(\.scope)?$/.exec(part)
  const prefix = scope === null ? undefined : SCOPES.get(scope[1]!)
  if (prefix !== undefined) return { runtime: prefix, id: scope![2]! }
  const payload = /^lxc\.payload\.(.+)$/.exec(part)
  if (payload !== null) return { runtime: 'lxc', id: payload[1]! }
  const machine = /^machine-(.+)\.scope$/.exec(part)
  if (machine !== null) return machineOf(unescapeUnit(machine[1]!))
  const nspawn = /^systemd-nspawn@(.+)\.service$/.exec(part)
  if (nspawn !== null) return { runtime: 'nspawn', id: unescapeUnit(nspawn[1]!) }
  const runtime = FOLDERS.get(parent)
  if (runtime !== undefined && (HEX_ID.test(part) || (runtime === 'lxc' && part !== '')))
    return { runtime, id: part }
  if (HEX_ID.test(part) && inKubepods) return { runtime: 'kubernetes', id: part }
  return null
}

/** systemd-machined's scopes: libvirt says what drives the machine, `qemu-1-name`; the others are nspawn's. */
function machineOf(name: string): { runtime: string; id: string } {
  const libvirt = /^(qemu|lxc)-\d+-(.+)$/.exec(name)
  return libvirt === null ? { runtime: 'nspawn', id: name } : { runtime: libvirt[1]!, id: libvirt[2]! }
}

/** `\xNN` back to the character (systemd-escape(1)). */
const unescapeUnit = (name: string): string =>
  name.replace(/\\x([0-9a-f]{2})/g, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 16)))

/**
 * The path in the text of `/proc/<pid>/cgroup`, or null. The v2 line where it says anything; on a machine that uses v1
 * that line is `/`, and systemd's own hierarchy knows, else the first that has a folder.
 */
export function parseProcCgroup(text: string): string | null {
  let best: string | null = null
  let rank = 0
  for (const line of text.split('\n')) {
    const [, id, controllers, path] = /^(\d+):([^:]*):(\/.*)$/.exec(line) ?? []
    if (path === undefined) continue
    const says = path === '/' ? 0 : 3
    const value = 1 + says + (id === '0' && controllers === '' ? 2 : controllers === 'name=systemd' ? 1 : 0)
    if (value > rank) {
      rank = value
      best = path
    }
  }
  return best
}

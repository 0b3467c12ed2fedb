/**
 * The commands worth typing next about a port: see its owners, ask the service, read what it says of itself, watch
 * it. Five at most, the most telling first, each as a list of arguments and as the line a person types.
 */
import { commandLine } from '../../model/command-line.ts'
import type { Container } from '../../model/owner.ts'
import { type ServiceAt, serviceTool, type ToolCommand } from './service-tools.ts'

export interface NextStep extends ToolCommand {
  /** The arguments quoted for a POSIX shell. */
  readonly line: string
}

export interface StepFacts {
  readonly port: number
  /** What listens there; null when nothing does. */
  readonly listener:
    | (Omit<ServiceAt, 'port'> & {
        readonly unit?: string
        readonly container?: Container
        /** It listens in another network namespace, where a tool that is started here can't reach it. */
        readonly elsewhere?: boolean
      })
    | null
  /** Some holders can't be seen without privilege. */
  readonly ownersHidden: boolean
  /**
   * The command to run again with privilege. With the absolute path of the program where sudo would not find it:
   * it has a PATH of its own.
   */
  readonly again: readonly string[]
  /** Flags that lead to the namespace that was asked about: `--netns blue`. */
  readonly within?: readonly string[]
}

export const MOST_STEPS = 5

export function nextSteps({
  port,
  listener,
  ownersHidden,
  again,
  within = [],
}: StepFacts): readonly NextStep[] {
  const steps: (ToolCommand | null)[] = [
    ownersHidden ? { argv: ['sudo', ...again], why: 'shows the owners that are hidden from you' } : null,
    listener === null || listener.elsewhere === true ? null : serviceTool({ ...listener, port }),
    listener?.container === undefined ? null : containerTool(listener.container),
    listener?.unit === undefined ? null : unitTool(listener.unit),
    listener === null || listener.elsewhere === true ? null : stopTool(listener.protocol, port),
    {
      argv: [
        ...['ports', 'watch', 'sport', '=', `:${port}`],
        ...(listener === null ? ['--until', 'open'] : []),
        ...within,
      ],
      why: listener === null ? 'waits until somebody listens' : 'tells when it changes hands',
    },
  ]
  return steps
    .filter(step => step !== null)
    .slice(0, MOST_STEPS)
    .map(({ argv, why }) => ({ argv, line: commandLine(argv), why }))
}

const stopTool = (protocol: string, port: number): ToolCommand => ({
  argv: ['ports', 'stop', protocol === 'tcp' ? String(port) : `${protocol}/${port}`],
  why: 'frees the port, after asking',
})

/** Services and sockets; a session's scope or the user manager says nothing about what runs in it. */
function unitTool(unit: string): ToolCommand | null {
  if (!/\.(?:service|socket)$/.test(unit) || /^user@\d+\.service$/.test(unit)) return null
  const name = unit.startsWith('-') ? ['--', unit] : [unit]
  return { argv: ['systemctl', 'status', ...name], why: 'what systemd knows about the unit' }
}

const LOGS: Readonly<Record<string, readonly string[]>> = {
  docker: ['docker', 'logs', '--tail', '50'],
  podman: ['podman', 'logs', '--tail', '50'],
  'cri-containerd': ['crictl', 'logs', '--tail', '50'],
  crio: ['crictl', 'logs', '--tail', '50'],
  lxc: ['lxc-info', '-n'],
  nspawn: ['machinectl', 'status'],
}

function containerTool({ runtime, id }: Container): ToolCommand | null {
  const argv = Object.hasOwn(LOGS, runtime) ? LOGS[runtime]! : undefined
  if (argv === undefined || !/^\w/.test(id)) return null
  const short = /^[0-9a-f]{64}$/.test(id) ? id.slice(0, 12) : id
  return {
    argv: [...argv, short],
    why: argv.includes('logs') ? 'what the container last said' : 'the state of the container',
  }
}

/**
 * A real sshd in a network namespace of its own, with keys and a configuration of its own, and an `ssh` in front of the PATH that
 * goes there: whoever runs `ssh ssh-host` in this process, or in one that it starts with `env`, gets in as root by a key.
 *
 * Needs root and openssh-server. Nothing of the machine's own ssh is read or written. sshd ends by its pid.
 */
import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { root } from '../../project.ts'
import { whyNoStage } from '../stage/stage.ts'

const SSHD = '/usr/sbin/sshd'
const SSH = '/usr/bin/ssh'

/** Why there can be none here, or false. */
export function whyNoSsh(): string | false {
  const why = whyNoStage()
  if (why !== null) return why
  for (const [program, words] of [
    [SSHD, ['-V']],
    [SSH, ['-V']],
    ['nsenter', ['--version']],
  ] as const)
    if (spawnSync(program, words).error !== undefined) return `${program.split('/').at(-1)} is not installed`
  return false
}

export interface SshStage {
  /** For programs that are to find our `ssh`. */
  readonly env: NodeJS.ProcessEnv
  /** Of sshd; its network namespace is the other machine's. */
  readonly pid: number
  readonly folder: string
  /** A folder that the other machine has first on its PATH. */
  readonly bin: string
  /** Puts a program there, as a script of sh; without a text it takes it away. */
  program(name: string, script: string | null): void
  /** Runs a program in the namespace, until the stage is closed. Gives its first line of output. */
  play(...words: readonly string[]): Promise<{ readonly child: ChildProcess; readonly line: string }>
  /** Lines of the client's configuration that come before its own: the first word of each kind holds (ssh_config(5)). */
  configure(lines: readonly string[]): void
  close(): Promise<void>
}

/** The agent of this checkout. */
export const AGENT = `#!/bin/sh\nexec ${process.execPath} ${join(root, 'bin', 'ports.js')} "$@"\n`

export async function setSshStage(): Promise<SshStage> {
  const folder = mkdtempSync(join(tmpdir(), 'portolan-ssh-'))
  const at = (name: string): string => join(folder, name)
  const bin = at('bin')
  mkdirSync(bin)
  mkdirSync(at('here'))
  for (const key of ['host-key', 'other-host-key', 'user-key', 'stranger-key'])
    spawnSync('ssh-keygen', ['-q', '-t', 'ed25519', '-N', '', '-f', at(key)])
  const keyOf = (name: string): string => readFileSync(at(`${name}.pub`), 'utf8')
  writeFileSync(at('authorized'), keyOf('user-key'))
  writeFileSync(at('known'), `ssh-host ${keyOf('host-key')}`)
  writeFileSync(at('known-otherwise'), `ssh-host ${keyOf('other-host-key')}`)
  writeFileSync(
    at('sshd_config'),
    [
      'ListenAddress 127.0.0.1',
      `HostKey ${at('host-key')}`,
      `AuthorizedKeysFile ${at('authorized')}`,
      'PasswordAuthentication no',
      'KbdInteractiveAuthentication no',
      'PermitRootLogin prohibit-password',
      'StrictModes no',
      'UsePAM no',
      'MaxSessions 20',
      `SetEnv PATH=${bin}:/usr/sbin:/usr/bin:/sbin:/bin`,
    ].join('\n'),
  )
  const setUp = 'ip link set lo up && mount -t tmpfs none /run && mkdir /run/sshd && exec "$@"'
  const sshd = spawn(
    'unshare',
    ['--net', '--mount', 'sh', '-c', setUp, 'sh', SSHD, '-D', '-e', '-f', at('sshd_config')],
    { stdio: ['ignore', 'ignore', 'pipe'] },
  )
  // ECONNRESET when it is killed.
  sshd.stderr!.on('error', () => {})
  await listening(sshd)
  const inside = ['nsenter', `--net=/proc/${sshd.pid}/ns/net`]
  writeFileSync(at('here/ssh'), `#!/bin/sh\nexec ${inside.join(' ')} ${SSH} -F ${at('ssh_config')} "$@"\n`)
  chmodSync(at('here/ssh'), 0o755)
  const env = { ...process.env, PATH: `${at('here')}:${process.env.PATH}` }
  const actors: ChildProcess[] = []
  const stage: SshStage = {
    env,
    pid: sshd.pid!,
    folder,
    bin,
    program(name, script) {
      rmSync(join(bin, name), { force: true })
      if (script === null) return
      writeFileSync(join(bin, name), script)
      chmodSync(join(bin, name), 0o755)
    },
    async play(...words) {
      const [program, ...args] = [...inside, ...words]
      const child = spawn(program!, args, { stdio: ['pipe', 'pipe', 'inherit'] })
      actors.push(child)
      for (const stream of [child.stdin!, child.stdout!]) stream.on('error', () => {})
      for await (const line of createInterface(child.stdout!)) return { child, line }
      throw new Error(`${words.join(' ')} said nothing`)
    },
    configure(lines) {
      const all = [
        'Host *',
        ...lines,
        'HostName 127.0.0.1',
        'HostKeyAlias ssh-host',
        'User root',
        'IdentitiesOnly yes',
        'IdentityAgent none',
        'GlobalKnownHostsFile /dev/null',
        `IdentityFile ${at('user-key')}`,
        `UserKnownHostsFile ${at('known')}`,
        'StrictHostKeyChecking yes',
      ]
      writeFileSync(at('ssh_config'), `${all.join('\n')}\n`)
    },
    async close() {
      for (const child of [...actors, sshd]) {
        if (child.exitCode !== null || child.signalCode !== null) continue
        const closed = once(child, 'close')
        child.kill('SIGKILL')
        await closed
      }
      rmSync(folder, { recursive: true, force: true })
    },
  }
  stage.configure([])
  stage.program('portolan', AGENT)
  return stage
}

async function listening(sshd: ChildProcess): Promise<void> {
  let said = ''
  for await (const chunk of sshd.stderr!.setEncoding('utf8').iterator({ destroyOnReturn: false })) {
    said += chunk
    if (said.includes('Server listening')) {
      sshd.stderr!.resume()
      return
    }
  }
  throw new Error(`sshd did not start: ${said}`)
}

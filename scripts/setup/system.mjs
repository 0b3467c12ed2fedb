/**
 * Installs the system's tools that tests use, on Debian and its kin, as root. Elsewhere it says what is missing; the
 * tests that need it then say that they were skipped, and why.
 *
 * No service may be started by it: the system is told so (policy-rc.d, RUNLEVEL), and a new listener afterwards is an
 * error.
 */
import { spawnSync } from 'node:child_process'
import { accessSync, constants, existsSync, rmSync, writeFileSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { SYSTEM_TOOLS } from '../system-tools.mjs'
import { listeners } from './listeners.mjs'
import { SetupError } from './stamp.mjs'

/**
 * @typedef {object} System
 * @property {string[]} path where programs are looked for
 * @property {boolean} root
 * @property {string} servicePolicy the file by which Debian asks whether a service may be started
 * @property {(command: string, args: string[], env: Record<string, string>) => number | null} run
 * @property {() => Map<string, string>} listeners
 */

/** @type {System} */
export const theSystem = {
  path: [...(process.env.PATH ?? '').split(delimiter), '/usr/local/sbin', '/usr/sbin', '/sbin'],
  root: process.getuid?.() === 0,
  servicePolicy: '/usr/sbin/policy-rc.d',
  run: (command, args, env) =>
    spawnSync(command, args, { env: { ...process.env, ...env }, stdio: ['ignore', 2, 2] }).status,
  listeners,
}

/** @param {System & { forbidden: boolean, say: (line: string) => void }} system */
export function installSystemTools(system) {
  const { say, path } = system
  const missing = SYSTEM_TOOLS.filter(tool => !has(path, tool.command))
  if (missing.length === 0) return
  const packages = [...new Set(missing.map(tool => tool.package))]

  const hindrance = whyNot(system)
  say(hindrance === undefined ? 'tests use these programs of the system, which are missing:' : 'missing:')
  for (const tool of missing) say(`  ${tool.command} (package ${tool.package}): ${tool.why}`)
  if (hindrance !== undefined) {
    say(`not installed: ${hindrance}. Tests that need them are skipped, and say so.`)
    return
  }

  say(`installing ${packages.join(' ')} with apt-get; no service will be started …`)
  const before = system.listeners()
  const failed = withoutServices(system.servicePolicy, () => apt(system.run, packages))
  if (failed !== undefined) say(`${failed} failed; tests that need the programs are skipped, and say so.`)
  else disableServices(system, missing)
  const fresh = [...system.listeners()].filter(([inode]) => !before.has(inode)).map(([, name]) => name)
  if (fresh.length > 0)
    throw new SetupError(
      `something listens since the installation: ${fresh.join(', ')}. Stop it, and run again.`,
    )
}

/** @param {System & { forbidden: boolean }} system */
function whyNot({ forbidden, root, path }) {
  if (forbidden) return 'PORTOLAN_NO_SETUP=1 forbids it'
  if (!has(path, 'apt-get')) return 'there is no apt-get here; install them by hand'
  if (!root) return 'it takes root; run `sudo npm test` once, or install them by hand'
  return undefined
}

/**
 * What came with a package and would start with the machine doesn't, since nobody asked for it. Only of packages that we
 * installed: a service that was there is its owner's.
 *
 * @param {System} system
 * @param {ReadonlyArray<{ service?: string }>} installed
 */
function disableServices({ run, path }, installed) {
  if (!has(path, 'systemctl')) return
  for (const { service } of installed)
    if (service !== undefined) run('systemctl', ['disable', '--quiet', service], {})
}

/**
 * @param {System['run']} run
 * @param {string[]} packages
 * @returns the command that failed, if one did
 */
function apt(run, packages) {
  const options = ['-o', 'DPkg::Lock::Timeout=120', '-o', 'Dpkg::Use-Pty=0']
  const steps = [
    ['update', '-qq', ...options],
    ['install', '-y', '-qq', '--no-install-recommends', ...options, ...packages],
  ]
  const env = { DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1', NEEDRESTART_SUSPEND: '1' }
  const failed = steps.find(args => run('apt-get', args, env) !== 0)
  return failed && `apt-get ${failed[0]}`
}

/**
 * Denies every start of a service while `work` runs: invoke-rc.d(8) asks policy-rc.d, and 101 means forbidden.
 * A policy that is there already stays; it is the machine's owner's.
 *
 * @template T
 * @param {string} policy
 * @param {() => T} work
 */
function withoutServices(policy, work) {
  if (existsSync(policy)) return work()
  const cleanUp = () => rmSync(policy, { force: true })
  // With a handler set, an interrupt ends apt-get and not us, so that the file is removed in any case.
  const interrupted = () => {
    process.exitCode = 130
  }
  process.on('SIGINT', interrupted).on('SIGTERM', interrupted)
  try {
    writeFileSync(policy, '#!/bin/sh\nexit 101\n', { mode: 0o755 })
    return work()
  } finally {
    cleanUp()
    process.off('SIGINT', interrupted).off('SIGTERM', interrupted)
  }
}

/**
 * @param {string[]} path
 * @param {string} command
 */
function has(path, command) {
  return path.some(folder => {
    try {
      accessSync(join(folder, command), constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

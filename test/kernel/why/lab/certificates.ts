/** Certificates of an authority that lives as long as this process, made by openssl: good, and each wrong in one way. */
import { execFileSync } from 'node:child_process'
import { chmodSync, existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'

export interface KeyPair {
  readonly key: string
  readonly cert: string
}

let folder: string | undefined

/** Name and validity of each (ASN.1 times). */
const KINDS: Readonly<Record<string, readonly [name: string, from: string, to: string]>> = {
  good: ['server.test', '20200101000000Z', '20491231000000Z'],
  expired: ['server.test', '20200101000000Z', '20210101000000Z'],
  future: ['server.test', '20480101000000Z', '20491231000000Z'],
  'other-name': ['elsewhere.test', '20200101000000Z', '20491231000000Z'],
}

/** The authority's own certificate, whom to trust. */
export const authority = (): string => join(home(), 'ca.pem')

export function certificates(kind: string): KeyPair {
  const at = home()
  const pair = { key: join(at, `${kind}.key`), cert: join(at, `${kind}.pem`) }
  if (existsSync(pair.cert)) return pair
  const signed = KINDS[kind]
  if (signed === undefined) selfSigned(pair, 'server.test')
  else signedBy(at, pair, signed)
  return pair
}

function home(): string {
  if (folder !== undefined) return folder
  folder = mkdtempSync(join(tmpdir(), 'portolan-why-'))
  // Who asks without rights trusts the same authority.
  chmodSync(folder, 0o755)
  process.once('exit', () => rmSync(folder!, { recursive: true, force: true }))
  mkdirSync(join(folder, 'new'))
  writeFileSync(join(folder, 'index.txt'), '')
  writeFileSync(
    join(folder, 'ca.cnf'),
    `[ca]\ndefault_ca = own\n[own]\ndir = ${folder}\nnew_certs_dir = $dir/new\ndatabase = $dir/index.txt\nrand_serial = yes
default_md = sha256\npolicy = any\nunique_subject = no\ncopy_extensions = copy\n[any]\ncommonName = supplied\n`,
  )
  selfSigned({ key: join(folder, 'ca.key'), cert: join(folder, 'ca.pem') }, 'The test’s authority')
  return folder
}

const NEW_KEY = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes']

function selfSigned({ key, cert }: KeyPair, name: string): void {
  const names = name.includes(' ') ? [] : ['-addext', `subjectAltName=DNS:${name}`]
  openssl(
    'req',
    '-x509',
    ...NEW_KEY,
    '-keyout',
    key,
    '-out',
    cert,
    '-days',
    '3650',
    '-subj',
    `/CN=${name}`,
    ...names,
  )
}

function signedBy(
  at: string,
  { key, cert }: KeyPair,
  [name, from, to]: readonly [string, string, string],
): void {
  const request = join(at, 'request.pem')
  openssl(
    ...['req', ...NEW_KEY, '-keyout', key, '-out', request, '-subj', `/CN=${name}`],
    ...['-addext', `subjectAltName=DNS:${name}`],
  )
  openssl(
    ...['ca', '-batch', '-notext', '-config', join(at, 'ca.cnf'), '-keyfile', join(at, 'ca.key')],
    ...['-cert', join(at, 'ca.pem'), '-startdate', from, '-enddate', to, '-in', request, '-out', cert],
  )
}

const openssl = (...words: readonly string[]): void =>
  void execFileSync('openssl', words, { stdio: ['ignore', 'ignore', 'pipe'] })
